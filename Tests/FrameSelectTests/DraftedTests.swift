import CameraIO
import Testing

@testable import FrameSelect

@Suite("When the last pictures are drafted")
struct DraftedTests {
  /// What the cameras say at a moment, and whether it is a reason to draft.
  private struct Step {
    /// When the camera that has left it behind last saw the vehicle; nil: it shows it.
    var front: Double?
    var back: Double?
    let isDue: Bool
  }

  private func play(_ steps: [Step]) -> (due: [Bool], cameras: [CameraPosition]) {
    var drafted = Drafted()
    let due = steps.map { step in
      var left: [CameraPosition: MonotonicTime] = [:]
      left[.frontLeft] = step.front.map { MonotonicTime(seconds: $0) }
      left[.backLeft] = step.back.map { MonotonicTime(seconds: $0) }
      return drafted.isDue(
        PassageSegmenter.Leaving(
          number: 1, from: MonotonicTime(seconds: 0),
          to: left.values.max() ?? MonotonicTime(seconds: 0), left: left, isGone: left.count == 2), every: 1)
    }
    return (due, drafted.cameras.keys.sorted())
  }

  @Test("A camera is drafted when it shows the vehicle no more, all are when none does, and nothing is twice")
  func once() {
    let steps = [
      Step(front: 4, isDue: true), Step(front: 4, isDue: false), Step(front: 4, back: 6, isDue: true),
      Step(front: 4, back: 6, isDue: false),
    ]
    #expect(play(steps).due == steps.map(\.isDue))
  }

  @Test("A camera that flickers is drafted anew a second later, and once more when nobody shows the vehicle")
  func flicker() {
    let steps = [
      Step(front: 4, isDue: true), Step(isDue: false), Step(front: 4.3, isDue: false), Step(front: 4.9, isDue: false),
      Step(front: 5.1, isDue: true), Step(front: 5.2, back: 5.3, isDue: true),
      Step(front: 5.4, back: 5.3, isDue: false), Step(front: 6.4, back: 5.3, isDue: true),
    ]
    #expect(play(steps).due == steps.map(\.isDue))
  }

  @Test("What was drafted is drafted along with what comes later, also where it flickers just then")
  func together() {
    let (due, cameras) = play([Step(front: 4, isDue: true), Step(back: 4.2, isDue: true)])
    #expect(due == [true, true] && cameras == [.backLeft, .frontLeft])
  }
}
