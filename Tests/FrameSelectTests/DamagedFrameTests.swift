import CTurboJPEG
import CameraIO
import Testing

@testable import FrameSelect

@Suite("A frame that is not a whole picture is an error and never a grey picture or a crash")
struct DamagedFrameTests {
  private let picture = Scenes.texture(width: 160, height: 120)
  private var format: FrameFormat { FrameFormat(width: 160, height: 120, pixelFormat: .mjpeg) }

  private func kind(of bytes: [UInt8], _ format: FrameFormat) throws -> [PictureError.Kind?] {
    let frame = try TestFrames.frame(bytes, format)
    var kinds: [PictureError.Kind?] = []
    do throws(PictureError) {
      _ = try FrameDecoder().decode(frame)
      kinds.append(nil)
    } catch {
      #expect(!error.description.contains("\n"))
      #expect(error.description.contains("roofLeft"))
      kinds.append(error.kind)
    }
    do throws(PictureError) {
      _ = try FrameScore.measure(frame)
      kinds.append(nil)
    } catch {
      kinds.append(error.kind)
    }
    return kinds
  }

  @Test("A JPEG that is cut off is damaged, wherever the cut is", arguments: [0, 1, 2, 100, 700, 2000, -40, -2])
  func cut(at place: Int) throws {
    let whole = picture.jpeg(TJSAMP_422)
    let bytes = Array(place >= 0 ? whole.prefix(place) : whole.dropLast(-place))
    #expect(try kind(of: bytes, format) == [.damaged, .damaged])
  }

  @Test("Bytes that are no JPEG are damaged")
  func noise() throws {
    var dice = Scenes.Dice(3)
    let bytes = (0..<5000).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
    #expect(try kind(of: bytes, format) == [.damaged, .damaged])
  }

  @Test("A JPEG of another size than the camera's is damaged")
  func otherSize() throws {
    let other = FrameFormat(width: 161, height: 120, pixelFormat: .mjpeg)
    #expect(try kind(of: picture.jpeg(TJSAMP_422), other) == [.damaged, .damaged])
  }

  @Test("A thousand JPEGs with flipped bytes give a picture of the right size or an error")
  func flipped() throws {
    let whole = picture.jpeg(TJSAMP_420, quality: 85)
    var dice = Scenes.Dice(5)
    var errors = 0
    let pool = FramePool(byteBudget: 1 << 24)
    for _ in 0..<1000 {
      var bytes = whole
      for _ in 0..<3 { bytes[Int(dice.fraction() * Double(bytes.count))] = UInt8(truncatingIfNeeded: dice.next()) }
      let frame = try TestFrames.frame(bytes, format, pool: pool)
      do throws(PictureError) {
        let planes = try FrameDecoder().decode(frame)
        #expect(planes.width == 160 && planes.height == 120)
      } catch {
        errors += 1
      }
    }
    #expect(errors > 0)
    #expect(pool.bytesInUse == 0)
  }

  @Test("Padding before the end marker, as some cameras send it, is no damage")
  func padding() throws {
    let whole = picture.jpeg(TJSAMP_422)
    let padded = whole.dropLast(2) + [0, 0, 0, 0] + whole.suffix(2)
    #expect(try kind(of: Array(padded), format) == [nil, nil])
    let trailing = whole + [UInt8](repeating: 0, count: 300)
    #expect(try kind(of: trailing, format) == [nil, nil])
  }

  @Test("A camera's JPEG without Huffman tables is read with the standard ones")
  func withoutTables() throws {
    let whole = picture.jpeg(TJSAMP_422)
    var bytes = Array(whole.prefix(2))
    var at = 2
    while at + 4 <= whole.count, whole[at] == 0xff, whole[at + 1] != 0xda {
      let length = 2 + Int(whole[at + 2]) << 8 + Int(whole[at + 3])
      if whole[at + 1] != 0xc4 { bytes += whole[at..<(at + length)] }
      at += length
    }
    bytes += whole[at...]
    #expect(bytes.count < whole.count)
    let same = try FrameDecoder().decode(TestFrames.frame(bytes, format)).luma
    #expect(try same == FrameDecoder().decode(TestFrames.frame(whole, format)).luma)
  }

  @Test(
    "Raw bytes that are too few are damaged",
    arguments: FrameFormat.PixelFormat.allCases.filter { !$0.isCoded && $0.mosaic == nil })
  func shortRaw(pixelFormat: FrameFormat.PixelFormat) throws {
    let format = FrameFormat(width: 33, height: 17, pixelFormat: pixelFormat)
    let whole = picture.raw(FrameFormat(width: 160, height: 120, pixelFormat: pixelFormat))
    let needed = try #require(format.byteCount)
    #expect(try kind(of: Array(whole.prefix(needed)), format) == [nil, nil])
    #expect(try kind(of: Array(whole.prefix(needed - 1)), format) == [.damaged, .damaged])
    #expect(try kind(of: [], format) == [.damaged, .damaged])
  }
}
