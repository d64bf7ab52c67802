import Foundation

@testable import Uploader

/// A clock that stands still but when somebody sleeps or a request takes its time.
final class VirtualClock: DeliveryClock, @unchecked Sendable {
  private let lock = NSLock()
  private var time: Int64

  init(_ startMs: Int64 = 1_800_000_000_000) { time = startMs }

  func nowMs() -> Int64 { lock.withLock { time } }
  func advance(_ ms: Int64) { lock.withLock { time += ms } }

  func sleep(untilMs: Int64) async {
    lock.withLock { if untilMs < .max { time = max(time, untilMs) } }
    await Task.yield()
  }
}

/// The unit's view of the same time, so far off as it is.
struct SkewedClock: DeliveryClock {
  let base: VirtualClock
  let skewMs: Int64

  func nowMs() -> Int64 { base.nowMs() + skewMs }
  func sleep(untilMs: Int64) async { await base.sleep(untilMs: untilMs == .max ? .max : untilMs - skewMs) }
}

/// The cloud in memory behind the HTTP seam, with a ledger, and with whatever goes wrong on order.
final class LedgerCloud: HTTPTransport, @unchecked Sendable {
  enum Operation: String, Sendable, CaseIterable {
    case units, create, find, announce, upload, list
  }

  /// What a request runs into. `reaches`: how the cloud sees it all the same: not at all, at once, or so many ms late.
  enum Fault: Sendable, Equatable {
    case status(Int, body: String = "", headers: [String: String] = [:], commits: Bool = false)
    case notSent
    case broken(commits: Bool)
    /// The cloud is still at it when the connection is gone, and finishes so many ms later.
    case late(Int64)
    /// 2xx with something else in it.
    case html(commits: Bool)
    /// A creation that makes two sets and answers with the second.
    case twice
    /// A list whose pages do not fit together.
    case torn
    /// A form that has expired when it arrives.
    case expiredForm
  }

  struct ImageSetRecord {
    var id: String
    var tenant: String
    var deviceSet: String
    var recDate: Int
    var plate: String?
    var createdAtMs: Int64
    var isDeleted = false
    var images: [String: StoredImage] = [:]
  }

  struct StoredImage: Equatable {
    var md5: String
    var stores: Int
    var visibleAtMs: Int64
    var keys: Set<String>
  }

  private let lock = NSRecursiveLock()
  let clock: VirtualClock
  private var records: [ImageSetRecord] = []
  private var forms: [String: (set: String, fileName: String, expiresMs: Int64)] = [:]
  private var lateWork: [(at: Int64, work: () -> Void)] = []
  private var calls: [Operation: Int] = [:]
  private var number = 0
  /// Asked before each request, with the number (from 1) of requests of that kind so far.
  var fault: (Operation, Int) -> Fault? = { _, _ in nil }
  var key = "canary-key"
  /// An image is listed so long after it was stored.
  var listLagMs: Int64 = 0
  var setLagMs: Int64 = 0
  var formSeconds: Int64 = 3600
  /// What a request takes, in ms; a time-out takes 30 s.
  var latencyMs: Int64 = 5

  init(clock: VirtualClock) { self.clock = clock }

  // MARK: the ledger

  var sets: [ImageSetRecord] { lock.withLock { records } }
  func count(_ operation: Operation) -> Int { lock.withLock { calls[operation] ?? 0 } }
  func remove(set id: String) {
    lock.withLock { for index in records.indices where records[index].id == id { records[index].isDeleted = true } }
  }
  /// An image set that somebody else made.
  func seed(tenant: String, deviceSet: String, recDate: Int) {
    lock.withLock {
      records.append(
        ImageSetRecord(
          id: "seeded", tenant: tenant, deviceSet: deviceSet, recDate: recDate, createdAtMs: clock.nowMs() - 60_000))
    }
  }
  /// Lets everything happen that the cloud is still at.
  func settle() { lock.withLock { runLateWork(until: .max) } }

  // MARK: the wire

  func send(_ request: HTTPRequest) async -> HTTPExchange {
    await Task.yield()
    return lock.withLock { answer(request) }
  }

  static func operation(of request: HTTPRequest) -> Operation {
    let path = String(request.address.description.dropFirst("https://cloud.example".count))
    return switch (request.method, path) {
    case (_, let path) where path.hasPrefix("/bucket"): .upload
    case (.post, "/imageSets"): .create
    case (.post, "/images"): .announce
    case (.get, "/imageSets"): .find
    case (.get, "/images"): .list
    default: .units
    }
  }

  private func answer(_ request: HTTPRequest) -> HTTPExchange {
    clock.advance(latencyMs)
    runLateWork(until: clock.nowMs())
    let operation = Self.operation(of: request)
    calls[operation, default: 0] += 1
    let fault = fault(operation, calls[operation] ?? 0)
    if case .notSent = fault { return .notSent(reason: "connection refused") }
    if operation != .upload, request.headers.first(where: { $0.name == "x-api-key" })?.value != key {
      return json(401, ["success": false, "message": "unknown key"])
    }
    switch fault {
    case .status(let status, let body, let headers, let commits):
      if commits { _ = perform(operation, request) }
      return .response(
        HTTPResponse(
          status: status, headers: HTTPHeaders(headers.map { HTTPHeader($0.key, $0.value) }), body: Data(body.utf8)))
    case .broken(let commits):
      if commits { _ = perform(operation, request) }
      return .unclear(reason: "connection reset")
    case .late(let delay):
      lateWork.append((clock.nowMs() + delay, { [unowned self] in _ = perform(operation, request) }))
      clock.advance(min(delay, 30_000))
      return .unclear(reason: "no answer within 30 s")
    case .html(let commits):
      if commits { _ = perform(operation, request) }
      return .response(HTTPResponse(status: 200, body: Data("<html>Welcome to the hotel</html>".utf8)))
    case .twice:
      _ = perform(operation, request)
      return perform(operation, request)
    case .expiredForm:
      return expired()
    case .torn:
      return torn()
    case .notSent, nil:
      return perform(operation, request)
    }
  }

  private func runLateWork(until time: Int64) {
    let due = lateWork.filter { $0.at <= time }.sorted { $0.at < $1.at }
    lateWork.removeAll { $0.at <= time }
    for item in due { item.work() }
  }

  private func perform(_ operation: Operation, _ request: HTTPRequest) -> HTTPExchange {
    switch operation {
    case .units: return list([])
    case .create: return create(request)
    case .find: return find(request)
    case .announce: return announce(request)
    case .upload: return upload(request)
    case .list: return listImages(request)
    }
  }

  private func create(_ request: HTTPRequest) -> HTTPExchange {
    guard let body = object(request), let tenant = body["tenantId"] as? String,
      let set = body["deviceSetId"] as? String, let text = body["recDate"] as? String, let recDate = Int(text),
      request.connection == .freshAndClosed
    else { return json(422, ["success": false, "message": "wrong body"]) }
    let plate = (body["registrationNo"] as? String).map { "\(body["countryCode"] as? String ?? "NO")#\($0)" }
    number += 1
    let id = "remote-\(number)"
    records.append(
      ImageSetRecord(
        id: id, tenant: tenant, deviceSet: set, recDate: recDate, plate: plate, createdAtMs: clock.nowMs()))
    return json(201, ["success": true, "data": ["items": [["id": id]]]])
  }

  private func find(_ request: HTTPRequest) -> HTTPExchange {
    let query = query(request)
    let start = Int(query["startDate"] ?? "") ?? 0
    let end = Int(query["endDate"] ?? "") ?? 0
    let plate = query["registrationNo"].map { "\(query["countryCode"] ?? "NO")#\($0)" }
    let found = records.filter { record in
      !record.isDeleted && record.tenant == query["tenantId"] && (start...end).contains(record.recDate)
        && record.createdAtMs + setLagMs <= clock.nowMs() && (plate == nil || record.plate == plate)
    }
    return list(
      found.map { record in
        [
          "id": record.id, "tenantId": record.tenant, "recDate": record.recDate, "createdAt": record.createdAtMs / 1000,
          "origin": ["id": record.deviceSet, "type": "device"], "hasImages": !record.images.isEmpty,
          "carInfo": ["registrationNo": record.plate as Any? ?? NSNull()],
        ] as [String: Any]
      })
  }

  private func announce(_ request: HTTPRequest) -> HTTPExchange {
    guard let body = object(request), let set = body["imageSetId"] as? String, let name = body["fileName"] as? String
    else { return json(422, ["success": false, "message": "wrong body"]) }
    guard records.contains(where: { $0.id == set && !$0.isDeleted }) else {
      return json(404, ["success": false, "message": "no such image set"])
    }
    number += 1
    let key = "video_frames/\(set)/\(name)"
    let form = "form-\(number)"
    forms[form] = (set, name, clock.nowMs() + formSeconds * 1000)
    let policy = Data("{\"expiration\":\"2100-01-01T00:00:00Z\"}".utf8).base64EncodedString()
    return json(
      201,
      [
        "success": true,
        "data": ["url": "https://cloud.example/bucket", "fields": ["key": key, "policy": policy, "signature": form]],
      ])
  }

  private func upload(_ request: HTTPRequest) -> HTTPExchange {
    guard case .form(let form) = request.body, case .bytes(let bytes) = form.file.content,
      let leave = form.fields.first(where: { $0.name == "signature" }).flatMap({ forms[$0.value] }),
      let key = form.fields.first(where: { $0.name == "key" })?.value,
      !request.headers.contains(where: { $0.name == "x-api-key" })
    else { return .response(HTTPResponse(status: 400)) }
    guard clock.nowMs() < leave.expiresMs else { return expired() }
    guard let index = records.firstIndex(where: { $0.id == leave.set }) else {
      return .response(HTTPResponse(status: 404))
    }
    let md5 = Digest.md5(bytes)
    var image =
      records[index].images[leave.fileName]
      ?? StoredImage(md5: md5, stores: 0, visibleAtMs: clock.nowMs() + listLagMs, keys: [])
    image.md5 = md5
    image.stores += 1
    image.keys.insert(key)
    records[index].images[leave.fileName] = image
    return .response(HTTPResponse(status: 204, headers: HTTPHeaders([HTTPHeader("ETag", "\"\(md5)\"")])))
  }

  private func expired() -> HTTPExchange {
    let xml = "<Error><Code>AccessDenied</Code><Message>Invalid according to Policy: Policy expired.</Message></Error>"
    return .response(HTTPResponse(status: 403, body: Data(xml.utf8)))
  }

  private func listImages(_ request: HTTPRequest) -> HTTPExchange {
    guard let record = records.first(where: { $0.id == query(request)["imageSetId"] && !$0.isDeleted }) else {
      return json(404, ["success": false, "message": "no such image set"])
    }
    let images = record.images.filter { $0.value.visibleAtMs <= clock.nowMs() }.keys.sorted()
    return json(
      200,
      ["success": true, "data": ["items": images.map { ["id": "i-\($0.prefix($0.count - 5))", "fileName": $0] }]])
  }

  private func list(_ items: [[String: Any]]) -> HTTPExchange {
    json(
      200,
      [
        "success": true, "data": ["items": items],
        "meta": [
          "currentItemsPerPage": 100, "currentPage": 1, "lastPage": 1, "maxPerPage": 100, "totalItems": items.count,
        ],
      ])
  }

  private func torn() -> HTTPExchange {
    let meta = ["currentItemsPerPage": 100, "currentPage": 1, "lastPage": 1, "maxPerPage": 100, "totalItems": 3]
    return json(200, ["success": true, "data": ["items": [] as [Any]], "meta": meta])
  }

  private func json(_ status: Int, _ object: [String: Any]) -> HTTPExchange {
    let body = (try? JSONSerialization.data(withJSONObject: object)) ?? Data()
    return .response(HTTPResponse(status: status, body: body))
  }

  private func object(_ request: HTTPRequest) -> [String: Any]? {
    guard case .bytes(let data) = request.body else { return nil }
    return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
  }

  private func query(_ request: HTTPRequest) -> [String: String] {
    guard let mark = request.address.text.firstIndex(of: "?") else { return [:] }
    var items: [String: String] = [:]
    for item in request.address.text[request.address.text.index(after: mark)...].split(separator: "&") {
      let pair = item.split(separator: "=", maxSplits: 1)
      items[String(pair[0])] = pair.count == 2 ? String(pair[1]) : ""
    }
    return items
  }
}
