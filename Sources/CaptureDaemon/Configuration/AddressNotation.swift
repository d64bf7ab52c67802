import Foundation
import Uploader

extension Notation<String> {
  /// An absolute path. `showsValue`: false where people paste secrets by mistake.
  static func path(showsValue: Bool = true) -> Self {
    Notation(allowed: "an absolute path") { (text) throws(Unreadable) in
      guard text.hasPrefix("/") else {
        throw Unreadable(what: "\(showsValue ? quoted(text) : "the value") is no absolute path")
      }
      guard text.utf8.count < 4096, !text.contains("\0") else { throw Unreadable(what: "the path is too long") }
      return text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
    }
  }

  /// Eight, four, four, four and twelve hexadecimal digits, as the cloud writes its ids.
  static var uuid: Self {
    Notation(allowed: "a UUID like 49578ed9-2ea7-42b4-9d2b-79a098265197") { (text) throws(Unreadable) in
      guard text.utf8.count == 36, UUID(uuidString: text) != nil else {
        throw Unreadable(what: "\(quoted(text)) is no UUID")
      }
      return text
    }
  }

  static var countryCode: Self {
    Notation(allowed: "two capital letters like NO") { (text) throws(Unreadable) in
      guard text.utf8.count == 2, text.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
        throw Unreadable(what: "\(quoted(text)) is no country code")
      }
      return text
    }
  }

  static var lensName: Self {
    Notation(allowed: "lens0 ... lens9") { (text) throws(Unreadable) in
      guard text.utf8.count == 5, text.hasPrefix("lens"), text.utf8.last.map({ (0x30...0x39).contains($0) }) == true
      else { throw Unreadable(what: "\(quoted(text)) is no lens name") }
      return text
    }
  }

  /// Origin and path of the cloud API. What is wrong is said without the value when it may hold a password.
  static var cloudURL: Self {
    Notation(allowed: "https://HOST[:PORT][/PATH], or http:// for a loopback address") { (text) throws(Unreadable) in
      guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
        let host = parts.host, !host.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C })
      else { throw Unreadable(what: text.contains("@") ? "the value is no URL" : "\(quoted(text)) is no URL") }
      guard parts.user == nil, parts.password == nil, !text.contains("@") else {
        throw Unreadable(what: "the URL has a user name or password in it; the API key has a file of its own")
      }
      guard parts.query == nil, parts.fragment == nil else {
        throw Unreadable(what: "the URL has a query or fragment (? or #)")
      }
      guard scheme == "https" || scheme == "http" else {
        throw Unreadable(what: "\(quoted(scheme)) is not a way to the cloud")
      }
      guard scheme == "https" || isLoopback(host) else {
        throw Unreadable(what: "\(quoted(text)) would send the API key in clear text")
      }
      guard !text.hasSuffix("/") else { throw Unreadable(what: "\(quoted(text)) ends in a slash; leave it out") }
      if let port = parts.port, !(1...65535).contains(port) { throw Unreadable(what: "port \(port) is out of range") }
      return text
    }
  }

  private static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "[::1]" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

extension Notation<ListenAddress> {
  static var listenAddress: Self {
    Notation(allowed: "ADDRESS:PORT like 127.0.0.1:8080 or [::1]:8080") { (text) throws(Unreadable) in
      let wrong = Unreadable(what: "\(quoted(text)) is no address and port")
      guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
        throw wrong
      }
      var host = text[..<colon]
      if host.hasPrefix("["), host.hasSuffix("]") {
        host = host.dropFirst().dropLast()
        guard isAddress(String(host), family: AF_INET6) else { throw wrong }
      } else {
        guard isAddress(String(host), family: AF_INET) else { throw wrong }
      }
      return ListenAddress(host: String(host), port: port)
    }
  }

  private static func isAddress(_ text: String, family: Int32) -> Bool {
    var bytes = in6_addr()
    return unsafe withUnsafeMutablePointer(to: &bytes) { unsafe inet_pton(family, text, $0) } == 1
  }
}

extension Notation<QuietHours> {
  /// From one time of the day to another, the next day's if need be.
  static var quietHours: Self {
    Notation(allowed: "HH:MM-HH:MM like 07:00-19:30, in quotes or not") { (text) throws(Unreadable) in
      guard let hours = QuietHours(text) else { throw Unreadable(what: "\(quoted(text)) names no hours of the day") }
      return hours
    }
  }
}
