import CameraIO
import FrameSelect
import Foundation
import TestSupport
import Testing

@testable import CaptureDaemon
@testable import Uploader

@Suite("Plates in the pictures of passages")
struct PlateLooksTests {
  private static func looks(minimum: Int? = nil, _ cameras: [CameraPosition] = [.frontLeft, .roofLeft]) -> PlateLooks {
    var configuration = Configuration()
    configuration.captureSet.minLicensePlateArea = minimum
    let lane = LaneConfiguration(cameras: Dictionary(uniqueKeysWithValues: cameras.map { ($0, LaneCamera()) }))
    return PlateLooks(PlatePlan(configuration, lane: lane))
  }

  /// The reason of each picture, and the passage with what they show.
  private static func told(
    _ looks: PlateLooks, _ selected: [SelectedFrame]
  ) -> (reasons: [String], passage: Passage) {
    var evidence = PlateEvidence()
    let reasons = selected.map { selected in
      let seen = looks.look(at: selected.candidate.frame, named: "frontLeft_30.webp")
      if let seen { evidence.take(seen) }
      return selected.showing(seen).reason
    }
    return (reasons, PassageKeepingTests.passage.with(evidence))
  }

  @Test("The passage says whose picture shows a plate, where and how large; the picture says so, too")
  func found() throws {
    let frames = PlateFrames()
    let (reasons, passage) = Self.told(
      Self.looks(minimum: 25_000),
      [try frames.selected(.frontLeft), try frames.selected(.frontLeft, at: 2, of: PlateFrames.bare)])
    let plate = try #require(passage.plates.first)
    #expect(passage.plates.count == 1 && passage.trigger == "motion+plate" && passage.plateArea == plate.area)
    #expect(plate.fileName == "frontLeft_30.webp" && plate.camera == .frontLeft)
    #expect(abs(Double(plate.area) / Double(90 * 19) - 1) < 0.4, "\(plate)")
    // 25000 px² of 1920 x 1200 in a picture of 320 x 240.
    #expect(plate.minimum == 833 && passage.evidence["plateLooks"] == 2)
    let reason = "sharpest of 3 in 0.00-0.10 s of the passage"
    #expect(reasons == ["\(reason); plate \(plate.area) px²", reason])
  }

  @Test("A plate that is too small changes nothing but what is known")
  func tooSmall() throws {
    let passage = Self.told(Self.looks(minimum: 250_000), [try PlateFrames().selected(.frontLeft)]).passage
    #expect(passage.trigger == "motion" && (passage.plateArea ?? 0) > 1000)
    #expect(passage.plates.first?.verdict.hasPrefix("minimum 8333: too small by 7") == true, "\(passage.plates)")
  }

  @Test("Cameras that cannot see a plate are not asked")
  func notAsked() throws {
    let selected = try PlateFrames().selected(.roofLeft)
    let (reasons, passage) = Self.told(Self.looks(), [selected])
    #expect(reasons == [selected.reason] && passage.evidence["plateLooks"] == nil)
  }

  @Test("Pictures that are made say what they show; the manifest has it, and the event")
  func kept() async throws {
    let folder = try TemporaryDirectory()
    let outbox = try await PassageKeepingTests.outbox(in: folder)
    let keeping = PassageKeepingTests.keeping(outbox, tenant: "tenant")
    let id = PassageIdentity.replayed(recording: [2], unit: "unit").passageID(
      from: PassageKeepingTests.passage.from, wallMilliseconds: 0)
    let encoders = EncodePool(threads: 2)
    let stage = PictureStage(
      pool: encoders, encoder: WebPEncoder(), nominalRate: 30, plates: Self.looks(minimum: 25_000))
    let pictures = PassagePictures(
      id.description, began: PassageKeepingTests.passage.from, stage: stage, isRemembering: true
    ) { try await keeping.add($0, to: id) }
    _ = try await keeping.begin(id, from: PassageKeepingTests.passage.from)
    let made = try await pictures.finish([try PlateFrames().selected(.frontLeft, at: 3)])
    await encoders.close()
    let (images, passage) = (made.images, PassageKeepingTests.passage.with(made.plates))
    #expect(try await keeping.finish(id, passage, images: images.count).images == 1)
    let image = try #require(images.first)
    #expect(image.reason.contains("; plate ") && image.fileName == "frontLeft_30.webp")

    let facts = try Self.facts(in: folder)
    #expect(facts.trigger == "motion+plate" && facts.plateArea == passage.plateArea)
    let seen = try #require(facts.plates?.first)
    #expect(seen.camera == "frontLeft" && seen.fileName == image.fileName && seen.at == 3 && seen.minimum == 833)
    #expect(seen.area == passage.plateArea && seen.metres == nil)
    let line = ReplayEvents.passage(passage, id: id).text
    let box = "\"x\":\(seen.x),\"y\":\(seen.y),\"width\":\(seen.width),\"height\":\(seen.height)"
    #expect(
      line.contains("\"trigger\":\"motion+plate\",\"plateArea\":\(seen.area),\"plates\":[{\"camera\":\"frontLeft\","))
    #expect(line.contains("\(box),\"area\":\(seen.area),\"minimum\":833,\"isLargeEnough\":true"), "\(line)")
    try await outbox.close()
  }

  private static func facts(in folder: TemporaryDirectory) throws -> PassageFacts {
    let spool = folder.file("state/spool")
    let paths = FileManager.default.enumerator(atPath: spool)?.compactMap { $0 as? String } ?? []
    let path = try #require(paths.first { $0.hasSuffix("/manifest.json") })
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(spool)/\(path)"))
    return try #require(ImageSetManifest.read(data)).facts
  }

  @Test("A manifest from before plates were looked for is read")
  func before() throws {
    let facts = try JSONDecoder().decode(
      PassageFacts.self,
      from: Data(
        #"{"id":"94e9c254-7e3b-89ca-bb27-94badeb62115","recordedAtMs":1,"clock":"ntp","from":1,"direction":"forward","trigger":"motion","isRepeatable":false,"software":"0"}"#
          .utf8))
    #expect(facts.plateArea == nil && facts.plates == nil)
  }
}
