import CameraIO
import Testing

@testable import FrameSelect

@Suite("Of many answers one plate each; areas become distances")
struct PlateRuleTests {
  @Test("What overlaps is one plate, the surest speaks", arguments: PlateCases.groups)
  func grouping(name: String, answers: [Plate], kept: [Int]) {
    let expected = kept.map { answers[$0] }
    for plates in [PlateGrouping.plates(answers), PlateGrouping.plates(answers.reversed())] {
      #expect(plates.map(\.confidence) == expected.map(\.confidence), "\(name)")
      for (plate, one) in zip(plates, expected) {
        #expect(PlateGrouping.overlap(plate, one).union > 0.999_999, "\(name): \(plate), not \(one)")
      }
    }
  }

  @Test("Those that agree closely have a say in the edges, by their confidence")
  func mean() throws {
    let answers = [
      PlateCases.plate(10, 10, 100, 25, 0.8), PlateCases.plate(14, 10, 100, 25, 0.4),
      PlateCases.plate(60, 10, 100, 25, 0.3),
    ]
    let plates = PlateGrouping.plates(answers)
    #expect(plates.count == 1)
    let plate = try #require(plates.first)
    #expect(abs(plate.x - 10.8) < 1e-9 && abs(plate.width - 100) < 1e-9 && plate.confidence == 0.8)
  }

  @Test("An area is a distance, and back", arguments: PlateCases.distances)
  func distance(area: Int, lens: LensData, width: Int, height: Int, metres: Double?) throws {
    let found = PlateDistance.metres(area: area, lens: lens, width: width, height: height)
    guard let metres else {
      #expect(found == nil)
      return
    }
    let distance = try #require(found)
    #expect(abs(distance - metres) < 0.002)
    let back = try #require(PlateDistance.area(metres: distance, lens: lens, width: width, height: height))
    #expect(abs(back - area) <= 1)
  }

  @Test(
    "An area that is meant for 1920 x 1200 counts for its share of other pictures",
    arguments: [
      (25_000, 1920, 1200, 25_000), (25_000, 960, 600, 6_250), (25_000, 3840, 2400, 100_000), (0, 640, 480, 0),
    ])
  func threshold(area: Int, width: Int, height: Int, expected: Int) {
    #expect(PlateDistance.scaled(area: area, width: width, height: height) == expected)
  }

  @Test("As many scales as the picture and the least area need", arguments: PlateCases.scales)
  func scales(width: Int, height: Int, area: Int, widths: [Int]) {
    #expect(PlateDetector.sizes(width, height, areaAtLeast: area).map(\.width) == widths)
  }

  @Test("A smaller picture is the mean of what it covers", arguments: [(6, 3), (5, 2), (7, 7), (9, 4), (3, 1)])
  func scaling(old: Int, new: Int) {
    let pixels = (0..<old * old).map { UInt8(($0 * 37) % 256) }
    let map = ChannelMap(width: new + 3, height: new + 2, channels: 1)
    var scaler = AreaScaler(from: (old, old), to: (new, new))
    scaler.scale(pixels, into: map)
    let step = Double(old) / Double(new)
    func share(_ index: Int, _ pixel: Int) -> Double {
      max(0, min(Double(index + 1) * step, Double(pixel + 1)) - max(Double(index) * step, Double(pixel))) / step
    }
    for y in 0..<map.height {
      for x in 0..<map.width {
        var mean = 0.0
        for row in 0..<old {
          for column in 0..<old {
            mean += share(min(x, new - 1), column) * share(min(y, new - 1), row) * Double(pixels[row * old + column])
          }
        }
        #expect(abs(Double(map.pixel(x, y)[0]) - (mean - 128) / 64) < 1e-4, "\(x), \(y)")
      }
    }
  }
}

/// The tables of the tests above.
enum PlateCases {
  static func plate(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ sure: Double) -> Plate {
    Plate(x: x, y: y, width: width, height: height, confidence: sure)
  }

  /// Answers, and which of them remain (by their number) as plates.
  static let groups: [(name: String, answers: [Plate], kept: [Int])] = [
    ("none", [], []),
    ("one", [plate(10, 10, 100, 25, 0.8)], [0]),
    ("two far apart", [plate(10, 10, 100, 25, 0.6), plate(300, 10, 100, 25, 0.8)], [1, 0]),
    ("the less sure one of two that overlap by half", [plate(10, 10, 100, 25, 0.6), plate(35, 10, 100, 25, 0.8)], [1]),
    ("one that begins in the middle of a surer one", [plate(10, 10, 100, 25, 0.8), plate(80, 8, 100, 30, 0.5)], [0]),
    ("a part of a plate", [plate(10, 10, 100, 25, 0.8), plate(20, 12, 30, 20, 0.7)], [0]),
    ("a plate inside something larger but less sure", [plate(0, 0, 200, 80, 0.5), plate(50, 20, 100, 25, 0.7)], [1]),
    ("two that touch", [plate(0, 0, 100, 25, 0.7), plate(95, 0, 100, 25, 0.6)], [0, 1]),
  ]

  static let wideAngle = LensData(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3)

  /// Area, lens, picture, metres.
  static let distances: [(area: Int, lens: LensData, width: Int, height: Int, metres: Double?)] = [
    (25_000, wideAngle, 1920, 1200, 1.556),
    (6_250, wideAngle, 1920, 1200, 3.112),
    (6_250, wideAngle, 960, 600, 1.556),
    (25_000, wideAngle, 1200, 1920, 1.556),
    (25_000, LensData(focalLength: 12, sensorResolution: 1920, sensorSize: 11.3), 1920, 1200, 3.112),
    (0, wideAngle, 1920, 1200, nil),
    (25_000, LensData(focalLength: 0, sensorResolution: 1920, sensorSize: 11.3), 1920, 1200, nil),
    (25_000, LensData(focalLength: 6, sensorResolution: 1920, sensorSize: 0), 1920, 1200, nil),
  ]

  /// Picture, least area of interest, the widths at which the net looks.
  static let scales: [(width: Int, height: Int, area: Int, widths: [Int])] = [
    (1920, 1200, 0, [640, 320, 160, 80]), (1920, 1200, 25_000, [320, 160, 80]), (1920, 1200, 400_000, [80]),
    (640, 480, 0, [640, 320, 160, 80]), (320, 240, 0, [320, 160, 80]), (1080, 1920, 0, [360, 180, 90]),
    (40, 30, 0, [40]), (1, 1, 0, [1]), (0, 0, 0, []), (4000, 20, 0, [640]),
  ]
}
