import CTurboJPEG
import CameraIO
import Testing

@testable import FrameSelect

@Suite("A chosen frame keeps its colours on the way to WebP")
struct ColorFidelityTests {
  /// What the planes of a patch must hold.
  private func expectedCodes(_ color: TestColor, _ arrival: ChartArrival) -> [Double] {
    guard arrival.isGrey else { return color.codes(.bt601, .limited) }
    return [color.codes(arrival.matrix, .limited)[0], 128, 128]
  }

  @Test("A patch of every colour has exactly its limited-range BT.601 codes", arguments: ChartArrival.allCases)
  func codes(arrival: ChartArrival) throws {
    let patch = 64
    let picture = try FrameDecoder().decode(arrival.frame(of: .chart(patch: patch)))
    #expect(picture.width == 4 * patch)
    #expect(picture.height == 2 * patch)
    // One step for the source's own rounding; a matrix change rounds twice and works on rounded chroma.
    var tolerance = 1.0
    if case .raw(_, _, .bt709) = arrival { tolerance = 1.6 }
    for (number, color) in TestPicture.chartColors.enumerated() {
      let expected = expectedCodes(color, arrival)
      // Away from the borders, where JPEG and thinned-out chroma mix neighbours.
      for (x, y) in [(16, 16), (32, 32), (47, 47), (20, 41)] {
        let at = (x: number % 4 * patch + x, y: number / 4 * patch + y)
        let chroma = at.y / 2 * picture.chromaStride + at.x / 2
        let found = [picture.luma[at.y * picture.lumaStride + at.x], picture.blue[chroma], picture.red[chroma]]
        for component in 0..<3 {
          let difference = abs(Double(found[component]) - expected[component])
          #expect(
            difference <= tolerance, "\(arrival), colour \(number), component \(component): \(found), \(expected)")
        }
      }
    }
  }

  @Test("What a viewer sees in the WebP is within 3 levels of the chart", arguments: ChartArrival.allCases)
  func seen(arrival: ChartArrival) throws {
    let patch = 64
    let picture = try FrameDecoder().decode(arrival.frame(of: .chart(patch: patch)))
    let bytes = try WebPEncoder(settings: WebPSettings(quality: 95)).encode(picture)
    let seen = try #require(SeenPicture(webp: bytes))
    #expect(seen.width == 4 * patch)
    var worst = 0.0
    for (number, color) in TestPicture.chartColors.enumerated() {
      let left = number % 4 * patch
      let top = number / 4 * patch
      let mean = seen.mean(x: (left + 12)..<(left + 52), y: (top + 12)..<(top + 52))
      let grey = color.codes(arrival.matrix, .full)[0]
      let wanted = arrival.isGrey ? [grey, grey, grey] : [color.red, color.green, color.blue].map { $0 * 255 }
      for component in 0..<3 { worst = max(worst, abs(mean[component] - wanted[component])) }
    }
    #expect(worst <= 3, "\(arrival): off by \(worst)")
  }

  @Test("Black is black and white is white, whatever the camera's range", arguments: ChartArrival.allCases)
  func blackAndWhite(arrival: ChartArrival) throws {
    let picture = TestPicture(width: 64, height: 32) { x, _ in x < 32 ? TestColor(0, 0, 0) : TestColor(255, 255, 255) }
    let planes = try FrameDecoder().decode(arrival.frame(of: picture))
    #expect(planes.luma[16 * planes.lumaStride + 8] == 16)
    #expect(planes.luma[16 * planes.lumaStride + 56] == 235)
    let seen = try #require(SeenPicture(webp: WebPEncoder().encode(planes)))
    #expect(seen.mean(x: 4..<24, y: 4..<28).allSatisfy { $0 < 1.5 })
    // The colour that demosaicing leaves at the edge is quantised, and reaches two levels into the white; a wrong range is 20.
    #expect(seen.mean(x: 40..<60, y: 4..<28).allSatisfy { $0 > 253 })
  }

  @Test("Shadows and highlights of a full-range ramp are told apart, not crushed")
  func ramp() throws {
    let picture = TestPicture(width: 256, height: 16) { x, _ in TestColor(x, x, x) }
    let planes = try FrameDecoder().decode(TestFrames.rawFrame(picture, .yuv420, .full))
    for value in 0..<256 {
      #expect(planes.luma[value] == UInt8((16 + 219 * Double(value) / 255).rounded()))
    }
    // Unconverted, everything up to 16 would be one black and everything from 235 one white.
    let seen = try #require(SeenPicture(webp: WebPEncoder(settings: WebPSettings(quality: 95)).encode(planes)))
    #expect(seen.mean(x: 12..<16, y: 4..<12)[1] > seen.mean(x: 0..<4, y: 4..<12)[1] + 5)
    #expect(seen.mean(x: 252..<256, y: 4..<12)[1] > seen.mean(x: 238..<242, y: 4..<12)[1] + 5)
  }

  @Test("A border between two colours stays where it is", arguments: ChartArrival.withoutMosaics.filter { !$0.isGrey })
  func edge(arrival: ChartArrival) throws {
    // At 32, a border of JPEG blocks and of samples in every format: both sides must be pure up to it.
    let left = TestColor(200, 40, 40)
    let right = TestColor(40, 60, 200)
    let across = TestPicture(width: 64, height: 64) { x, _ in x < 32 ? left : right }
    let down = TestPicture(width: 64, height: 64) { _, y in y < 32 ? left : right }
    for (picture, isAcross) in [(across, true), (down, false)] {
      let planes = try FrameDecoder().decode(arrival.frame(of: picture))
      for (position, color) in [(15, left), (16, right)] {
        let wanted = color.codes(.bt601, .limited)
        let at = isAcross ? 7 * planes.chromaStride + position : position * planes.chromaStride + 7
        #expect(abs(Double(planes.blue[at]) - wanted[1]) <= 2, "\(arrival) Cb at \(position)")
        #expect(abs(Double(planes.red[at]) - wanted[2]) <= 2, "\(arrival) Cr at \(position)")
      }
    }
  }

  @Test("A border inside a chroma sample gives it the mean of both colours")
  func edgeInsideSample() throws {
    let left = TestColor(200, 40, 40)
    let right = TestColor(40, 60, 200)
    let picture = TestPicture(width: 32, height: 32) { x, _ in x < 15 ? left : right }
    let planes = try FrameDecoder().decode(TestFrames.rawFrame(picture, .yuv444, .full))
    let (one, other) = (left.codes(.bt601, .limited), right.codes(.bt601, .limited))
    #expect(abs(Double(planes.blue[6]) - one[1]) <= 1)
    #expect(abs(Double(planes.blue[7]) - (one[1] + other[1]) / 2) <= 1)
    #expect(abs(Double(planes.blue[8]) - other[1]) <= 1)
  }

  @Test(
    "Odd sizes keep their last column and row",
    arguments: ChartArrival.withoutMosaics, [[33, 17], [17, 33], [1, 1], [1, 6], [6, 1], [2, 3], [31, 2]])
  func oddSizes(arrival: ChartArrival, size: [Int]) throws {
    let color = TestColor(40, 180, 60)
    let picture = TestPicture(width: size[0], height: size[1]) { _, _ in color }
    let planes = try FrameDecoder().decode(arrival.frame(of: picture))
    #expect(planes.width == size[0])
    #expect(planes.height == size[1])
    #expect(planes.chromaWidth == (size[0] + 1) / 2)
    #expect(planes.chromaHeight == (size[1] + 1) / 2)
    let wanted = expectedCodes(color, arrival)
    for (x, y) in [(0, 0), (size[0] - 1, size[1] - 1)] {
      let chroma = y / 2 * planes.chromaStride + x / 2
      let found = [planes.luma[y * planes.lumaStride + x], planes.blue[chroma], planes.red[chroma]]
      for component in 0..<3 { #expect(abs(Double(found[component]) - wanted[component]) <= 2) }
    }
    let seen = try #require(SeenPicture(webp: WebPEncoder().encode(planes)))
    #expect([seen.width, seen.height] == size)
  }

  @Test("Luma of a textured picture survives decoding and WebP at 38 dB and more")
  func texture() throws {
    let picture = Scenes.texture(width: 480, height: 320)
    for arrival in [ChartArrival.jpeg(TJSAMP_422.rawValue), .raw(.yuyv, .limited, .bt601), .raw(.nv12, .full, .bt709)] {
      let planes = try FrameDecoder().decode(arrival.frame(of: picture))
      let seen = try #require(SeenPicture(webp: WebPEncoder().encode(planes)))
      var error = 0.0
      for pixel in 0..<(picture.width * picture.height) {
        let rgb = (0..<3).map { Double(seen.rgb[3 * pixel + $0]) }
        let luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]
        let difference = luma - picture.pixels[pixel].codes(.bt601, .full)[0]
        error += difference * difference
      }
      let psnr = Scenes.decibels(255 * 255 / (error / Double(picture.pixels.count)))
      #expect(psnr > 38, "\(arrival): \(psnr) dB")
    }
  }
}
