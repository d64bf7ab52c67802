import CameraIO
import Foundation

/// A source that does what a list says.
final class ScriptedSource: FrameSource {
  enum Step {
    case frame(sequence: UInt64, milliseconds: Int64)
    case dropped(DropReason)
    case nothing
    case fail(CameraError)
    case call(@Sendable () -> Void)
  }

  let camera: CameraPosition
  let nominalRate = 30.0
  private var steps: [Step]

  init(_ camera: CameraPosition, _ steps: [Step]) {
    self.camera = camera
    self.steps = steps.reversed()
  }

  func next(into pool: FramePool, waitingAtMost seconds: Double) throws(CameraError) -> FrameArrival {
    switch steps.popLast() {
    case nil: return .endOfStream
    case .dropped(let reason): return .dropped(reason)
    case .nothing: return .nothing
    case .fail(let error): throw error
    case .call(let action):
      action()
      return .nothing
    case .frame(let sequence, let milliseconds):
      guard
        let frame = Self.frame(pool, camera, sequence: sequence, milliseconds: milliseconds)
      else { return .dropped(.pool) }
      return .frame(frame)
    }
  }

  static func frame(
    _ pool: FramePool, _ camera: CameraPosition = .topLeft, sequence: UInt64 = 0, milliseconds: Int64 = 0
  ) -> Frame? {
    guard let lease = pool.lease(capacity: 16) else { return nil }
    return lease.seal(
      byteCount: 16, camera: camera, sequence: sequence, time: MonotonicTime(nanoseconds: milliseconds * 1_000_000),
      format: FrameFormat(width: 4, height: 4, pixelFormat: .grey))
  }
}
