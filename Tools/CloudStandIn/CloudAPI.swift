import Foundation

// The port of the API: who asks, for what, is it right, and then do it. In the order of the contract:
// 401, 403 for keys that may not write, 400, 422, 404, 403.
extension Cloud {
  /// Answers a request of the API; `body` is complete. Never called twice for one request.
  func answerAPI(_ head: HTTPHead, body: [UInt8], fired: FiredFaults) -> HTTPResponse {
    lock.withLock {
      let route = Cloud.route(head)
      let operation: Operation? = if case .operation(let operation, _) = route { operation } else { nil }
      let name = operation?.rawValue ?? "\(head.method) \(head.rawPath)"
      if operation == .createImageSet {
        record(.createBody(CreateBody(at: now(), bytes: body.count, md5: Digest.md5(body))))
      }
      let identity = "\(head.method) \(head.target) \(Digest.md5(body))"
      if let earliest = heldBack[identity], now() < earliest {
        recordViolation(name, "Retry-After", "repeated \(earliest - now()) s before the time that a 429 named")
      }
      var response: HTTPResponse
      if let answer = fired.answer, !answer.commits {
        response = HTTPResponse(status: 500)
      } else {
        response = perform(head, route: route, name: name, body: body, fired: fired)
      }
      if let rule = fired.answer { bend(&response, rule) }
      if response.status == 429, let seconds = response.headers.first(where: { $0.name == "Retry-After" })?.value {
        heldBack[identity] = now() + (Double(seconds) ?? 0)
      }
      recordAnswer(name, response, body: body)
      return response
    }
  }

  /// Answers a request whose body cannot be read.
  func refuseAPI(_ head: HTTPHead, _ problem: BodyProblem) -> HTTPResponse {
    lock.withLock {
      var name = "\(head.method) \(head.rawPath)"
      if case .operation(let operation, _) = Cloud.route(head) { name = operation.rawValue }
      let response: HTTPResponse
      if (try? authenticate(head)) == nil {
        response = .failure(401, "Unauthorized")
      } else if problem == .lengthMissing {
        recordViolation(name, "Content-Length", "a body without Content-Length")
        response = .failure(411, "Content-Length is required")
      } else {
        recordViolation(name, "body", "the body is too long")
        response = .failure(413, "The body is too long")
      }
      recordAnswer(name, response, body: [])
      return response
    }
  }

  static func route(_ head: HTTPHead) -> Route {
    var segments: [String] = []
    for part in head.rawPath.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard let segment = QueryItems.decode(part, plusIsBlank: false) else { return .unknown }
      segments.append(segment)
    }
    return Route.find(method: head.method, segments: segments)
  }

  private func authenticate(_ head: HTTPHead) throws(Refusal) -> StandInData.APIKey {
    let given = head.values("x-api-key")
    guard given.count == 1 else {
      throw Refusal(status: 401, message: "Unauthorized", rule: "x-api-key")
    }
    guard let key = data.apiKeys.first(where: { $0.key == given[0] }) else {
      // A key that was deleted is nothing that a client could know beforehand.
      throw Refusal(status: 401, message: "Unauthorized", rule: nil)
    }
    return key
  }

  private func perform(
    _ head: HTTPHead, route: Route, name: String, body: [UInt8], fired: FiredFaults
  ) -> HTTPResponse {
    do throws(Refusal) {
      let key = try authenticate(head)
      if head.target.contains(key.key) {
        recordViolation(name, "credential", "the key stands in the target of the request")
      }
      switch route {
      case .unknown:
        throw Refusal(status: 404, message: "No such path", rule: "path")
      case .wrongMethod(let allowed):
        recordViolation(name, "method", "\(head.method) where only \(allowed.joined(separator: ", ")) is known")
        var response = HTTPResponse.failure(405, "Method not allowed")
        response.headers.append(("Allow", allowed.joined(separator: ", ")))
        return response
      case .operation(let operation, let id):
        guard key.mayWrite || !operation.writes else { throw Refusal.forbidden("The key may not write") }
        let request = CloudRequest(
          operation: operation, id: id, query: head.rawQuery, body: try Cloud.json(head, body), key: key,
          twists: Twists(fired))
        return try dispatch(request)
      }
    } catch {
      if let rule = error.rule { recordViolation(name, rule, "\(error.status): \(error.message)") }
      return .failure(error.status, error.message)
    }
  }

  /// The body of a POST; null for other methods.
  private static func json(_ head: HTTPHead, _ body: [UInt8]) throws(Refusal) -> JSONValue {
    guard head.method == "POST" else {
      guard body.isEmpty else { throw Refusal(status: 400, message: "\(head.method) with a body", rule: "body") }
      return .null
    }
    let type = (head.value("content-type") ?? "").lowercased().split(separator: ";").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard type.first == "application/json", type.dropFirst().allSatisfy({ $0 == "charset=utf-8" }) else {
      throw Refusal(status: 400, message: "Content-Type is not application/json", rule: "Content-Type")
    }
    do { return try JSONParser.parse(body) } catch {
      throw Refusal(status: 400, message: "Request body is not valid JSON: \(error)", rule: "body")
    }
  }

  private func dispatch(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    switch request.operation {
    case .listCaptureUnits: try listCaptureUnits(request)
    case .getCaptureUnit: try getCaptureUnit(request)
    case .listCaptureSets: try listCaptureSets(request)
    case .getCaptureSet: try getCaptureSet(request)
    case .getTenant: try getTenant(request)
    case .listCars: try listCars(request)
    case .createImageSet: try createImageSet(request)
    case .listImageSets: try listImageSets(request)
    case .getImageSet: try getImageSet(request)
    case .deleteImageSet: try deleteImageSet(request)
    case .createImageUpload: try createImageUpload(request)
    case .listImages: try listImages(request)
    case .getImage: try getImage(request)
    case .deleteImage: try deleteImage(request)
    case .uploadToPresignedUrl, .downloadImage: throw Refusal(status: 404, message: "No such path", rule: "path")
    }
  }

  /// The tenant that a request names, or the key's current one. Unknown: 404; not of the key's user: 403.
  func tenant(_ id: String?, of key: StandInData.APIKey) throws(Refusal) -> StandInData.Tenant {
    guard let tenant = data.tenant(id ?? key.currentTenant) else { throw .notFound("Tenant") }
    guard key.tenants.contains(tenant.id) else { throw .forbidden() }
    return tenant
  }

  /// A page of a list in its envelope. `limit` and `page` are to be sent always: their defaults differ or are unknown.
  func page(_ items: [JSONValue], _ request: CloudRequest, _ query: QueryItems, _ paging: Paging) -> HTTPResponse {
    if !query.has("limit") || !query.has("page") {
      recordViolation(request.operation.rawValue, "paging", "limit and page are to be sent always")
    }
    let cut = paging.cut(items, shiftedBy: request.twists.shiftedPages ? 1 : 0)
    var meta = cut.meta
    if request.twists.wrongTotals {
      meta["totalItems"] = .integer(items.count + 1)
      meta["lastPage"] = .integer((items.count + paging.limit) / paging.limit)
    }
    return HTTPResponse(
      status: 200, json: ["data": ["items": .array(cut.items)], "meta": .object(meta), "success": true])
  }
}

extension Departure {
  /// No byte of an answer leaves.
  var isSilent: Bool {
    switch self {
    case .reset, .silence: true
    default: false
    }
  }
}
