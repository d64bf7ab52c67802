import Synchronization
import Testing

@testable import CaptureDaemon

@Suite("Who asks somebody that may be slow")
struct PatientAskTests {
  /// Lets nobody on until it is opened.
  private actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func pass() async { if !isOpen { await withCheckedContinuation { waiting.append($0) } } }

    func open() {
      isOpen = true
      for one in waiting { one.resume() }
      waiting = []
    }
  }

  private final class Count: Sendable {
    private let counted = Mutex(0)
    var value: Int { counted.withLock(\.self) }
    func add() { counted.withLock { $0 += 1 } }
  }

  @Test("An answer is waited for")
  func answer() async {
    let never = Gate()
    let answers = Count()
    let ask = PatientAsk(patience: .seconds(3600)) { _ in await never.pass() }
    for _ in 0..<3 { await ask.ask { answers.add() } }
    await never.open()
    #expect(answers.value == 3)
  }

  @Test("One that does not come is not waited for, and not asked for a second time; when it has come, the next one is")
  func noAnswer() async {
    let answered = Gate()
    let asked = Count()
    let came = Count()
    let ask = PatientAsk(patience: .zero) { _ in }
    for _ in 0..<3 {
      await ask.ask {
        asked.add()
        await answered.pass()
        came.add()
      }
    }
    #expect(came.value == 0)
    while asked.value == 0 { await Task.yield() }
    await answered.open()
    while came.value == 0 { await Task.yield() }
    #expect(asked.value == 1)
    // The answer is noted a moment after it came.
    while asked.value == 1 { await ask.ask { asked.add() } }
    #expect(asked.value == 2)
  }
}
