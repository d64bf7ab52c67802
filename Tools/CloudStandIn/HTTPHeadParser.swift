/// What is wrong with the head of a request.
struct HTTPProblem: Error, Equatable {
  let status: Int
  let what: String
}

/// Reads the head of an HTTP/1.1 request, strictly: CRLF, no folded lines, one Host, one Content-Length.
enum HTTPHeadParser {
  /// `bytes` end before the empty line.
  static func parse(_ bytes: [UInt8]) throws(HTTPProblem) -> HTTPHead {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw HTTPProblem(status: 400, what: "head is no UTF-8")
    }
    var lines = lines(of: text)
    guard !lines.isEmpty else { throw HTTPProblem(status: 400, what: "no request line") }
    let requestLine = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false)
    guard requestLine.count == 3, isToken(requestLine[0]), requestLine[1].first == "/",
      requestLine[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw HTTPProblem(status: 400, what: "request line is no METHOD /target VERSION") }
    guard requestLine[2] == "HTTP/1.1" || requestLine[2] == "HTTP/1.0" else {
      throw HTTPProblem(status: 505, what: "version is neither HTTP/1.1 nor HTTP/1.0")
    }
    var headers: [(name: String, value: String)] = []
    for line in lines {
      guard let colon = line.firstIndex(of: ":"), isToken(line[..<colon]) else {
        throw HTTPProblem(status: 400, what: "a header line without a name")
      }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      guard !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }) else {
        throw HTTPProblem(status: 400, what: "a control character in a header")
      }
      let trimmed = value.reversed().drop { $0 == " " || $0 == "\t" }.reversed()
      headers.append((line[..<colon].lowercased(), String(trimmed)))
    }
    let isCurrent = requestLine[2] == "HTTP/1.1"
    let connection = headers.filter { $0.name == "connection" }.map { $0.value.lowercased() }.joined(separator: ",")
    let head = HTTPHead(
      method: String(requestLine[0]), target: String(requestLine[1]), headers: headers,
      keepsAlive: isCurrent && !connection.contains("close"))
    if isCurrent, head.values("host").count != 1 { throw HTTPProblem(status: 400, what: "not exactly one Host header") }
    return head
  }

  /// The announced length: nil when there is none, a problem when it cannot be trusted.
  static func contentLength(_ head: HTTPHead) throws(HTTPProblem) -> Int? {
    let lengths = head.values("content-length")
    guard let first = lengths.first else { return nil }
    guard lengths.count == 1, first.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let length = Int(first) else {
      throw HTTPProblem(status: 400, what: "Content-Length is not one whole number")
    }
    guard head.values("transfer-encoding").isEmpty else {
      throw HTTPProblem(status: 400, what: "Content-Length and Transfer-Encoding together")
    }
    return length
  }

  private static func lines(of text: String) -> [Substring] {
    // "\r\n" is one Character; a lone "\n" or "\r" stays inside a line and is refused there.
    text.split(separator: "\r\n", omittingEmptySubsequences: false)
  }

  private static func isToken(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }
}
