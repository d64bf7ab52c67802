/// One unit of an Annex B stream: what lies between two start codes, found without believing anything about the bytes.
struct NALUnit: Equatable {
  /// What a unit holds, as far as anybody here asks.
  enum Kind: UInt8 {
    case slice = 1
    case keySlice = 5
    case sequenceParameters = 7
    case pictureParameters = 8
  }

  /// Nil for what nobody here asks about: delimiters, supplemental information, filler.
  let kind: Kind?
  /// Whether other pictures are predicted from this one.
  let isReference: Bool
  /// Where it lies in the stream's bytes, its header byte included; of a slice it ends with the bytes.
  let range: Range<Int>

  /// The first unit at or after `start`; nil when there is none any more.
  ///
  /// The end of a slice is not searched: it is most of the bytes, and nobody reads on after its header.
  static func first(in bytes: RawSpan, from start: Int) -> NALUnit? {
    guard let begin = startCode(in: bytes, from: start)?.upperBound, begin < bytes.byteCount else { return nil }
    let header = byte(bytes, begin)
    let kind = Kind(rawValue: header & 0x1F)
    let isSlice = kind == .slice || kind == .keySlice
    let end = isSlice ? bytes.byteCount : startCode(in: bytes, from: begin)?.lowerBound ?? bytes.byteCount
    return NALUnit(kind: kind, isReference: header & 0x60 != 0, range: begin..<end)
  }

  /// Whether an access unit's picture needs no other one.
  static func isKeyFrame(_ bytes: RawSpan) -> Bool {
    var at = 0
    while let unit = first(in: bytes, from: at) {
      if unit.kind == .keySlice || unit.kind == .slice { return unit.kind == .keySlice }
      at = unit.range.upperBound
    }
    return false
  }

  /// The next 00 00 01.
  private static func startCode(in bytes: RawSpan, from start: Int) -> Range<Int>? {
    var at = start
    while at + 3 <= bytes.byteCount {
      let third = byte(bytes, at + 2)
      if third > 1 {
        at += 3
      } else if third == 1, byte(bytes, at) == 0, byte(bytes, at + 1) == 0 {
        return at..<(at + 3)
      } else {
        at += 1
      }
    }
    return nil
  }

  /// Traps outside of the bytes: `unsafeLoad` checks the bounds, and one byte has no alignment and no invalid value.
  fileprivate static func byte(_ bytes: RawSpan, _ offset: Int) -> UInt8 {
    unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// A copy of the unit as it lies in the stream.
  func copy(from bytes: RawSpan) -> [UInt8] { range.map { Self.byte(bytes, $0) } }
}

/// The bits of a unit behind its header byte. Whoever reads beyond the end gets zeros, and `isBeyondEnd`.
struct NALBits {
  /// Whether more was read than there is.
  private(set) var isBeyondEnd = false
  private var content: [UInt8] = []
  private var at = 0

  /// At most `limit` bytes of the unit, without the 03 that keeps start codes out of the content.
  init(_ unit: NALUnit, in bytes: RawSpan, limit: Int) {
    var zeros = 0
    for offset in unit.range.dropFirst().prefix(limit) {
      let byte = NALUnit.byte(bytes, offset)
      if zeros >= 2, byte == 3 {
        zeros = 0
        continue
      }
      zeros = byte == 0 ? zeros + 1 : 0
      content.append(byte)
    }
  }

  /// The next `count` bits, the first one the highest.
  mutating func bits(_ count: Int) -> Int {
    var value = 0
    for _ in 0..<count {
      var bit = 0
      if at / 8 < content.count { bit = Int(content[at / 8] >> UInt8(7 - at % 8)) & 1 } else { isBeyondEnd = true }
      value = value << 1 | bit
      at += 1
    }
    return value
  }

  /// The next bit.
  mutating func flag() -> Bool { bits(1) == 1 }

  /// The next number in Exp-Golomb code, ue(v).
  mutating func number() -> Int {
    var zeros = 0
    while zeros < 32, !isBeyondEnd, bits(1) == 0 { zeros += 1 }
    return (1 << zeros) - 1 + bits(zeros)
  }

  /// The next number with a sign in Exp-Golomb code, se(v).
  mutating func signedNumber() -> Int {
    let code = number()
    return code % 2 == 1 ? (code + 1) / 2 : -code / 2
  }
}
