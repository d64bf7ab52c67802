import Foundation

@testable import CloudStandIn

/// What came back: an answer, or how the connection ended without one.
enum Outcome: Equatable {
  case answer(TestAnswer)
  /// RST.
  case reset
  /// The stream ended before an answer was complete; what had come by then.
  case cut([UInt8])
  /// Nothing more came in time.
  case silence([UInt8])

  var answer: TestAnswer? { if case .answer(let answer) = self { answer } else { nil } }
  var status: Int? { answer?.status }
  var json: JSONValue? { answer.flatMap { try? JSONParser.parse($0.body) } }
}

struct TestAnswer: Equatable {
  let status: Int
  /// Names in lower case.
  let headers: [String: String]
  let body: [UInt8]
  var text: String { String(decoding: body, as: UTF8.self) }
}

/// A connection of the tests' own to a port of 127.0.0.1: it does exactly what it is told, wrong things too.
final class TestConnection {
  private let descriptor: Int32
  private var buffer: [UInt8] = []

  init(port: UInt16, timeoutSeconds: Int = 20) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let sent = bytes[offset...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return false }
      offset += sent
    }
    return true
  }

  func send(_ text: String) { send(Array(text.utf8)) }

  /// Reads more; nil when it goes on, else how the connection ended.
  private func more() -> Outcome? {
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    if count > 0 {
      buffer += bytes[..<count]
      return nil
    }
    if count == 0 { return .cut(buffer) }
    return errno == ECONNRESET ? .reset : .silence(buffer)
  }

  /// Waits until so many bytes have come, and takes them.
  func take(_ count: Int) -> [UInt8]? {
    while buffer.count < count { if more() != nil { return nil } }
    defer { buffer.removeFirst(count) }
    return Array(buffer[..<count])
  }

  /// Waits until a text has come; false when the connection ended before.
  func wait(for text: String) -> Bool {
    while !String(decoding: buffer, as: UTF8.self).contains(text) { if more() != nil { return false } }
    return true
  }

  /// Has nothing come, as far as one can tell now?
  var isSilent: Bool {
    var byte: UInt8 = 0
    return buffer.isEmpty && recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) < 0
      && errno == EAGAIN
  }

  /// The next answer, interim ones left out.
  func receive(headOnly: Bool = false) -> Outcome {
    let blank = Array("\r\n\r\n".utf8)
    var end: Int?
    while end == nil {
      end = buffer.indices.first { buffer[$0...].starts(with: blank) }
      if end == nil, let outcome = more() { return outcome }
    }
    guard let end else { return .cut(buffer) }
    let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    let status = Int(lines[0].split(separator: " ")[1]) ?? 0
    let length = headOnly || status == 204 ? 0 : Int(headers["content-length"] ?? "") ?? 0
    while buffer.count < end + 4 + length { if let outcome = more() { return outcome } }
    let body = Array(buffer[(end + 4)..<(end + 4 + length)])
    buffer.removeFirst(end + 4 + length)
    return status == 100
      ? receive(headOnly: headOnly) : .answer(TestAnswer(status: status, headers: headers, body: body))
  }
}

/// Requests to a stand-in, one connection each.
struct TestClient {
  let server: StandInServer
  var key: String? = StandInData.defaultKey

  static func text(
    _ method: String, _ target: String, headers: [(String, String)] = [], body: [UInt8]? = nil
  ) -> [UInt8] {
    var text = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    if let body { text += "Content-Length: \(body.count)\r\n" }
    return Array((text + "\r\n").utf8) + (body ?? [])
  }

  func send(
    _ method: String, _ target: String, headers: [(String, String)] = [], body: [UInt8]? = nil, storage: Bool = false
  ) -> Outcome {
    var headers = headers
    if !storage, let key { headers.append(("x-api-key", key)) }
    let connection = TestConnection(port: storage ? server.storagePort : server.port)
    connection.send(TestClient.text(method, target, headers: headers, body: body))
    return connection.receive()
  }

  func get(_ target: String) -> Outcome { send("GET", target) }

  func post(_ target: String, _ body: JSONValue) -> Outcome {
    send("POST", target, headers: [("Content-Type", "application/json")], body: Array(body.text.utf8))
  }

  // MARK: What a unit does

  static let setBody: JSONValue = [
    "tenantId": .string(StandInData.tenantID), "deviceSetId": .string(StandInData.captureSetID),
    "recDate": "1669982152", "registrationNo": "KL9802", "countryCode": "DK",
  ]

  func createSet(_ body: JSONValue = setBody) -> String? {
    post("/imageSets", body).json?["data"]?["items"]?[0]?["id"]?.stringValue
  }

  static func imageBody(_ set: String, _ camera: String = "roofLeft", frame: Int = 57, length: Int? = nil) -> JSONValue
  {
    var members: [String: JSONValue] = [
      "parentType": "imagesets", "imageSetId": .string(set), "camera": .string(camera),
      "fileName": .string("\(camera)_\(frame).webp"), "size": ["width": 640, "height": 400],
    ]
    members["contentLength"] = length.map(JSONValue.integer)
    return .object(members)
  }

  /// The fields of a form.
  func announce(_ body: JSONValue) -> [String: String]? {
    post("/images", body).json?["data"]?["fields"]?.objectValue?.compactMapValues(\.stringValue)
  }

  func upload(_ fields: [String: String], _ file: [UInt8]) -> Outcome {
    upload(TestForm(fields, file))
  }

  func upload(_ form: TestForm) -> Outcome {
    send("POST", "/frames", headers: [("Content-Type", form.contentType)], body: form.bytes, storage: true)
  }

  /// Announce and send one picture.
  @discardableResult
  func deliver(_ set: String, _ camera: String = "roofLeft", frame: Int = 57, content: UInt8 = 0) -> Outcome? {
    let file = Picture.webP(640, 400, content: content)
    return announce(TestClient.imageBody(set, camera, frame: frame, length: file.count)).map { upload($0, file) }
  }

  func listedNames(_ set: String) -> [String]? {
    get("/images?imageSetId=\(set)").json?["data"]?["items"]?.arrayValue?.compactMap { $0["fileName"]?.stringValue }
      .sorted()
  }
}

/// A multipart form, part by part, so that tests can put it together wrongly.
struct TestForm {
  var parts: [(name: String, value: [UInt8])]
  var contentType = "multipart/form-data; boundary=frontier"

  init(_ fields: [String: String], _ file: [UInt8]?) {
    parts = fields.sorted { $0.key < $1.key }.map { ($0.key, Array($0.value.utf8)) }
    if let file { parts.append(("file", file)) }
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for part in parts {
      bytes += "--frontier\r\nContent-Disposition: form-data; name=\"\(part.name)\"\r\n\r\n".utf8
      bytes += part.value + "\r\n".utf8
    }
    return bytes + "--frontier--\r\n".utf8
  }
}

enum Picture {
  /// A WebP header of that size with something behind it: all that the stand-in looks at.
  static func webP(_ width: Int, _ height: Int, content: UInt8 = 0, bytes: Int = 2000) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
    var file = Array("RIFF".utf8) + little(bytes - 8, 4) + "WEBPVP8X".utf8
    file += little(10, 4) + [0, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3)
    // Line ends and dashes in abundance, as a multipart reader likes them least.
    let filler = Array("\r\n--frontie\r\n\r\n".utf8) + [content]
    while file.count < bytes { file.append(filler[file.count % filler.count]) }
    return file
  }
}

/// A clock that only moves when it is told to.
final class TestClock: @unchecked Sendable {
  private let lock = NSLock()
  private var seconds = 1_800_000_000.0

  func advance(_ by: Double) { lock.withLock { seconds += by } }
  var now: @Sendable () -> Double { { self.lock.withLock { self.seconds } } }
}

/// Runs something against a stand-in that is gone afterwards.
func withStandIn<Result>(
  data: StandInData = .standard(), directory: URL? = nil, faults: [FaultRule] = [], clock: TestClock = TestClock(),
  _ work: (StandInServer, TestClient) throws -> Result
) throws -> Result {
  let server = try StandInServer(data: data, dataDirectory: directory, faults: faults, now: clock.now)
  server.start()
  defer { server.stop() }
  return try work(server, TestClient(server: server))
}

/// Waits for something that another thread brings about; false when it did not come in a long time.
func eventually(_ isThere: () -> Bool) -> Bool {
  for _ in 0..<20_000 {
    if isThere() { return true }
    usleep(1000)
  }
  return false
}
