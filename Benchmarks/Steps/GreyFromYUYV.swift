import CameraIO
import FrameSelect

extension Steps {
  /// The same from a camera that does not compress.
  static let greyFromYUYV = Step(
    name: "grey-yuyv", what: "the trigger's grey picture of YUYV, 1920x1200", peer: "the sum of all bytes of the frame",
    marks: .init(time: (0.05, wherePeerTakes: 0.11)), rounds: 600
  ) { material in
    let frames = try material.frames(material.emptyYUYV.get(), .yuyv)
    let decoder = LumaDecoder()
    return .init(
      ours: { _ = try decoder.decode(frames[$0 % frames.count]) },
      peer: { round in
        guard sum(frames[round % frames.count]) != 1 else { throw BenchmarkError(description: "a sum came out as 1") }
      })
  }

  /// A limit of the machine: to have read the frame once, eight bytes at a time.
  private static func sum(_ frame: Frame) -> UInt64 {
    frame.withBytes { bytes in
      var sum: UInt64 = 0
      for at in stride(from: 0, to: bytes.byteCount - 7, by: 8) {
        sum &+= unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt64.self)
      }
      return sum
    }
  }
}
