import Testing

@testable import CloudStandIn

@Suite("Rules of faults")
struct FaultRuleTests {
  private static func list(_ text: String) throws(FaultProblem) -> [FaultRule] { try FaultRule.list(Array(text.utf8)) }

  @Test("Every member of a rule is read")
  func reads() throws {
    let rules = try Self.list(
      """
      {"rules": [{"operation": "createImageSet", "action": "status", "times": 3, "after": 2, "probability": 0.5,
        "seed": 7, "delaySeconds": 1.5, "status": 429, "retryAfter": 3, "body": "a\\nb", "location": "http://h/",
        "seconds": -1, "commit": true}, {"operation": "*", "action": "delay"}]}
      """)
    var first = FaultRule(.createImageSet, .status, times: 3, after: 2, status: 429, seconds: -1)
    first.probability = 0.5
    first.seed = 7
    first.delaySeconds = 1.5
    first.retryAfter = "3"
    first.body = "a\nb"
    first.location = "http://h/"
    first.commit = true
    #expect(rules == [first, FaultRule(nil, .delay)])
    #expect(try Self.list("[]") == [])
  }

  @Test(
    "What is no rule is refused in one line that names the place",
    arguments: [
      ("", "faults are no JSON"), ("{}", "no list"), ("{\"faults\":[]}", "only member is rules"), ("[1]", "faults[0]"),
      (#"[{"operation":"*","action":"explode"}]"#, "faults[0].action"), (#"[{"operation":"*"}]"#, "faults[0].action"),
      (#"[{"action":"delay"}]"#, "faults[0].operation"),
      (#"[{"operation":"createImage","action":"delay"}]"#, "faults[0].operation"),
      (#"[{"operation":"*","action":"delay","tiems":1}]"#, "faults[0].tiems: unknown"),
      (#"[{"operation":"*","action":"delay","times":0}]"#, "faults[0].times"),
      (#"[{"operation":"*","action":"delay","times":"1"}]"#, "faults[0].times"),
      (#"[{"operation":"*","action":"delay","after":-1}]"#, "faults[0].after"),
      (#"[{"operation":"*","action":"delay","probability":2}]"#, "faults[0].probability"),
      (#"[{"operation":"*","action":"status","status":99}]"#, "faults[0].status"),
      (#"[{"operation":"*","action":"status","commit":1}]"#, "faults[0].commit"),
      (#"[{"operation":"*","action":"status","retryAfter":"1\r\nX: y"}]"#, "faults[0].retryAfter"),
      (#"[{"operation":"getTenant","action":"lateCommit"}]"#, "createImageSet, uploadToPresignedUrl with lateCommit"),
      (#"[{"operation":"*","action":"foreignId"}]"#, "faults[0].operation"),
    ])
  func refuses(text: String, says: String) {
    let problem = #expect(throws: FaultProblem.self) { try Self.list(text) }
    #expect(problem?.description.contains(says) == true)
    #expect(problem?.description.contains("\n") == false)
  }

  @Test("Every action can be written down and read again")
  func roundTrip() throws {
    for action in FaultAction.allCases {
      var rule = FaultRule(action.operations?.sorted { $0.rawValue < $1.rawValue }.first, action, times: 1, seconds: 2)
      rule.commit = rule.commits
      #expect(try FaultRule.list(Array(JSONValue.array([rule.json]).text.utf8)) == [rule])
    }
  }

  @Test("A rule spares the first requests, strikes so often, and only where it should")
  func counts() {
    var book = FaultBook([FaultRule(.createImageSet, .status, times: 2, after: 1)])
    let struck = [Operation.createImageSet, .getTenant, .createImageSet, .createImageSet, .createImageSet].map {
      book.fire($0).answer != nil
    }
    #expect(struck == [false, false, true, true, false])
    #expect(book.json["rules"]?[0]?["seen"] == 4)
    #expect(book.json["rules"]?[0]?["fired"] == 2)
  }

  @Test("Of several wrong answers the first strikes, the next waits for its turn; twists add up")
  func combines() {
    var book = FaultBook([
      FaultRule(nil, .html200, times: 1), FaultRule(.createImageSet, .delay, seconds: 1),
      FaultRule(nil, .commitThen500, times: 1), FaultRule(.createImageSet, .duplicateCreate),
    ])
    let fired = (0..<3).map { _ in book.fire(.createImageSet) }
    #expect(fired.map { $0.answer?.action } == [.html200, .commitThen500, nil])
    #expect(fired.allSatisfy { $0.twists.map(\.action) == [.delay, .duplicateCreate] && $0.delaySeconds == 1 })
  }

  @Test("A seed repeats a run, another one does not")
  func seeds() {
    func run(_ seed: UInt64) -> [Bool] {
      var rule = FaultRule(nil, .status)
      rule.probability = 0.3
      rule.seed = seed
      var book = FaultBook([rule])
      return (0..<200).map { _ in book.fire(.getTenant).answer != nil }
    }
    #expect(run(1) == run(1))
    #expect(run(1) != run(2))
    #expect((30...90).contains(run(3).filter { $0 }.count))
  }
}
