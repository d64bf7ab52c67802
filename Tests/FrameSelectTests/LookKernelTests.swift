import CameraIO
import Testing

@testable import FrameSelect

@Suite("The inner loops of a look")
struct LookKernelTests {
  @Test(
    "Of raw frames at an eighth a pixel is the mean of the two middle rows of its block",
    arguments: FrameFormat.PixelFormat.allCases.filter { !$0.isCoded && $0.mosaic == nil }, [1920, 1850])
  func eighth(pixelFormat: FrameFormat.PixelFormat, width: Int) throws {
    let format = FrameFormat(width: width, height: 50, pixelFormat: pixelFormat)
    var dice = Scenes.Dice(6)
    // Chroma is noise too: none of it may come through.
    let bytes = (0..<(try #require(format.byteCount))).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 16) }
    let small = try LumaDecoder().decode(TestFrames.frame(bytes, format))
    #expect(small.width == width / 8 && small.height == 6 && small.scale == 8)
    let step = pixelFormat == .yuyv || pixelFormat == .uyvy ? 2 : 1
    let line = format.planes[0].bytesPerLine
    let expected = (0..<(small.width * small.height)).map { index in
      let (x, y) = (index % small.width, index / small.width)
      var sum = 8
      for row in [3, 4] {
        for column in 0..<8 {
          sum += Int(bytes[(8 * y + row) * line + (8 * x + column) * step + (pixelFormat == .uyvy ? 1 : 0)])
        }
      }
      return UInt8(sum / 16)
    }
    #expect(small.pixels == expected)
  }

  @Test("A grey frame that is small already is taken as it is")
  func copied() throws {
    let format = FrameFormat(width: 241, height: 3, pixelFormat: .grey)
    let bytes = (0..<(241 * 3)).map { UInt8($0 % 251) }
    let small = try LumaDecoder().decode(TestFrames.frame(bytes, format))
    #expect(small == LumaImage(width: 241, height: 3, pixels: bytes, scale: 1))
  }

  @Test(
    "The background follows alike whether eight pixels go at a time or one",
    arguments: [0, 1, 700, 32768, 65535, 65536], [1, 7, 8, 9, 240])
  func blend(part: UInt32, count: Int) {
    var dice = Scenes.Dice(9)
    for _ in 0..<100 {
      let old = (0..<count).map { _ in UInt16(truncatingIfNeeded: dice.next() >> 9) % 65281 }
      let pixels = (0..<count).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 9) }
      var (together, single) = (old, old)
      together.withUnsafeMutableBufferPointer {
        BackgroundBlend.move($0.baseAddress!, toward: pixels, by: part, count: count)
      }
      single.withUnsafeMutableBufferPointer { background in
        for at in 0..<count {
          BackgroundBlend.move(background.baseAddress! + at, toward: Array(pixels[at...]), by: part, count: 1)
        }
      }
      #expect(together == single)
      if part == 65536 { #expect(together == pixels.map { UInt16($0) << 8 }) }
      if part == 0 { #expect(together == old) }
    }
  }

  /// Pictures of which cells are whole, cut, odd in number, and fewer than one.
  private static let sizes = [(2, 3), (4, 4), (7, 9), (8, 4), (12, 8), (20, 21), (241, 150)]

  private static func noise(_ size: (Int, Int), _ dice: inout Scenes.Dice) -> LumaImage {
    // Black and white beyond the range come as often as everything between them.
    let pixels = (0..<(size.0 * size.1)).map { _ in
      UInt8(max(0, min(255, Int(truncatingIfNeeded: dice.next() >> 20) % 512 - 128)))
    }
    return LumaImage(width: size.0, height: size.1, pixels: pixels, scale: 8)
  }

  private static func pixels(of cell: Int, _ grid: CellGrid) -> [Int] {
    let (row, column) = (cell / grid.columns, cell % grid.columns)
    return (0..<min(4, grid.pictureHeight)).flatMap { y in
      (0..<min(4, grid.pictureWidth)).map { x in (row * 4 + y) * grid.pictureWidth + column * 4 + x }
    }
  }

  @Test(
    "Of picture and background, sums over cells and what windows say of them are what they are one by one",
    arguments: sizes)
  func sums(size: (Int, Int)) {
    var dice = Scenes.Dice(11)
    let picture = Self.noise(size, &dice)
    let background = picture.pixels.map { _ in UInt16(truncatingIfNeeded: dice.next() >> 9) % 65281 }
    let grid = CellGrid(width: size.0, height: size.1, scale: 8, zone: nil)
    let workspace = CellWorkspace()
    workspace.measure(picture, background: background, grid: grid)
    let sums = workspace.sums
    let rounded = background.map { Int($0 + 128) >> 8 }
    for cell in 0..<grid.count {
      let places = Self.pixels(of: cell, grid)
      let (p, q) = (places.map { Int(picture.pixels[$0]) }, places.map { rounded[$0] })
      let found = [sums.one, sums.other, sums.oneSquared, sums.otherSquared, sums.product].map { Int($0[cell]) }
      #expect(
        found == [
          p.reduce(0, +), q.reduce(0, +), p.reduce(0) { $0 + $1 * $1 }, q.reduce(0) { $0 + $1 * $1 },
          zip(p, q).reduce(0) { $0 + $1.0 * $1.1 },
        ])
      let (row, column) = (cell / grid.columns, cell % grid.columns)
      let window = (max(0, row - 1)...min(grid.rows - 1, row + 1)).flatMap { y in
        (max(0, column - 1)...min(grid.columns - 1, column + 1)).map { y * grid.columns + $0 }
      }
      func total(_ sums: [Float]) -> Float { window.reduce(0) { $0 + sums[$1] } }
      let scale = 1 / (16 * Float(window.count))
      let (one, other) = (total(sums.one) * scale, total(sums.other) * scale)
      #expect(workspace.windows.meanOne[cell] == one)
      #expect(workspace.windows.meanOther[cell] == other)
      #expect(workspace.windows.varianceOne[cell] == max(0, total(sums.oneSquared) * scale - one * one))
      #expect(workspace.windows.varianceOther[cell] == max(0, total(sums.otherSquared) * scale - other * other))
      #expect(workspace.windows.covariance[cell] == total(sums.product) * scale - one * other)
    }
  }

  @Test("What moves in a cell is what differs from the picture before by more than light", arguments: sizes)
  func stillness(size: (Int, Int)) {
    var dice = Scenes.Dice(12)
    let grid = CellGrid(width: size.0, height: size.1, scale: 8, zone: nil)
    let first = Self.noise(size, &dice)
    // Some cells go on as they were, some become brighter, in some a pixel changes, some are something else.
    var second = first.pixels
    let other = Self.noise(size, &dice)
    for cell in 0..<grid.count {
      for (index, place) in Self.pixels(of: cell, grid).enumerated() {
        switch cell % 4 {
        case 1: second[place] = UInt8(min(255, Int(second[place]) + 9))
        case 2 where index == 3: second[place] = 255 - second[place]
        case 3: second[place] = other.pixels[place]
        default: break
        }
      }
    }
    let picture = LumaImage(width: size.0, height: size.1, pixels: second, scale: 8)
    var stillness = Stillness(first: first, time: MonotonicTime(seconds: 1), count: grid.count)
    var isMoving = [Bool](repeating: false, count: grid.count)
    stillness.update(picture, time: MonotonicTime(seconds: 1.1), elapsed: 0.1, grid: grid, isMoving: &isMoving)
    for cell in 0..<grid.count {
      let places = Self.pixels(of: cell, grid)
      let differences = places.map { Float(second[$0]) - Float(first.pixels[$0]) }
      let mean = differences.reduce(0, +) / 16
      let variance = differences.reduce(0) { $0 + $1 * $1 } / 16 - mean * mean
      let level = 2 + 0.02 * places.reduce(Float(0)) { $0 + Float(second[$1]) } / 16
      #expect(isMoving[cell] == (variance > level * level || abs(mean) > 6 * level))
      #expect(stillness.isRushing[cell] == (variance > 9 * level * level || abs(mean) > 12 * level))
      #expect(stillness.seconds[cell] == (isMoving[cell] ? 0 : 0.1))
    }
  }
}
