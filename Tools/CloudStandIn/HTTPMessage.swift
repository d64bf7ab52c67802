/// The request line and the headers of a request.
struct HTTPHead: Sendable {
  let method: String
  /// As it stood in the request line: path and query.
  let target: String
  /// In the order of arrival, names in lower case.
  let headers: [(name: String, value: String)]
  let keepsAlive: Bool

  /// All values of a header.
  func values(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

  /// The first value of a header.
  func value(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  /// The target up to the question mark.
  var rawPath: Substring { target.prefix { $0 != "?" } }

  /// The target behind the question mark; nil without one.
  var rawQuery: Substring? {
    target.firstIndex(of: "?").map { target[target.index(after: $0)...] }
  }
}

/// How an answer leaves: whole, or in one of the ways in which answers go wrong.
enum Departure: Sendable, Equatable {
  case whole
  /// Announced in full, cut after so many bytes of the body, then reset.
  case cut(after: Int)
  /// One byte of the body at a time.
  case drip(secondsBetween: Double)
  /// RST before the first byte of an answer.
  case reset
  /// Nothing for so long, then RST.
  case silence(seconds: Double)
  /// Chunks without end.
  case endless
}

struct HTTPResponse: Sendable {
  var status: Int
  var headers: [(name: String, value: String)]
  var body: [UInt8]
  var departure = Departure.whole
  var closes = false

  init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  init(status: Int, json: JSONValue, headers: [(name: String, value: String)] = []) {
    self.init(status: status, headers: [("Content-Type", "application/json")] + headers, body: Array(json.text.utf8))
  }

  /// The envelope of everything that did not work.
  static func failure(_ status: Int, _ message: String) -> HTTPResponse {
    HTTPResponse(status: status, json: ["message": .string(message), "success": false])
  }
}

/// What a service says once it has seen the head of a request: how to go on, and who answers when the body is there.
struct Admission: Sendable {
  /// Bytes of body that are read at most; more is answered by `tooLarge`.
  var maximumBody: Int
  /// Wait so long before the body is read.
  var delaySeconds: Double = 0
  /// RST once so many bytes of the body were read.
  var resetsAfterBodyBytes: Int?
  /// The answer to a request without a length, with a chunked body, or with too long a body.
  var refuse: @Sendable (BodyProblem) -> HTTPResponse
  var answer: @Sendable ([UInt8]) -> HTTPResponse
}

/// Why a body was not read.
enum BodyProblem: Sendable {
  case lengthMissing
  case tooLarge
}

/// Answers the requests that one port receives; called from many threads.
protocol HTTPService: Sendable {
  func admit(_ head: HTTPHead) -> Admission
  /// Epoch seconds: every answer carries the server's time, from which a client can tell how wrong its own is.
  func time() -> Double
  /// Told of every request that is no HTTP.
  func malformed(_ what: String)
}
