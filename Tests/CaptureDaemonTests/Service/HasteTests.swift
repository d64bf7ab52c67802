import FrameSelect
import Testing
import Uploader

@testable import CaptureDaemon

@Suite("When pictures are made faster")
struct HasteTests {
  private static let passages = (1...2).map {
    PassageIdentity.live.passageID(from: .init(seconds: Double($0)), wallMilliseconds: 1)
  }

  private static func stored(_ passage: PassageID) -> DeliveryEvent {
    .stored(passage: passage, fileName: "roofLeft_1.webp", bytes: 1)
  }

  @Test(
    "They are where they queue for the encoder and the line waits for them; never more slowly, never where that is set to be the same",
    arguments: [
      // queued, kept, stored, usual, faster, made with
      (5, 0, 0, 2, 0, 0), (4, 0, 0, 2, 0, 2), (50, 6, 0, 2, 0, 2), (50, 6, 1, 2, 0, 0), (50, 40, 40, 2, 1, 1),
      (50, 0, 0, 2, 2, 2), (50, 0, 0, 1, 4, 1),
    ])
  func method(queued: Int, kept: Int, stored: Int, usual: Int, faster: Int, expected: Int) {
    let haste = Haste(fasterMethod: faster, enoughUnsent: 6)
    haste.keeping(kept, of: Self.passages[0])
    for _ in 0..<stored { haste.note(Self.stored(Self.passages[0])) }
    let encoder = haste.encoder(
      instead: WebPEncoder(settings: WebPSettings(quality: 70, method: usual)), queued: queued)
    #expect(encoder.settings.method == expected)
    #expect(encoder.settings.quality == 70)
  }

  @Test("Only the newest passage counts: what is owed of an older one, or sent of it, says nothing of the line")
  func newest() {
    let haste = Haste(fasterMethod: 0, enoughUnsent: 6)
    haste.keeping(100, of: Self.passages[0])
    #expect(haste.encoder(instead: WebPEncoder(), queued: 9).settings.method == 2)
    haste.keeping(5, of: Self.passages[1])
    #expect(haste.encoder(instead: WebPEncoder(), queued: 9).settings.method == 0)
    haste.keeping(1, of: Self.passages[1])
    haste.note(Self.stored(Self.passages[0]))
    #expect(haste.encoder(instead: WebPEncoder(), queued: 9).settings.method == 2)
    haste.note(.imageSetAside(passage: Self.passages[1], fileName: "a.webp", state: .localMissing, reason: "gone"))
    #expect(haste.encoder(instead: WebPEncoder(), queued: 9).settings.method == 0)
  }
}
