import Testing

@testable import CameraIO

@Suite("What a sequence parameter set says about the numbers of pictures")
struct SequenceParametersTests {
  /// Bits as the standard writes them down.
  enum Bits {
    static func u(_ value: Int, _ count: Int) -> String {
      let digits = String(value, radix: 2)
      return String(repeating: "0", count: count - digits.count) + digits
    }
    static func ue(_ value: Int) -> String {
      let digits = String(value + 1, radix: 2)
      return String(repeating: "0", count: digits.count - 1) + digits
    }
    static func se(_ value: Int) -> String { ue(value > 0 ? 2 * value - 1 : -2 * value) }
  }

  private func read(_ text: String) -> SequenceParameters? {
    let padded = text + "1" + String(repeating: "0", count: 7 - text.count % 8)
    let content = stride(from: 0, to: padded.count, by: 8).map { at in
      UInt8(padded.dropFirst(at).prefix(8), radix: 2)!
    }
    var bytes: [UInt8] = [0, 0, 1, 0x67]
    for byte in content {
      if byte <= 3, bytes.count > 4, bytes.suffix(2) == [0, 0] { bytes.append(3) }
      bytes.append(byte)
    }
    guard let unit = NALUnit.first(in: bytes.span.bytes, from: 0) else { return nil }
    return SequenceParameters(NALBits(unit, in: bytes.span.bytes, limit: 1024))
  }

  /// Level, the set's number, and what high profiles say of samples; then bits of the number, order, references, gaps.
  private static func baseline(id: Int = 0) -> String { Bits.u(66, 8) + Bits.u(0, 8) + Bits.u(30, 8) + Bits.ue(id) }
  private static func high(chroma: String, scaling: String) -> String {
    Bits.u(100, 8) + Bits.u(0, 8) + Bits.u(40, 8) + Bits.ue(0) + chroma + Bits.ue(0) + Bits.ue(0) + "0" + scaling
  }
  private static func end(frameNumberBits: Int, order: String = Bits.ue(2), gaps: Bool = false) -> String {
    Bits.ue(frameNumberBits - 4) + order + Bits.ue(4) + (gaps ? "1" : "0") + Bits.ue(19) + Bits.ue(14)
  }
  /// A list with steps of one, one that is flat from its second entry on, and six that are not there.
  private static let lists =
    "1" + "1" + String(repeating: Bits.se(1), count: 16) + "1" + Bits.se(-3) + Bits.se(-5)
    + String(repeating: "0", count: 6)

  @Test(
    "It is read whatever stands before",
    arguments: [
      (baseline() + end(frameNumberBits: 4), 0, 4, false, false),
      (baseline(id: 31) + end(frameNumberBits: 16), 31, 16, false, false),
      (baseline() + end(frameNumberBits: 9, gaps: true), 0, 9, true, false),
      (baseline() + end(frameNumberBits: 5, order: Bits.ue(0) + Bits.ue(12)), 0, 5, false, false),
      (
        baseline()
          + end(
            frameNumberBits: 6,
            order: Bits.ue(1) + "1" + Bits.se(-7) + Bits.se(2) + Bits.ue(3) + Bits.se(1) + Bits.se(0) + Bits.se(-90),
            gaps: true), 0, 6, true, false
      ),
      (  // so many zeros that a 03 must stand between them
        baseline() + end(frameNumberBits: 7, order: Bits.ue(1) + "0" + Bits.se(-(1 << 29)) + Bits.se(0) + Bits.ue(0)),
        0, 7, false, false
      ),
      (high(chroma: Bits.ue(1), scaling: "0") + end(frameNumberBits: 8), 0, 8, false, false),
      (high(chroma: Bits.ue(1), scaling: lists) + end(frameNumberBits: 7, gaps: true), 0, 7, true, false),
      (high(chroma: Bits.ue(3) + "1", scaling: "0") + end(frameNumberBits: 10), 0, 10, false, true),
      (high(chroma: Bits.ue(3) + "0", scaling: lists + "0000") + end(frameNumberBits: 11), 0, 11, false, false),
    ])
  func reads(bits: String, id: Int, frameNumberBits: Int, allowsGaps: Bool, hasSeparatePlanes: Bool) throws {
    let found = try #require(read(bits))
    #expect(found.id == id)
    #expect(found.frameNumberBits == frameNumberBits)
    #expect(found.allowsGaps == allowsGaps)
    #expect(found.hasSeparatePlanes == hasSeparatePlanes)
  }

  @Test("What cannot be is refused")
  func refuses() {
    #expect(read(Self.baseline(id: 32) + Self.end(frameNumberBits: 4)) == nil)
    #expect(read(Self.baseline() + Self.end(frameNumberBits: 17)) == nil)
    #expect(read(Self.baseline() + Bits.ue(0)) == nil, "it ends early")
    #expect(read(Self.baseline() + String(repeating: "0", count: 80)) == nil, "a number without an end")
    #expect(read("") == nil)
  }
}
