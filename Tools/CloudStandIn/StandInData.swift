import Foundation

/// The world that the stand-in plays: who may ask, which rigs there are, whose cars they see. `world.json` holds it.
struct StandInData: Codable, Sendable, Equatable {
  /// A key belongs to one user, who belongs to tenants.
  struct APIKey: Codable, Sendable, Equatable {
    var key: String
    var tenants: [String]
    /// Meant where a request names no tenant.
    var currentTenant: String
    /// False: the user's role only allows reading; every write is answered 403.
    var mayWrite: Bool
  }

  struct Tenant: Codable, Sendable, Equatable {
    struct Turnaround: Codable, Sendable, Equatable {
      var isEnabled: Bool
      /// Seconds.
      var threshold: Int
    }
    struct Settings: Codable, Sendable, Equatable {
      var maxFramesForCameras: [String: Int]?
      var faceblurServiceEnabled: [String: Bool]?
      var expiryAfter: Int?
      var damageDetectionServiceEnabled: Bool?
      var isHandicapped: Bool?
      var manualAnnotationEnabled: Bool?
      var manualReviewEnabled: Bool?
      var newDamageNotification: Bool?
      var turnaroundConfiguration: Turnaround?
    }
    var id: String
    var name: String
    var settings: Settings
  }

  struct CaptureUnit: Codable, Sendable, Equatable {
    var id: String
    var balenaId: String?
    var captureSetId: String?
    var relatedUnit: String?
    /// Ids of tenants.
    var tenants: [String]
    var defaultTenant: String?
  }

  struct Lens: Codable, Sendable, Equatable {
    /// Millimetres.
    var focalLength: Double
    /// Pixels of the long side.
    var sensorResolution: Int
    /// Millimetres of the long side.
    var sensorSize: Double
  }

  struct CaptureSetUnit: Codable, Sendable, Equatable {
    var unitId: String
    var side: String
    var tenantIds: [String]
  }

  struct CaptureSet: Codable, Sendable, Equatable {
    var id: String
    var captureUnits: [CaptureSetUnit]?
    var camerasCount: Int?
    var lenses: [String: Lens]?
    /// Square pixels; in the single read only.
    var minLicensePlateArea: Int?
    var countryCode: String?
    var label: String?
    var location: String?
    var name: String?
    var pipelineMask: [String]?
    var priority: Int?
    var isVirtual: Bool
    var createdAt: Int
    var modifiedAt: Int
  }

  struct Car: Codable, Sendable, Equatable {
    /// With prefix: `NO#ABC123`.
    var registrationNo: String
    var tenantId: String
    var deviceSetId: String?
    var createdAt: Int
    var inUse: Bool
  }

  var apiKeys: [APIKey]
  var tenants: [Tenant]
  var captureUnits: [CaptureUnit]
  var captureSets: [CaptureSet]
  var cars: [Car]
  /// How long an upload form is good for.
  var formLifetimeSeconds: Double
  /// Members that a form has besides the documented ones: a client sends every member verbatim, also unknown ones.
  var formExtras: [String: String]

  func tenant(_ id: String) -> Tenant? { tenants.first { $0.id == id } }
  func captureSet(_ id: String) -> CaptureSet? { captureSets.first { $0.id == id } }
}

// MARK: - The world one starts with

extension StandInData {
  static let defaultKey = "stand-in-key"
  static let unitID = "49578ed9-2ea7-42b4-9d2b-79a098265197"
  static let otherUnitID = "eb68886e-cbbb-4681-bef1-3a13a6c6dba6"
  static let captureSetID = "98731a1c-9b85-4b31-a228-f5e09b41323a"
  /// The unit's default tenant.
  static let tenantID = "cc49101e-49d1-4ce2-82c6-4f6b1824fe02"
  static let otherTenantID = "af91c000-af7e-4adb-a10c-204bfffcd4d5"
  /// A tenant that the key's user does not belong to.
  static let foreignTenantID = "71fdd0e3-b5fc-4148-afd6-c07ca800dd74"

  /// One drive-through with two units, two tenants that use it and a third that does not, and a few cars.
  static func standard(apiKey: String = defaultKey) -> StandInData {
    let tenants = [tenantID, otherTenantID]
    let computer = "3292185a-2fd3-46b8-9885-f433f13a4a6d"
    let sixOfTen = [
      "bottomLeft": 32, "bottomRight": 32, "roofLeft": 16, "roofRight": 16, "topLeft": 16, "topRight": 16,
    ]
    let all = Dictionary(uniqueKeysWithValues: ContractText.cameras.map { ($0, $0.hasPrefix("bottom") ? 32 : 16) })
    let noBlur = Dictionary(uniqueKeysWithValues: ContractText.cameras.map { ($0, false) })
    func settings(_ frames: [String: Int]) -> Tenant.Settings {
      Tenant.Settings(
        maxFramesForCameras: frames, faceblurServiceEnabled: noBlur, expiryAfter: 42,
        damageDetectionServiceEnabled: true,
        isHandicapped: false, manualAnnotationEnabled: false, manualReviewEnabled: false, newDamageNotification: false,
        turnaroundConfiguration: .init(isEnabled: true, threshold: 14400))
    }
    func unit(_ id: String, _ related: String) -> CaptureUnit {
      CaptureUnit(
        id: id, balenaId: computer, captureSetId: captureSetID, relatedUnit: related, tenants: tenants,
        defaultTenant: tenantID)
    }
    func car(_ plate: String, _ tenant: String) -> Car {
      Car(registrationNo: plate, tenantId: tenant, deviceSetId: captureSetID, createdAt: 1_694_092_081, inUse: true)
    }
    return StandInData(
      apiKeys: [APIKey(key: apiKey, tenants: tenants, currentTenant: tenantID, mayWrite: true)],
      tenants: [
        Tenant(id: tenantID, name: "Fast Cars Rental", settings: settings(all)),
        Tenant(id: otherTenantID, name: "Insurance Company 1", settings: settings(sixOfTen)),
        Tenant(id: foreignTenantID, name: "germany-testing", settings: settings(sixOfTen)),
      ],
      captureUnits: [unit(otherUnitID, unitID), unit(unitID, otherUnitID)],
      captureSets: [
        CaptureSet(
          id: captureSetID,
          captureUnits: [
            CaptureSetUnit(unitId: unitID, side: "left", tenantIds: tenants),
            CaptureSetUnit(unitId: otherUnitID, side: "right", tenantIds: tenants),
          ],
          camerasCount: 4,
          lenses: [
            "lens0": Lens(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3),
            "lens1": Lens(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3),
            "lens2": Lens(focalLength: 8, sensorResolution: 1920, sensorSize: 11.3),
          ],
          minLicensePlateArea: 25000, countryCode: "NO", label: "return", location: "Norway",
          name: "My first capture set", pipelineMask: [], priority: 0, isVirtual: false, createdAt: 1_652_366_073,
          modifiedAt: 1_652_366_073)
      ],
      cars: [
        car("NO#AB12345", tenantID), car("DK#KL9802", otherTenantID), car("NO#ZZ99999", foreignTenantID),
      ],
      formLifetimeSeconds: 3600, formExtras: ["x-amz-meta-origin": "stand-in"])
  }
}

// MARK: - world.json

extension StandInData {
  static let fileName = "world.json"

  /// The world of a data directory; written there first where it is missing, so that one can edit it.
  static func load(directory: URL, apiKey: String) throws -> StandInData {
    let file = directory.appendingPathComponent(fileName)
    if !FileManager.default.fileExists(atPath: file.path) {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try encoder.encode(standard(apiKey: apiKey)).write(to: file, options: .atomic)
    }
    return try JSONDecoder().decode(StandInData.self, from: Data(contentsOf: file))
  }
}
