/// A pixel format's name at the driver: four characters in a number, the first in the lowest byte.
struct FourCC: Hashable, Sendable, CustomStringConvertible {
  let code: UInt32

  init(code: UInt32) { self.code = code }

  /// The format called `name`: "MJPG".
  init(_ name: String) {
    code = name.utf8.prefix(4).enumerated().reduce(0) { $0 | UInt32($1.element) << (8 * UInt32($1.offset)) }
  }

  /// As the field writes it; what is no letter becomes a dot.
  var description: String {
    String(
      String.UnicodeScalarView(
        (0..<4).map { index in
          let byte = UInt8(truncatingIfNeeded: code >> (8 * UInt32(index)))
          return (0x20...0x7E).contains(byte) ? Unicode.Scalar(byte) : "."
        })
    ).trimmingCharacters(in: " ")
  }
}

extension String {
  fileprivate func trimmingCharacters(in character: Character) -> String {
    var text = self[...]
    while text.last == character { text.removeLast() }
    return String(text)
  }
}
