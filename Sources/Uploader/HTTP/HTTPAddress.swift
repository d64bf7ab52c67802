/// Where a request goes: `https`, or `http` to this very machine, checked strictly enough that every reader of the
/// text sees the same host.
///
/// No user, no fragment, printable ASCII only: an address of a hostile cloud cannot mean one host to the check and
/// another to the transport.
public struct HTTPAddress: Hashable, Sendable {
  /// Scheme, host and port: who gets to see a credential.
  public struct Origin: Hashable, Sendable {
    /// `https` or `http`.
    public let scheme: String
    /// Lower case; an IPv6 address in brackets.
    public let host: String
    /// 1...65535, the scheme's own where the address names none.
    public let port: Int
  }

  /// The whole address as the transport gets it.
  public let text: String
  /// Who is meant by it.
  public let origin: Origin

  /// Reads an address; the error says in one line what is wrong with it.
  public init(_ text: String) throws(CloudSetupError) {
    func fault(_ reason: String) -> CloudSetupError { CloudSetupError(Self.shown(text), reason) }
    guard (1...8192).contains(text.utf8.count), text.utf8.allSatisfy({ Self.isAllowed($0) }) else {
      throw fault("is no web address: only printable ASCII without blanks is allowed")
    }
    guard let separator = text.range(of: "://") else { throw fault("is no web address: it must begin with https://") }
    let scheme = text[..<separator.lowerBound].lowercased()
    guard scheme == "https" || scheme == "http" else { throw fault("must begin with https://") }
    let rest = text[separator.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    guard !authority.contains("@") else { throw fault("must not hold a user name") }
    guard let (host, port) = Self.hostAndPort(authority, ofScheme: scheme) else {
      throw fault("names no proper host and port")
    }
    guard scheme == "https" || Self.isLoopback(host) else {
      throw fault("is not encrypted: http is allowed to loopback addresses only; use https")
    }
    self.text = text
    origin = Origin(scheme: scheme, host: host, port: port)
  }

  private init(text: String, origin: Origin) {
    self.text = text
    self.origin = origin
  }

  /// This address, which has no query, with `path` (beginning with a slash, already encoded) and a query after it.
  public func appending(path: String, query: [(name: String, value: String)] = []) -> HTTPAddress {
    var longer = text
    while longer.hasSuffix("/") { longer.removeLast() }
    longer += path
    for (index, item) in query.enumerated() {
      longer += (index == 0 ? "?" : "&") + Self.encoded(item.name) + "=" + Self.encoded(item.value)
    }
    return HTTPAddress(text: longer, origin: origin)
  }

  /// Whether the address has a query.
  public var hasQuery: Bool { text.utf8.contains(UInt8(ascii: "?")) }

  /// Percent-encoded so that it can stand as one path element or query value.
  public static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      if isUnreserved(byte) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += (byte < 16 ? "%0" : "%") + digits
      }
    }
    return result
  }

  private static func hostAndPort(_ authority: Substring, ofScheme scheme: String) -> (String, Int)? {
    let usual = scheme == "https" ? 443 : 80
    let host: Substring
    var after: Substring
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      let inside = authority[authority.index(after: authority.startIndex)..<end]
      guard !inside.isEmpty, inside.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
      host = authority[...end]
      after = authority[authority.index(after: end)...]
    } else {
      host = authority.prefix { $0 != ":" }
      after = authority[host.endIndex...]
      guard (1...253).contains(host.count), host.first != ".", host.first != "-",
        host.utf8.allSatisfy({ isUnreserved($0) && $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "~") })
      else { return nil }
    }
    if after.isEmpty { return (host.lowercased(), usual) }
    guard after.removeFirst() == ":", (1...5).contains(after.count),
      after.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let port = Int(after), (1...65535).contains(port)
    else { return nil }
    return (host.lowercased(), port)
  }

  /// `localhost`, `[::1]` and plain dotted 127.x.y.z; every other spelling of loopback is refused rather than guessed.
  private static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "127" else { return false }
    return parts.allSatisfy { part in
      guard let octet = UInt8(part) else { return false }
      return String(octet) == part
    }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    guard (0x21...0x7E).contains(byte) else { return false }
    switch byte {
    case UInt8(ascii: "#"), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: "^"), UInt8(ascii: "`"):
      return false
    default: return true
    }
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      return true
    default: return false
    }
  }

  /// The text for an error line: without its query, which may be a signature, and cut.
  private static func shown(_ text: String) -> String {
    let bare = text.prefix { $0 != "?" && $0 != "#" }
    let clean = String(bare.unicodeScalars.map { (0x20...0x7E).contains($0.value) ? Character($0) : "?" })
    return clean.count > 80 ? "\(clean.prefix(80))…" : clean
  }
}

extension HTTPAddress: CustomStringConvertible {
  /// The address without its query, which may hold a signature.
  public var description: String { String(text.prefix { $0 != "?" }) }
}

extension HTTPAddress: CustomReflectable {
  /// Shows no more than the description does.
  public var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}
