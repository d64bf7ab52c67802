import Foundation
import TestSupport
import Testing

@testable import CloudStandIn

@Suite("The whole way of a passage")
struct WholeWayTests {
  @Test("A passage is created, filled, listed and found again, and the books agree")
  func wholeWay() throws {
    let clock = TestClock()
    try withStandIn(clock: clock) { server, client in
      let id = try #require(client.createSet())
      #expect(client.get("/imageSets/\(id)").json?["data"]?["hasImages"] == false)
      for (number, camera) in ContractText.cameras.sorted().enumerated() {
        #expect(client.deliver(id, camera, frame: number * 7, content: UInt8(number))?.status == 204)
      }
      let names = ContractText.cameras.sorted().enumerated().map { "\($1)_\($0 * 7).webp" }
      #expect(client.listedNames(id) == names.sorted())

      let set = client.get("/imageSets/\(id)").json?["data"]
      #expect(set?["recDate"] == 1_669_982_152)
      #expect(set?["carInfo"]?["registrationNo"] == "DK#KL9802")
      #expect(set?["tenantId"]?.stringValue == StandInData.tenantID)
      #expect(
        set?["origin"] == [
          "id": .string(StandInData.captureSetID), "label": "return", "location": "Norway",
          "name": "My first capture set", "type": "device",
        ])
      #expect(set?["hasImages"] == true)
      #expect(set?["createdAt"] == 1_800_000_000)

      let books = server.ledger
      #expect(books.imageSets.created == 1 && books.imageSets.live == 1 && books.imageSets.doubled == 0)
      #expect(books.images.announced == 10 && books.images.stored == 10 && books.images.listed == 10)
      #expect(books.images.missing == 0 && books.images.doubled == 0)
      #expect(books.violations.isEmpty)
      #expect(books.requests["createImageUpload"] == ["201": 10])
      #expect(books.requests["uploadToPresignedUrl"] == ["204": 10])
      #expect(books.createBodies.map(\.at) == [1_800_000_000])
    }
  }

  @Test(
    "A set is found by what a unit in doubt asks for",
    arguments: [
      ("startDate=1669982152&endDate=1669982152", true), ("startDate=1669982153", false), ("endDate=1669982151", false),
      ("startDate=1669982152&endDate=1669982152&registrationNo=KL9802&countryCode=DK", true),
      ("startDate=1669982152&endDate=1669982152&registrationNo=KL9802&countryCode=dk", true),
      ("registrationNo=KL9802", false), ("registrationNo=KL9803&countryCode=DK", false), ("haveImages=false", true),
      ("haveImages=true", false), ("captureSetName=My+first+capture%20set", true), ("captureSetName=My", false),
      ("searchByCaptureSetName=FIRST", true), ("captureSetLocation=Norway", true),
      ("searchByCaptureSetLocation=den", false), ("searchByRegistrationNo=L98", true), ("unassignedItems=true", false),
      ("unassignedItems=false", true), ("haveNewDamagesDetected=true", false), ("ids=other", false),
      ("forManualAnnotation=false", true),
    ])
  func finds(query: String, isFound: Bool) throws {
    try withStandIn { server, client in
      let id = try #require(client.createSet())
      let list = client.get("/imageSets?tenantId=\(StandInData.tenantID)&\(query)&limit=100&page=1").json
      #expect(list?["data"]?["items"]?.arrayValue?.compactMap { $0["id"]?.stringValue } == (isFound ? [id] : []))
      #expect(list?["meta"]?["totalItems"] == .integer(isFound ? 1 : 0))
      let others = client.get("/imageSets?tenantId=\(StandInData.otherTenantID)&limit=100&page=1").json
      #expect(others?["data"]?["items"] == [])
      #expect(server.ledger.violations.isEmpty)
    }
  }

  @Test("Lists page through all sets, count images, and group by plate")
  func lists() throws {
    try withStandIn { _, client in
      var ids: Set<String> = []
      for second in 0..<5 {
        let id = try #require(
          client.createSet([
            "tenantId": .string(StandInData.tenantID), "deviceSetId": .string(StandInData.captureSetID),
            "recDate": .string("\(1000 + second)"), "registrationNo": second < 3 ? "AA1" : "BB2", "countryCode": "NO",
          ]))
        ids.insert(id)
      }
      client.deliver(try #require(ids.first))
      var seen: [String] = []
      var images = 0
      for page in 1...3 {
        let list = client.get("/imageSets?limit=2&page=\(page)&returnImageCount=true").json
        let items = list?["data"]?["items"]?.arrayValue ?? []
        seen += items.compactMap { $0["id"]?.stringValue }
        images += items.compactMap { $0["imageCount"]?.integerValue }.reduce(0, +)
        #expect(list?["meta"]?["lastPage"] == 3)
      }
      #expect(Set(seen) == ids && seen.count == 5)
      #expect(images == 1)
      let some = client.get("/imageSets?ids=\(seen[0]),\(seen[3])&limit=100&page=1").json
      #expect(some?["data"]?["items"]?.arrayValue?.count == 2)
      let groups = client.get("/imageSets?groupByRegistrationNo=true&limit=100&page=1").json?["data"]?["items"]
      #expect(Set(groups?.arrayValue?.compactMap { $0["imageSetCount"]?.integerValue } ?? []) == [2, 3])
      #expect(Set(groups?.arrayValue?.compactMap { $0["lastRecDate"]?.integerValue } ?? []) == [1002, 1004])
    }
  }

  @Test("A repeated creation makes a second set, and the ledger says doubled until one is withdrawn")
  func doubledSets() throws {
    try withStandIn { server, client in
      let first = try #require(client.createSet())
      let second = try #require(client.createSet())
      #expect(first != second)
      #expect(server.ledger.imageSets.doubled == 1)
      #expect(Set(server.ledger.imageSets.doubledSets[0]) == [first, second])
      #expect(client.send("DELETE", "/imageSets/\(second)").json?["data"]?["id"]?.stringValue == second)
      #expect(client.send("DELETE", "/imageSets/\(second)").status == 404)
      #expect(client.get("/imageSets/\(second)").status == 404)
      #expect(client.get("/images?imageSetId=\(second)").status == 404)
      let list = client.get("/imageSets?limit=100&page=1").json?["data"]?["items"]
      #expect(list?.arrayValue?.compactMap { $0["id"]?.stringValue } == [first])
      #expect(server.ledger.imageSets.doubled == 0 && server.ledger.imageSets.live == 1)
      #expect(server.ledger.imageSets.created == 2)
    }
  }

  @Test("What is announced and does not come is missing; another content under the same name is doubled")
  func missingAndDoubled() throws {
    try withStandIn { server, client in
      let set = try #require(client.createSet())
      #expect(client.announce(TestClient.imageBody(set, frame: 1)) != nil)
      client.deliver(set, frame: 2, content: 1)
      client.deliver(set, frame: 2, content: 2)
      client.deliver(set, frame: 3, content: 3)
      client.deliver(set, frame: 4, content: 3)
      let images = server.ledger.images
      #expect(images.missingImages.map(\.fileName) == ["roofLeft_1.webp"])
      #expect(images.doubledImages.map(\.fileName) == ["roofLeft_2.webp", "roofLeft_4.webp"])
      #expect(images.doubledImages[1].why == "the same content as roofLeft_3.webp")
      #expect(images.repeatedContent.isEmpty)
      let other = try #require(client.createSet(["tenantId": .string(StandInData.tenantID), "recDate": "7"]))
      client.deliver(other, frame: 9, content: 3)
      #expect(server.ledger.images.repeatedContent.count == 1)
      #expect(server.ledger.images.doubled == 2)
    }
  }

  @Test("An image is fetched where the redirect leads, without credential, and can be withdrawn")
  func fetches() throws {
    let clock = TestClock()
    try withStandIn(clock: clock) { server, client in
      let set = try #require(client.createSet())
      client.deliver(set)
      let id = try #require(
        client.get("/images?imageSetId=\(set)").json?["data"]?["items"]?[0]?["id"]?.stringValue)
      let redirect = client.get("/images/\(id)").answer
      #expect(redirect?.status == 302)
      let location = try #require(redirect?.headers["location"])
      let origin = "http://127.0.0.1:\(server.storagePort)"
      #expect(location.hasPrefix(origin))
      let target = String(location.dropFirst(origin.count))
      #expect(client.send("GET", target, storage: true).answer?.body == Picture.webP(640, 400))
      #expect(client.send("GET", target + "x", storage: true).status == 403)
      clock.advance(3601)
      #expect(client.send("GET", target, storage: true).status == 403)
      #expect(client.send("DELETE", "/images/\(id)").status == 200)
      #expect(client.get("/images/\(id)").status == 404)
      #expect(client.listedNames(set) == [])
      client.deliver(set)
      #expect(client.listedNames(set) == ["roofLeft_57.webp"])
      #expect(server.ledger.violations.isEmpty)
    }
  }

  @Test("A directory holds world, images and books, and another stand-in goes on from there")
  func persists() throws {
    let directory = try TemporaryDirectory()
    var world = try StandInData.load(directory: directory.url, apiKey: "stand-in-key")
    #expect(world == .standard())
    world.captureSets[0].minLicensePlateArea = 12
    try JSONEncoder().encode(world).write(to: directory.url.appendingPathComponent(StandInData.fileName))
    world = try StandInData.load(directory: directory.url, apiKey: "other")
    #expect(world.captureSets[0].minLicensePlateArea == 12 && world.apiKeys[0].key == "stand-in-key")

    var books = Ledger()
    let (set, fields) = try withStandIn(data: world, directory: directory.url) { server, client in
      let set = try #require(client.createSet())
      client.deliver(set)
      _ = client.get("/nowhere")
      let fields = try #require(client.announce(TestClient.imageBody(set, frame: 58)))
      books = server.ledger
      return (set, fields)
    }
    let stored = directory.url.appendingPathComponent("images/\(set)/roofLeft_57.webp")
    #expect(Array(try Data(contentsOf: stored)) == Picture.webP(640, 400))

    // A crash in the middle of a line leaves half of it behind.
    let journal = directory.url.appendingPathComponent(Journal.fileName)
    try (Data(contentsOf: journal) + Data(#"{"answered":{"_0"#.utf8)).write(to: journal)
    for _ in 0..<2 {
      try withStandIn(data: world, directory: directory.url) { server, _ in #expect(server.ledger == books) }
    }
    try withStandIn(data: world, directory: directory.url) { server, client in
      // Forms outlive a restart.
      #expect(client.upload(fields, Picture.webP(640, 400, content: 9)).status == 204)
      #expect(client.listedNames(set) == ["roofLeft_57.webp", "roofLeft_58.webp"])
      #expect(server.ledger.images.missing == 0)
    }
  }

  @Test("The ledger is read over HTTP without a key, as JSON that says what the books say")
  func ledgerOverHTTP() throws {
    try withStandIn { server, client in
      let set = try #require(client.createSet())
      client.deliver(set)
      var stranger = client
      stranger.key = nil
      let answer = try #require(stranger.get("/_ledger").answer)
      #expect(try JSONDecoder().decode(Ledger.self, from: Data(answer.body)) == server.ledger)
      #expect(stranger.get("/_ledger").json?["imageSets"]?["created"] == 1)
      #expect(stranger.get("/_ledger").json?["images"]?["stored"] == 1)
      #expect(stranger.get("/_other").status == 404)
      #expect(server.ledger.violations.isEmpty)
    }
  }

  @Test("Every body that came is written down with its hash and time")
  func requestLog() throws {
    try withStandIn { server, client in
      let body = Array(TestClient.setBody.text.utf8)
      _ = client.createSet()
      _ = client.get("/captureUnits/x")
      let log = server.requests
      #expect(log.map(\.operation) == ["createImageSet", "getCaptureUnit"])
      #expect(log.map(\.status) == [201, 404])
      #expect(log[0].bodyMD5 == Digest.md5(body) && log[0].bodyBytes == body.count && log[0].at == 1_800_000_000)
      #expect(client.get("/_requests").json?.arrayValue?.count == 2)
    }
  }

  @Test("Many at once are all served, and nothing is lost")
  func manyAtOnce() throws {
    try withStandIn { server, client in
      let set = try #require(client.createSet())
      DispatchQueue.concurrentPerform(iterations: 24) { frame in
        client.deliver(set, ContractText.cameras.sorted()[frame % 10], frame: frame, content: UInt8(frame))
      }
      #expect(server.ledger.images.stored == 24 && server.ledger.images.listed == 24)
      #expect(server.ledger.violations.isEmpty)
    }
  }
}
