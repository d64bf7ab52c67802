import CameraIO
import Testing

@testable import FrameSelect

@Suite("By what a plate is judged: least area, lens, zone")
struct PlateMeasureTests {
  static let lens = LensData(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3)

  static func plate(_ width: Double, _ height: Double, x: Double = 100, y: Double = 100, sure: Double = 0.9) -> Plate {
    Plate(x: x, y: y, width: width, height: height, confidence: sure)
  }

  static func sighting(_ measure: PlateMeasure, _ plate: Plate, _ width: Int, _ height: Int) -> PlateSighting? {
    measure.sighting(of: plate, by: .frontLeft, at: MonotonicTime(seconds: 1), width: width, height: height)
  }

  /// Minimum, lens, plate, picture; the area that is told, what it is held against, whether that will do, metres.
  static let cases:
    [(
      minimum: Int?, lens: LensData?, plate: Plate, width: Int, height: Int, area: Int, held: Int?, isEnough: Bool,
      metres: Double?
    )] = [
      (25_000, lens, plate(350, 75), 1920, 1200, 26_250, 25_000, true, 1.52),
      (25_000, lens, plate(300, 75), 1920, 1200, 22_500, 25_000, false, 1.64),
      // A camera with half the resolution of its lens's sensor: told in pixels of the sensor, at the same distance.
      (25_000, lens, plate(175, 37.5), 960, 600, 26_252, 25_000, true, 1.52),
      // Another shape of picture does not change what the lens shows.
      (25_000, lens, plate(175, 37.5), 960, 540, 26_252, 25_000, true, 1.52),
      // Nobody knows the lens: the picture's own pixels, and the minimum's share of them.
      (25_000, nil, plate(175, 37.5), 960, 600, 6_563, 6_250, true, nil),
      (25_000, nil, plate(150, 37.5), 960, 600, 5_625, 6_250, false, nil),
      (nil, lens, plate(10, 5), 1920, 1200, 50, nil, true, 34.79),
      (nil, nil, plate(10, 5), 640, 480, 50, nil, true, nil),
      (
        25_000, LensData(focalLength: 6, sensorResolution: 0, sensorSize: 11.3), plate(350, 75), 1920, 1200, 26_250,
        25_000, true, nil
      ),
    ]

  @Test("Area, minimum and distance belong together, whatever size the picture has", arguments: cases)
  func judging(
    minimum: Int?, lens: LensData?, plate: Plate, width: Int, height: Int, area: Int, held: Int?, isEnough: Bool,
    metres: Double?
  ) throws {
    let sighting = try #require(Self.sighting(PlateMeasure(minimum: minimum, lens: lens), plate, width, height))
    #expect(sighting.area == area && sighting.minimum == held && sighting.isLargeEnough == isEnough)
    #expect((sighting.metres == nil) == (metres == nil))
    if let metres { #expect(abs((sighting.metres ?? 0) - metres) < 0.01, "\(sighting)") }
  }

  @Test(
    "The least area in pixels of a picture",
    arguments: [
      (lens as LensData?, 1920, 1200, 25_000), (lens, 960, 600, 6_250), (nil, 1920, 1200, 25_000),
      (nil, 1280, 720, 10_000),
      (lens, 1280, 720, 11_111),
    ])
  func least(lens: LensData?, width: Int, height: Int, expected: Int) {
    #expect(PlateMeasure(minimum: 25_000, lens: lens).minimum(width: width, height: height) == expected)
    #expect(PlateMeasure(lens: lens).minimum(width: width, height: height) == nil)
  }

  @Test("How far away a plate may be is known with a lens and a minimum")
  func farthest() {
    #expect(PlateMeasure(minimum: 25_000, lens: Self.lens).farthest.map { abs($0 - 1.556) < 0.01 } == true)
    #expect(PlateMeasure(minimum: 25_000).farthest == nil)
    #expect(PlateMeasure(lens: Self.lens).farthest == nil)
  }

  @Test("A plate whose middle is outside of the zone is another vehicle's")
  func zone() throws {
    let zone = try Zone(parsing: "0,0 200,0 200,200 0,200")
    let measure = PlateMeasure(zone: zone)
    #expect(Self.sighting(measure, Self.plate(80, 20, x: 150, y: 100), 640, 480) != nil)
    #expect(Self.sighting(measure, Self.plate(80, 20, x: 170, y: 100), 640, 480) == nil)
  }
}

@Suite("What pictures show of plates becomes evidence of a passage")
struct PlateEvidenceTests {
  static func sighting(
    _ camera: CameraPosition, _ area: Int, sure: Double, at seconds: Double = 1, minimum: Int? = 25_000
  ) -> PlateSighting {
    PlateSighting(
      camera: camera, time: MonotonicTime(seconds: seconds),
      plate: Plate(x: 0, y: 0, width: Double(area) / 10, height: 10, confidence: sure), area: area, minimum: minimum,
      metres: 2)
  }

  static let passage = Passage(
    number: 1, from: MonotonicTime(seconds: 0), to: MonotonicTime(seconds: 3), direction: .forward, trigger: "motion",
    plateArea: nil, cameras: [.frontLeft], evidence: ["frames": 10])

  /// What each picture shows, and the areas that are left, camera by camera.
  static let cases: [(name: String, pictures: [[PlateSighting]], areas: [Int])] = [
    ("nothing", [[], []], []),
    ("a plate for sure", [[sighting(.frontLeft, 20_000, sure: 0.8)], []], [20_000]),
    ("once, and not for sure", [[sighting(.frontLeft, 20_000, sure: 0.69)], []], []),
    (
      "twice, and not for sure",
      [[sighting(.frontLeft, 20_000, sure: 0.6)], [sighting(.frontLeft, 21_000, sure: 0.6, at: 2)]], [21_000]
    ),
    (
      "once each in two cameras, and not for sure",
      [[sighting(.frontLeft, 20_000, sure: 0.6)], [sighting(.backLeft, 21_000, sure: 0.6)]], []
    ),
    (
      "a grille that is larger than the plate, and less sure",
      [[sighting(.frontLeft, 20_000, sure: 0.8), sighting(.frontLeft, 60_000, sure: 0.75)]], [20_000]
    ),
    (
      "a doubtful one that is larger than one for sure",
      [[sighting(.frontLeft, 20_000, sure: 0.8)], [sighting(.frontLeft, 60_000, sure: 0.6, at: 2)]], [20_000]
    ),
    (
      "growing, in the front and in the back",
      [
        [sighting(.frontLeft, 20_000, sure: 0.8)], [sighting(.frontLeft, 31_000, sure: 0.8, at: 2)],
        [sighting(.backLeft, 26_000, sure: 0.8, at: 3)],
      ], [26_000, 31_000]
    ),
  ]

  @Test("Of each camera the largest that can be believed, in whatever order pictures are looked at", arguments: cases)
  func largest(name: String, pictures: [[PlateSighting]], areas: [Int]) {
    for pictures in [pictures, pictures.reversed()] {
      var evidence = PlateEvidence()
      for picture in pictures { evidence.take(picture) }
      #expect(evidence.looks == pictures.count)
      #expect(evidence.largest.map(\.area) == areas, "\(name)")
    }
  }

  @Test(
    "The trigger says so when a plate was large enough, and the area is that of the one that is worth most",
    arguments: [
      ([sighting(.frontLeft, 25_000, sure: 0.8)], "motion+plate", 25_000),
      ([sighting(.frontLeft, 24_999, sure: 0.8)], "motion", 24_999),
      ([sighting(.frontLeft, 50, sure: 0.8, minimum: nil)], "motion+plate", 50),
      (
        [sighting(.backLeft, 20_000, sure: 0.8), sighting(.frontLeft, 8_000, sure: 0.8, minimum: 6_250)],
        "motion+plate", 8_000
      ),
    ])
  func trigger(sightings: [PlateSighting], trigger: String, area: Int) {
    var evidence = PlateEvidence()
    for sighting in sightings { evidence.take([sighting]) }
    let passage = Self.passage.with(evidence)
    #expect(passage.trigger == trigger && passage.plateArea == area && passage.plates.count == sightings.count)
    #expect(passage.evidence["plateLooks"] == Double(sightings.count) && passage.evidence["frames"] == 10)
    #expect(passage.evidence["plateArea.frontLeft"] == sightings.last.map { Double($0.area) })
    #expect(passage.evidence["plateMetres.frontLeft"] == 2 && passage.evidence["plateConfidence.frontLeft"] == 0.8)
  }

  @Test("A passage without a plate stays one: by motion, with the looks that were in vain; without a look as it was")
  func without() {
    var evidence = PlateEvidence()
    #expect(Self.passage.with(evidence).evidence == ["frames": 10])
    evidence.take([])
    let passage = Self.passage.with(evidence)
    #expect(passage.trigger == "motion" && passage.plateArea == nil && passage.plates.isEmpty)
    #expect(passage.evidence == ["frames": 10, "plateLooks": 1])
  }
}
