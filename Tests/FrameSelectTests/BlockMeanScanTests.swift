import CTurboJPEG
import CameraIO
import Testing

@testable import FrameSelect

@Suite("The grey picture at an eighth is libjpeg's own, without libjpeg")
struct BlockMeanScanTests {
  private func scan(_ bytes: [UInt8], with scan: BlockMeanScan = BlockMeanScan()) -> LumaImage? {
    bytes.withUnsafeBytes { raw in JPEGHead(raw).flatMap { scan.picture(of: raw, $0) } }
  }

  @Test(
    "Identical on pictures, however chroma is thinned out and whatever the size",
    arguments: [TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_440, TJSAMP_411, TJSAMP_GRAY].map(\.rawValue),
    [(320, 200), (161, 97), (8, 8), (1, 1), (33, 250)])
  func pictures(subsampling: UInt32, size: (Int, Int)) throws {
    let picture = Scenes.texture(width: size.0, height: size.1)
    // One scan for all, as for a camera whose quality changes.
    let camera = BlockMeanScan()
    for quality in [5, 40, 75, 92, 100] {
      let bytes = picture.jpeg(TJSAMP(subsampling), quality: quality)
      let truth = try #require(LibjpegEighth.picture(bytes))
      #expect(scan(bytes, with: camera) == truth, "quality \(quality)")
    }
  }

  @Test("Cameras that share their room see each its own picture")
  func shared() throws {
    var dice = Scenes.Dice(5)
    let room = CoefficientStream()
    let sizes = [(40, 30), (330, 210), (16, 16)]
    let cameras = sizes.map { size in
      (scan: BlockMeanScan(sharing: room), bytes: WrittenJPEG(width: size.0, height: size.1).bytes(&dice))
    }
    for _ in 0..<2 {
      for camera in cameras {
        let truth = try #require(LibjpegEighth.picture(camera.bytes))
        #expect(scan(camera.bytes, with: camera.scan) == truth)
        // Nor is what another camera left behind the end taken for a part of this picture.
        #expect(scan(Array(camera.bytes.dropLast(40)), with: camera.scan) == nil)
      }
    }
  }

  static let samplings: [[(Int, Int)]] = [
    [(1, 1)], [(2, 2)], [(1, 1), (1, 1), (1, 1)], [(2, 1), (1, 1), (1, 1)], [(1, 2), (1, 1), (1, 1)],
    [(2, 2), (1, 1), (1, 1)], [(4, 1), (1, 1), (1, 1)],
  ]

  @Test(
    "Identical on any coefficients, with the file's own tables, with the standard ones left out, and with restart markers",
    arguments: WrittenJPEG.Tables.allCases, [0, 1, 3, 40])
  func coefficients(tables: WrittenJPEG.Tables, restartInterval: Int) throws {
    var dice = Scenes.Dice(11)
    let camera = BlockMeanScan()
    for sampling in Self.samplings {
      for factor: UInt8 in [1, 16, 255] {
        let bytes = WrittenJPEG(
          sampling: sampling, restartInterval: restartInterval, tables: tables, factor: factor
        ).bytes(&dice)
        let truth = try #require(LibjpegEighth.picture(bytes))
        #expect(scan(bytes, with: camera) == truth, "\(sampling), factor \(factor)")
      }
    }
  }

  @Test("Two steps never go over more bits than the scan knows")
  func twoSteps() { #expect(2 * (HuffmanTable.stepBits + 15) <= 56) }

  @Test("Padding before the end marker is no damage, and bytes behind it are nobody's")
  func padding() throws {
    var dice = Scenes.Dice(2)
    let padded = WrittenJPEG(padding: 37).bytes(&dice)
    let truth = try #require(LibjpegEighth.picture(padded))
    #expect(scan(padded) == truth)
    #expect(scan(padded + [1, 2, 3]) == scan(padded))
  }

  @Test("A file that is cut off is none, wherever the cut is")
  func cut() {
    var dice = Scenes.Dice(4)
    let whole = WrittenJPEG(width: 40, height: 30, restartInterval: 2).bytes(&dice)
    for count in 0..<whole.count {
      #expect(scan(Array(whole.prefix(count))) == nil, "\(count) of \(whole.count) bytes")
    }
    #expect(scan(whole) != nil)
  }

  @Test(
    "Whatever bytes are flipped: a picture is libjpeg's picture, and what libjpeg complains of is none",
    arguments: 0..<4)
  func flipped(seed: Int) {
    var dice = Scenes.Dice(UInt64(seed))
    let camera = BlockMeanScan()
    var pictures = 0
    for round in 0..<150 {
      let file = WrittenJPEG(
        width: 90, height: 50, sampling: Self.samplings[round % Self.samplings.count],
        restartInterval: round % 3 == 0 ? 4 : 0, tables: WrittenJPEG.Tables.allCases[round / 7 % 3])
      var bytes = file.bytes(&dice)
      // In the head every second time: there most of the traps lie.
      let reach = round % 2 == 0 ? bytes.count : 700
      for _ in 0..<(1 + round % 4) {
        bytes[Int(dice.fraction() * Double(min(reach, bytes.count)))] = UInt8(truncatingIfNeeded: dice.next() >> 8)
      }
      guard let picture = scan(bytes, with: camera) else { continue }
      pictures += 1
      #expect(picture == LibjpegEighth.picture(bytes), "seed \(seed), round \(round)")
    }
    #expect(pictures > 3)
  }

  @Test("Markers out of turn, other codings and other colours are left to libjpeg")
  func others() throws {
    var dice = Scenes.Dice(8)
    let whole = WrittenJPEG(width: 64, height: 64, restartInterval: 5).bytes(&dice)
    let restart = try #require(whole.indices.dropLast().last { whole[$0] == 0xff && whole[$0 + 1] == 0xd1 })
    let frame = try #require(whole.indices.dropLast().first { whole[$0] == 0xff && whole[$0 + 1] == 0xc0 })
    func with(_ value: UInt8, at index: Int) -> [UInt8] {
      var bytes = whole
      bytes[index] = value
      return bytes
    }
    #expect(scan(whole) != nil)
    #expect(scan(with(0xd2, at: restart + 1)) == nil, "a restart marker is missing")
    for coding: UInt8 in [0xc2, 0xc3, 0xc9, 0xca] { #expect(scan(with(coding, at: frame + 1)) == nil) }
    #expect(scan(with(12, at: frame + 4)) == nil, "twelve bits a sample")
    #expect(
      scan(Array(whole[..<2]) + [0xff, 0xee, 0, 14] + Array("Adobe".utf8) + [0, 0, 0, 0, 0, 0, 0] + whole[2...]) == nil)
  }

  @Test("A camera's large picture gives the trigger the same small one as libjpeg does")
  func throughTheDecoder() throws {
    let picture = Scenes.texture(width: 1284, height: 724)
    for subsampling in [TJSAMP_422, TJSAMP_420] {
      let bytes = picture.jpeg(subsampling, quality: 90)
      let frame = try TestFrames.frame(bytes, FrameFormat(width: 1284, height: 724, pixelFormat: .mjpeg))
      let truth = try #require(LibjpegEighth.picture(bytes))
      #expect(try LumaDecoder().decode(frame) == truth)
    }
  }
}
