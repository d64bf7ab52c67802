import Testing

@testable import Uploader

@Suite struct ReconciliationTests {
  private let new = NewImageSet(
    tenantId: "t", deviceSetId: "set", recDate: 100, plate: LicensePlate(registrationNo: "KL9802", countryCode: "DK"))

  private func remote(
    _ id: String, recDate: Int? = 100, plate: String? = nil, origin: String? = "set", created: Int = 5,
    images: Bool = false
  ) -> RemoteImageSet {
    RemoteImageSet(
      id: id, tenantId: "t", recDate: recDate, createdAt: created, prefixedPlate: plate, originId: origin,
      hasImages: images)
  }

  @Test("Ours has our second, our capture set, our plate or none, and is nobody else's")
  func fitting() {
    func judge(_ sets: RemoteImageSet..., owned: Set<String> = []) -> Reconciliation {
      Reconciliation.judge(sets, for: new, owned: owned)
    }
    #expect(judge() == .none)
    #expect(judge(remote("a")) == .found("a"))
    #expect(judge(remote("a", plate: "DK#KL9802")) == .found("a"))
    #expect(judge(remote("a", plate: "NO#KL9802")) == .none)
    #expect(judge(remote("a", recDate: 101)) == .none)
    #expect(judge(remote("a", recDate: nil)) == .none)
    #expect(judge(remote("a", origin: "other")) == .none)
    #expect(judge(remote("a", origin: nil)) == .found("a"))
    #expect(judge(remote("a"), owned: ["a"]) == .none)
    #expect(judge(remote("a"), remote("b"), owned: ["a"]) == .found("b"))
  }

  @Test("Of several, one with images is taken, else the oldest")
  func several() {
    let sets = [remote("a", created: 9), remote("b", created: 3), remote("c", created: 7, images: true)]
    #expect(Reconciliation.judge(sets, for: new, owned: []) == .several("c", all: ["c", "b", "a"]))
    #expect(Reconciliation.judge(Array(sets.prefix(2)), for: new, owned: []) == .several("b", all: ["b", "a"]))
  }

  @Test("A circuit opens after failures in a row, and one answer closes it")
  func circuit() {
    var random = DeliveryRandom(seed: 1)
    var circuit = DeliveryCircuit(threshold: 3, retry: RetryPolicy())
    let first = circuit.failed("x", at: 0, using: &random)
    let closedByAnswer = circuit.answered()
    #expect(!first && !closedByAnswer && !circuit.isOpen)
    let opened = (1...4).map { circuit.failed("x", at: Int64($0), using: &random) }
    #expect(opened == [false, false, true, false])
    #expect(circuit.isOpen && circuit.probes == 1 && circuit.probeAtMs >= 4)
    let closed = circuit.answered()
    #expect(closed && !circuit.isOpen && circuit.probes == 0)
  }
}
