import Foundation
import Testing

@testable import CloudStandIn

@Suite("A cloud that is late, forgetful or odd")
struct OddCloudTests {
  private static func create(_ client: TestClient) -> Outcome { client.post("/imageSets", TestClient.setBody) }

  @Test("A set that is committed late answers now and appears later, also to the ledger")
  func commitsLate() throws {
    let clock = TestClock()
    let rules = [
      FaultRule(.createImageSet, .lateCommit, times: 1, seconds: 60),
      FaultRule(.createImageSet, .lateCommit, times: 1, status: 0, seconds: 60),
    ]
    try withStandIn(faults: rules, clock: clock) { server, client in
      #expect(Self.create(client).status == 504)
      #expect(Self.create(client) == .reset)
      func listed() -> Int? {
        client.get("/imageSets?startDate=1669982152&endDate=1669982152&limit=9&page=1").json?["data"]?["items"]?
          .arrayValue?
          .count
      }
      #expect(listed() == 0)
      #expect(server.ledger.imageSets.created == 0 && server.ledger.createBodies.count == 2)
      clock.advance(59.9)
      #expect(listed() == 0)
      clock.advance(0.2)
      #expect(listed() == 2)
      #expect(server.ledger.imageSets.created == 2 && server.ledger.imageSets.doubled == 1)
    }
  }

  @Test("Lists lag: at the creation or at the list; the single read does not")
  func lags() throws {
    let clock = TestClock()
    let rules = [
      FaultRule(.createImageSet, .listLag, times: 1, seconds: 30),
      FaultRule(.uploadToPresignedUrl, .listLag, times: 1, seconds: 30),
    ]
    try withStandIn(faults: rules, clock: clock) { server, client in
      func sets() -> JSONValue? { client.get("/imageSets?limit=9&page=1").json?["data"]?["items"] }
      let set = try #require(client.createSet())
      client.deliver(set, frame: 1)
      #expect(sets() == [])
      #expect(client.get("/imageSets/\(set)").status == 200)
      #expect(client.listedNames(set) == [])
      #expect(server.ledger.images.stored == 1 && server.ledger.images.listed == 0)
      #expect(server.ledger.images.missing == 0)
      clock.advance(31)
      #expect(sets()?.arrayValue?.count == 1)
      #expect(client.listedNames(set) == ["roofLeft_1.webp"])
      server.setFaults([
        FaultRule(.listImages, .listLag, seconds: 30), FaultRule(.listImageSets, .listLag, seconds: 60),
      ])
      client.deliver(set, frame: 2, content: 2)
      #expect(client.listedNames(set) == ["roofLeft_1.webp"])
      #expect(sets() == [])
      clock.advance(30)
      #expect(client.listedNames(set) == ["roofLeft_1.webp", "roofLeft_2.webp"])
      #expect(sets()?.arrayValue?.count == 1)
    }
  }

  @Test("A form is born too old, or refused as too old")
  func expiredForms() throws {
    try withStandIn(faults: [FaultRule(.createImageUpload, .expiredForm, times: 1)]) { server, client in
      let set = try #require(client.createSet())
      #expect(client.deliver(set)?.answer?.text.contains("Policy expired") == true)
      #expect(client.deliver(set)?.status == 204)
      server.setFaults([FaultRule(.uploadToPresignedUrl, .expiredForm, times: 1)])
      #expect(client.deliver(set, frame: 2, content: 2)?.status == 403)
      #expect(client.deliver(set, frame: 2, content: 2)?.status == 204)
      #expect(server.ledger.violations.isEmpty)
      #expect(server.ledger.images.stored == 2)
    }
  }

  @Test("A key is refused for a while")
  func rejectsKeys() throws {
    try withStandIn(faults: [FaultRule(nil, .rejectKey, times: 2)]) { server, client in
      #expect(Self.create(client).status == 401)
      #expect(client.get("/captureUnits?limit=1&page=1").status == 401)
      #expect(Self.create(client).status == 201)
      #expect(server.ledger.violations.isEmpty)
    }
  }

  @Test("A redirect leads to another origin, where the key must not turn up")
  func redirects() throws {
    try withStandIn(faults: [FaultRule(.createImageSet, .redirect)]) { server, client in
      let answer = Self.create(client).answer
      #expect(answer?.status == 307)
      #expect(answer?.headers["location"] == "http://127.0.0.1:\(server.storagePort)/redirected")
      #expect(server.ledger.imageSets.created == 0)
      let followed = client.send(
        "POST", "/redirected", headers: [("x-api-key", "stand-in-key")], body: Array(TestClient.setBody.text.utf8),
        storage: true)
      #expect(followed.status == 404)
      #expect(server.ledger.violations.map(\.rule) == ["credential", "path"])
    }
  }

  @Test("Answers have members that nobody knows, or none but the sure ones")
  func oddMembers() throws {
    try withStandIn { server, client in
      server.setFaults([FaultRule(nil, .unknownMembers)])
      let set = try #require(client.createSet())
      #expect(client.deliver(set)?.status == 204)
      let unit = client.get("/captureUnits/\(StandInData.unitID)").json
      #expect(unit?["novelty"]?["isNew"] == true && unit?["data"]?["novelty"] != nil)
      server.setFaults([FaultRule(nil, .nullMembers)])
      #expect(client.deliver(set, frame: 58, content: 1)?.status == 204)
      #expect(client.listedNames(set) == ["roofLeft_57.webp", "roofLeft_58.webp"])
      let list = client.get("/imageSets?limit=9&page=1").json
      #expect(list?["data"]?["items"]?[0]?["id"]?.stringValue == set)
      #expect(list?["data"]?["items"]?[0]?["origin"] == .null && list?["data"]?["items"]?[0]?["recDate"] == .null)
      #expect(list?["meta"]?["totalItems"] == 1)
    }
  }

  @Test("Pages shift between two requests")
  func shiftedPages() throws {
    try withStandIn(faults: [FaultRule(.listCaptureUnits, .shiftedPages)]) { _, client in
      let first = client.get("/captureUnits?limit=1&page=1").json?["data"]?["items"]
      #expect(first?.arrayValue?.count == 1)
      #expect(client.get("/captureUnits?limit=1&page=2").json?["data"]?["items"] == first)
    }
  }

  @Test("Totals disagree with the items")
  func wrongTotals() throws {
    try withStandIn(faults: [FaultRule(.listImageSets, .wrongTotals)]) { _, client in
      _ = client.createSet()
      let list = client.get("/imageSets?limit=1&page=1").json
      #expect(list?["data"]?["items"]?.arrayValue?.count == 1)
      #expect(list?["meta"]?["totalItems"] == 2)
      #expect(list?["meta"]?["lastPage"] == 2)
    }
  }

  @Test("One request makes two sets; an answer names another set; a set goes to another tenant")
  func oddCreations() throws {
    let rules = [
      FaultRule(.createImageSet, .duplicateCreate, times: 1),
      FaultRule(.createImageSet, .foreignId, times: 1, after: 1),
      FaultRule(.createImageSet, .reassignTenant, times: 1, after: 2),
    ]
    try withStandIn(faults: rules) { server, client in
      let first = client.createSet()
      #expect(server.ledger.imageSets.created == 2 && server.ledger.imageSets.doubled == 1)
      #expect(client.createSet() == first)
      #expect(server.ledger.imageSets.created == 3)
      let moved = try #require(client.createSet())
      #expect(client.get("/imageSets/\(moved)").json?["data"]?["tenantId"]?.stringValue == StandInData.otherTenantID)
    }
  }

  @Test("A new key for every form doubles an image that is sent twice")
  func randomKeys() throws {
    try withStandIn(faults: [FaultRule(.createImageUpload, .randomKeyPerSign)]) { server, client in
      let set = try #require(client.createSet())
      client.deliver(set)
      client.deliver(set)
      #expect(client.listedNames(set) == ["roofLeft_57.webp", "roofLeft_57.webp"])
      #expect(server.ledger.images.doubledImages.map(\.why) == ["stored under two keys"])
    }
  }
}
