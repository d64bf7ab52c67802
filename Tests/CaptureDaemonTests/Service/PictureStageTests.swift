import CameraIO
import FrameSelect
import Testing

@testable import CaptureDaemon

@Suite("From chosen frames to pictures")
struct PictureStageTests {
  static func frame(_ camera: CameraPosition, at seconds: Double, in pool: FramePool, isWhole: Bool = true) throws
    -> SelectedFrame
  {
    let format = FrameFormat(width: 32, height: 16, pixelFormat: isWhole ? .grey : .mjpeg)
    guard var lease = pool.lease(capacity: 512) else { throw CancellationError() }
    lease.withBytes { bytes in
      for index in 0..<512 { bytes.storeBytes(of: UInt8(index % 251), toByteOffset: index, as: UInt8.self) }
    }
    let frame = lease.seal(
      byteCount: 512, camera: camera, sequence: 0, time: MonotonicTime(seconds: seconds), format: format)
    let candidate = Candidate(
      frame: frame, score: FrameScore(sharpness: 0.5, exposure: 1), displacement: nil, presence: 1)
    return SelectedFrame(candidate: candidate, reason: "the only one")
  }

  @Test("Pictures come in the order of the frames; one that cannot be decoded costs itself alone")
  func order() async throws {
    let frames = FramePool(byteBudget: 1 << 20)
    let chosen = try [
      Self.frame(.backLeft, at: 2, in: frames), Self.frame(.roofLeft, at: 1.5, in: frames, isWhole: false),
      Self.frame(.roofLeft, at: 2, in: frames), Self.frame(.roofLeft, at: 3, in: frames),
    ]
    let pool = EncodePool(threads: 2)
    let stage = PictureStage(pool: pool, encoder: WebPEncoder(), nominalRate: 30)
    let (images, failures) = try await stage.images(
      of: chosen, passage: "0198", began: MonotonicTime(seconds: 1))
    await pool.close()
    #expect(images.map(\.fileName) == ["backLeft_30.webp", "roofLeft_30.webp", "roofLeft_60.webp"])
    #expect(images.allSatisfy { $0.width == 32 && $0.height == 16 && $0.bytes.starts(with: Array("RIFF".utf8)) })
    #expect(failures.map(\.camera) == [.roofLeft])
    #expect(failures.first?.time == MonotonicTime(seconds: 1.5))
  }
}
