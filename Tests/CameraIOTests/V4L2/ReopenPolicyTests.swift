import Testing

@testable import CameraIO

@Suite("When a camera is opened again")
struct ReopenPolicyTests {
  @Test("At once, then after 1, 2, 4 seconds, and never after more, for ever")
  func doubling() {
    var policy = ReopenPolicy()
    #expect((0..<8).map { _ in policy.broke() } == [0, 1, 2, 4, 4, 4, 4, 4])
    for _ in 0..<100_000 { #expect(policy.broke() == 4) }
  }

  @Test("A camera that was well for long enough starts over; one that flutters does not")
  func settling() {
    var policy = ReopenPolicy()
    for _ in 0..<5 { _ = policy.broke() }
    #expect(policy.broke(afterStreaming: 3) == 4)
    #expect(policy.broke(afterStreaming: 11) == 0)
    #expect(policy.broke(afterStreaming: 3) == 1)
  }

  @Test("The more often opening was in vain, the longer a silent stream is left open, within bounds")
  func patience() {
    var policy = ReopenPolicy()
    #expect(policy.patience == 2)
    var patience: [Double] = []
    for _ in 0..<6 {
      policy.fellSilent(afterStreaming: 0)
      patience.append(policy.patience)
    }
    #expect(patience == [2, 2, 4, 4, 4, 4])
  }

  @Test("When something is plugged in, what failed before counts for little")
  func presence() {
    var policy = ReopenPolicy()
    for _ in 0..<9 { _ = policy.broke() }
    policy.presenceChanged()
    #expect(policy.broke() == 1)
  }

  @Test("From the cause's going away to the next try it takes less than the ten seconds that are promised")
  func promise() {
    // A try may just have begun, be in vain, and be followed by the longest wait.
    #expect(2 * ReopenPolicy.longestSeconds + 1.5 < 10)
  }
}
