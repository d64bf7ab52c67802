/// One Huffman table of a JPEG, made for walking over symbols rather than for reading them.
///
/// Nothing changes after `init`, so that the cameras of a lane share the standard tables.
@safe final class HuffmanTable: Sendable {
  /// Bits of the stream that the first look into the table takes; longer codes are rare and read the slow way.
  static let firstBits = 10
  /// Bits of the stream that one step over AC symbols may look at. Of its last symbol up to 15 more are gone over, and the scan takes two
  /// steps of the 56 bits that it knows: 13 is the most.
  static let stepBits = 13

  /// The table as a file has it: 16 numbers of codes by length, then the symbols.
  let definition: [UInt8]
  /// By the next `firstBits` of the stream: length of the code << 8 | symbol; 0: the code is longer, or there is none.
  nonisolated(unsafe) let first: UnsafePointer<UInt16>
  /// By the next `stepBits` of the stream, AC tables only: bits of all symbols that begin there, and what they do, << 6: coefficients gone
  /// over, + 128 when the block ends with them; 256: read one symbol by itself.
  nonisolated(unsafe) let steps: UnsafePointer<UInt16>
  /// By length of the code: the largest code of that length, -1 when there is none.
  private let largest: [Int32]
  /// By length of the code: what leads from the code to the place of its symbol.
  private let shift: [Int32]

  /// A table; nil when the definition is none: codes that do not fit their length, too few symbols, or for DC a symbol that cannot be.
  init?(_ definition: [UInt8], isAC: Bool) {
    guard definition.count >= 16 else { return nil }
    let counts = definition[..<16].map(Int.init)
    guard definition.count == 16 + counts.reduce(0, +), definition.count <= 16 + 256 else { return nil }
    guard isAC || definition[16...].allSatisfy({ $0 < 16 }) else { return nil }
    let first = UnsafeMutablePointer<UInt16>.allocate(capacity: 1 << Self.firstBits)
    unsafe first.initialize(repeating: 0, count: 1 << Self.firstBits)
    var largest = [Int32](repeating: -1, count: 17)
    var shift = [Int32](repeating: 0, count: 17)
    var code = 0
    var place = 16
    var fits = true
    for length in 1...16 {
      let count = counts[length - 1]
      shift[length] = Int32(place - code)
      if count > 0 {
        largest[length] = Int32(code + count - 1)
        // A code of nothing but ones is none by the standard, and libjpeg lets it pass.
        fits = fits && code + count <= 1 << length
      }
      if fits, length <= Self.firstBits {
        for index in 0..<count {
          let spare = Self.firstBits - length
          let from = (code + index) << spare
          for entry in from..<(from + 1 << spare) {
            unsafe first[entry] = UInt16(length << 8) | UInt16(definition[place + index])
          }
        }
      }
      place += count
      code = (code + count) << 1
    }
    self.definition = definition
    self.largest = largest
    self.shift = shift
    unsafe self.first = UnsafePointer(first)
    let steps = UnsafeMutablePointer<UInt16>.allocate(capacity: isAC ? 1 << Self.stepBits : 1)
    unsafe steps.initialize(repeating: 256 << 6, count: isAC ? 1 << Self.stepBits : 1)
    unsafe self.steps = UnsafePointer(steps)
    guard fits else { return nil }
    if isAC { for bits in 0..<(1 << Self.stepBits) { unsafe steps[bits] = step(bits) } }
  }

  deinit {
    unsafe first.deallocate()
    unsafe steps.deallocate()
  }

  /// Length << 8 | symbol of the code at the top of `bits`; 0 when there is none.
  func symbol(_ bits: UInt64) -> Int {
    for length in 1...16 {
      let code = Int32(truncatingIfNeeded: bits >> UInt64(64 - length))
      guard code <= largest[length] else { continue }
      let place = Int(code + shift[length])
      // A short code that was passed over cannot be the start of a longer one: the place may lie before the symbols only in a table that
      // is no prefix code.
      guard place >= 16, place < definition.count else { return 0 }
      return length << 8 | Int(definition[place])
    }
    return 0
  }

  /// What the symbols do that begin at these bits and whose codes are whole in them. Of the extra bits only the number matters.
  private func step(_ bits: Int) -> UInt16 {
    var used = 0
    var gone = 0
    var ends = false
    while gone <= 62, used < Self.stepBits {
      let found = symbol(UInt64(bits) << UInt64(64 - Self.stepBits + used))
      let (length, symbol) = (found >> 8, found & 255)
      guard length > 0, used + length <= Self.stepBits else { break }
      let (run, size) = (symbol >> 4, symbol & 15)
      if symbol == 0 {
        used += length
        ends = true
        break
      }
      // Sizes of nothing but a run of 16 end the block too, in a stream that nobody should write.
      guard size > 0 || run == 15 else { break }
      used += length + size
      gone += run + 1
    }
    guard used > 0 else { return 256 << 6 }
    return UInt16(used | (gone + (ends ? 128 : 0)) << 6)
  }
}

extension HuffmanTable {
  /// The tables of the standard's annex K, which a camera's JPEG may leave out: for luma (0) and for chroma (1).
  static let standardDC: [HuffmanTable] = [
    [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
  ].compactMap { HuffmanTable($0 + [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], isAC: false) }

  /// The same for AC.
  static let standardAC: [HuffmanTable] = [
    [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d] + lumaAC,
    [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77] + chromaAC,
  ].compactMap { HuffmanTable($0, isAC: true) }

  private static let lumaAC: [UInt8] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14,
    0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09,
    0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a,
    0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65,
    0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88,
    0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9,
    0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca,
    0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea,
    0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
  ]

  private static let chromaAC: [UInt8] = [
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13, 0x22, 0x32,
    0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0, 0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16,
    0x24, 0x34, 0xe1, 0x25, 0xf1, 0x17, 0x18, 0x19, 0x1a, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x35, 0x36, 0x37, 0x38, 0x39,
    0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64,
    0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x82, 0x83, 0x84, 0x85, 0x86,
    0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
    0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8,
    0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9,
    0xea, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa,
  ]
}
