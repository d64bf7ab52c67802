import Foundation
import Uploader

/// Passages that follow from a number: the same number, the same id, second and bytes.
enum DrawnPassage {
  /// The second of passage 0.
  static let epoch: Int64 = 1_790_000_000

  /// `skew`: seconds that this unit's clock is ahead.
  static func facts(_ number: Int, tenant: String, captureSet: String, skew: Int = 0) -> PassageFacts {
    PassageFacts(
      id: id(number), recordedAtMs: (epoch + Int64(number) * 60 + Int64(skew)) * 1000, clock: .ntp,
      captureSetId: captureSet.isEmpty ? nil : captureSet, tenantId: tenant.isEmpty ? nil : tenant, from: 0, to: 3,
      direction: "forward", software: "outbox-probe")
  }

  static func id(_ number: Int) -> PassageID {
    let h = Digest.rawSHA256(Data("probe \(number)".utf8))
    return PassageID(
      UUID(
        uuid: (
          h[0], h[1], h[2], h[3], h[4], h[5], h[6] & 0x0F | 0x80, h[7], h[8] & 0x3F | 0x80, h[9], h[10], h[11], h[12],
          h[13], h[14], h[15]
        )))
  }

  /// A whole WebP by its header (64x48), and noise behind it.
  static func image(_ index: Int, of number: Int, bytes count: Int, camera: String = "roofLeft") -> ImageFile {
    var bytes = [UInt8](repeating: 0, count: max(64, count))
    bytes.replaceSubrange(0..<4, with: Array("RIFF".utf8))
    let rest = bytes.count - 8
    for place in 0..<4 { bytes[4 + place] = UInt8(rest >> (8 * place) & 0xff) }
    bytes.replaceSubrange(8..<16, with: Array("WEBPVP8 ".utf8))
    let chunk = bytes.count - 20
    for place in 0..<4 { bytes[16 + place] = UInt8(chunk >> (8 * place) & 0xff) }
    bytes.replaceSubrange(23..<30, with: [0x9d, 0x01, 0x2a, 64, 0, 48, 0])
    var state = UInt64(number) &* 1_000_003 &+ UInt64(index) &+ 1
    for place in 30..<bytes.count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      bytes[place] = UInt8(truncatingIfNeeded: state >> 33)
    }
    return ImageFile(
      fileName: "\(camera)_\(index).webp", camera: camera, width: 64, height: 48, bytes: Data(bytes),
      at: Double(index))
  }
}
