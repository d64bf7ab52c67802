import Foundation
import TestSupport

@testable import CameraIO

/// Real H.264, cut into the access units that a camera would give.
struct AccessUnits {
  let units: [[UInt8]]

  /// `frames` pictures encoded by x264 with a delimiter before each unit, by which they are cut.
  init(_ frames: Int, size: String = "64x48", options: String, pixels: String = "yuv420p") throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.h264")
    try Fixtures.video(
      path, frames: frames, size: size,
      encoding: ["-c:v", "libx264", "-pix_fmt", pixels, "-x264-params", "aud=1:" + options])
    units = Self.cut([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
  }

  private static func cut(_ stream: [UInt8]) -> [[UInt8]] {
    let starts = stream.indices.dropLast(5).filter { Array(stream[$0..<($0 + 5)]) == [0, 0, 0, 1, 9] }
    return zip(starts, starts.dropFirst() + [stream.count]).map { Array(stream[$0..<$1]) }
  }

  /// A camera's: no reordering, a key frame every ten pictures.
  static let camera = "bframes=0:keyint=10:min-keyint=10:scenecut=0"
}

extension KeyFrameGate {
  mutating func admit(_ bytes: [UInt8]) -> Admission { admit(bytes.span.bytes) }
}

extension H264Stream {
  func push(_ bytes: [UInt8], at time: MonotonicTime) { push(bytes.span.bytes, at: time) }
}
