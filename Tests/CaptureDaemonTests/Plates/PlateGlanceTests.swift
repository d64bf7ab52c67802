import CameraIO
import FrameSelect
import Testing

@testable import CaptureDaemon

@Suite("What a technician is told who holds a plate up")
struct PlateGlanceTests {
  private static let lens = LensData(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3)

  private static func glance(_ area: Int?, minimum: Int?, lens: LensData?) -> PlateGlance {
    let measure = PlateMeasure(minimum: minimum, lens: lens)
    var glance = PlateGlance(.frontLeft, measure)
    guard let area else { return glance }
    let plate = Plate(x: 10, y: 20, width: Double(area) / 100, height: 100, confidence: 0.8)
    if let seen = measure.sighting(
      of: plate, by: .frontLeft, at: MonotonicTime(seconds: 0), width: 1920, height: 1200)
    {
      glance.take(seen)
    }
    return glance
  }

  /// Area, minimum, whether the lens is known; status, line, and hint.
  static let lines: [(area: Int?, minimum: Int?, hasLens: Bool, status: Finding.Status, line: String, hint: String?)] =
    [
      (31_250, 25_000, true, .pass, "plate 31250 px² at 1.39 m, minimum 25000: large enough", nil),
      (
        20_000, 25_000, true, .warn,
        "plate 20000 px² at 1.74 m, minimum 25000: too small by 20 %, large enough at 1.56 m",
        "move the camera nearer, or give it a longer lens: plates must come at most 1.56 m from the camera"
      ),
      (
        24_999, 25_000, false, .warn, "plate 24999 px², minimum 25000: too small by 1 %",
        "move the camera nearer, or give it a longer lens"
      ),
      (31_250, nil, true, .pass, "plate 31250 px² at 1.39 m, no minimum", nil),
      (
        nil, 25_000, true, .skip, "no plate in sight",
        "to check, hold one up where vehicles pass, facing the camera, at most 1.56 m from the camera"
      ),
      (nil, nil, false, .skip, "no plate in sight", "to check, hold one up where vehicles pass, facing the camera"),
    ]

  @Test("One line, and what to do", arguments: lines)
  func line(area: Int?, minimum: Int?, hasLens: Bool, status: Finding.Status, line: String, hint: String?) {
    let finding = Self.glance(area, minimum: minimum, lens: hasLens ? Self.lens : nil).finding
    #expect(finding.check == "plates.frontLeft" && finding.status == status)
    #expect(finding.summary == line && finding.hint == hint)
  }

  @Test("The figures for scripts")
  func json() {
    #expect(
      Self.glance(20_000, minimum: 25_000, lens: Self.lens).finding.json.text.contains(
        #""data":{"area":20000,"minimum":25000,"metres":1.74,"farthest":1.56,"confidence":0.8,"box":[10,20,200,100]}}"#)
    )
    #expect(
      Self.glance(nil, minimum: nil, lens: nil).finding.json.text.contains(
        #""data":{"area":null,"minimum":null,"metres":null,"farthest":null,"confidence":null,"box":null}}"#))
  }

  @Test("A camera that nobody could look through says why, and is no reason to fail")
  func trouble() {
    let finding = PlateGlance(.backRight, PlateMeasure(minimum: 25_000), trouble: "no frame comes").finding
    #expect(finding.status == .skip && finding.summary == "not looked at: no frame comes" && finding.hint == nil)
  }

  @Test("A frame is looked at inside of its zone")
  func frame() throws {
    let frames = PlateFrames()
    let detector = SharedPlateDetector()
    let seen = PlateGlance(at: try frames.frame(.frontLeft), PlateMeasure(minimum: 25_000), detector)
    #expect(seen.finding.status == .pass && seen.minimum == 833, "\(seen)")
    let elsewhere = PlateMeasure(zone: try Zone(parsing: "0,0 100,0 100,50"))
    #expect(PlateGlance(at: try frames.frame(.frontLeft), elsewhere, detector).area == nil)
    #expect(PlateGlance(at: try frames.frame(.frontLeft, of: PlateFrames.bare), PlateMeasure(), detector).area == nil)
  }

  @Test("The status page has a line for each camera and the hint under it")
  func page() {
    let glances = [Self.glance(31_250, minimum: 25_000, lens: Self.lens), Self.glance(nil, minimum: nil, lens: nil)]
    #expect(
      StatusPage.text(of: glances) == """
        frontLeft: plate 31250 px² at 1.39 m, minimum 25000: large enough
        frontLeft: no plate in sight
          to check, hold one up where vehicles pass, facing the camera

        """)
    #expect(StatusPage.text(of: []).hasPrefix("no camera looks for plates"))
  }
}

@Suite("The plate meter of a running daemon")
struct PlateMeterTests {
  @Test("A frame is taken only while somebody asks, the next one of each camera that can see a plate")
  func tap() async throws {
    let frames = PlateFrames()
    let tap = FrameTap()
    tap.pass(try frames.frame(.frontLeft, at: 1))
    #expect(frames.pool.bytesInUse == 0)
    #expect(await tap.frames(of: [.frontLeft], patience: .zero).isEmpty)
    async let taken = tap.frames(of: [.frontLeft], patience: .seconds(60))
    // The question may come after any of them; the first one after it is taken.
    while frames.pool.bytesInUse == 0 {
      tap.pass(try frames.frame(.roofLeft, at: 2))
      tap.pass(try frames.frame(.frontLeft, at: 2))
      await Task.yield()
    }
    #expect(await taken.keys.sorted() == [.frontLeft])
  }

  @Test("A camera that gives no frame is said to, after a moment")
  func silence() async throws {
    let pool = EncodePool(threads: 1)
    let meter = PlateMeter(
      PlatePlan(Configuration(), lane: LaneConfiguration(cameras: [.frontLeft: LaneCamera()])), pool: pool,
      patience: .zero)
    #expect(await meter.read().map(\.trouble) == ["no frame comes"])
    await pool.close()
  }
}
