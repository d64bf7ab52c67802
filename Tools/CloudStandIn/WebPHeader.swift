/// What the header of a WebP file says about its picture.
struct WebPHeader: Equatable {
  let width: Int
  let height: Int

  /// Why bytes are no WebP file.
  struct Problem: Error, Equatable { let what: String }

  /// Reads RIFF, WEBP and the first chunk: `VP8 `, `VP8L` or `VP8X`.
  init(_ bytes: [UInt8]) throws(Problem) {
    guard bytes.count >= 30, bytes[0..<4].elementsEqual("RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8) else {
      throw Problem(what: "no RIFF header of a WebP file")
    }
    func little(_ offset: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
    let announced = little(4, 4) + 8
    guard announced == bytes.count else {
      throw Problem(what: "RIFF announces \(announced) bytes, the file has \(bytes.count)")
    }
    switch String(decoding: bytes[12..<16], as: UTF8.self) {
    case "VP8 ":
      guard bytes[23] == 0x9D, bytes[24] == 0x01, bytes[25] == 0x2A else {
        throw Problem(what: "VP8 without a key frame")
      }
      (width, height) = (little(26, 2) & 0x3FFF, little(28, 2) & 0x3FFF)
    case "VP8L":
      guard bytes[20] == 0x2F else { throw Problem(what: "VP8L without its signature") }
      let bits = little(21, 4)
      (width, height) = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    case "VP8X": (width, height) = (little(24, 3) + 1, little(27, 3) + 1)
    case let chunk: throw Problem(what: "first chunk is \(chunk)")
    }
  }
}
