import Foundation

/// The seam between the cloud client and the network: one request, one exchange, and no opinion about either.
///
/// A transport never follows redirects, never repeats a `freshAndClosed` request, and never throws.
public protocol HTTPTransport: Sendable {
  /// Sends `request` and tells what came of it. A cancelled task ends the exchange promptly.
  func send(_ request: HTTPRequest) async -> HTTPExchange
}

/// One request, complete: what, where, on which connection and for how long.
public struct HTTPRequest: Sendable, Equatable {
  /// The methods in use.
  public enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case delete = "DELETE"
  }

  /// What follows the headers.
  public enum Body: Sendable, Equatable {
    /// Nothing.
    case none
    /// These bytes, with their exact `Content-Length`.
    case bytes(Data)
    /// A `multipart/form-data` form, with its exact `Content-Length`.
    case form(MultipartForm)
  }

  /// Which connection may carry it.
  public enum ConnectionPolicy: Sendable {
    /// A kept-alive one where there is one. A kept-alive connection that dies before any answer may make the
    /// transport send the request again by itself, so: only for requests that may be repeated.
    case reused
    /// A connection of its own, closed afterwards. The request goes out at most once.
    case freshAndClosed
  }

  /// Slower than this for that long is as good as dead.
  public struct StallLimit: Sendable, Equatable {
    /// Sum of both directions.
    public var bytesPerSecond: Int
    /// For how long.
    public var seconds: Int

    /// A limit.
    public init(bytesPerSecond: Int, seconds: Int) {
      self.bytesPerSecond = bytesPerSecond
      self.seconds = seconds
    }
  }

  /// GET, POST, DELETE.
  public var method: Method
  /// Where to.
  public var address: HTTPAddress
  /// In this order.
  public var headers: [HTTPHeader]
  /// What follows them.
  public var body: Body
  /// Which connection.
  public var connection: ConnectionPolicy
  /// The whole exchange, name resolution included, is over after this many seconds.
  public var deadlineSeconds: Double
  /// When to give up earlier; nil: not earlier.
  public var stall: StallLimit?
  /// A longer answer is cut there and marked.
  public var maximumResponseBytes: Int

  /// A request; the defaults are those of a small API call.
  public init(
    _ method: Method, _ address: HTTPAddress, headers: [HTTPHeader] = [], body: Body = .none,
    connection: ConnectionPolicy = .reused, deadlineSeconds: Double = 30, stall: StallLimit? = nil,
    maximumResponseBytes: Int = 1 << 20
  ) {
    self.method = method
    self.address = address
    self.headers = headers
    self.body = body
    self.connection = connection
    self.deadlineSeconds = deadlineSeconds
    self.stall = stall
    self.maximumResponseBytes = maximumResponseBytes
  }
}

extension HTTPRequest: CustomStringConvertible, CustomReflectable {
  /// Method and address without its query: what may stand in a log.
  public var description: String { "\(method.rawValue) \(address)" }

  /// Shows no more than the description does: headers and forms hold secrets.
  public var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}

/// What came of one request.
public enum HTTPExchange: Sendable, Equatable {
  /// A whole answer, whatever its status.
  case response(HTTPResponse)
  /// Provably no byte of the request left this machine.
  case notSent(reason: String)
  /// Some of the request may have left, and no whole answer came.
  case unclear(reason: String)

  /// A whole answer from its parts.
  public static func response(status: Int, headers: [HTTPHeader] = [], body: Data = Data()) -> HTTPExchange {
    .response(HTTPResponse(status: status, headers: HTTPHeaders(headers), body: body))
  }
}

/// A whole answer.
public struct HTTPResponse: Sendable, Equatable {
  /// 200...599 of the final answer; interim ones are swallowed.
  public var status: Int
  /// As received.
  public var headers: HTTPHeaders
  /// As received, not decompressed; at most `maximumResponseBytes`.
  public var body: Data
  /// Whether the body was longer than allowed and the rest never read.
  public var isCut: Bool

  /// An answer.
  public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: Data = Data(), isCut: Bool = false) {
    self.status = status
    self.headers = headers
    self.body = body
    self.isCut = isCut
  }
}

/// One header; a secret one shows its name only.
public struct HTTPHeader: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  /// As written.
  public var name: String
  /// Without surrounding blanks.
  public var value: String
  /// Whether the value must never be shown.
  public var isSecret: Bool

  /// A header.
  public init(_ name: String, _ value: String, isSecret: Bool = false) {
    self.name = name
    self.value = value
    self.isSecret = isSecret
  }

  /// `name: value`, or the name alone.
  public var description: String { isSecret ? "\(name): (secret)" : "\(name): \(value)" }

  /// Shows no more than the description does.
  public var customMirror: Mirror { Mirror(self, children: ["header": description]) }
}

/// Headers in the order received, found by name in any case.
public struct HTTPHeaders: Sendable, Equatable {
  /// All of them.
  public var all: [HTTPHeader]

  /// These headers.
  public init(_ all: [HTTPHeader] = []) { self.all = all }

  /// The value of the first header of that name.
  public subscript(_ name: String) -> String? {
    let wanted = name.lowercased()
    return all.first { $0.name.lowercased() == wanted }?.value
  }
}
