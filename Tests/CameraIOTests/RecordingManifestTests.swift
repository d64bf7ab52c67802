import CameraIO
import Foundation
import TestSupport
import Testing

@Suite("The manifest of a recording")
struct RecordingManifestTests {
  static let camera = #""cameras":{"roofLeft":{"file":"roofLeft.mkv"}}"#

  static func read(_ json: String) throws(CameraError) -> RecordingManifest {
    try RecordingManifest(json: Data(json.utf8), path: "recording.json")
  }

  @Test("Every member that means something is read")
  func readsEverything() throws {
    let manifest = try Self.read(
      """
      {"format":"capture-recording/1","startedAt":"2026-11-23T12:00:00.250Z","nominalRate":29.97,"weather":["rain"],
       "cameras":{"roofLeft":{"file":"sub/roofLeft.mkv","lens":"lens0","zone":[[0,200],[1919,200.5],[1919,1199]],"x":1}},
       "captureSet":{"minLicensePlateArea":25000,"countryCode":"NO","tenantId":"t-1","maxFramesForCameras":{"roofLeft":16},
        "lenses":{"lens0":{"focalLength":6,"sensorResolution":1920,"sensorSize":11.3}}},
       "truth":{"passages":[{"from":3.1,"to":7.4}]}}
      """)
    #expect(manifest.startedAtMs == 1_795_435_200_250)
    #expect(manifest.nominalRate == 29.97)
    #expect(
      manifest.cameras == [
        .roofLeft: .init(
          file: "sub/roofLeft.mkv", lens: "lens0",
          zone: [ZonePoint(x: 0, y: 200), ZonePoint(x: 1919, y: 200.5), ZonePoint(x: 1919, y: 1199)])
      ])
    #expect(
      manifest.captureSet
        == CaptureSetOverrides(
          minLicensePlateArea: 25000,
          lenses: ["lens0": LensData(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3)],
          countryCode: "NO", tenantId: "t-1", maxFramesForCameras: [.roofLeft: 16]))
  }

  @Test("Only format and cameras are required")
  func readsTheLeast() throws {
    let manifest = try Self.read(#"{"format":"capture-recording/1",\#(Self.camera)}"#)
    #expect(manifest == RecordingManifest(cameras: [.roofLeft: .init(file: "roofLeft.mkv")]))
    #expect(manifest.nominalRate == 30)
    #expect(manifest.startedAtMs == nil)
    #expect(manifest.captureSet.isEmpty)
  }

  static let defects: [(json: String, message: String)] = [
    ("", "is not JSON"),
    ("{\"format\":", "is not JSON"),
    ("[]", "a JSON object is expected"),
    ("{\(camera)}", "format is missing"),
    (
      "{\"format\":\"capture-recording/2\",\(camera)}",
      "format is \"capture-recording/2\"; expected: \"capture-recording/1\""
    ),
    ("{\"format\":1,\(camera)}", "format is a number"),
    (ok("\"x\":1"), "cameras is missing"),
    (ok("\"cameras\":[]"), "cameras is a list"),
    (ok("\"cameras\":{}"), "cameras is empty"),
    (
      ok("\"cameras\":{\"left\":{\"file\":\"a\"}}"),
      "cameras.left is no camera position; expected: one of backLeft, backRight, bottomLeft, bottomRight, "
        + "frontLeft, frontRight, roofLeft, roofRight, topLeft, topRight"
    ),
    (ok("\"cameras\":{\"roofLeft\":\"a.mkv\"}"), "cameras.roofLeft is a text; expected: an object"),
    (ok("\"cameras\":{\"roofLeft\":{}}"), "cameras.roofLeft.file is missing"),
    (ok("\"cameras\":{\"roofLeft\":{\"file\":7}}"), "cameras.roofLeft.file is a number"),
    (ok("\"cameras\":{\"roofLeft\":{\"file\":\"\"}}"), "cameras.roofLeft.file is \"\""),
    (ok("\"cameras\":{\"roofLeft\":{\"file\":\"/etc/passwd\"}}"), "no absolute path"),
    (ok("\"cameras\":{\"roofLeft\":{\"file\":\"../other.mkv\"}}"), "no absolute path"),
    (ok("\"cameras\":{\"roofLeft\":{\"file\":\"a/../../b.mkv\"}}"), "no absolute path"),
    (ok("\"cameras\":{\"roofLeft\":{\"file\":\"a\",\"zone\":[[0,0],[1,1]]}}"), "cameras.roofLeft.zone has 2 points"),
    (ok("\"cameras\":{\"roofLeft\":{\"file\":\"a\",\"zone\":[[0],[1,1],[2,2]]}}"), "no pair of numbers"),
    (ok("\"cameras\":{\"roofLeft\":{\"file\":\"a\",\"zone\":[[0,true],[1,1],[2,2]]}}"), "no pair of numbers"),
    (ok("\"cameras\":{\"roofLeft\":{\"file\":\"a\",\"lens\":0}}"), "cameras.roofLeft.lens is a number"),
    (ok("\(camera),\"startedAt\":\"yesterday\""), "startedAt is \"yesterday\"; expected: a time such as"),
    (ok("\(camera),\"startedAt\":12"), "startedAt is a number"),
    (ok("\(camera),\"nominalRate\":0"), "nominalRate is 0.0"),
    (ok("\(camera),\"nominalRate\":\"30\""), "nominalRate is a text"),
    (ok("\(camera),\"nominalRate\":true"), "nominalRate is a truth value"),
    (ok("\(camera),\"captureSet\":7"), "captureSet is a number; expected: an object"),
    (ok("\(camera),\"captureSet\":{\"minLicensePlateArea\":-1}"), "captureSet.minLicensePlateArea is -1.0"),
    (ok("\(camera),\"captureSet\":{\"minLicensePlateArea\":1.5}"), "captureSet.minLicensePlateArea is 1.5"),
    (ok("\(camera),\"captureSet\":{\"lenses\":{\"a\":{\"focalLength\":6}}}"), "lenses.a.sensorResolution is missing"),
    (
      ok("\(camera),\"captureSet\":{\"lenses\":{\"a\":{\"focalLength\":0,\"sensorResolution\":1,\"sensorSize\":1}}}"),
      "captureSet.lenses.a.focalLength is 0.0"
    ),
    (
      ok("\(camera),\"captureSet\":{\"maxFramesForCameras\":{\"nose\":1}}"),
      "maxFramesForCameras.nose is no camera position"
    ),
  ]

  static func ok(_ members: String) -> String { "{\"format\":\"capture-recording/1\",\(members)}" }

  @Test("A defect is one line that names the member and what is expected", arguments: defects)
  func reportsDefects(json: String, message: String) {
    let error = #expect(throws: CameraError.self) { _ = try Self.read(json) }
    #expect(error?.kind == .unreadable)
    #expect(error?.subject == "recording.json")
    #expect(error?.reason.contains(message) == true, "\(error?.reason ?? "no error") should contain \(message)")
    #expect(error?.description.contains("\n") == false)
  }

  @Test(
    "The start is read with and without fraction and with any zone",
    arguments: [
      ("2026-11-23T12:00:00Z", 1_795_435_200_000), ("2026-11-23T12:00:00.5Z", 1_795_435_200_500),
      ("2026-11-23T12:00:00.123456Z", 1_795_435_200_123), ("2026-11-23T13:00:00+01:00", 1_795_435_200_000),
      ("2026-11-23T06:30:00-0530", 1_795_435_200_000), ("1970-01-01T00:00:00.000Z", 0),
      ("2024-02-29T23:59:59.999Z", 1_709_251_199_999), ("1969-12-31T23:59:59Z", -1000),
    ] as [(String, Int64)])
  func readsStart(text: String, milliseconds: Int64) throws {
    #expect(try Self.read(Self.ok("\(Self.camera),\"startedAt\":\"\(text)\"")).startedAtMs == milliseconds)
  }

  @Test(
    "What is no time is refused",
    arguments: [
      "", "2026-11-23", "2026-11-23T12:00:00", "2026-13-23T12:00:00Z", "2026-02-29T12:00:00Z", "2026-11-23T24:00:00Z",
      "2026-11-23T12:00:00.Z", "2026-11-23T12:00:00Zulu", "26-11-23T12:00:00Z", "2026-11-2\u{0663}T12:00:00Z",
    ])
  func refusesOtherTimes(text: String) {
    #expect(throws: CameraError.self) { try Self.read(Self.ok("\(Self.camera),\"startedAt\":\"\(text)\"")) }
  }

  @Test("What is written is read back the same, in the same bytes every time, and the truth stands beside it")
  func writesWhatItReads() throws {
    let directory = try TemporaryDirectory()
    let manifest = RecordingManifest(
      startedAtMs: 1_795_435_200_007, nominalRate: 29.97,
      cameras: [
        .topRight: .init(file: "odd \"name\" \\ ü\t.nut"),
        .backLeft: .init(
          file: "b.mov", lens: "lens1", zone: [ZonePoint(x: 0, y: 1.5), ZonePoint(x: 2, y: 3), ZonePoint(x: 4, y: 5)]),
      ],
      captureSet: CaptureSetOverrides(
        minLicensePlateArea: 9, lenses: ["lens1": LensData(focalLength: 6.5, sensorResolution: 1920, sensorSize: 11.3)],
        countryCode: "NO", tenantId: "t", maxFramesForCameras: [.topRight: 4, .backLeft: 0]))
    let truth = Data(#"{"passages":[{"from":3.1}]}"#.utf8)
    try manifest.write(toFolder: directory.path, truth: truth)
    let written = try Data(contentsOf: URL(fileURLWithPath: directory.file("recording.json")))
    #expect(try RecordingManifest(json: written, path: "x") == manifest)
    #expect(try manifest.json(truth: truth) == written)
    let object = try #require(try JSONSerialization.jsonObject(with: written) as? [String: Any])
    #expect(object["truth"] as? NSDictionary == ["passages": [["from": 3.1]]])
    #expect(object["startedAt"] as? String == "2026-11-23T12:00:00.007Z")
  }

  @Test("A truth that is no JSON is refused, and so is a folder that is not there")
  func refusesWriting() {
    let manifest = RecordingManifest(cameras: [.topRight: .init(file: "a.nut")])
    #expect(throws: CameraError.self) { _ = try manifest.json(truth: Data("{".utf8)) }
    #expect(throws: CameraError.self) { try manifest.write(toFolder: "/nowhere/at/all") }
  }
}
