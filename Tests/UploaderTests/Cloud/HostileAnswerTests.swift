import Foundation
import Testing

@testable import Uploader

@Suite("The typed client: what it believes")
struct HostileAnswerTests {
  struct Answer: Sendable, CustomTestStringConvertible {
    let name: String
    let exchange: HTTPExchange
    var testDescription: String { name }

    init(_ name: String, _ exchange: HTTPExchange) {
      self.name = name
      self.exchange = exchange
    }
  }

  private static let id = "cb5c706b-500e-48a2-b01b-7f3e1459d381"

  static let malformedCreations: [Answer] = [
    Answer("HTML with 200", .json("<html><body>Sign in to the hotel network</body></html>")),
    Answer("nothing", .response(status: 200)),
    Answer("cut off", .json(#"{"success":true,"data":{"items":[{"id":"cb5c706b"#)),
    Answer("success false", .json(#"{"success":false,"data":{"items":[{"id":"\#(id)"}]}}"#)),
    Answer("success as text", .json(#"{"success":"true","data":{"items":[{"id":"\#(id)"}]}}"#)),
    Answer("no success", .json(#"{"data":{"items":[{"id":"\#(id)"}]}}"#)),
    Answer("a list", .json("[]")),
    Answer("a text", .json("\"success\"")),
    Answer("something behind", .json(#"{"success":true,"data":{"items":[{"id":"\#(id)"}]}} {}"#)),
    Answer("no data", .json(#"{"success":true}"#)),
    Answer("null data", .data("null")),
    Answer("no items", .data("{}")),
    Answer("empty items", .data(#"{"items":[]}"#)),
    Answer("two items", .data(#"{"items":[{"id":"a"},{"id":"b"}]}"#)),
    Answer("no id", .data(#"{"items":[{}]}"#)),
    Answer("null id", .data(#"{"items":[{"id":null}]}"#)),
    Answer("number as id", .data(#"{"items":[{"id":7}]}"#)),
    Answer("empty id", .data(#"{"items":[{"id":""}]}"#)),
    Answer("line end in id", .data(#"{"items":[{"id":"a\r\nx-api-key: b"}]}"#)),
    Answer("path in id", .data(#"{"items":[{"id":"../../etc"}]}"#)),
    Answer("endless id", .data(#"{"items":[{"id":"\#(String(repeating: "a", count: 129))"}]}"#)),
    Answer("foreign letters in id", .data(#"{"items":[{"id":"ä"}]}"#)),
    Answer("200 000 deep", .json(#"{"success":true,"data":"# + String(repeating: "[", count: 200_000))),
    Answer(
      "200 000 deep and whole",
      .json(
        #"{"success":true,"data":"# + String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
          + "}")),
    Answer("broken UTF-8", .response(status: 200, body: Data([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]))),
    Answer(
      "too long",
      .response(
        HTTPResponse(status: 200, body: Data(#"{"success":true,"data":{"items":[{"id":"a"}]}}"#.utf8), isCut: true))),
  ]

  @Test("A 2xx that is not what the contract promises leaves a creation in doubt", arguments: malformedCreations)
  func malformedCreation(answer: Answer) async throws {
    let cloud = try ScriptedCloud(answer.exchange)
    let outcome = await cloud.client.createImageSet(NewImageSet(tenantId: "t", deviceSetId: "d", recDate: 1))
    guard case .malformed(200, let reason) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(!reason.contains("\n") && !reason.contains("\r") && reason.count < 200)
    #expect(Verdict.of(.createImageSet, outcome) == .reconcile(afterSeconds: nil))
  }

  static let refusals: [(HTTPExchange, String, Double?)] = [
    (.json(#"{"success":false,"message":"no such\r\nunit"}"#, status: 404), "no such  unit", nil),
    (.json("<html>Bad gateway</html>", status: 502), "", nil),
    (.response(status: 503, headers: [HTTPHeader("Retry-After", "17")]), "", 17),
    (.json("{}", status: 429, headers: [HTTPHeader("retry-after", "Fri, 15 Jan 2027 08:00:30 GMT")]), "", 30),
    (.json("{}", status: 429, headers: [HTTPHeader("Retry-After", "soon")]), "", nil),
    (
      .json(
        "<?xml?><Error><Code>AccessDenied</Code><Message>Invalid according to Policy: Policy expired.</Message></Error>",
        status: 403), "AccessDenied: Invalid according to Policy: Policy expired.", nil
    ),
    (.json(#"{"message":"the key canary-key is unknown"}"#, status: 403), "the key (secret) is unknown", nil),
    (
      .json(#"{"message":"\#(String(repeating: "x", count: 5000))"}"#, status: 422), String(repeating: "x", count: 200),
      nil
    ),
    (.json(#"{"success":true,"data":{}}"#, status: 500), "", nil),
    (.response(status: 307, headers: [HTTPHeader("Location", "https://evil.example")]), "", nil),
  ]

  @Test("A refusal is told by its status, in one line, without the key", arguments: refusals)
  func refusal(exchange: HTTPExchange, message: String, retryAfter: Double?) async throws {
    guard case .response(let response) = exchange else { return }
    let cloud = try ScriptedCloud(exchange)
    #expect(
      await cloud.client.captureUnit("u")
        == .refused(status: response.status, message: message, retryAfterSeconds: retryAfter))
  }

  @Test("What the transport knows of sent and not sent comes through")
  func transportOutcomes() async throws {
    #expect(
      try await ScriptedCloud(.notSent(reason: "refused canary-key")).client.imageSet("i")
        == .notSent(reason: "refused (secret)"))
    #expect(try await ScriptedCloud(.unclear(reason: "reset")).client.imageSet("i") == .unclear(reason: "reset"))
  }

  static let badForms = [
    #"{"fields":{"key":"k"}}"#, #"{"url":"https://s.example"}"#, #"{"url":"https://s.example","fields":{}}"#,
    #"{"url":"https://s.example","fields":[]}"#, #"{"url":"http://s.example","fields":{"key":"k"}}"#,
    #"{"url":"https://a@s.example","fields":{"key":"k"}}"#, #"{"url":"https://s.example","fields":{"key":1}}"#,
    #"{"url":"https://s.example\r\nX: y","fields":{"key":"k"}}"#, #"{"url":"https://s.example","fields":{"file":"k"}}"#,
    #"{"url":"https://s.example","fields":{"key":"k","key":"l"}}"#,
  ]

  @Test("A form that cannot be used is no form", arguments: badForms)
  func badForm(data: String) async throws {
    let cloud = try ScriptedCloud(.data(data, status: 201))
    let outcome = await cloud.client.announceImage(
      NewImage(imageSetId: "i", camera: "topLeft", fileName: "topLeft_1.webp", width: 1, height: 1, byteCount: 1))
    guard case .malformed = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(Verdict.of(.announceImage, outcome) == .retry(afterSeconds: nil))
  }

  @Test("The images of a list are the live ones; one without name or id makes the list worthless")
  func listedImages() async throws {
    let live = #"{"id":"1","fileName":"a_1.webp","deletedAt":null,"softDeleted":false,"new":{"x":[1]}}"#
    let dead = #"{"id":"2","fileName":"a_2.webp","deletedAt":755350172}"#
    let gone = #"{"id":"3","fileName":"a_3.webp","softDeleted":{"timestamp":1}}"#
    let cloud = try ScriptedCloud(.data("{\"items\":[\(live),\(dead),\(gone)]}"))
    #expect(
      await cloud.client.listImages(imageSetId: "i") == .answered([ListedImage(id: "1", fileName: "a_1.webp")]))
    let broken = [
      #"{"id":"1"}"#, #"{"id":"1","fileName":""}"#, #"{"fileName":"x"}"#, #"{"id":null,"fileName":"x"}"#, "7",
    ]
    for broken in broken {
      let cloud = try ScriptedCloud(.data("{\"items\":[\(live),\(broken)]}"))
      guard case .malformed = await cloud.client.listImages(imageSetId: "i") else {
        Issue.record("\(broken) was believed")
        continue
      }
    }
  }

  @Test("An image set is read with whatever is there")
  func imageSet() async throws {
    let full = """
      {"id":"i","tenantId":"t","recDate":121270608,"createdAt":755350172,"carInfo":{"registrationNo":"NO#ABC123",
      "mileage":93502697.9995856,"model":null},"origin":{"id":"d","type":"device"},"hasImages":false,
      "pipeline":"{('damage_identification', 1): [('start', 0)]}"}
      """
    #expect(
      try await ScriptedCloud(.data(full)).client.imageSet("i")
        == .answered(
          RemoteImageSet(
            id: "i", tenantId: "t", recDate: 121_270_608, createdAt: 755_350_172, prefixedPlate: "NO#ABC123",
            originId: "d", hasImages: false)))
    let bare = #"{"id":"i","carInfo":null,"origin":null,"recDate":"5"}"#
    #expect(
      try await ScriptedCloud(.data(bare)).client.imageSet("i") == .answered(RemoteImageSet(id: "i", recDate: 5)))
  }
}

@Suite("Lists in pages")
struct CloudPagingTests {
  private func items(_ range: Range<Int>) -> String {
    #"{"items":["# + range.map { #"{"id":"id-\#($0)","recDate":5}"# }.joined(separator: ",") + "]}"
  }

  private func meta(_ page: Int, of last: Int, total: Int) -> String {
    #"{"currentItemsPerPage":100,"currentPage":\#(page),"lastPage":\#(last),"maxPerPage":100,"totalItems":\#(total)}"#
  }

  private let query = ImageSetQuery(tenantId: "t", startDate: 5, endDate: 5)

  @Test("Every page is asked for, once")
  func allPages() async throws {
    let cloud = try ScriptedCloud(
      .data(items(0..<100), meta: meta(1, of: 3, total: 230)),
      .data(items(100..<200), meta: meta(2, of: 3, total: 230)),
      .data(items(200..<230), meta: meta(3, of: 3, total: 230)))
    guard case .answered(let sets) = await cloud.client.findImageSets(query) else {
      Issue.record("no answer")
      return
    }
    #expect(sets.map(\.id) == (0..<230).map { "id-\($0)" })
    #expect(cloud.transport.requests.map { $0.path.suffix(6) } == ["page=1", "page=2", "page=3"])
  }

  @Test("Without meta a page that is not full is the last")
  func withoutMeta() async throws {
    let cloud = try ScriptedCloud(.data(items(0..<100)), .data(items(100..<101)))
    guard case .answered(let sets) = await cloud.client.findImageSets(query) else {
      Issue.record("no answer")
      return
    }
    #expect(sets.count == 101)
    #expect(cloud.transport.requests.count == 2)
  }

  @Test("A look-up whose pages do not fit together is no proof of anything")
  func inconsistent() async throws {
    let scripts: [(String, [HTTPExchange])] = [
      ("fewer than promised", [.data(items(0..<3), meta: meta(1, of: 1, total: 4))]),
      ("more than promised", [.data(items(0..<3), meta: meta(1, of: 1, total: 2))]),
      (
        "the total changes",
        [
          .data(items(0..<100), meta: meta(1, of: 2, total: 101)),
          .data(items(100..<102), meta: meta(2, of: 2, total: 102)),
        ]
      ),
      (
        "an item moves to the next page",
        [
          .data(items(0..<100), meta: meta(1, of: 2, total: 101)),
          .data(items(99..<100), meta: meta(2, of: 2, total: 101)),
        ]
      ),
      (
        "the same page again",
        [
          .data(items(0..<100), meta: meta(1, of: 2, total: 101)),
          .data(items(100..<101), meta: meta(1, of: 2, total: 101)),
        ]
      ),
      ("an empty page too early", [.data(items(0..<0), meta: meta(1, of: 2, total: 101))]),
    ]
    for (name, exchanges) in scripts {
      let cloud = try ScriptedCloud(ScriptedTransport { _, number in exchanges[min(number, exchanges.count - 1)] })
      let outcome = await cloud.client.findImageSets(query)
      guard case .malformed = outcome else {
        Issue.record("\(name): \(outcome)")
        continue
      }
      #expect(Verdict.of(.findImageSets, outcome) == .retry(afterSeconds: nil))
    }
  }

  @Test("A refusal on a later page is the outcome of the whole")
  func laterRefusal() async throws {
    let cloud = try ScriptedCloud(
      .data(items(0..<100), meta: meta(1, of: 2, total: 101)), .json("{}", status: 503))
    #expect(
      await cloud.client.findImageSets(query) == .refused(status: 503, message: "", retryAfterSeconds: nil))
  }

  @Test("A list without an end is left")
  func endless() {
    var paging = CloudPaging(isStrict: false)
    var step = CloudPaging.Step.askForPage(1)
    var asked = 0
    while case .askForPage = step {
      asked += 1
      step = paging.take(ids: Array(repeating: "x", count: 100), meta: nil)
    }
    #expect(asked == CloudPaging.maximumPages)
    #expect(step == .inconsistent("the list has no end"))
  }
}
