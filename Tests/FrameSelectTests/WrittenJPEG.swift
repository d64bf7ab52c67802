@testable import FrameSelect

/// A baseline JPEG written coefficient by coefficient: what no encoder of a library makes, but a camera or an attacker may.
struct WrittenJPEG {
  /// Which Huffman tables, and whether the file has them.
  enum Tables: String, Sendable, CaseIterable { case standard, leftOut, long }

  var width = 100
  var height = 60
  /// Blocks across and down in a unit, by component; one component is grey.
  var sampling = [(2, 1), (1, 1), (1, 1)]
  var restartInterval = 0
  var tables = Tables.standard
  var factor: UInt8 = 7
  /// Zeros between the last block and the end marker.
  var padding = 0

  /// All 16 lengths, so that many codes are longer than any table looks at: sizes 0 to 11 for DC.
  private static let longDC: [UInt8] = [
    0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
  ]
  /// The same for every run with every size to 10, the end and 16 zeros.
  private static let longAC: [UInt8] = {
    var symbols: [UInt8] = [0, 0xf0]
    for run in 0..<16 { symbols += (1...10).map { UInt8(run << 4 | $0) } }
    let counts: [UInt8] = [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 8, UInt8(symbols.count - 21)]
    return counts + symbols
  }()

  private func definition(dc: Bool, chroma: Bool) -> [UInt8] {
    if tables == .long { return dc ? Self.longDC : Self.longAC }
    return (dc ? HuffmanTable.standardDC : HuffmanTable.standardAC)[chroma ? 1 : 0].definition
  }

  /// Code and length by symbol.
  private func codes(_ definition: [UInt8]) -> [Int: (code: Int, length: Int)] {
    var all: [Int: (Int, Int)] = [:]
    var (code, place) = (0, 16)
    for length in 1...16 {
      for _ in 0..<definition[length - 1] {
        all[Int(definition[place])] = (code, length)
        code += 1
        place += 1
      }
      code <<= 1
    }
    return all
  }

  private struct Bits {
    var bytes: [UInt8] = []
    private var word = 0
    private var count = 0

    mutating func put(_ value: Int, _ length: Int) {
      for bit in stride(from: length - 1, through: 0, by: -1) {
        word = word << 1 | (value >> bit & 1)
        count += 1
        if count == 8 {
          bytes.append(UInt8(word))
          if word == 0xff { bytes.append(0) }
          (word, count) = (0, 0)
        }
      }
    }

    mutating func align() { while count > 0 { put(1, 1) } }
  }

  /// The file, of coefficients that the dice say.
  func bytes(_ dice: inout Scenes.Dice) -> [UInt8] {
    let isGrey = sampling.count == 1
    var file: [UInt8] = [0xff, 0xd8, 0xff, 0xdb, 0, 67, 0] + [UInt8](repeating: factor, count: 64)
    file += [
      0xff, 0xc0, 0, UInt8(8 + 3 * sampling.count), 8, UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8),
    ]
    file += [UInt8(width & 255), UInt8(sampling.count)]
    for (index, sample) in sampling.enumerated() { file += [UInt8(index + 1), UInt8(sample.0 << 4 | sample.1), 0] }
    if tables != .leftOut {
      for (which, isDC, isChroma) in [(0, true, false), (1, true, true), (0x10, false, false), (0x11, false, true)] {
        let definition = definition(dc: isDC, chroma: isChroma)
        let length = 3 + definition.count
        file += [0xff, 0xc4, UInt8(length >> 8), UInt8(length & 255), UInt8(which)] + definition
      }
    }
    if restartInterval > 0 { file += [0xff, 0xdd, 0, 4, UInt8(restartInterval >> 8), UInt8(restartInterval & 255)] }
    file += [0xff, 0xda, 0, UInt8(6 + 2 * sampling.count), UInt8(sampling.count)]
    for index in sampling.indices { file += [UInt8(index + 1), index == 0 ? 0 : 0x11] }
    file += [0, 63, 0]
    let (across, down) = isGrey ? (1, 1) : sampling[0]
    let units = ((width + 8 * across - 1) / (8 * across)) * ((height + 8 * down - 1) / (8 * down))
    let dc = [false, true].map { codes(definition(dc: true, chroma: $0)) }
    let ac = [false, true].map { codes(definition(dc: false, chroma: $0)) }
    var bits = Bits()
    for unit in 0..<units {
      if restartInterval > 0, unit > 0, unit % restartInterval == 0 {
        bits.align()
        bits.bytes += [0xff, UInt8(0xd0 + (unit / restartInterval - 1) % 8)]
      }
      for (index, sample) in sampling.enumerated() {
        for _ in 0..<(isGrey ? 1 : sample.0 * sample.1) { block(&bits, dc[min(index, 1)], ac[min(index, 1)], &dice) }
      }
    }
    bits.align()
    return file + bits.bytes + [UInt8](repeating: 0, count: padding) + [0xff, 0xd9]
  }

  private func block(
    _ bits: inout Bits, _ dc: [Int: (code: Int, length: Int)], _ ac: [Int: (code: Int, length: Int)],
    _ dice: inout Scenes.Dice
  ) {
    func symbol(_ symbol: Int, _ codes: [Int: (code: Int, length: Int)], size: Int) {
      guard let (code, length) = codes[symbol] else { preconditionFailure("no code for \(symbol)") }
      bits.put(code, length)
      bits.put(Int(truncatingIfNeeded: dice.next() >> 20) & (1 << size - 1), size)
    }
    // Small differences mostly, now and then the largest.
    let size = dice.fraction() < 0.9 ? Int(dice.fraction() * 6) : Int(dice.fraction() * 12)
    symbol(size, dc, size: size)
    var place = 1
    let density = dice.fraction()
    while place < 64 {
      if dice.fraction() > density { break }
      let run = Int(dice.fraction() * dice.fraction() * 20)
      if run > 15 {
        guard place + 16 < 64 else { break }
        symbol(0xf0, ac, size: 0)
        place += 16
      } else {
        guard place + run < 64 else { break }
        let size = 1 + Int(dice.fraction() * dice.fraction() * 10)
        symbol(run << 4 | size, ac, size: size)
        place += run + 1
      }
    }
    if place < 64 { symbol(0, ac, size: 0) }
  }
}
