import Foundation
import Testing

@testable import CloudStandIn

@Suite("The rules of creations")
struct CreationRulesTests {
  /// One change to a right body: a member that is set, or taken away.
  private static func changed(_ body: JSONValue, _ name: String, _ value: JSONValue?) -> JSONValue {
    var members = body.objectValue ?? [:]
    members[name] = value
    return .object(members)
  }

  @Test(
    "An image set is created, or refused with the right status and a line in the ledger",
    arguments: [
      ("tenantId", nil, 422), ("tenantId", "", 422), ("tenantId", 7, 422), ("tenantId", .null, 422),
      ("tenantId", "nobody", 404), ("tenantId", .string(StandInData.foreignTenantID), 403),
      ("tenantId", .string(StandInData.otherTenantID), 201), ("deviceSetId", "nobody", 404), ("deviceSetId", "", 422),
      ("deviceSetId", .null, 422), ("recDate", 1_669_982_152, 422), ("recDate", "", 422), ("recDate", "1.5", 422),
      ("recDate", "-1", 422), ("recDate", "123456789012", 422), ("recDate", "12345678901", 201), ("recDate", "0", 201),
      ("recDate", " 1", 422), ("recDate", "١", 422), ("registrationNo", "", 422), ("registrationNo", .null, 422),
      ("registrationNo", "KL 9802", 422), ("registrationNo", "DK#KL9802", 422),
      ("registrationNo", "ABCDEFGHIJKLMNOPQ", 422), ("registrationNo", "ABCDEFGHIJKLMNOP", 201),
      ("registrationNo", "KL\t1", 422), ("registrationNo", "ÆØ12345", 201), ("registrationNo", 9802, 422),
      ("countryCode", "D", 422), ("countryCode", "DNK", 422), ("countryCode", "D1", 422), ("countryCode", "dk", 201),
      ("countryCode", "", 422), ("vin", "JH4KA8162MC010197", 201), ("vin", "", 422), ("vin", "JH4-KA", 422),
      ("vin", "123456789012345678901", 422), ("vin", "6EXVZHHV7LN1UEH3ZZ", 201), ("vin", "Ä", 422),
      ("TenantId", "x", 422), ("label", "return", 422),
    ] as [(String, JSONValue?, Int)])
  func imageSets(name: String, value: JSONValue?, status: Int) throws {
    try withStandIn { server, client in
      let outcome = client.post("/imageSets", CreationRulesTests.changed(TestClient.setBody, name, value))
      #expect(outcome.status == status)
      #expect(outcome.json?["success"] == .bool(status == 201))
      #expect(server.ledger.imageSets.created == (status == 201 ? 1 : 0))
      // What is refused for its form breaks the contract; an id that is not there, or not ours, does not.
      #expect(server.ledger.violations.map(\.rule) == (status == 422 ? [name] : []))
      #expect(server.ledger.requests == ["createImageSet": [String(status): 1]])
    }
  }

  @Test(
    "What is accepted against a rule for devices stands in the ledger",
    arguments: [
      ("deviceSetId", nil, "deviceSetId"), ("recDate", nil, "recDate"), ("countryCode", nil, "countryCode"),
      ("registrationNo", "kl9802", "registrationNo"), ("registrationNo", "KL-9802", "registrationNo"),
    ] as [(String, JSONValue?, String)])
  func remarks(name: String, value: JSONValue?, rule: String) throws {
    try withStandIn { server, client in
      #expect(client.post("/imageSets", CreationRulesTests.changed(TestClient.setBody, name, value)).status == 201)
      #expect(server.ledger.violations.map(\.rule) == [rule])
    }
  }

  @Test("tenantId alone is enough, and the server's time is taken")
  func leastBody() throws {
    try withStandIn { _, client in
      let id = try #require(client.createSet(["tenantId": .string(StandInData.tenantID)]))
      let set = client.get("/imageSets/\(id)").json?["data"]
      #expect(set?["recDate"] == 1_800_000_000)
      #expect(set?["origin"] == .null)
      #expect(set?["carInfo"] == .null)
    }
  }

  @Test(
    "A body must be JSON, be declared as JSON, and be one object",
    arguments: [
      ("application/json", "{", 400), ("application/json", "", 400), ("application/json", "[]", 422),
      ("application/json", "\"text\"", 422), ("text/plain", "{}", 400), ("", "{}", 400),
      ("application/json; charset=utf-8", "{}", 422), ("application/json; charset=latin1", "{}", 400),
      ("Application/JSON", "{}", 422), ("application/json", #"{"tenantId":"a","tenantId":"b"}"#, 400),
    ])
  func bodies(type: String, body: String, status: Int) throws {
    try withStandIn { server, client in
      for target in ["/imageSets", "/images"] {
        #expect(
          client.send("POST", target, headers: [("Content-Type", type)], body: Array(body.utf8)).status == status)
      }
      #expect(server.ledger.violations.count == 2)
      #expect(server.ledger.createBodies.count == 1)
    }
  }

  @Test(
    "An image is announced, or refused with the right status and a line in the ledger",
    arguments: [
      ("parentType", nil, 422), ("parentType", "imageSets", 422), ("imageSetId", nil, 422), ("imageSetId", "x", 404),
      ("camera", nil, 422), ("camera", "middleLeft", 422), ("camera", "roofRight", 422), ("fileName", nil, 422),
      ("fileName", "topLeft_57.webp", 422), ("fileName", "roofLeft_057.webp", 422),
      ("fileName", "roofLeft_1000000.webp", 422), ("fileName", "roofLeft_999999.webp", 201),
      ("fileName", "roofLeft_0.webp", 201), ("fileName", "roofLeft_57.jpg", 422), ("size", nil, 422),
      ("size", "640x400", 422), ("size", ["width": 640], 422), ("size", ["width": 0, "height": 1], 422),
      ("size", ["width": 16384, "height": 1], 422), ("size", ["width": 16383, "height": 16383], 201),
      ("size", ["width": 1.5, "height": 1], 422), ("size", ["width": "640", "height": 400], 422),
      ("size", ["width": 640, "height": 400, "depth": 8], 422), ("convertedSize", "1920x1200", 201),
      ("convertedSize", "1920", 422), ("convertedSize", "0x10", 422), ("convertedSize", "1920X1200", 422),
      ("generatedBy", "frame-selection_2", 201), ("generatedBy", "frame selection", 422), ("generatedBy", "", 422),
      ("contentLength", 0, 422), ("contentLength", 1, 201), ("contentLength", 20_971_520, 201),
      ("contentLength", 20_971_521, 422), ("contentLength", "2000", 422), ("contentLength", 2000.0, 422),
      ("contentLength", .null, 422), ("filename", "x", 422), ("md5", "x", 422),
    ] as [(String, JSONValue?, Int)])
  func images(name: String, value: JSONValue?, status: Int) throws {
    try withStandIn { server, client in
      let set = try #require(client.createSet())
      let body = CreationRulesTests.changed(TestClient.imageBody(set), name, value)
      let outcome = client.post("/images", body)
      #expect(outcome.status == status)
      #expect(server.ledger.violations.count == (status == 422 ? 1 : 0))
      #expect(server.ledger.images.announced == (status == 201 ? 1 : 0))
      if status == 201 {
        let fields = outcome.json?["data"]?["fields"]
        let size = body["convertedSize"]?.stringValue ?? (name == "size" ? "16383x16383" : "640x400")
        let file = body["fileName"]?.stringValue ?? ""
        #expect(fields?["key"]?.stringValue == "video_frames/\(StandInData.tenantID)/\(set)/\(size)/\(file)")
        #expect(fields?["Content-Type"] == "image/webp")
        #expect(fields?["acl"] == "bucket-owner-full-control")
        #expect(outcome.json?["data"]?["url"]?.stringValue == "http://127.0.0.1:\(server.storagePort)/frames")
      }
    }
  }

  @Test("A file name stands for one picture: the same key again is fine, another key is refused")
  func fileNameIsUnique() throws {
    try withStandIn { server, client in
      let set = try #require(client.createSet())
      let first = client.announce(TestClient.imageBody(set))
      let again = client.announce(TestClient.imageBody(set))
      #expect(first?["key"] == again?["key"])
      #expect(first?["signature"] != again?["signature"])
      let other = CreationRulesTests.changed(TestClient.imageBody(set), "convertedSize", "320x200")
      #expect(client.post("/images", other).status == 422)
      #expect(server.ledger.images.announced == 1)
    }
  }

  @Test("Images of sets that are deleted or of a foreign tenant are refused")
  func imagesOfOtherSets() throws {
    var data = StandInData.standard()
    data.apiKeys.append(
      .init(
        key: "foreign", tenants: [StandInData.foreignTenantID], currentTenant: StandInData.foreignTenantID,
        mayWrite: true))
    try withStandIn(data: data) { server, client in
      let set = try #require(client.createSet())
      var foreign = client
      foreign.key = "foreign"
      #expect(foreign.post("/images", TestClient.imageBody(set)).status == 403)
      #expect(foreign.get("/imageSets/\(set)").status == 403)
      #expect(foreign.get("/images?imageSetId=\(set)").status == 403)
      #expect(foreign.send("DELETE", "/imageSets/\(set)").status == 403)
      #expect(client.send("DELETE", "/imageSets/\(set)").status == 200)
      #expect(client.post("/images", TestClient.imageBody(set)).status == 404)
      #expect(server.ledger.violations.isEmpty)
    }
  }
}
