import Foundation
import Testing

@testable import CloudStandIn

@Suite("Who may ask, and for what")
struct ReadingRulesTests {
  private static let tenant = StandInData.tenantID

  @Test(
    "Paths, methods and parameters",
    arguments: [
      ("GET", "/captureUnits?limit=100&page=1", 200), ("GET", "/captureUnits?limit=0&page=1", 422),
      ("GET", "/captureUnits?limit=101&page=1", 422), ("GET", "/captureUnits?limit=ten&page=1", 422),
      ("GET", "/captureUnits?limit=10&page=0", 422), ("GET", "/captureUnits?limit=10&limit=10&page=1", 422),
      ("GET", "/captureUnits?limit=+1&page=1", 422), ("GET", "/captureUnits?limit=10&page=1&size=3", 422),
      ("GET", "/captureUnits?limit=%zz&page=1", 400), ("GET", "/captureUnits/", 404), ("GET", "/captureunits", 404),
      ("GET", "/captureUnits/\(StandInData.unitID)", 200), ("GET", "/captureUnits/x", 404),
      ("GET", "/captureUnits/\(StandInData.unitID)?limit=1", 422), ("POST", "/captureUnits", 405),
      ("DELETE", "/captureUnits/\(StandInData.unitID)", 405), ("GET", "/captureSets?limit=10&page=1", 200),
      ("GET", "/captureSets?limit=10&page=1&virtual=false", 200),
      ("GET", "/captureSets?limit=10&page=1&virtual=1", 422),
      ("GET", "/captureSets?limit=10&page=1&fromAllTenants=true", 403),
      ("GET", "/captureSets/\(StandInData.captureSetID)", 200), ("GET", "/captureSets/x", 404),
      ("GET", "/auth/tenants/\(tenant)", 200), ("GET", "/auth/tenants/\(StandInData.foreignTenantID)", 403),
      ("GET", "/auth/tenants/x", 404), ("GET", "/auth/tenants", 404), ("PUT", "/auth/tenants/\(tenant)", 405),
      ("GET", "/cars?tenantId=\(tenant)&limit=10&page=1", 200),
      ("GET", "/cars?tenantId=\(tenant)&registrationNo=NO%23AB12345&limit=10&page=1", 422),
      ("GET", "/cars?tenantId=\(tenant)&registrationNo=&limit=10&page=1", 422),
      ("GET", "/cars?tenantId=\(tenant)&countryCode=NOR&limit=10&page=1", 422),
      ("GET", "/cars?tenantId=\(StandInData.foreignTenantID)&limit=10&page=1", 403),
      ("GET", "/cars?tenantId=x&limit=10&page=1", 404), ("GET", "/cars?tenant=\(tenant)&limit=10&page=1", 422),
      ("GET", "/imageSets?tenantId=\(tenant)&startDate=1&endDate=1&limit=100&page=1", 200),
      ("GET", "/imageSets?tenantId=\(tenant)&startDate=2&endDate=1&limit=100&page=1", 422),
      ("GET", "/imageSets?startDate=now&limit=100&page=1", 422),
      ("GET", "/imageSets?haveImages=yes&limit=1&page=1", 422),
      ("GET", "/imageSets?ids=a,,b&limit=1&page=1", 422), ("GET", "/imageSets?ids=a,b&limit=1&page=1", 200),
      ("GET", "/imageSets?forManualReview=true&limit=1&page=1", 403),
      ("GET", "/imageSets?tenantId=x&limit=1&page=1", 404),
      ("GET", "/imageSets/x", 404), ("PATCH", "/imageSets/x", 405), ("PUT", "/imageSets", 405),
      ("GET", "/images", 422), ("GET", "/images?imageSetId=", 422), ("GET", "/images?imageSetId=x", 404),
      ("GET", "/images?imageSetId=x&limit=1", 422), ("GET", "/images/x", 404), ("DELETE", "/images/x", 404),
      ("DELETE", "/imageSets/x", 404), ("GET", "/", 404), ("GET", "/frames", 404),
    ])
  func requests(method: String, target: String, status: Int) throws {
    try withStandIn { server, client in
      let body: [UInt8]? = method == "POST" || method == "PUT" || method == "PATCH" ? Array("{}".utf8) : nil
      let outcome = client.send(method, target, headers: [("Content-Type", "application/json")], body: body)
      #expect(outcome.status == status)
      #expect(outcome.json?["success"] == .bool(status == 200))
      if status == 405 { #expect(outcome.answer?.headers["allow"]?.isEmpty == false) }
      // An unknown id breaks no rule; an unknown path does.
      let isPath = outcome.json?["message"] == "No such path"
      let breaks = [400, 405, 422].contains(status) || isPath
      #expect(server.ledger.violations.count == (breaks ? 1 : 0))
    }
  }

  @Test("The checks come in the order of the contract")
  func order() throws {
    var data = StandInData.standard()
    let tenants = [StandInData.tenantID]
    data.apiKeys.append(.init(key: "reader", tenants: tenants, currentTenant: StandInData.tenantID, mayWrite: false))
    try withStandIn(data: data) { _, client in
      let json = [("Content-Type", "application/json")]
      let broken = Array("{".utf8)
      var nobody = client
      nobody.key = "wrong"
      #expect(nobody.send("POST", "/imageSets", headers: json, body: broken).status == 401)
      #expect(nobody.get("/nowhere").status == 401)
      var reader = client
      reader.key = "reader"
      #expect(reader.send("POST", "/imageSets", headers: json, body: broken).status == 403)
      #expect(reader.send("DELETE", "/imageSets/x").status == 403)
      #expect(reader.get("/captureUnits?limit=1&page=1").status == 200)
      #expect(client.send("POST", "/imageSets?x=1", headers: json, body: broken).status == 400)
      // 422 before 404 before 403.
      let foreign = StandInData.foreignTenantID
      #expect(client.post("/imageSets", ["tenantId": .string(foreign), "deviceSetId": "x", "vin": "-"]).status == 422)
      #expect(client.post("/imageSets", ["tenantId": .string(foreign), "deviceSetId": "x"]).status == 404)
      #expect(client.post("/imageSets", ["tenantId": .string(foreign)]).status == 403)
    }
  }

  @Test("No key, two keys, and a key in the target break the contract; an unknown key does not")
  func keys() throws {
    try withStandIn { server, client in
      var other = client
      other.key = nil
      #expect(other.get("/captureUnits?limit=1&page=1").status == 401)
      #expect(other.send("GET", "/captureUnits", headers: [("Authorization", "Bearer x")]).status == 401)
      other.key = "deleted"
      #expect(other.get("/captureUnits?limit=1&page=1").status == 401)
      #expect(client.send("GET", "/captureUnits", headers: [("x-api-key", "stand-in-key")]).status == 401)
      #expect(client.get("/captureUnits/stand-in-key").status == 404)
      #expect(server.ledger.violations.map(\.rule) == ["x-api-key", "x-api-key", "x-api-key", "credential"])
    }
  }

  @Test("Lists without limit and page are given, but noted")
  func pagingIsSentAlways() throws {
    try withStandIn { server, client in
      for target in ["/captureUnits", "/captureSets?limit=1", "/imageSets?page=1", "/cars?tenantId=\(Self.tenant)"] {
        #expect(client.get(target).status == 200)
      }
      #expect(server.ledger.violations.map(\.rule) == ["paging", "paging", "paging", "paging"])
    }
  }

  @Test(
    "Only the list of units knows the capture set and the other unit; only the single capture set knows the plate area")
  func listOnlyMembers() throws {
    try withStandIn { _, client in
      let listed = client.get("/captureUnits?limit=100&page=1").json?["data"]?["items"]?[1]
      let single = client.get("/captureUnits/\(StandInData.unitID)").json?["data"]
      #expect(listed?["id"]?.stringValue == StandInData.unitID)
      #expect(listed?["captureSetId"]?.stringValue == StandInData.captureSetID)
      #expect(listed?["relatedUnit"]?.stringValue == StandInData.otherUnitID)
      #expect(single?["captureSetId"] == nil && single?["relatedUnit"] == nil)
      #expect(single?["defaultTenant"]?.stringValue == StandInData.tenantID)
      #expect(single?["tenants"]?[0]?["name"] == "Fast Cars Rental")
      let sets = client.get("/captureSets?limit=100&page=1").json?["data"]?["items"]?[0]
      let set = client.get("/captureSets/\(StandInData.captureSetID)").json?["data"]
      #expect(sets?["minLicensePlateArea"] == nil)
      #expect(set?["minLicensePlateArea"] == 25000)
      #expect(set?["lenses"]?["lens0"] == ["focalLength": 6, "sensorResolution": 1920, "sensorSize": 11.3])
      #expect(client.get("/captureSets?limit=1&page=1&virtual=true").json?["data"]?["items"] == [])
    }
  }

  @Test("Pages are cut and described as documented")
  func pages() throws {
    try withStandIn { _, client in
      let second = client.get("/captureUnits?limit=1&page=2").json
      #expect(second?["data"]?["items"]?.arrayValue?.count == 1)
      #expect(
        second?["meta"] == [
          "currentItemsPerPage": 1, "currentPage": 2, "lastPage": 2, "maxPerPage": 100, "totalItems": 2,
        ])
      #expect(client.get("/captureUnits?limit=1&page=3").json?["data"]?["items"] == [])
    }
  }

  @Test("A tenant's settings are read")
  func tenants() throws {
    try withStandIn { _, client in
      let settings = client.get("/auth/tenants/\(Self.tenant)").json?["data"]?["settings"]
      #expect(settings?["maxFramesForCameras"]?["bottomLeft"] == 32)
      #expect(settings?["maxFramesForCameras"]?["roofLeft"] == 16)
      #expect(settings?["faceblurServiceEnabled"]?.objectValue?.count == 10)
      let other = client.get("/auth/tenants/\(StandInData.otherTenantID)").json?["data"]?["settings"]
      #expect(other?["maxFramesForCameras"]?.objectValue?.count == 6)
    }
  }

  @Test(
    "The owner of a plate is found, NO where no country is given",
    arguments: [
      ("tenantId=\(tenant)&registrationNo=AB12345&countryCode=NO", ["NO#AB12345"]),
      ("tenantId=\(tenant)&registrationNo=AB12345&countryCode=no", ["NO#AB12345"]),
      ("tenantId=\(tenant)&registrationNo=AB12345", ["NO#AB12345"]),
      ("tenantId=\(tenant)&registrationNo=AB12345&countryCode=DK", []),
      ("tenantId=\(tenant)&registrationNo=KL9802&countryCode=DK", []),
      ("tenantId=\(StandInData.otherTenantID)&registrationNo=KL9802&countryCode=DK", ["DK#KL9802"]),
      ("tenantId=\(tenant)", ["NO#AB12345"]),
    ])
  func cars(query: String, plates: [String]) throws {
    try withStandIn { server, client in
      let items = client.get("/cars?\(query)&limit=100&page=1").json?["data"]?["items"]?.arrayValue
      #expect(items?.compactMap { $0["registrationNo"]?.stringValue } == plates)
      #expect(server.ledger.violations.isEmpty)
    }
  }

  @Test("Cars without tenant are those of the key's current one, and noted")
  func carsOfCurrentTenant() throws {
    try withStandIn { server, client in
      #expect(client.get("/cars?limit=1&page=1").json?["data"]?["items"]?.arrayValue?.count == 1)
      #expect(server.ledger.violations.map(\.rule) == ["tenantId"])
    }
  }
}
