import CameraIO
import Foundation
import Uploader

/// Who names passages: by the clock when cameras are live, by the recording when they are replayed.
///
/// The name of a replayed passage is a function of the recording and the moment, so that a replay that was killed and
/// started again finds its passages in the outbox instead of making them twice (docs/decisions/0003).
enum PassageIdentity: Sendable {
  /// Version 7: milliseconds of wall time, then chance.
  case live
  /// Version 8: a hash of the recording's identity and of the moment the passage began.
  case replayed(recording: [UInt8], unit: String)

  /// The name of the passage that begins at `from`; `wallMilliseconds` is that moment in epoch time.
  func passageID(from: MonotonicTime, wallMilliseconds: Int64) -> PassageID {
    switch self {
    case .live:
      var generator = SystemRandomNumberGenerator()
      return Self.version7(wallMilliseconds: wallMilliseconds, random: generator.next(), generator.next())
    case .replayed(let recording, let unit):
      let text = Array("\(unit) \(from.nanoseconds)".utf8)
      return PassageID(Self.uuid(Array(Digest.rawSHA256(recording + text).prefix(16)), version: 8))
    }
  }

  static func version7(wallMilliseconds: Int64, random first: UInt64, _ second: UInt64) -> PassageID {
    let time = UInt64(clamping: wallMilliseconds)
    var bytes = (0..<6).map { UInt8(truncatingIfNeeded: time >> (40 - 8 * UInt64($0))) }
    bytes += (0..<2).map { UInt8(truncatingIfNeeded: first >> (8 * UInt64($0))) }
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: second >> (8 * UInt64($0))) }
    return PassageID(uuid(bytes, version: 7))
  }

  /// Sixteen bytes with the version and variant of RFC 9562 set.
  private static func uuid(_ bytes: [UInt8], version: UInt8) -> UUID {
    var b = bytes
    b[6] = b[6] & 0x0F | version << 4
    b[8] = b[8] & 0x3F | 0x80
    return UUID(
      uuid: (
        b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]
      ))
  }
}
