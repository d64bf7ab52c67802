import Foundation

/// The stand-in as one thing to start, look into and stop; also from within tests.
final class StandInServer: Sendable {
  private let cloud: Cloud
  private let api: HTTPListener
  private let storage: HTTPListener

  /// Opens both ports; nothing is answered before `start`.
  ///
  /// - Parameters:
  ///   - data: The world to play.
  ///   - dataDirectory: Where images and journal are kept; a directory that another stand-in left is gone on with.
  ///     nil: all in memory.
  ///   - port: Of the API; 0: a free one.
  ///   - storagePort: Of the storage, which plays another host; 0: a free one.
  ///   - now: The server's clock, in epoch seconds.
  init(
    data: StandInData = .standard(), dataDirectory: URL? = nil, port: UInt16 = 0, storagePort: UInt16 = 0,
    faults: [FaultRule] = [], now: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
  ) throws {
    cloud = try Cloud(data: data, directory: dataDirectory, faults: faults, now: now)
    api = try HTTPListener(port: port, service: APIService(cloud: cloud))
    storage = try HTTPListener(port: storagePort, service: StorageService(cloud: cloud))
    cloud.storageOrigin = "http://127.0.0.1:\(storage.port)"
  }

  /// Forms name this address instead of the storage's own; before `start`.
  func announce(storageOrigin: String) { cloud.storageOrigin = storageOrigin }

  func start() {
    storage.start(name: "storage")
    api.start(name: "api")
  }

  /// Ends every connection; returns when nothing runs any more.
  func stop() {
    api.stop()
    storage.stop()
  }

  var port: UInt16 { api.port }
  var storagePort: UInt16 { storage.port }
  /// The base URL that a daemon is configured with.
  var url: String { "http://127.0.0.1:\(api.port)" }

  /// The books as they are now.
  var ledger: Ledger { cloud.lock.withLock { Ledger(cloud.state, now: cloud.now()) } }

  /// Every request that was received to its last byte, in the order of the answers.
  var requests: [RequestEntry] { cloud.lock.withLock { cloud.state.requests } }

  /// Replaces all faults; their counts begin anew.
  func setFaults(_ rules: [FaultRule]) { cloud.lock.withLock { cloud.faults = FaultBook(rules) } }
}

// MARK: - The two ports

/// The API, and the switches and books of the stand-in itself, which need no key.
private struct APIService: HTTPService {
  let cloud: Cloud

  func time() -> Double { cloud.now() }

  func malformed(_ what: String) { cloud.lock.withLock { cloud.recordViolation("API", "HTTP", what) } }

  func admit(_ head: HTTPHead) -> Admission {
    if head.rawPath.hasPrefix("/_") { return admin(head) }
    let operation: Operation? = if case .operation(let operation, _) = Cloud.route(head) { operation } else { nil }
    let fired = cloud.lock.withLock { cloud.faults.fire(operation) }
    return Admission(
      maximumBody: 65536, delaySeconds: fired.delaySeconds, resetsAfterBodyBytes: fired.bodyLimit,
      refuse: { cloud.refuseAPI(head, $0) }, answer: { cloud.answerAPI(head, body: $0, fired: fired) })
  }

  private func admin(_ head: HTTPHead) -> Admission {
    Admission(
      maximumBody: 262_144, refuse: { _ in .failure(411, "Content-Length up to 262144 is required") },
      answer: { body in
        switch (head.method, head.rawPath) {
        case ("GET", "/_ledger"): return cloud.booksAnswer { Ledger(cloud.state, now: cloud.now()) }
        case ("GET", "/_requests"): return cloud.booksAnswer { cloud.state.requests }
        case ("GET", "/_faults"): return HTTPResponse(status: 200, json: cloud.lock.withLock { cloud.faults.json })
        case ("DELETE", "/_faults"): return cloud.replaceFaults(with: [])
        case ("PUT", "/_faults"):
          do throws(FaultProblem) {
            return cloud.replaceFaults(with: try FaultRule.list(body))
          } catch {
            return .failure(422, error.description)
          }
        default: return .failure(404, "GET /_ledger, GET /_requests, and GET, PUT, DELETE /_faults are all there is")
        }
      })
  }
}

private struct StorageService: HTTPService {
  let cloud: Cloud

  func time() -> Double { cloud.now() }

  func malformed(_ what: String) { cloud.lock.withLock { cloud.recordViolation("storage", "HTTP", what) } }

  func admit(_ head: HTTPHead) -> Admission {
    let fired = cloud.lock.withLock { cloud.faults.fire(Cloud.storageOperation(head)) }
    return Admission(
      maximumBody: Cloud.maximumUpload, delaySeconds: fired.delaySeconds, resetsAfterBodyBytes: fired.bodyLimit,
      refuse: { cloud.refuseStorage(head, $0) }, answer: { cloud.answerStorage(head, body: $0, fired: fired) })
  }
}

extension FiredFaults {
  /// For a connection that breaks while the request is still being sent.
  fileprivate var bodyLimit: Int? { answer?.action == .resetMidBody ? 1000 : nil }
}

extension Cloud {
  fileprivate func booksAnswer(_ read: () -> some Encodable) -> HTTPResponse {
    let books = lock.withLock { read() }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      let text = try encoder.encode(books)
      return HTTPResponse(status: 200, headers: [("Content-Type", "application/json")], body: Array(text) + [10])
    } catch {
      return .failure(500, "the books cannot be written down: \(error)")
    }
  }

  fileprivate func replaceFaults(with rules: [FaultRule]) -> HTTPResponse {
    lock.withLock {
      faults = FaultBook(rules)
      return HTTPResponse(status: 200, json: faults.json)
    }
  }
}
