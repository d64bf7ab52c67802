import CameraIO
import Glibc

/// Finds the licence plates of any country in a frame, and nothing else if it can help it.
///
/// A small net looks at the picture at several scales, each of which shows it plates of 17 to 128 pixels: from a
/// thirtieth of the picture's width to all of it; then from close by at the places that may be one. One per thread: it keeps
/// the net's memory from frame to frame.
public final class PlateDetector {
  /// The longest side of the largest picture that the net sees.
  static let longestSide = 640
  /// Scales at most, each half of the one before.
  static let levels = 4
  /// The shortest side worth looking at.
  static let shortestSide = 48
  /// The narrowest plate that a scale is sure to show well, in its pixels.
  static let surelySeen = 26.0
  /// From here on a place is worth a closer look.
  static let suspicion = 0.3
  /// The most places of one picture that are: the surest.
  static let closeLooks = 3
  /// From here on a place counts as a plate, after that.
  public static let confidence = 0.55
  /// From here on an answer has a say in where a plate's edges are.
  static let voice = 0.2

  private struct Level {
    var scaler: AreaScaler
    let maps: PlateNet.Maps
  }

  private struct Pyramid {
    let luma: (width: Int, height: Int)
    let sizes: [(width: Int, height: Int)]
    var levels: [Level]
  }

  private let net = PlateNet(PlateNet.trained)
  private let close = PlateCloseLook()
  private var pyramids: [Pyramid] = []
  /// Pictures of more sizes than this in turn are made room for again each time.
  private static let pyramidsKept = 4

  /// A detector.
  public init() {}

  /// The plates of `frame`, the surest first, in its pixels.
  ///
  /// `areaAtLeast`: plates smaller than so many square pixels are of no interest; the finer scales are then left out, and
  /// with the area of a capture set the look costs a fraction. Throws when the frame cannot be decoded.
  public func detect(in frame: Frame, areaAtLeast: Int = 0) throws(PictureError) -> [Plate] {
    let sizes = Self.sizes(frame.format.width, frame.format.height, areaAtLeast: areaAtLeast)
    guard let largest = sizes.first else { return [] }
    let luma = try PlateLuma(frame, atLeast: largest.width, largest.height)
    return look(
      luma.pixels, (luma.width, luma.height), sizes, frameSize: (frame.format.width, frame.format.height)
    ).filter { $0.area >= areaAtLeast }
  }

  /// The plates of a grey picture, in its pixels.
  public func detect(in picture: LumaImage) -> [Plate] {
    look(
      picture.pixels, (picture.width, picture.height), Self.sizes(picture.width, picture.height, areaAtLeast: 0),
      frameSize: (picture.width, picture.height))
  }

  /// The sizes at which a picture is looked at, largest first.
  static func sizes(_ width: Int, _ height: Int, areaAtLeast: Int) -> [(width: Int, height: Int)] {
    guard width > 0, height > 0 else { return [] }
    let whole = min(1, Double(longestSide) / Double(max(width, height)))
    // A plate of that area is this wide at least: none is much higher than wide.
    let narrowest = Double(areaAtLeast).squareRoot()
    var sizes: [(width: Int, height: Int)] = []
    for level in 0..<levels {
      let scale = whole / Double(1 << level)
      let size = (width: Int(Double(width) * scale + 0.5), height: Int(Double(height) * scale + 0.5))
      guard level == 0 || min(size.width, size.height) >= shortestSide else { break }
      if narrowest * scale / 2 >= surelySeen, level + 1 < levels { continue }
      sizes.append((max(1, size.width), max(1, size.height)))
    }
    return sizes
  }

  private func look(
    _ pixels: [UInt8], _ luma: (width: Int, height: Int), _ sizes: [(width: Int, height: Int)],
    frameSize: (width: Int, height: Int)
  ) -> [Plate] {
    guard luma.width > 0, luma.height > 0 else { return [] }
    let index = pyramid(luma, sizes)
    var answers: [Plate] = []
    for level in pyramids[index].levels.indices {
      let maps = pyramids[index].levels[level].maps
      if level == 0 {
        pyramids[index].levels[0].scaler.scale(pixels, into: maps.picture)
      } else {
        pyramids[index].levels[level].scaler.scale(pyramids[index].levels[level - 1].maps.picture, into: maps.picture)
      }
      net.run(maps)
      let size = sizes[level]
      answers += Self.answers(
        maps.answer, scale: (Double(luma.width) / Double(size.width), Double(luma.height) / Double(size.height)), luma)
    }
    let places = PlateGrouping.plates(answers).filter { $0.confidence >= Self.suspicion }.prefix(Self.closeLooks)
    let plates = places.compactMap { close.look(at: $0, of: pixels, luma, with: net) }
    let scale = (
      Double(frameSize.width) / Double(luma.width), Double(frameSize.height) / Double(luma.height)
    )
    return PlateGrouping.plates(plates).filter { $0.confidence >= Self.confidence }
      .map { $0.scaled(scale.0, scale.1) }
  }

  private func pyramid(_ luma: (width: Int, height: Int), _ sizes: [(width: Int, height: Int)]) -> Int {
    if let index = pyramids.firstIndex(where: { known in
      known.luma == luma && known.sizes.elementsEqual(sizes, by: ==)
    }) {
      return index
    }
    if pyramids.count == Self.pyramidsKept { pyramids.removeFirst() }
    var levels: [Level] = []
    var from = luma
    for size in sizes {
      levels.append(
        Level(
          scaler: AreaScaler(from: from, to: (min(size.width, from.width), min(size.height, from.height))),
          maps: PlateNet.Maps(width: Self.padded(size.width), height: Self.padded(size.height))))
      from = size
    }
    pyramids.append(Pyramid(luma: luma, sizes: sizes, levels: levels))
    return pyramids.count - 1
  }

  private static func padded(_ length: Int) -> Int {
    (length + PlateNet.grain - 1) / PlateNet.grain * PlateNet.grain
  }

  /// The places that the net has something to say of, in pixels of a picture that is `scale` times as large.
  static func answers(
    _ answer: ChannelMap, scale: (x: Double, y: Double), _ frame: (width: Int, height: Int)
  ) -> [Plate] {
    var plates: [Plate] = []
    let least = Float(log(Self.voice / (1 - Self.voice)))
    let cell = Double(PlateNet.cell)
    for y in 0..<answer.height {
      for x in 0..<answer.width {
        let values = unsafe answer.pixel(x, y)
        guard unsafe values[0] >= least else { continue }
        func edge(_ index: Int) -> Double { unsafe exp(Double(min(4, max(-4, values[index])))) * cell }
        let middle = (x: (Double(x) + 0.5) * cell, y: (Double(y) + 0.5) * cell)
        let left = max(0, (middle.x - edge(1)) * scale.x)
        let top = max(0, (middle.y - edge(2)) * scale.y)
        let right = min(Double(frame.width), (middle.x + edge(3)) * scale.x)
        let bottom = min(Double(frame.height), (middle.y + edge(4)) * scale.y)
        guard right > left, bottom > top else { continue }
        plates.append(
          Plate(
            x: left, y: top, width: right - left, height: bottom - top,
            confidence: unsafe 1 / (1 + exp(-Double(values[0])))))
      }
    }
    return plates
  }
}
