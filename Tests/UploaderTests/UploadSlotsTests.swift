import Foundation
import Testing

@testable import Uploader

@Suite struct UploadSlotsTests {
  /// Lets everything run that can run without being given anything.
  private func settle() async { for _ in 0..<200 { await Task.yield() } }

  @Test(
    "Some of the slots until the first image is through, then all; whoever asks in vain waits for one to be given back")
  func slots() async {
    let slots = UploadSlots(4, beginningWith: 2)
    let taken = Counter()
    let askers = (0..<6).map { _ in
      Task {
        if await slots.take() { taken.add() }
      }
    }
    while taken.value < 2 { await Task.yield() }
    await settle()
    #expect(taken.value == 2)
    slots.give()
    while taken.value < 5 { await Task.yield() }
    await settle()
    #expect(taken.value == 5, "the one that came back, and the two held back")
    slots.close()
    for asker in askers { await asker.value }
    #expect(taken.value == 5)
    #expect(await !slots.take())
  }
}
