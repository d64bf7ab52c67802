import CameraIO
import FrameSelect
import Foundation
import TestSupport
import Testing
import Uploader

@testable import CaptureDaemon

@Suite("What capture-daemon plates says of a picture")
struct PlateReadingTests {
  private func found(_ plates: [Plate], _ metres: [Double?]) -> PlateReading.Found {
    PlateReading.Found(
      file: "a.jpg", width: 1280, height: 720, plates: plates, metres: metres, milliseconds: 6.23)
  }

  private let plate = Plate(x: 411.7, y: 388.2, width: 171.4, height: 40.9, confidence: 0.9312)

  @Test("The line that scripts rely on: whole pixels, the area of the box that is told")
  func json() {
    #expect(
      found([plate], [nil]).json.text
        == #"{"file":"a.jpg","width":1280,"height":720,"plates":[{"x":412,"y":388,"width":171,"height":41,"area":7011,"confidence":0.931}],"milliseconds":6.2}"#
    )
    #expect(
      found([], []).json.text == #"{"file":"a.jpg","width":1280,"height":720,"plates":[],"milliseconds":6.2}"#)
    #expect(found([plate], [3.456]).json.text.contains(#""confidence":0.931,"metres":3.46}"#))
  }

  @Test("The text for people")
  func text() {
    #expect(found([], []).text == "a.jpg: 1280x720, no plate, 6.2 ms")
    #expect(
      found([plate, plate], [1.5, nil]).text == """
        a.jpg: 1280x720, 2 plates, 6.2 ms
          171x41 at 412,388: 7011 px², 93 % sure, 1.5 m away
          171x41 at 412,388: 7011 px², 93 % sure
        """)
  }

  @Test(
    "A lens in numbers",
    arguments: [
      ("6,1920,11.3", true), ("6, 1920, 11.3", false), ("6,1920", false), ("0,1920,11.3", false),
      ("6,1920,x", false), ("6,1920,11.3,4", false), ("inf,1920,11.3", false), ("", false),
    ])
  func lens(text: String, isOne: Bool) {
    let lens = LensData(parsing: text)
    #expect(lens == (isOne ? LensData(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3) : nil))
  }
}

@Suite("By what the plates of picture files are judged")
struct PlateFileMeasuresTests {
  private static let cloud = CaptureSet(
    id: "set", lenses: ["lens0": .init(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3)],
    minLicensePlateArea: 25_000)
  private static let manifest = """
    {"format":"capture-recording/1","cameras":{"frontLeft":{"file":"frontLeft.mkv","lens":"lens1"}},
     "captureSet":{"minLicensePlateArea":20000,"lenses":{"lens1":{"focalLength":8,"sensorResolution":1920,"sensorSize":11.3}}}}
    """

  /// What the options say, whether the configuration and the cloud speak, the file; the minimum and the focal length that hold.
  static let cases:
    [(lens: String?, minimum: Int?, isConfigured: Bool, hasCloud: Bool, file: String, least: Int?, focal: Double?)] = [
      (nil, nil, false, false, "other.jpg", nil, nil),
      (nil, nil, false, true, "other.jpg", 25_000, nil),
      ("lens0", nil, false, true, "other.jpg", 25_000, 6),
      ("12,1920,11.3", nil, false, true, "other.jpg", 25_000, 12),
      (nil, nil, false, true, "frontLeft.mkv", 20_000, 8),
      (nil, nil, true, true, "frontLeft.mkv", 15_000, 8),
      ("12,1920,11.3", 10_000, true, true, "frontLeft.mkv", 10_000, 12),
      // A lens of one of the configuration's cameras says nothing about a picture of nobody knows which.
      (nil, nil, true, false, "other.jpg", 15_000, nil),
    ]

  @Test("By the options, else the configuration, else the recording beside the file, else the cloud", arguments: cases)
  func precedence(
    lens: String?, minimum: Int?, isConfigured: Bool, hasCloud: Bool, file: String, least: Int?, focal: Double?
  ) throws {
    let folder = try TemporaryDirectory()
    try Data(Self.manifest.utf8).write(to: URL(fileURLWithPath: folder.file("recording.json")))
    var configuration = Configuration()
    if isConfigured {
      configuration.captureSet.minLicensePlateArea = 15_000
      configuration.captureSet.lenses = ["lens0": .init(focalLength: 16, sensorResolution: 1920, sensorSize: 11.3)]
      configuration.cameras = [PlatePlanTests.camera(.frontLeft, lens: "lens0")]
    }
    let measures = PlateFileMeasures(configuration, lens: lens, minimum: minimum) { hasCloud ? Self.cloud : nil }
    try measures.requireLens()
    let measure = measures.measure(ofFile: folder.file(file))
    #expect(measure.minimum == least && measure.lens?.focalLength == focal)
  }

  @Test("A lens that is nowhere described is refused with those that are")
  func unknownLens() {
    let measures = PlateFileMeasures(Configuration(), lens: "lens9", minimum: nil) { Self.cloud }
    let complaint = #expect(throws: Complaint.self) { try measures.requireLens() }
    #expect(complaint?.status == .usage && complaint?.text.hasSuffix("(lens0)") == true)
  }

  @Test("Whether a plate is large enough is said where the least area is known")
  func verdict() {
    let plate = Plate(x: 412, y: 388, width: 171, height: 41, confidence: 0.93)
    func found(_ minimum: Int) -> PlateReading.Found {
      PlateReading.Found(
        file: "a.jpg", width: 1280, height: 720, plates: [plate], metres: [1.5], milliseconds: 6, minimum: minimum)
    }
    #expect(found(7011).json.text.contains(#""metres":1.5,"minimum":7011,"isLargeEnough":true}"#))
    #expect(found(10_000).json.text.contains(#""minimum":10000,"isLargeEnough":false}"#))
    #expect(found(7011).text.hasSuffix("px², 93 % sure, 1.5 m away, large enough"))
    #expect(found(10_000).text.hasSuffix("px², 93 % sure, 1.5 m away, too small by 30 %"))
  }
}
