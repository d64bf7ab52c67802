import CameraIO
import Testing

@testable import CaptureDaemon

@Suite("Names of passages")
struct PassageIdentityTests {
  static func version(_ text: String) -> Character { Array(text)[14] }
  static func variant(_ text: String) -> Character { Array(text)[19] }

  @Test("A live passage is named by the time, so that names sort like passages")
  func liveNamesSort() {
    let early = PassageIdentity.version7(wallMilliseconds: 1_767_225_600_000, random: .max, .max)
    let late = PassageIdentity.version7(wallMilliseconds: 1_767_225_600_001, random: 0, 0)
    #expect(early < late)
    #expect(Self.version(late.description) == "7" && "89ab".contains(Self.variant(early.description)))
    #expect(late.description.hasPrefix("019b76da-a801"))
  }

  @Test("A replayed passage has the same name every time, and no other has it")
  func replayedNamesRepeat() {
    let one = PassageIdentity.replayed(recording: [1, 2, 3], unit: "u")
    let from = MonotonicTime(seconds: 2.5)
    let name = one.passageID(from: from, wallMilliseconds: 0)
    #expect(name == one.passageID(from: from, wallMilliseconds: 99))
    #expect(Self.version(name.description) == "8" && "89ab".contains(Self.variant(name.description)))
    let others = [
      one.passageID(from: MonotonicTime(seconds: 2.6), wallMilliseconds: 0),
      PassageIdentity.replayed(recording: [1, 2], unit: "u").passageID(from: from, wallMilliseconds: 0),
      PassageIdentity.replayed(recording: [1, 2, 3], unit: "v").passageID(from: from, wallMilliseconds: 0),
    ]
    #expect(Set(others + [name]).count == 4)
  }
}
