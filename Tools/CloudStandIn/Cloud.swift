import Foundation

/// The cloud behind both ports: checks every request against the contract, does it, and keeps the books.
// Sendable: everything that changes is only touched under `lock`; the rest is set before the ports open.
final class Cloud: @unchecked Sendable {
  let lock = NSLock()
  let data: StandInData
  /// Epoch seconds.
  let now: @Sendable () -> Double
  var state = CloudState()
  var faults: FaultBook
  var objects: ObjectStore
  private let journal: Journal?
  /// `http://127.0.0.1:PORT` of the storage.
  var storageOrigin = ""
  /// Requests that were answered 429, and when they may come again at the earliest.
  var heldBack: [String: Double] = [:]

  init(data: StandInData, directory: URL?, faults: [FaultRule], now: @escaping @Sendable () -> Double) throws {
    self.data = data
    self.now = now
    self.faults = FaultBook(faults)
    objects = ObjectStore(directory: directory)
    if let directory {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      let (journal, events) = try Journal.open(directory: directory)
      self.journal = journal
      for event in events { state.apply(event) }
    } else {
      journal = nil
    }
  }

  /// Makes something so, in the journal first. A journal that cannot be written ends the stand-in: its books are its point.
  func record(_ events: CloudEvent...) {
    if let journal {
      do { try journal.append(events) } catch {
        FileHandle.standardError.write(Data("cloud-stand-in: the journal cannot be written: \(error)\n".utf8))
        exit(74)
      }
    }
    for event in events { state.apply(event) }
  }

  func recordViolation(_ request: String, _ rule: String, _ what: String) {
    record(.violation(Violation(request: request, rule: rule, what: what, at: now())))
  }

  /// Puts a request and its answer into the books.
  func recordAnswer(_ operation: String, _ response: HTTPResponse, body: [UInt8]) {
    let status = response.departure.isSilent ? 0 : response.status
    record(
      .answered(
        RequestEntry(
          at: now(), operation: operation, status: status, bodyBytes: body.count, bodyMD5: Digest.md5(body))))
  }

  static func newID() -> String { UUID().uuidString.lowercased() }
}

/// What the twists of a fault change in doing a request.
struct Twists {
  var existsAfter = 0.0
  var listedAfter = 0.0
  /// Seconds; nil: as the world has it.
  var formLifetime: Double?
  var randomKey = false
  var wrongTotals = false
  var shiftedPages = false
  var duplicate = false
  var foreignID = false
  var reassignsTenant = false

  init(_ fired: FiredFaults) {
    if let late = fired.answer, late.action == .lateCommit { existsAfter = late.seconds ?? 10 }
    if let lag = fired.twist(.listLag) { listedAfter = lag.seconds ?? 10 }
    if let expired = fired.twist(.expiredForm) { formLifetime = expired.seconds ?? -10 }
    randomKey = fired.twist(.randomKeyPerSign) != nil
    wrongTotals = fired.twist(.wrongTotals) != nil
    shiftedPages = fired.twist(.shiftedPages) != nil
    duplicate = fired.twist(.duplicateCreate) != nil
    foreignID = fired.twist(.foreignId) != nil
    reassignsTenant = fired.twist(.reassignTenant) != nil
  }
}

/// A request of the API that has passed the first checks.
struct CloudRequest {
  let operation: Operation
  let id: String
  let query: Substring?
  let body: JSONValue
  let key: StandInData.APIKey
  let twists: Twists
}
