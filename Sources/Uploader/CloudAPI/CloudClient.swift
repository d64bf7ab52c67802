import Foundation

/// The cloud's API, typed: the operations that carry a unit from start to proof of delivery. Repeats nothing by itself,
/// but for one thing: a request refused with 401 goes out once more when the key file holds another key by then.
public final class CloudClient: Sendable {
  /// Deadlines and sizes.
  public struct Limits: Sendable, Equatable {
    /// For everything but uploads, in seconds.
    public var callSeconds = 30.0
    /// For one upload, in seconds.
    public var uploadSeconds = 300.0
    /// An upload slower than this has stalled.
    public var uploadStall = HTTPRequest.StallLimit(bytesPerSecond: 500, seconds: 40)
    /// The longest answer of the API, in bytes.
    public var answerBytes = 1 << 20
    /// The longest answer of the file store, in bytes.
    public var storeAnswerBytes = 64 << 10

    /// The usual limits.
    public init() {}
  }

  /// The server's clock as an answer showed it.
  public struct ServerDate: Sendable, Equatable {
    /// The `Date` header, epoch seconds.
    public var epochSeconds: Int
    /// Our own clock when it came, epoch seconds.
    public var receivedAt: Double

    /// Seconds since boot when it came: a clock that nobody sets.
    public var receivedUptime = ProcessInfo.processInfo.systemUptime

    /// The server's time now, whatever became of our own clock since; good to about a second.
    public func serverSeconds(uptime: Double = ProcessInfo.processInfo.systemUptime) -> Double {
      Double(epochSeconds) + uptime - receivedUptime
    }

    /// What to add to our clock to get the server's, good to about a second, as long as nobody sets ours.
    public var offsetSeconds: Double { Double(epochSeconds) - receivedAt }

    /// A reading.
    public init(epochSeconds: Int, receivedAt: Double) {
      self.epochSeconds = epochSeconds
      self.receivedAt = receivedAt
    }
  }

  /// The API's address; the key goes there and nowhere else.
  public let baseAddress: HTTPAddress
  /// Deadlines and sizes in force.
  public let limits: Limits
  private let transport: any HTTPTransport
  private let key: APIKey
  private let now: @Sendable () -> Double
  private let serverDate = Locked<ServerDate?>(nil)

  /// A client of the cloud at `url`, e.g. `https://cloud.example/v1`. `now` is our own clock in epoch seconds.
  public init(
    url: String, key: APIKey, transport: any HTTPTransport, limits: Limits = Limits(),
    now: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
  ) throws(CloudSetupError) {
    baseAddress = try Self.baseAddress(url)
    self.key = key
    self.transport = transport
    self.limits = limits
    self.now = now
  }

  /// Checks the configured address of the cloud: https (or http to loopback), no query.
  public static func baseAddress(_ url: String) throws(CloudSetupError) -> HTTPAddress {
    let address = try HTTPAddress(url)
    guard !address.hasQuery else { throw CloudSetupError(address.description, "must not have a query") }
    return address
  }

  /// The server's clock as the latest answer of the API showed it.
  public var lastServerDate: ServerDate? { serverDate.with { $0 } }

  /// Sends a request to the API, with the key.
  func call(
    _ method: HTTPRequest.Method, _ path: String, query: [(name: String, value: String)] = [], body: Data? = nil,
    connection: HTTPRequest.ConnectionPolicy = .reused
  ) async -> CloudOutcome<JSONValue> {
    let secret = key.current
    let outcome = await call(method, path, query: query, body: body, connection: connection, secret: secret)
    guard case .refused(401, let message, let retryAfter) = outcome else { return outcome }
    do throws(CloudSetupError) {
      // A 401 says that nothing was done, so even a creation may go out again.
      guard try key.reread() || key.current != secret else { return outcome }
    } catch {
      return .refused(status: 401, message: "\(message); \(error)", retryAfterSeconds: retryAfter)
    }
    return await call(method, path, query: query, body: body, connection: connection, secret: key.current)
  }

  private func call(
    _ method: HTTPRequest.Method, _ path: String, query: [(name: String, value: String)], body: Data?,
    connection: HTTPRequest.ConnectionPolicy, secret: Secret
  ) async -> CloudOutcome<JSONValue> {
    var headers = [HTTPHeader("x-api-key", secret.text, isSecret: true), HTTPHeader("Accept", "application/json")]
    if body != nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
    let request = HTTPRequest(
      method, baseAddress.appending(path: path, query: query), headers: headers,
      body: body.map { .bytes($0) } ?? .none, connection: connection, deadlineSeconds: limits.callSeconds,
      maximumResponseBytes: limits.answerBytes)
    switch await transport.send(request) {
    case .notSent(let reason): return .notSent(reason: secret.redacted(in: reason))
    case .unclear(let reason): return .unclear(reason: secret.redacted(in: reason))
    case .response(let response):
      let received = now()
      let date = response.headers["Date"].flatMap { CloudTime.httpDate($0) }
      if let date { serverDate.with { $0 = ServerDate(epochSeconds: date, receivedAt: received) } }
      guard (200..<300).contains(response.status) else {
        return .refused(
          status: response.status, message: secret.redacted(in: RefusalText.line(of: response)),
          retryAfterSeconds: response.headers["Retry-After"].flatMap {
            RetryAfter.seconds($0, now: date.map(Double.init) ?? received)
          })
      }
      return Self.envelope(response)
    }
  }

  /// The whole answer, once it is known to be an object that says `success: true`.
  private static func envelope(_ response: HTTPResponse) -> CloudOutcome<JSONValue> {
    func malformed(_ reason: String) -> CloudOutcome<JSONValue> {
      .malformed(status: response.status, reason: "the answer \(reason)")
    }
    guard !response.isCut else { return malformed("is longer than \(response.body.count) bytes") }
    do throws(JSONReader.Fault) {
      let json = try JSONReader.read(response.body)
      guard json.members != nil else { return malformed("is no JSON object") }
      guard json["success"] == .bool(true) else { return malformed("does not say success") }
      return .answered(json)
    } catch {
      return malformed("\(error.reason) (at byte \(error.offset) of \(response.body.count))")
    }
  }

  /// Posts a presigned form with its file. No key, no cookies: the form is the leave.
  public func upload(_ file: FormFile, with form: PresignedForm) async -> CloudOutcome<StoredFile> {
    let address: HTTPAddress
    do throws(CloudSetupError) {
      address = try HTTPAddress(form.url)
    } catch {
      return .notSent(reason: "the form cannot be used: \(error)")
    }
    let request = HTTPRequest(
      .post, address, body: .form(MultipartForm(fields: form.fields, file: file)),
      deadlineSeconds: limits.uploadSeconds, stall: limits.uploadStall,
      maximumResponseBytes: limits.storeAnswerBytes)
    switch await transport.send(request) {
    case .notSent(let reason): return .notSent(reason: reason)
    case .unclear(let reason): return .unclear(reason: reason)
    case .response(let response):
      switch response.status {
      case 200, 201, 204:
        let etag = response.headers["ETag"].map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\" ")) }
        return .answered(StoredFile(etag: etag))
      case 200..<300:
        return .malformed(status: response.status, reason: "the file store answered with an unknown kind of success")
      default:
        return .refused(
          status: response.status, message: RefusalText.line(of: response),
          retryAfterSeconds: response.headers["Retry-After"].flatMap { RetryAfter.seconds($0, now: now()) })
      }
    }
  }
}

extension CloudOutcome {
  /// The same outcome with the value read out of the answer; an answer that lacks something is malformed.
  func reading<Other>(_ read: (Value) throws(CloudAnswers.Fault) -> Other) -> CloudOutcome<Other> {
    switch self {
    case .answered(let value):
      do throws(CloudAnswers.Fault) {
        return .answered(try read(value))
      } catch {
        return .malformed(status: 200, reason: "the answer \(error.reason)")
      }
    case .refused(let status, let message, let retryAfter):
      return .refused(status: status, message: message, retryAfterSeconds: retryAfter)
    case .malformed(let status, let reason): return .malformed(status: status, reason: reason)
    case .notSent(let reason): return .notSent(reason: reason)
    case .unclear(let reason): return .unclear(reason: reason)
    }
  }
}
