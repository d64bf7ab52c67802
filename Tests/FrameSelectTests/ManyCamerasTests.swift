import CameraIO
import Testing

@testable import FrameSelect

@Suite("The more cameras look, the more of them must agree")
struct ManyCamerasTests {
  private typealias Sight = VehiclePartsTests.Sight

  /// Goes on outside of the picture; all of it is seen, upright; all of it is seen, long, at the picture's other side.
  private static let cut = PictureBox(left: 0, top: 0.2, right: 0.9, bottom: 0.8)
  private static let upright = PictureBox(left: 0.4, top: 0.2, right: 0.6, bottom: 0.8)
  private static let far = PictureBox(left: 0.5, top: 0.85, right: 0.95, bottom: 0.98)

  /// What comes into a picture out of nothing, and goes until hardly anything of it is left.
  private static func crossing(
    _ camera: CameraPosition, _ from: Double, _ to: Double, first: Double = 0.02, last: Double = 0.02,
    box: PictureBox = cut
  ) -> [Sight] {
    let middle = (from + to) / 2
    return [
      Sight(camera: camera, from: from, to: middle - 0.05, presence: (first, 0.4), box: box),
      Sight(camera: camera, from: middle, to: to, presence: (0.4, last), box: box),
    ]
  }

  /// What two cameras at one place on both sides say.
  struct Disagreement: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// When the other camera saw the vehicle come and go, at 3 and 7 s for the first; and how large it was then.
    var came = 3.0
    var went = 7.0
    var first = 0.02
    var last = 0.02
    let expected: ClosedRange<Double>
  }

  @Test(
    "Light or a branch before one of two cameras at the same place makes no vehicle stay longer",
    arguments: [
      Disagreement(testDescription: "both agree", expected: 3...7),
      Disagreement(testDescription: "one came a little earlier", came: 2.4, expected: 2.4...7),
      Disagreement(testDescription: "one came long before", came: 1, expected: 3...7),
      Disagreement(testDescription: "one went long after", went: 10, expected: 3...7),
      Disagreement(testDescription: "the other lost a large vehicle", went: 10, last: 0.4, expected: 3...10),
      Disagreement(testDescription: "the other found it late", came: 1, first: 0.4, expected: 1...7),
    ])
  func oppositeCameras(example: Disagreement) throws {
    let result = VehiclePartsTests.play(
      Self.crossing(.frontLeft, 3, 7, first: example.first, last: example.last)
        + Self.crossing(.frontRight, example.came, example.went) + Self.crossing(.roofLeft, 3.5, 6.5),
      cameras: [.frontLeft, .frontRight, .roofLeft])
    try #require(result.passages.count == 1)
    #expect(abs(result.passages[0].from.seconds - example.expected.lowerBound) < 0.3)
    #expect(abs(result.passages[0].to.seconds - example.expected.upperBound) < 0.3)
  }

  @Test(
    "A camera for which it is no vehicle, upright as it is, still tells when it came and went; what walked there long before is not it",
    arguments: [(2.3, 2.3), (0.5, 3.0)])
  func unclaimed(came: Double, expected: Double) throws {
    let result = VehiclePartsTests.play(
      Self.crossing(.frontLeft, came, 6, box: Self.upright) + Self.crossing(.bottomLeft, 3, 7)
        + Self.crossing(.roofLeft, 3, 7) + Self.crossing(.topLeft, 3.5, 7),
      cameras: [.bottomLeft, .frontLeft, .roofLeft, .topLeft])
    try #require(result.passages.count == 1)
    #expect(abs(result.passages[0].from.seconds - expected) < 0.3)
  }

  @Test(
    "What two cameras see only parts of is no vehicle where more of them saw all of it, upright",
    arguments: [1, 2, 3, 4])
  func objections(count: Int) {
    let witnesses: [CameraPosition] = Array([.roofLeft, .roofRight, .topLeft, .topRight].prefix(count))
    // As high as it is long, and cut by the picture's side.
    let part = PictureBox(left: 0, top: 0.1, right: 0.6, bottom: 0.9)
    let cameras = [CameraPosition.bottomLeft, .bottomRight] + witnesses
    let result = VehiclePartsTests.play(
      [.bottomLeft, .bottomRight].map { Sight(camera: $0, from: 2, to: 6, presence: (0.15, 0.15), box: part) }
        + witnesses.map { Sight(camera: $0, from: 2, to: 6, presence: (0.15, 0.15), box: Self.upright) },
      cameras: cameras.sorted())
    #expect(result.passages.count == (count <= 2 ? 1 : 0))
  }

  /// Cameras that show something behind a vehicle.
  struct Behind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let seenBy: [CameraPosition]
    var blind: [CameraPosition] = []
    var until = 10.0
    let passages: Int
  }

  @Test(
    "What follows a vehicle is another one where a camera close to the floor says so, or half of all; a trailer is a part of it",
    arguments: [
      Behind(
        testDescription: "three, two of them close to the floor", seenBy: [.bottomLeft, .bottomRight, .topLeft],
        passages: 2),
      Behind(
        testDescription: "three, one of them close to the floor", seenBy: [.bottomLeft, .roofLeft, .topLeft],
        passages: 2),
      Behind(testDescription: "only two, and not for as long", seenBy: [.bottomLeft, .topLeft], until: 8, passages: 1),
      Behind(testDescription: "three from above", seenBy: [.roofRight, .topLeft, .topRight], passages: 1),
      Behind(testDescription: "four from above", seenBy: [.roofLeft, .roofRight, .topLeft, .topRight], passages: 1),
      Behind(
        testDescription: "three from above, for long after the one ahead has left",
        seenBy: [.roofRight, .topLeft, .topRight], until: 14, passages: 2),
      Behind(
        testDescription: "half of all", seenBy: [.backLeft, .roofLeft, .roofRight, .topLeft, .topRight], passages: 2),
      Behind(
        testDescription: "three from above, and those close to the floor never saw the one ahead",
        seenBy: [.roofRight, .topLeft, .topRight], blind: [.bottomLeft, .bottomRight], passages: 2),
    ])
  func behind(example: Behind) {
    let first = CameraPosition.allCases.filter { !example.blind.contains($0) }.flatMap { camera in
      Self.crossing(camera, 2, example.seenBy.contains(camera) ? 5 : 9)
    }
    let second = example.seenBy.map {
      Sight(camera: $0, track: 2, from: 6, to: example.until, presence: (0.3, 0.3), box: Self.far)
    }
    let result = VehiclePartsTests.play(first + second, cameras: CameraPosition.allCases)
    #expect(result.passages.count == example.passages)
    #expect(result.dismissed.isEmpty == (example.until > 9), "a part is no passage, and none that was dismissed")
    #expect(
      result.passages.contains { abs($0.to.seconds - max(9, example.until)) < 0.1 }, "the last that was seen of it")
  }

  @Test(
    "The last pictures of a camera are not chosen while what follows may be more of the vehicle",
    arguments: [true, false])
  func openEnded(isFollowed: Bool) {
    let above: [CameraPosition] = [.roofRight, .topLeft, .topRight]
    let first = CameraPosition.allCases.flatMap { Self.crossing($0, 2, above.contains($0) ? 5 : 9) }
    let second = above.map { Sight(camera: $0, track: 2, from: 5.2, to: 8, presence: (0.3, 0.3), box: Self.far) }
    var parted: Set<CameraPosition> = []
    _ = VehiclePartsTests.play(first + (isFollowed ? second : []), cameras: CameraPosition.allCases) {
      guard $1 < 8, let vehicle = $0.leaving.first(where: { $0.number == 1 }) else { return }
      parted.formUnion(vehicle.parted)
    }
    #expect(parted == Set(isFollowed ? [] : above))
  }

  @Test("What a vehicle leaves behind, too small for a vehicle and ever in the same place, does not make it stay")
  func residue() throws {
    var sights = Self.crossing(.frontLeft, 2, 5) + Self.crossing(.roofLeft, 2.2, 5.2)
    var rest = Sight(camera: .roofLeft, from: 5.25, to: 9, presence: (0.01, 0.01), box: Self.far)
    rest.speed = 0
    sights.append(rest)
    let result = VehiclePartsTests.play(sights, cameras: [.frontLeft, .roofLeft])
    try #require(result.passages.count == 1)
    #expect(abs(result.passages[0].to.seconds - 5.2) < 0.11, "\(result.passages[0].to)")
  }
}
