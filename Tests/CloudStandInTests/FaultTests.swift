import Foundation
import Testing

@testable import CloudStandIn

@Suite("Faults")
struct FaultTests {
  private static func create(_ client: TestClient) -> Outcome { client.post("/imageSets", TestClient.setBody) }

  @Test(
    "A creation goes wrong on the wire, done or not done as the fault says, and the body is counted",
    arguments: [
      (FaultAction.commitThenReset, Outcome.reset, 1), (.resetBeforeCommit, .reset, 0),
      (.commitThenHang, .reset, 1), (.hang, .reset, 0),
    ])
  func breaks(action: FaultAction, outcome: Outcome, created: Int) throws {
    try withStandIn(faults: [FaultRule(.createImageSet, action, times: 1, seconds: 0.05)]) { server, client in
      #expect(Self.create(client) == outcome)
      #expect(server.ledger.imageSets.created == created)
      #expect(server.ledger.createBodies.count == 1)
      #expect(server.ledger.requests["createImageSet"] == ["0": 1])
      #expect(Self.create(client).status == 201)
      #expect(server.ledger.createBodies.count == 2)
      #expect(server.ledger.imageSets.doubled == created)
    }
  }

  @Test("A hang says nothing, and lasts until the client gives up")
  func hangs() throws {
    try withStandIn(faults: [FaultRule(nil, .hang)]) { server, _ in
      let connection = TestConnection(port: server.port)
      connection.send(TestClient.text("GET", "/captureUnits?limit=1&page=1", headers: [("x-api-key", "stand-in-key")]))
      #expect(eventually { server.ledger.requests["listCaptureUnits"] == ["0": 1] })
      #expect(connection.isSilent)
    }
  }

  @Test("A connection that breaks in the middle of a body leaves nothing behind")
  func resetsMidBody() throws {
    try withStandIn { server, client in
      let set = try #require(client.createSet())
      let file = Picture.webP(640, 400, bytes: 300_000)
      let fields = try #require(client.announce(TestClient.imageBody(set, length: file.count)))
      server.setFaults([FaultRule(.uploadToPresignedUrl, .resetMidBody, times: 1)])
      #expect(client.upload(fields, file).answer == nil)
      #expect(server.ledger.images.stored == 0)
      #expect(client.upload(fields, file).status == 204)
      #expect(server.ledger.images.stored == 1 && server.ledger.images.doubled == 0)
    }
  }

  @Test(
    "A status is answered instead of doing anything",
    arguments: [401, 403, 404, 422, 429, 500, 502, 503, 504])
  func statuses(status: Int) throws {
    var rule = FaultRule(.createImageSet, .status, times: 1, status: status)
    rule.retryAfter = "7"
    try withStandIn(faults: [rule]) { server, client in
      let outcome = Self.create(client)
      #expect(outcome.status == status)
      #expect(outcome.answer?.headers["retry-after"] == "7")
      #expect(outcome.json?["success"] == false)
      #expect(server.ledger.imageSets.created == 0)
      #expect(server.ledger.violations.isEmpty)
    }
  }

  @Test(
    "An answer is wrong although the set was made",
    arguments: [
      (FaultAction.commitThen500, 500), (.commitThen504, 504), (.successFalse, 201), (.nullId, 201), (.emptyItems, 201),
      (.wrongType, 201), (.deepBody, 201),
    ])
  func wrongAnswers(action: FaultAction, status: Int) throws {
    try withStandIn(faults: [FaultRule(.createImageSet, action, times: 1)]) { server, client in
      let outcome = Self.create(client)
      #expect(outcome.status == status)
      #expect(outcome.json?["data"]?["items"]?[0]?["id"]?.stringValue == nil)
      #expect(server.ledger.imageSets.created == 1)
      switch action {
      case .nullId: #expect(outcome.json?["data"]?["items"]?[0]?["id"] == .null)
      case .successFalse: #expect(outcome.json?["success"] == false)
      case .emptyItems: #expect(outcome.json?["data"]?["items"] == [])
      case .deepBody: #expect(outcome.answer?.body.count == 400_000)
      default: break
      }
    }
  }

  @Test("A web page of somebody else is answered with 200")
  func html() throws {
    try withStandIn(faults: [FaultRule(.createImageSet, .html200, times: 1)]) { server, client in
      let outcome = Self.create(client)
      #expect(outcome.status == 200)
      #expect(outcome.answer?.headers["content-type"] == "text/html")
      #expect(outcome.answer?.text.hasPrefix("<html>") == true)
      #expect(server.ledger.imageSets.created == 0)
    }
  }

  @Test("commit turns it around: an error after the deed, and a lost answer before it")
  func commitSaysOtherwise() throws {
    var done = FaultRule(.createImageSet, .status, times: 1, status: 503)
    done.commit = true
    var undone = FaultRule(.createImageSet, .commitThenReset, times: 1)
    undone.commit = false
    try withStandIn(faults: [done, undone]) { server, client in
      #expect(Self.create(client).status == 503)
      #expect(server.ledger.imageSets.created == 1)
      #expect(Self.create(client) == .reset)
      #expect(server.ledger.imageSets.created == 1)
    }
  }

  @Test("An answer is cut off in the middle")
  func truncates() throws {
    try withStandIn(faults: [FaultRule(.createImageSet, .truncate, times: 1)]) { server, client in
      guard case .cut(let bytes) = Self.create(client) else {
        Issue.record("the answer was not cut")
        return
      }
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.hasPrefix("HTTP/1.1 201 Created\r\n"))
      #expect(text.hasSuffix("{\"data\":{\"items\":[{\"id\":\"") || text.contains("{\"data\""))
      #expect(server.ledger.imageSets.created == 1)
    }
  }

  @Test("An answer drips byte by byte and is whole in the end; a client that leaves ends it")
  func drips() throws {
    try withStandIn(faults: [
      FaultRule(.getTenant, .slowDrip, seconds: 0), FaultRule(.listCars, .slowDrip, seconds: 60),
    ]) {
      server, client in
      #expect(client.get("/auth/tenants/\(StandInData.tenantID)").json?["success"] == true)
      let connection = TestConnection(port: server.port)
      connection.send(TestClient.text("GET", "/cars?limit=1&page=1", headers: [("x-api-key", "stand-in-key")]))
      #expect(connection.wait(for: "\r\n\r\n{"))
    }
  }

  @Test("A body without end goes on until the client leaves")
  func endless() throws {
    try withStandIn(faults: [FaultRule(.listCars, .endless)]) { server, _ in
      let connection = TestConnection(port: server.port)
      connection.send(TestClient.text("GET", "/cars?limit=1&page=1", headers: [("x-api-key", "stand-in-key")]))
      #expect(connection.take(3_000_000)?.count == 3_000_000)
    }
  }

  @Test("A repeat before the time that a 429 names breaks the contract")
  func retriesTooEarly() throws {
    let clock = TestClock()
    var rule = FaultRule(.createImageSet, .status, times: 2, status: 429)
    rule.retryAfter = "5"
    try withStandIn(faults: [rule], clock: clock) { server, client in
      #expect(Self.create(client).status == 429)
      #expect(client.get("/captureUnits?limit=1&page=1").status == 200)
      #expect(server.ledger.violations.isEmpty)
      clock.advance(4)
      #expect(Self.create(client).status == 429)
      #expect(server.ledger.violations.map(\.rule) == ["Retry-After"])
      clock.advance(5)
      #expect(Self.create(client).status == 201)
      #expect(server.ledger.violations.count == 1)
    }
  }

  @Test("The storage fails in its own words, stored or not stored")
  func storageFaults() throws {
    try withStandIn { server, client in
      let set = try #require(client.createSet())
      for (action, status, stored) in [
        (FaultAction.status, 503, 0), (.rejectKey, 403, 0), (.commitThen500, 500, 1), (.commitThenReset, nil, 1),
      ] {
        server.setFaults([FaultRule(.uploadToPresignedUrl, action, times: 1, status: action == .status ? 503 : nil)])
        let outcome = client.deliver(set)
        #expect(outcome?.status == status)
        if status != nil { #expect(outcome?.answer?.text.contains("<Error><Code>") == true) }
        #expect(server.ledger.images.stored == stored)
      }
      #expect(server.ledger.images.doubled == 0)
      #expect(server.ledger.violations.isEmpty)
    }
  }

  @Test("A delay comes before anything else")
  func delays() throws {
    var rule = FaultRule(.createImageSet, .html200, times: 1)
    rule.delaySeconds = 30
    try withStandIn(faults: [rule, FaultRule(.listCars, .delay, seconds: 30)]) { server, client in
      let connection = TestConnection(port: server.port)
      connection.send(
        TestClient.text(
          "POST", "/imageSets", headers: [("x-api-key", "stand-in-key")], body: Array(TestClient.setBody.text.utf8)))
      #expect(eventually { client.get("/_faults").json?["rules"]?[0]?["fired"] == 1 })
      #expect(connection.isSilent)
      #expect(server.ledger.createBodies.isEmpty)
    }
  }

  @Test("Faults are switched over HTTP, without a key, and what is wrong with them is said")
  func switches() throws {
    try withStandIn { _, client in
      var stranger = client
      stranger.key = nil
      let rules = Array(#"[{"operation":"getTenant","action":"status","status":503,"times":1}]"#.utf8)
      #expect(stranger.send("PUT", "/_faults", body: rules).status == 200)
      #expect(client.get("/auth/tenants/\(StandInData.tenantID)").status == 503)
      #expect(stranger.get("/_faults").json?["rules"]?[0]?["fired"] == 1)
      let wrong = stranger.send("PUT", "/_faults", body: Array(#"[{"operation":"*","action":"nap"}]"#.utf8))
      #expect(wrong.status == 422)
      #expect(wrong.json?["message"]?.stringValue?.hasPrefix("faults[0].action: wrong or missing; allowed: ") == true)
      #expect(stranger.get("/_faults").json?["rules"]?.arrayValue?.count == 1)
      #expect(stranger.send("DELETE", "/_faults").status == 200)
      #expect(stranger.get("/_faults").json?["rules"] == [])
    }
  }
}
