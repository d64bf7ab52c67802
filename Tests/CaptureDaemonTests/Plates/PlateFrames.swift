import CameraIO
import FrameSelect
import TestSupport

/// Grey frames of a drawn vehicle, with its plate or without.
struct PlateFrames {
  let pool = FramePool(byteBudget: 16 << 20)
  static let vehicle = DrawnVehicle(width: 320, height: 240, plateWidth: 90, x: 160, y: 130)
  static let bare = DrawnVehicle(width: 320, height: 240, plateWidth: 90, x: 160, y: 130, hasPlate: false)

  func frame(_ camera: CameraPosition, at seconds: Double = 1, of vehicle: DrawnVehicle = Self.vehicle) throws -> Frame
  {
    guard var lease = pool.lease(capacity: vehicle.pixels.count) else { throw CancellationError() }
    lease.withBytes { span in span.withUnsafeMutableBytes { $0.copyBytes(from: vehicle.pixels) } }
    return lease.seal(
      byteCount: vehicle.pixels.count, camera: camera, sequence: 0, time: MonotonicTime(seconds: seconds),
      format: FrameFormat(width: vehicle.width, height: vehicle.height, pixelFormat: .grey))
  }

  func selected(_ camera: CameraPosition, at seconds: Double = 1, of vehicle: DrawnVehicle = Self.vehicle) throws
    -> SelectedFrame
  {
    let candidate = Candidate(
      frame: try frame(camera, at: seconds, of: vehicle), score: FrameScore(sharpness: 0.5, exposure: 1),
      displacement: nil, presence: 1)
    return SelectedFrame(candidate: candidate, reason: "sharpest of 3 in 0.00-0.10 s of the passage")
  }
}
