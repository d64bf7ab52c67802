/// Ids of the cloud: opaque, compared exactly, and checked only so far that none can do harm in a path, a header or a row.
public enum CloudID {
  /// 1...128 letters, digits, hyphens and underscores. The documented UUIDs are such, and so are the document's own
  /// examples, which are not all UUIDs.
  public static func isValid(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
