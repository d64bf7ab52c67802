import Foundation
import TestSupport
import Testing

@testable import Uploader

@Suite("Settings of the unit")
struct UnitSettingsTests {
  private static let unit = "49578ed9-2ea7-42b4-9d2b-79a098265197"

  /// A cloud that answers by path; what is missing is 404.
  private func cloud(_ answers: [String: HTTPExchange]) throws -> ScriptedCloud {
    try ScriptedCloud(
      ScriptedTransport { request, _ in
        let path = String(request.path.prefix { $0 != "?" }.dropFirst("/v1".count))
        return answers[path] ?? .json(#"{"success":false,"message":"not found"}"#, status: 404)
      })
  }

  private static let goodAnswers: [String: HTTPExchange] = [
    "/captureUnits": .data(
      #"{"items":[{"id":"other"},{"id":"\#(unit)","captureSetId":"set-1","relatedUnit":"other"}]}"#),
    "/captureUnits/\(unit)": .data(
      #"{"id":"\#(unit)","defaultTenant":"t1","tenants":[{"id":"t1","name":"One"},{"id":"t2","name":null}]}"#),
    "/captureSets/set-1": .data(
      #"""
      {"id":"set-1","camerasCount":4,"minLicensePlateArea":25000,"countryCode":"NO","label":"return",
      "captureUnits":[{"unitId":"\#(unit)","side":"left"},{"unitId":"other","side":"right"}],
      "lenses":{"lens0":{"focalLength":6,"sensorResolution":1920,"sensorSize":11.3},"lens9":null}}
      """#),
    "/auth/tenants/t1": .data(
      #"{"id":"t1","settings":{"maxFramesForCameras":{"roofLeft":16,"topLeft":0,"bottomLeft":-3,"x":"y","z":null}}}"#),
    "/auth/tenants/t2": .data(#"{"id":"t2","settings":{}}"#),
  ]

  private func refresh(
    _ answers: [String: HTTPExchange], previous: UnitSettings? = nil, now: Int = 100
  ) async throws -> UnitSettingsFetch.Report {
    let cloud = try cloud(answers)
    return await UnitSettingsFetch(client: cloud.client).refresh(unitId: Self.unit, previous: previous, now: now)
  }

  @Test("Everything answered gives everything")
  func everything() async throws {
    let report = try await refresh(Self.goodAnswers)
    let settings = report.settings
    #expect(report.problems == [])
    #expect(settings.captureSetId == "set-1")
    #expect(settings.relatedUnit == "other")
    #expect(settings.defaultTenant == "t1")
    #expect(settings.tenants == [TenantReference(id: "t1", name: "One"), TenantReference(id: "t2")])
    #expect(settings.captureSet?.minLicensePlateArea == 25000)
    #expect(settings.captureSet?.camerasCount == 4)
    #expect(
      settings.captureSet?.lenses
        == ["lens0": CaptureSet.Lens(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3)])
    #expect(settings.side == "left")
    #expect(settings.limits(for: "t1") == ["roofLeft": 16, "topLeft": 0, "bottomLeft": 0])
    #expect(settings.limits(for: "t2") == [:])
    #expect(settings.limits(for: "stranger") == [:])
    #expect(settings.fetchedAt == 100)
    #expect(settings.isUsable)
  }

  @Test("A unit that its own list does not place is found through the capture sets")
  func fallback() async throws {
    for list in [#"{"items":[]}"#, #"{"items":[{"id":"\#(Self.unit)","captureSetId":null}]}"#] {
      var answers = Self.goodAnswers
      answers["/captureUnits"] = .data(list)
      answers["/captureSets"] = .data(
        #"{"items":[{"id":"set-0"},{"id":"set-1","captureUnits":[{"unitId":"other"},{"unitId":"\#(Self.unit)"}]}]}"#)
      let report = try await refresh(answers)
      #expect(report.problems == [])
      #expect(report.settings.captureSetId == "set-1")
      #expect(report.settings.relatedUnit == "other")
    }
  }

  @Test("One tenant's refusal stops neither the others nor what was known of it", arguments: [403, 404])
  func oneTenantRefused(status: Int) async throws {
    let known = try await refresh(Self.goodAnswers).settings
    var answers = Self.goodAnswers
    answers["/auth/tenants/t1"] = .json(#"{"success":false,"message":"no"}"#, status: status)
    answers["/auth/tenants/t2"] = .data(#"{"id":"t2","settings":{"maxFramesForCameras":{"roofLeft":8}}}"#)
    let fresh = try await refresh(answers)
    #expect(fresh.problems == ["tenant t1: the cloud answers \(status) (no)"])
    #expect(fresh.settings.tenantSettings["t1"] == nil)
    #expect(fresh.settings.limits(for: "t2") == ["roofLeft": 8])
    let later = try await refresh(answers, previous: known, now: 200)
    #expect(later.settings.limits(for: "t1") == known.limits(for: "t1"))
    #expect(later.settings.limits(for: "t2") == ["roofLeft": 8])
    #expect(later.settings.fetchedAt == 200)
  }

  @Test("When the cloud is away everything stays as it was")
  func cloudAway() async throws {
    let known = try await refresh(Self.goodAnswers).settings
    let cloud = try ScriptedCloud(.notSent(reason: "no route"))
    let report = await UnitSettingsFetch(client: cloud.client)
      .refresh(unitId: Self.unit, previous: known, now: 200)
    #expect(report.settings == known)
    #expect(report.problems.count == 6)
    #expect(!report.isKeyRefused)
  }

  @Test("A refused key ends the round at once")
  func keyRefused() async throws {
    let cloud = try ScriptedCloud(.json(#"{"success":false,"message":"unknown key"}"#, status: 401))
    let report = await UnitSettingsFetch(client: cloud.client).refresh(unitId: Self.unit, previous: nil, now: 200)
    #expect(report.isKeyRefused)
    #expect(report.problems == ["capture unit \(Self.unit): the cloud answers 401 (unknown key)"])
    #expect(cloud.transport.requests.count == 1)
    #expect(!report.settings.isUsable)
  }

  @Test("What the cloud takes away is gone: tenants, default tenant, capture set")
  func takenAway() async throws {
    let known = try await refresh(Self.goodAnswers).settings
    var answers = Self.goodAnswers
    answers["/captureUnits/\(Self.unit)"] = .data(
      #"{"id":"\#(Self.unit)","defaultTenant":null,"tenants":[{"id":"t2"}]}"#)
    answers["/captureUnits"] = .data(#"{"items":[{"id":"\#(Self.unit)","captureSetId":"set-2"}]}"#)
    let report = try await refresh(answers, previous: known)
    #expect(report.settings.defaultTenant == nil)
    #expect(report.settings.tenantIds == ["t2"])
    #expect(report.settings.limits(for: "t1") == [:])
    #expect(report.settings.captureSetId == "set-2")
    #expect(report.settings.captureSet == nil)
    #expect(report.problems == ["capture set set-2: the cloud answers 404 (not found)"])
  }

  @Test("The copy of another unit is not used")
  func otherUnit() async throws {
    var known = UnitSettings(unitId: "somebody")
    known.captureSetId = "set-9"
    let report = try await refresh([:], previous: known)
    #expect(report.settings == UnitSettings(unitId: Self.unit))
  }

  @Test("Before the owner of a car is known, the widest limits hold")
  func widest() {
    var settings = UnitSettings(unitId: "u")
    #expect(settings.widestLimits() == [:])
    settings.tenants = [TenantReference(id: "a"), TenantReference(id: "b")]
    settings.tenantSettings = [
      "a": TenantSettings(id: "a", maxFramesForCameras: ["roofLeft": 16, "topLeft": 0, "backLeft": 4]),
      "b": TenantSettings(id: "b", maxFramesForCameras: ["roofLeft": 8, "topLeft": 2]),
    ]
    #expect(settings.widestLimits() == ["roofLeft": 16, "topLeft": 2])
    settings.defaultTenant = "silent"
    #expect(settings.widestLimits() == [:])
  }

  @Test("The site's own words go over the cloud's, one by one")
  func overrides() async throws {
    let settings = try await refresh(Self.goodAnswers).settings
    #expect(settings.overridden(by: .init()) == settings)
    var overrides = UnitSettings.Overrides()
    overrides.minLicensePlateArea = 9
    overrides.countryCode = "DK"
    overrides.lenses = ["lens1": CaptureSet.Lens(focalLength: 8)]
    overrides.maxFramesForCameras = ["roofLeft": 3]
    overrides.defaultTenant = "t9"
    let mine = settings.overridden(by: overrides)
    #expect(mine.captureSet?.minLicensePlateArea == 9)
    #expect(mine.captureSet?.countryCode == "DK")
    #expect(mine.captureSet?.label == "return")
    #expect(mine.captureSet?.lenses.keys.sorted() == ["lens0", "lens1"])
    #expect(mine.limits(for: "t1") == ["roofLeft": 3, "topLeft": 0, "bottomLeft": 0])
    #expect(mine.limits(for: "t2") == ["roofLeft": 3])
    #expect(mine.limits(for: "t9") == ["roofLeft": 3])
    var site = UnitSettings.Overrides()
    site.captureSetId = "mine"
    site.defaultTenant = "t"
    #expect(UnitSettings(unitId: "u").overridden(by: site).isUsable)
    #expect(UnitSettings(unitId: "u").overridden(by: site).captureSet == CaptureSet(id: "mine"))
  }

  @Test("The copy on disk comes back whole, and only its owner may read it")
  func cache() async throws {
    let directory = try TemporaryDirectory()
    let cache = UnitSettingsCache(path: directory.file("unit.json"))
    #expect(try cache.load() == nil)
    let settings = try await refresh(Self.goodAnswers).settings
    try cache.save(UnitSettings(unitId: "before"))
    try cache.save(settings)
    #expect(try cache.load() == settings)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["unit.json"])
    let mode = try FileManager.default.attributesOfItem(atPath: cache.path)[.posixPermissions] as? NSNumber
    #expect(mode?.intValue == 0o600)
  }

  @Test("A copy that is broken, or of another form, is one clear line", arguments: ["", "{", "[]", #"{"format":"x"}"#])
  func brokenCache(text: String) throws {
    let directory = try TemporaryDirectory()
    let cache = UnitSettingsCache(path: directory.file("unit.json"))
    try Data(text.utf8).write(to: URL(fileURLWithPath: cache.path))
    #expect(throws: CloudSetupError.self) { try cache.load() }
    var other = UnitSettings(unitId: "u")
    other.format = "unit-settings/2"
    try cache.save(other)
    #expect {
      try cache.load()
    } throws: {
      "\($0)" == "\(cache.path): has the form unit-settings/2 instead of unit-settings/1"
    }
  }

  @Test("A copy that cannot be written says why")
  func unwritable() throws {
    let cache = UnitSettingsCache(path: "/nonexistent/unit.json")
    #expect {
      try cache.save(UnitSettings(unitId: "u"))
    } throws: {
      "\($0)" == "/nonexistent/unit.json: the settings cannot be written: No such file or directory"
    }
  }
}
