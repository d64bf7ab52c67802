// How a fault bends an answer.
extension Cloud {
  /// Bends the answer of the API (or of the storage, whose texts are XML).
  func bend(_ response: inout HTTPResponse, _ rule: FaultRule, isStorage: Bool = false) {
    switch rule.action {
    case .status: replace(&response, status: rule.status ?? 500, rule, isStorage)
    case .commitThen500: replace(&response, status: 500, rule, isStorage)
    case .commitThen504, .lateCommit: replace(&response, status: rule.status ?? 504, rule, isStorage)
    case .rejectKey: replace(&response, status: isStorage ? 403 : 401, rule, isStorage)
    case .html200:
      response = HTTPResponse(
        status: rule.status ?? 200, headers: [("Content-Type", "text/html")],
        body: Array((rule.body ?? "<html><body>Welcome. Please accept the terms.</body></html>").utf8))
    case .redirect:
      response = HTTPResponse(
        status: rule.status ?? 307, headers: [("Location", rule.location ?? "\(storageOrigin)/redirected")])
    case .resetBeforeCommit, .resetMidBody, .commitThenReset: response.departure = .reset
    case .hang, .commitThenHang: response.departure = .silence(seconds: rule.seconds ?? 3600)
    case .truncate: response.departure = .cut(after: response.body.count / 2)
    case .slowDrip: response.departure = .drip(secondsBetween: rule.seconds ?? 0.5)
    case .endless: response.departure = .endless
    case .successFalse, .nullId, .emptyItems, .wrongType, .deepBody, .nullMembers, .unknownMembers:
      response.body = body(instead: rule, response)
    case .delay, .listLag, .expiredForm, .randomKeyPerSign, .wrongTotals, .shiftedPages, .duplicateCreate, .foreignId,
      .reassignTenant:
      break
    }
  }

  private func replace(_ response: inout HTTPResponse, status: Int, _ rule: FaultRule, _ isStorage: Bool) {
    if status == 0 {
      response.departure = .reset
      return
    }
    if isStorage {
      let code = [403: "InvalidAccessKeyId", 500: "InternalError", 503: "SlowDown"][status] ?? "InternalError"
      response = .storageProblem(status, code, "We encountered an internal error. Please try again.")
    } else {
      let text = [401: "Unauthorized", 403: "Forbidden", 429: "Too many requests"][status] ?? "Internal server error"
      response = .failure(status, text)
    }
    if let body = rule.body { response.body = Array(body.utf8) }
    if let retryAfter = rule.retryAfter { response.headers.append(("Retry-After", retryAfter)) }
  }

  /// Another body under the same status; what is no JSON object stays as it is.
  private func body(instead rule: FaultRule, _ response: HTTPResponse) -> [UInt8] {
    if let body = rule.body { return Array(body.utf8) }
    if rule.action == .deepBody {
      return [UInt8](repeating: UInt8(ascii: "["), count: 200_000)
        + [UInt8](repeating: UInt8(ascii: "]"), count: 200_000)
    }
    guard case .object(var envelope)? = try? JSONParser.parse(response.body) else { return response.body }
    switch rule.action {
    case .successFalse: envelope = ["message": "Something went wrong", "success": false]
    case .emptyItems: envelope["data"] = ["items": []]
    case .wrongType: envelope["data"] = "a text where an object should be"
    case .unknownMembers: return Array(Cloud.withNovelties(.object(envelope)).text.utf8)
    case .nullMembers: return Array(Cloud.onlySure(.object(envelope)).text.utf8)
    default: envelope["data"] = Cloud.withoutIDs(envelope["data"] ?? .null)
    }
    return Array(JSONValue.object(envelope).text.utf8)
  }

  /// The same value, every `id` and `url` null.
  private static func withoutIDs(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let items): return .array(items.map(withoutIDs))
    case .object(let members):
      return .object(
        Dictionary(
          uniqueKeysWithValues: members.map { name, member in
            (name, name == "id" || name == "url" ? .null : withoutIDs(member))
          }))
    default: return value
    }
  }

  /// A new member in every object but the form's: clients send those back verbatim.
  private static func withNovelties(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let items): return .array(items.map(withNovelties))
    case .object(let members):
      var novel = Dictionary(
        uniqueKeysWithValues: members.map { ($0, $0 == "fields" || perCamera.contains($0) ? $1 : withNovelties($1)) })
      novel["novelty"] = ["isNew": true, "since": [2026, 11]]
      return .object(novel)
    default: return value
    }
  }

  /// Maps whose members are no names of the API's own.
  private static let perCamera: Set<String> = ["maxFramesForCameras", "faceblurServiceEnabled", "lenses"]

  /// What a client may rely upon.
  private static let sure: Set<String> = [
    "data", "items", "success", "id", "fileName", "url", "settings", "registrationNo",
  ]

  /// Null wherever null is allowed.
  private static func onlySure(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let items): return .array(items.map(onlySure))
    case .object(let members):
      return .object(
        Dictionary(
          uniqueKeysWithValues: members.map { name, member in
            (name, name == "fields" || name == "meta" ? member : sure.contains(name) ? onlySure(member) : .null)
          }))
    default: return value
    }
  }
}
