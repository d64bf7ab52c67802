import Foundation

/// One connection: reads request after request, and lets every answer leave the way the service wants it.
struct HTTPConnection {
  private let socket: Socket
  private let service: any HTTPService
  private var buffer: [UInt8] = []

  /// Longer heads are refused with 431.
  static let maximumHead = 32768
  /// A kept-alive connection that stays silent for so long is closed.
  static let idleSeconds = 60

  init(socket: Socket, service: any HTTPService) {
    self.socket = socket
    self.service = service
  }

  /// Serves until one side has had enough; the socket is closed afterwards.
  mutating func serve() {
    socket.setReceiveTimeout(seconds: HTTPConnection.idleSeconds)
    socket.sendWithoutDelay()
    while serveOne() {}
    socket.close()
  }

  /// One request; false when the connection is over.
  private mutating func serveOne() -> Bool {
    let head: HTTPHead
    let announced: Int?
    do {
      guard let bytes = try readHead() else { return false }
      head = try HTTPHeadParser.parse(bytes)
      announced = try HTTPHeadParser.contentLength(head)
    } catch {
      service.malformed("\(error.status): \(error.what)")
      return refuse(.failure(error.status, error.what))
    }
    let admission = service.admit(head)
    if admission.delaySeconds > 0, !socket.wait(seconds: admission.delaySeconds) { return false }
    let mayHaveBody = head.method == "POST" || head.method == "PUT" || head.method == "PATCH"
    if !head.values("transfer-encoding").isEmpty || (mayHaveBody && announced == nil) {
      return refuse(admission.refuse(.lengthMissing))
    }
    let length = announced ?? 0
    if length > admission.maximumBody { return refuse(admission.refuse(.tooLarge)) }
    if length > 0, head.value("expect")?.lowercased() == "100-continue",
      !socket.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    {
      return false
    }
    if let limit = admission.resetsAfterBodyBytes {
      _ = readBody(min(limit, length))
      socket.reset()
      return false
    }
    guard let body = readBody(length) else { return false }
    return deliver(admission.answer(body), to: head)
  }

  /// The bytes before the empty line; nil at the end of the stream.
  private mutating func readHead() throws(HTTPProblem) -> [UInt8]? {
    var searched = 0
    while true {
      if let end = HTTPConnection.emptyLine(in: buffer, from: searched) {
        let head = Array(buffer[..<end])
        buffer.removeFirst(end + 4)
        return head
      }
      searched = max(0, buffer.count - 3)
      guard buffer.count <= HTTPConnection.maximumHead else { throw HTTPProblem(status: 431, what: "head is too long") }
      guard let more = socket.receive(), !more.isEmpty else { return nil }
      buffer += more
    }
  }

  private static func emptyLine(in bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    while index + 3 < bytes.count {
      if bytes[index] == 13, bytes[index + 1] == 10, bytes[index + 2] == 13, bytes[index + 3] == 10 { return index }
      index += 1
    }
    return nil
  }

  private mutating func readBody(_ length: Int) -> [UInt8]? {
    while buffer.count < length {
      guard let more = socket.receive(), !more.isEmpty else { return nil }
      buffer += more
    }
    let body = Array(buffer[..<length])
    buffer.removeFirst(length)
    return body
  }

  /// Answers without having read the body, so nothing more can be read from this connection.
  private func refuse(_ response: HTTPResponse) -> Bool {
    var last = response
    last.closes = true
    _ = socket.send(headBytes(of: last, length: last.body.count) + last.body)
    // Closing at once with unread bytes would send RST and could take the answer away: let the peer read first.
    _ = shutdown(socket.descriptor, Int32(SHUT_WR))
    _ = socket.wait(seconds: 1)
    return false
  }

  private func deliver(_ response: HTTPResponse, to request: HTTPHead) -> Bool {
    var response = response
    if !request.keepsAlive { response.closes = true }
    let head = headBytes(of: response, length: response.body.count)
    switch response.departure {
    case .whole:
      return socket.send(head + (request.method == "HEAD" ? [] : response.body)) && !response.closes
    case .cut(let count):
      _ = socket.send(head + response.body.prefix(count))
      // FIN, not RST: what was sent must arrive, and then there is no more.
      socket.close()
    case .drip(let seconds):
      guard socket.send(head) else { return false }
      for byte in response.body where !(socket.send([byte]) && socket.wait(seconds: seconds)) { return false }
      return !response.closes
    case .reset: socket.reset()
    case .silence(let seconds):
      _ = socket.wait(seconds: seconds)
      socket.reset()
    case .endless:
      guard socket.send(headBytes(of: response, length: nil)) else { return false }
      let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 65536) + [13, 10]
      while socket.send(chunk) {}
    }
    return false
  }

  private func headBytes(of response: HTTPResponse, length: Int?) -> [UInt8] {
    var text = "HTTP/1.1 \(response.status) \(HTTPConnection.reason(response.status))\r\n"
    text += "Date: \(HTTPDate.text(service.time()))\r\n"
    for header in response.headers { text += "\(header.name): \(header.value)\r\n" }
    if let length {
      if response.status != 204 { text += "Content-Length: \(length)\r\n" }
    } else {
      text += "Transfer-Encoding: chunked\r\n"
    }
    if response.closes { text += "Connection: close\r\n" }
    return Array((text + "\r\n").utf8)
  }

  private static func reason(_ status: Int) -> String {
    [
      200: "OK", 201: "Created", 204: "No Content", 302: "Found", 307: "Temporary Redirect", 400: "Bad Request",
      401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 411: "Length Required",
      412: "Precondition Failed", 413: "Content Too Large", 422: "Unprocessable Content", 429: "Too Many Requests",
      431: "Request Header Fields Too Large", 500: "Internal Server Error", 502: "Bad Gateway",
      503: "Service Unavailable", 504: "Gateway Timeout",
    ][status] ?? "Status"
  }
}
