import CameraIO
import Testing

@testable import FrameSelect

@Suite("Chroma stays where it was, wherever the source has it")
struct ChromaSitingTests {
  /// A frame of 40 x 8 whose Cb at pixel column x is 40 + 4x and whose Cr is 220 - 4x, sampled where `siting` says.
  private func slope(_ pixelFormat: FrameFormat.PixelFormat, _ siting: FrameFormat.ChromaSiting) throws -> Frame {
    let format = FrameFormat(width: 40, height: 8, pixelFormat: pixelFormat, range: .limited, siting: siting)
    let places = (0..<20).map { 2 * Double($0) + (siting == .middle ? 0.5 : 0) }
    let blue = places.map { UInt8((40 + 4 * $0).rounded()) }
    let red = places.map { UInt8((220 - 4 * $0).rounded()) }
    let luma = [UInt8](repeating: 100, count: 320)
    let bytes: [UInt8] =
      switch pixelFormat {
      case .yuyv: (0..<8).flatMap { _ in (0..<20).flatMap { [100, blue[$0], 100, red[$0]] } }
      case .uyvy: (0..<8).flatMap { _ in (0..<20).flatMap { [blue[$0], 100, red[$0], 100] } }
      case .nv12: luma + (0..<4).flatMap { _ in (0..<20).flatMap { [blue[$0], red[$0]] } }
      case .yuv420: luma + (0..<4).flatMap { _ in blue } + (0..<4).flatMap { _ in red }
      default: luma + (0..<8).flatMap { _ in blue } + (0..<8).flatMap { _ in red }
      }
    return try TestFrames.frame(bytes, format)
  }

  @Test(
    "In WebP's planes a slope of colour is in the middle of its two pixels, from samples there and from samples at the left",
    arguments: [FrameFormat.PixelFormat.yuyv, .uyvy, .nv12, .yuv420, .yuv422], [FrameFormat.ChromaSiting.middle, .left])
  func slope(pixelFormat: FrameFormat.PixelFormat, siting: FrameFormat.ChromaSiting) throws {
    let planes = try FrameDecoder().decode(slope(pixelFormat, siting))
    for row in 0..<4 {
      // The last sample has no neighbour to move towards.
      for column in 0..<19 {
        let place = 2 * Double(column) + 0.5
        #expect(Double(planes.blue[row * 20 + column]) == 40 + 4 * place)
        #expect(Double(planes.red[row * 20 + column]) == 220 - 4 * place)
      }
    }
  }
}
