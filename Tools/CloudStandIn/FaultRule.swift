/// What goes wrong.
enum FaultAction: String, CaseIterable, Sendable, Codable {
  // Nothing is done; the answer says so, or something else.
  case status, html200, rejectKey, redirect, resetBeforeCommit, resetMidBody, hang
  // It is done, and the answer is lost or wrong.
  case commitThenReset, commitThenHang, commitThen500, commitThen504, truncate, slowDrip, endless
  case successFalse, nullId, emptyItems, wrongType, deepBody
  // It is done, and the answer is right, but not as usual: no member but the sure ones, or members nobody knows.
  case nullMembers, unknownMembers
  /// Answered with an error now, done some seconds later.
  case lateCommit
  // The answer is whole; the cloud is odd.
  case delay, listLag, expiredForm, randomKeyPerSign, wrongTotals, shiftedPages, duplicateCreate, foreignId,
    reassignTenant

  /// Changes what is done instead of what is answered; several of these may act on one request.
  var isTwist: Bool {
    switch self {
    case .delay, .listLag, .expiredForm, .randomKeyPerSign, .wrongTotals, .shiftedPages, .duplicateCreate, .foreignId,
      .reassignTenant:
      true
    default: false
    }
  }

  /// Is the request done although it goes wrong? A rule's `commit` says otherwise.
  var commitsByDefault: Bool {
    switch self {
    case .status, .html200, .rejectKey, .redirect, .resetBeforeCommit, .resetMidBody, .hang: false
    default: true
    }
  }

  /// Where the action means something; nil: everywhere.
  var operations: Set<Operation>? {
    switch self {
    case .lateCommit: [.createImageSet, .uploadToPresignedUrl]
    case .listLag: [.createImageSet, .uploadToPresignedUrl, .listImageSets, .listImages]
    case .expiredForm: [.createImageUpload, .uploadToPresignedUrl]
    case .randomKeyPerSign: [.createImageUpload]
    case .wrongTotals, .shiftedPages: [.listCaptureUnits, .listCaptureSets, .listCars, .listImageSets]
    case .duplicateCreate, .foreignId, .reassignTenant: [.createImageSet]
    default: nil
    }
  }
}

/// One fault: where it strikes, what happens, how often.
struct FaultRule: Sendable, Equatable {
  /// nil: every operation.
  var operation: Operation?
  var action: FaultAction
  /// How often it strikes; nil: forever.
  var times: Int?
  /// So many requests are spared first.
  var after = 0
  /// 1: every time; drawn from a generator of this rule alone, so that a seed repeats a run.
  var probability = 1.0
  var seed: UInt64 = 0
  /// Before anything else happens.
  var delaySeconds = 0.0
  /// Of the answer; 0: none, the connection is reset.
  var status: Int?
  var retryAfter: String?
  var body: String?
  /// Of a redirect; left out: a place on the storage's port.
  var location: String?
  /// How long a hang, a lag, a late commit or the life of a form lasts; how far apart the bytes of a slow drip are.
  var seconds: Double?
  /// Is the request done in spite of the answer? Left out: as the action's name says.
  var commit: Bool?

  init(
    _ operation: Operation?, _ action: FaultAction, times: Int? = nil, after: Int = 0, status: Int? = nil,
    seconds: Double? = nil
  ) {
    self.operation = operation
    self.action = action
    self.times = times
    self.after = after
    self.status = status
    self.seconds = seconds
  }

  var commits: Bool { commit ?? action.commitsByDefault }
}

/// A fault rule that cannot be: one line for people.
struct FaultProblem: Error, CustomStringConvertible, Equatable {
  let description: String
}

// MARK: - JSON

extension FaultRule {
  static let members: Set<String> = [
    "operation", "action", "times", "after", "probability", "seed", "delaySeconds", "status", "retryAfter", "body",
    "location", "seconds", "commit",
  ]

  /// A list of rules, or an object whose only member `rules` is one.
  static func list(_ json: [UInt8]) throws(FaultProblem) -> [FaultRule] {
    let value: JSONValue
    do { value = try JSONParser.parse(json) } catch {
      throw FaultProblem(description: "faults are no JSON: \(error)")
    }
    let rules: JSONValue?
    if let members = value.objectValue {
      guard members.keys.allSatisfy({ $0 == "rules" }) else {
        throw FaultProblem(
          description: "faults: the only member is rules, found \(members.keys.sorted().joined(separator: ", "))")
      }
      rules = members["rules"]
    } else {
      rules = value
    }
    guard let items = rules?.arrayValue else { throw FaultProblem(description: "faults are no list of rules") }
    var list: [FaultRule] = []
    for (index, item) in items.enumerated() { list.append(try FaultRule(item, place: "faults[\(index)]")) }
    return list
  }

  private init(_ value: JSONValue, place: String) throws(FaultProblem) {
    guard let members = value.objectValue else { throw FaultProblem(description: "\(place) is no object") }
    for name in members.keys.sorted() where !FaultRule.members.contains(name) {
      throw FaultProblem(
        description: "\(place).\(name): unknown; allowed: \(FaultRule.members.sorted().joined(separator: ", "))")
    }
    func wrong(_ name: String, _ allowed: String) -> FaultProblem {
      FaultProblem(description: "\(place).\(name): wrong or missing; allowed: \(allowed)")
    }
    guard let action = members["action"]?.stringValue.flatMap(FaultAction.init(rawValue:)) else {
      throw wrong("action", FaultAction.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard let name = members["operation"]?.stringValue, name == "*" || Operation(rawValue: name) != nil else {
      throw wrong("operation", "*, " + Operation.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self.init(Operation(rawValue: name), action)
    if let known = action.operations {
      guard let operation, known.contains(operation) else {
        throw wrong("operation", known.map(\.rawValue).sorted().joined(separator: ", ") + " with \(action.rawValue)")
      }
    }
    func whole(_ name: String, _ range: ClosedRange<Int>) throws(FaultProblem) -> Int? {
      guard let value = members[name] else { return nil }
      guard let number = value.integerValue, range.contains(number) else {
        throw wrong(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
    func number(_ name: String, _ range: ClosedRange<Double>) throws(FaultProblem) -> Double? {
      guard let value = members[name] else { return nil }
      guard let number = value.doubleValue, range.contains(number) else {
        throw wrong(name, "a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
    func text(_ name: String) throws(FaultProblem) -> String? {
      guard let value = members[name] else { return nil }
      guard let text = value.stringValue, !text.contains(where: \.isNewline) || name == "body" else {
        throw wrong(name, "one line of text")
      }
      return text
    }
    times = try whole("times", 1...1_000_000)
    after = try whole("after", 0...1_000_000) ?? 0
    probability = try number("probability", 0...1) ?? 1
    seed = UInt64(try whole("seed", 0...Int.max) ?? 0)
    delaySeconds = try number("delaySeconds", 0...86400) ?? 0
    status = try whole("status", 0...599)
    if let status, status != 0, status < 200 { throw wrong("status", "0 (reset) or 200 to 599") }
    seconds = try number("seconds", -86400...86400)
    // Seconds may stand as a number, too.
    if let seconds = members["retryAfter"]?.integerValue {
      retryAfter = String(seconds)
    } else {
      retryAfter = try text("retryAfter")
    }
    body = try text("body")
    location = try text("location")
    if let value = members["commit"] {
      guard let flag = value.boolValue else { throw wrong("commit", "true, false") }
      commit = flag
    }
  }

  var json: JSONValue {
    var members: [String: JSONValue] = [
      "operation": .string(operation?.rawValue ?? "*"), "action": .string(action.rawValue), "after": .integer(after),
      "probability": .number(probability), "seed": .integer(Int(seed)), "delaySeconds": .number(delaySeconds),
      "commit": .bool(commits),
    ]
    members["times"] = times.map(JSONValue.integer)
    members["status"] = status.map(JSONValue.integer)
    members["seconds"] = seconds.map(JSONValue.number)
    members["retryAfter"] = retryAfter.map(JSONValue.string)
    members["body"] = body.map(JSONValue.string)
    members["location"] = location.map(JSONValue.string)
    return .object(members)
  }
}
