import CameraIO
import FrameSelect

extension Steps {
  /// The same from a camera that does not compress.
  static let greyFromYUYV = Step(
    name: "grey-yuyv", what: "the trigger's grey picture of YUYV, 1920x1200", peer: "to have read two rows of eight",
    marks: .init(ratio: 1.25, time: (0.05, wherePeerTakes: 0.045)), rounds: 600
  ) { material in
    let frames = try material.frames(material.emptyYUYV.get(), .yuyv)
    let decoder = LumaDecoder()
    return .init(
      ours: { _ = try decoder.decode(frames[$0 % frames.count]) },
      peer: { round in
        guard sum(frames[round % frames.count]) != 1 else { throw BenchmarkError(description: "a sum came out as 1") }
      })
  }

  /// A limit of the machine: to have read what is used of the frame, eight bytes at a time.
  private static func sum(_ frame: Frame) -> UInt64 {
    frame.withBytes { bytes in
      var sum: UInt64 = 0
      let line = frame.format.planes[0].bytesPerLine
      for block in 0..<(frame.format.height / 8) {
        let start = (8 * block + 3) * line
        for at in stride(from: start, to: start + 2 * line, by: 8) {
          sum &+= unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt64.self)
        }
      }
      return sum
    }
  }
}
