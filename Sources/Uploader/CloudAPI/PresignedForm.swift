import Foundation

/// The leave to store one file: where, and with which fields. Written down before it is used, so that every repetition
/// goes to the same key. Its values are secrets until it expires.
public struct PresignedForm: Sendable, Equatable, Codable {
  /// Where the form is posted.
  public var url: String
  /// Sent verbatim and in this order, before the file.
  public var fields: [FormField]
  /// When it ends by the server's clock, in epoch seconds; nil when the form does not say.
  public var expiresAt: Int?

  /// A form; `expiresAt` is read from the fields and the address.
  public init(url: String, fields: [FormField]) {
    self.url = url
    self.fields = fields
    expiresAt = Self.expiry(url: url, fields: fields)
  }

  /// As it is kept: sealed, for a bit that flips in a database's text is seen by nobody else, and the form is sent as it is.
  func sealed() throws -> Data { SealedJSON.seal(try JSONEncoder().encode(self)) }

  /// Reads what `sealed` wrote; nil when a byte of it changed. Earlier versions kept forms without a seal.
  static func read(_ data: Data) -> PresignedForm? {
    guard let body = SealedJSON.isSealed(data) ? SealedJSON.unseal(data) : data else { return nil }
    return try? JSONDecoder().decode(PresignedForm.self, from: body)
  }

  /// Whether it can still be used for `seconds` more at `serverTime` (epoch seconds); a form that does not say is
  /// taken to be good, for the answer will tell.
  public func isGood(at serverTime: Double, forSeconds seconds: Double) -> Bool {
    expiresAt.map { Double($0) >= serverTime + seconds } ?? true
  }

  /// The `expiration` in the base64 policy, or `X-Amz-Date` plus `X-Amz-Expires` among the fields or in the query.
  static func expiry(url: String, fields: [FormField]) -> Int? {
    func field(_ name: String) -> String? { fields.first { $0.name.lowercased() == name }?.value }
    if let policy = field("policy"), let bytes = Data(base64Encoded: policy),
      let json = try? JSONReader.read(bytes), let text = json["expiration"]?.string, let time = CloudTime.iso8601(text)
    {
      return time
    }
    let query = queryItems(of: url)
    guard let date = field("x-amz-date") ?? query["x-amz-date"], let start = CloudTime.iso8601(date),
      let text = field("x-amz-expires") ?? query["x-amz-expires"], let seconds = Int(text),
      (0...604_800).contains(seconds)
    else { return nil }
    return start + seconds
  }

  private static func queryItems(of url: String) -> [String: String] {
    guard let mark = url.firstIndex(of: "?") else { return [:] }
    var items: [String: String] = [:]
    for item in url[url.index(after: mark)...].split(separator: "&") {
      guard let equals = item.firstIndex(of: "=") else { continue }
      items[item[..<equals].lowercased()] = String(item[item.index(after: equals)...])
    }
    return items
  }
}

extension PresignedForm: CustomStringConvertible, CustomReflectable {
  /// Host and field names; no values.
  public var description: String { "form for \(url.prefix { $0 != "?" }) with \(fields.map(\.name))" }
  /// Shows no more than the description does.
  public var customMirror: Mirror { Mirror(self, children: ["form": description]) }
}
