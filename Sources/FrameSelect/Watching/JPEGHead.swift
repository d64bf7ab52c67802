/// What stands before the coefficients of a baseline JPEG, as far as the means of its luma blocks need it.
///
/// Only what cameras send is read: one scan of Huffman-coded eight-bit samples, grey or YCbCr with chroma thinned out in one of the usual
/// ways. Everything else (progressive, arithmetic, damaged) is left to libjpeg, which also has the words for what is wrong.
struct JPEGHead {
  /// One of the up to three components.
  struct Component {
    let id: UInt8
    /// Blocks of one unit across and down.
    let across: Int
    let down: Int
    let quantTable: Int
    var dcTable = 0
    var acTable = 0
  }

  private(set) var width = 0
  private(set) var height = 0
  private(set) var components: [Component] = []
  /// By table: the factor of the DC coefficient; nil where there is no table, or one of 16 bits.
  private(set) var dcFactors = InlineArray<4, Int32?>(repeating: nil)
  /// Units between two restart markers; 0: there are none.
  private(set) var restartInterval = 0
  /// Where the coefficients begin.
  private(set) var scanStart = 0
  /// By table: where in the file its definition stands; nil where the file leaves it out.
  private(set) var dcDefinitions = InlineArray<4, Range<Int>?>(repeating: nil)
  private(set) var acDefinitions = InlineArray<4, Range<Int>?>(repeating: nil)

  private var sawJFIF = false
  private var adobeTransform: UInt8?

  /// Reads the markers; nil when this is not the kind of JPEG that is scanned.
  init?(_ bytes: UnsafeRawBufferPointer) {
    var at = 2
    guard bytes.count > 4, unsafe bytes[0] == 0xff, unsafe bytes[1] == 0xd8 else { return nil }
    while at + 4 <= bytes.count {
      guard unsafe bytes[at] == 0xff else { return nil }
      let marker = unsafe bytes[at + 1]
      if marker == 0xff {
        at += 1
        continue
      }
      let length = unsafe Self.word(bytes, at + 2)
      guard length >= 2, at + 2 + length <= bytes.count else { return nil }
      let body = (at + 4)..<(at + 2 + length)
      at = body.upperBound
      switch marker {
      case 0xc0, 0xc1: guard unsafe readFrame(bytes, body) else { return nil }
      case 0xc4: guard unsafe readHuffman(bytes, body) else { return nil }
      case 0xdb: guard unsafe readQuantisation(bytes, body) else { return nil }
      case 0xdd:
        guard body.count == 2 else { return nil }
        restartInterval = unsafe Self.word(bytes, body.lowerBound)
      case 0xe0: if unsafe Self.starts(bytes, body, "JFIF") { sawJFIF = true }
      case 0xee:
        if unsafe Self.starts(bytes, body, "Adobe"), body.count >= 12 {
          adobeTransform = unsafe bytes[body.lowerBound + 11]
        }
      case 0xe1...0xef, 0xfe: break
      case 0xda:
        guard unsafe readScan(bytes, body) else { return nil }
        scanStart = at
        return
      default: return nil
      }
    }
    return nil
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int {
    unsafe Int(bytes[at]) << 8 | Int(bytes[at + 1])
  }

  private static func starts(_ bytes: UnsafeRawBufferPointer, _ body: Range<Int>, _ name: String) -> Bool {
    unsafe bytes[body].starts(with: name.utf8)
  }

  private mutating func readFrame(_ bytes: UnsafeRawBufferPointer, _ body: Range<Int>) -> Bool {
    guard components.isEmpty, body.count >= 6, unsafe bytes[body.lowerBound] == 8 else { return false }
    height = unsafe Self.word(bytes, body.lowerBound + 1)
    width = unsafe Self.word(bytes, body.lowerBound + 3)
    let count = unsafe Int(bytes[body.lowerBound + 5])
    guard height > 0, width > 0, count == 1 || count == 3, body.count == 6 + 3 * count else { return false }
    components.reserveCapacity(count)
    for index in 0..<count {
      let at = body.lowerBound + 6 + 3 * index
      let (id, sampling, table) = unsafe (bytes[at], bytes[at + 1], Int(bytes[at + 2]))
      guard table < 4 else { return false }
      components.append(
        Component(id: id, across: Int(sampling >> 4), down: Int(sampling & 15), quantTable: table))
    }
    if count == 1 {
      // Alone, a component is not interleaved: its sampling says nothing.
      guard (1...4).contains(components[0].across), (1...4).contains(components[0].down) else { return false }
      components[0] = Component(id: components[0].id, across: 1, down: 1, quantTable: components[0].quantTable)
      return true
    }
    switch (components[0].across, components[0].down) {
    case (1, 1), (2, 1), (1, 2), (2, 2), (4, 1): break
    default: return false
    }
    let (luma, blue, red) = (components[0], components[1], components[2])
    return blue.across == 1 && blue.down == 1 && red.across == 1 && red.down == 1 && luma.id != blue.id
      && luma.id != red.id && blue.id != red.id
  }

  private mutating func readHuffman(_ bytes: UnsafeRawBufferPointer, _ body: Range<Int>) -> Bool {
    var at = body.lowerBound
    while at < body.upperBound {
      guard at + 17 <= body.upperBound else { return false }
      let which = unsafe Int(bytes[at])
      let count = unsafe bytes[(at + 1)..<(at + 17)].reduce(0) { $0 + Int($1) }
      let definition = (at + 1)..<(at + 17 + count)
      guard which & 15 < 4, which >> 4 < 2, count <= 256, definition.upperBound <= body.upperBound else { return false }
      if which >> 4 == 0 { dcDefinitions[which & 15] = definition } else { acDefinitions[which & 15] = definition }
      at = definition.upperBound
    }
    return true
  }

  private mutating func readQuantisation(_ bytes: UnsafeRawBufferPointer, _ body: Range<Int>) -> Bool {
    guard body.count % 65 == 0 else { return false }
    for at in stride(from: body.lowerBound, to: body.upperBound, by: 65) {
      let which = unsafe Int(bytes[at])
      guard which < 4 else { return false }
      dcFactors[which] = unsafe Int32(bytes[at + 1])
    }
    return true
  }

  private mutating func readScan(_ bytes: UnsafeRawBufferPointer, _ body: Range<Int>) -> Bool {
    guard !components.isEmpty, body.count == 4 + 2 * components.count else { return false }
    guard unsafe Int(bytes[body.lowerBound]) == components.count else { return false }
    for index in components.indices {
      let at = body.lowerBound + 1 + 2 * index
      let (id, tables) = unsafe (bytes[at], Int(bytes[at + 1]))
      guard id == components[index].id, tables >> 4 < 4, tables & 15 < 4 else { return false }
      components[index].dcTable = tables >> 4
      components[index].acTable = tables & 15
    }
    let end = body.upperBound
    guard unsafe bytes[end - 3] == 0, unsafe bytes[end - 2] == 63, unsafe bytes[end - 1] == 0 else { return false }
    return components.count == 1 || isYCbCr
  }

  /// Whether three components are luma and chroma, as libjpeg decides it.
  private var isYCbCr: Bool {
    if sawJFIF { return true }
    if let adobeTransform { return adobeTransform == 1 }
    return components[0].id != 0x52 || components[1].id != 0x47 || components[2].id != 0x42
  }
}
