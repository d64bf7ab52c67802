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

  private func make(_ count: Int, _ number: Int, _ haste: Haste) {
    for _ in 0..<count { haste.made(of: Self.passages[number].description) }
  }

  /// The method of the next picture, when others queue.
  private func method(_ haste: Haste) -> Int { haste.encoder(instead: WebPEncoder(), queued: 9).settings.method }

  @Test(
    "They are where they queue for the encoder and the line waits for them; never more slowly, never where that is set to be the same",
    arguments: [
      // queued, made, stored, usual, faster, made with
      (5, 0, 0, 2, 0, 0), (4, 0, 0, 2, 0, 2), (50, 6, 0, 2, 0, 2), (50, 6, 1, 2, 0, 0), (50, 40, 40, 2, 1, 1),
      (50, 0, 0, 2, 2, 2), (50, 0, 0, 1, 4, 1),
    ])
  func method(queued: Int, made: Int, stored: Int, usual: Int, faster: Int, expected: Int) {
    let haste = Haste(fasterMethod: faster, enoughUnsent: 6)
    make(made, 0, haste)
    // At once: no line is so fast that its pace could be told by that.
    for _ in 0..<stored { haste.note(Self.stored(Self.passages[0]), at: 1) }
    let encoder = haste.encoder(
      instead: WebPEncoder(settings: WebPSettings(quality: 70, method: usual)), queued: queued)
    #expect(encoder.settings.method == expected)
    #expect(encoder.settings.quality == 70)
  }

  @Test("Only the newest passage counts: what is owed of an older one, or sent of it, says nothing of the line")
  func newest() {
    let haste = Haste(fasterMethod: 0, enoughUnsent: 6)
    make(100, 0, haste)
    #expect(method(haste) == 2)
    make(5, 1, haste)
    #expect(method(haste) == 0)
    make(1, 1, haste)
    haste.note(Self.stored(Self.passages[0]), at: 1)
    #expect(method(haste) == 2)
    haste.note(
      .imageSetAside(passage: Self.passages[1], fileName: "a.webp", state: .localMissing, reason: "gone"), at: 1)
    #expect(method(haste) == 0)
  }

  @Test(
    "Once the pace of the line is known, as many may wait for it as it takes in 0.4 s, and the next passage knows it, too",
    arguments: [
      // Seconds an image, and how many keep the line busy.
      (0.0405, 10), (0.0102, 40), (0.21, 2),
    ])
  func pace(seconds: Double, enough: Int) {
    let haste = Haste(fasterMethod: 0, enoughUnsent: 6)
    make(30, 0, haste)
    for number in 0..<20 { haste.note(Self.stored(Self.passages[0]), at: 100 + Double(number) * seconds) }
    make(enough - 1, 1, haste)
    #expect(method(haste) == 0)
    make(1, 1, haste)
    #expect(method(haste) == 2)
  }

  @Test("A few images, or images that nobody waited behind, tell no pace")
  func noPace() {
    let few = Haste(fasterMethod: 0, enoughUnsent: 6)
    make(30, 0, few)
    for number in 0..<8 { few.note(Self.stored(Self.passages[0]), at: Double(number)) }
    let single = Haste(fasterMethod: 0, enoughUnsent: 6)
    for number in 0..<30 {
      make(1, 0, single)
      single.note(Self.stored(Self.passages[0]), at: Double(number))
    }
    for haste in [few, single] {
      make(5, 1, haste)
      #expect(method(haste) == 0)
      make(1, 1, haste)
      #expect(method(haste) == 2)
    }
  }
}
