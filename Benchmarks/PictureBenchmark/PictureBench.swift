import CTurboJPEG
import CWebP
import CameraIO
import FrameSelect
import Foundation
import LaneSimulation

/// The methods and their peers, and what a run of them came to.
///
/// The peers use libturbojpeg and libwebp directly, as `cwebp` does: JPEG to RGB, RGB to planes, libwebp's default settings.
struct PictureBench {
  private let samples: [SamplePictures.Sample]
  private let frames: [Frame]
  private let width: Int
  private let height: Int
  private static let quality = 80

  init(_ samples: [SamplePictures.Sample], width: Int, height: Int) throws {
    self.samples = samples
    self.width = width
    self.height = height
    let pool = FramePool(byteBudget: 1 << 30)
    frames = try samples.enumerated().map { number, sample in
      guard var lease = pool.lease(capacity: sample.jpeg.count) else { throw Failure("the pool is full") }
      lease.withBytes { bytes in
        unsafe bytes.withUnsafeMutableBytes { unsafe $0.copyBytes(from: sample.jpeg) }
      }
      return lease.seal(
        byteCount: sample.jpeg.count, camera: .bottomLeft, sequence: UInt64(number),
        time: MonotonicTime(seconds: Double(number)),
        format: FrameFormat(width: width, height: height, pixelFormat: .mjpeg))
    }
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  func figures(rounds: Int) throws -> [Figure] {
    let peers = try Peers(width: width, height: height)
    let encoder = WebPEncoder(settings: WebPSettings(quality: Double(Self.quality)))
    var (decoding, encoding, scoring) = ([Double](), [Double](), [Double]())
    var (bareDecoding, peerWhole) = ([Double](), [Double]())
    var (bytes, peerBytes) = ([Double](), [Double]())
    var (contrast, peerContrast) = ([Double](), [Double]())
    for round in -1..<rounds {
      for (sample, frame) in zip(samples, frames) {
        let bare = try Self.milliseconds { try peers.decode(sample.jpeg) }
        var planes: PlanarPicture?
        let decode = try Self.milliseconds { planes = try FrameDecoder().decode(frame) }
        guard let planes else { continue }
        var file: [UInt8] = []
        let encode = try Self.milliseconds { file = try encoder.encode(planes) }
        var peerFile: [UInt8] = []
        let whole = try Self.milliseconds { peerFile = try peers.webp(sample.jpeg, quality: Self.quality) }
        let score = try Self.milliseconds { _ = try FrameScore.measure(frame) }
        // The first round fills caches and the allocator.
        guard round >= 0 else { continue }
        decoding.append(decode)
        encoding.append(encode)
        scoring.append(score)
        bareDecoding.append(bare)
        peerWhole.append(whole)
        guard round == 0 else { continue }
        bytes.append(Double(file.count))
        peerBytes.append(Double(peerFile.count))
        let scratches = Scratches(sample, luma: try peers.luma(sample.jpeg), width: width)
        contrast.append(scratches.kept(in: try peers.seen(file)))
        peerContrast.append(scratches.kept(in: try peers.seen(peerFile)))
      }
    }
    let whole = zip(decoding, encoding).map { $0 + $1 }
    return [
      figure("decode and convert", decoding, bareDecoding, mark: 1.02, against: "libjpeg-turbo to its own planes"),
      figure("decode, convert, WebP", whole, peerWhole, mark: 0.45, against: "RGB, libwebp's defaults, q 80"),
      figure("bytes", bytes, peerBytes, mark: 1.05, against: "the same"),
      figure(
        "contrast of scratches", contrast, peerContrast, mark: 1, isMoreBetter: true,
        against: "the same; 1 is the camera's"),
      figure("score of a candidate", scoring, bareDecoding, mark: nil, against: "libjpeg-turbo to its own planes"),
    ]
  }

  private func figure(
    _ name: String, _ ours: [Double], _ peer: [Double], mark: Double?, isMoreBetter: Bool = false, against: String
  ) -> Figure {
    Figure(
      name: name, ours: Self.median(ours), peer: Self.median(peer), ratio: Self.median(zip(ours, peer).map { $0 / $1 }),
      mark: mark, isMoreBetter: isMoreBetter, against: against)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    return sorted.count % 2 == 1
      ? sorted[sorted.count / 2] : (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
  }

  private static func milliseconds(_ body: () throws -> Void) rethrows -> Double {
    let start = used
    try body()
    return used - start
  }

  private static var used: Double {
    var now = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return Double(now.tv_sec) * 1e3 + Double(now.tv_nsec) / 1e6
  }
}
