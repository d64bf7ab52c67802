/// An image set as the cloud keeps it; times in epoch seconds of the server.
struct ImageSetRecord: Codable, Sendable, Equatable {
  let id: String
  var tenantId: String
  var deviceSetId: String?
  var recDate: Int
  /// With prefix: `NO#ABC123`.
  var plate: String?
  var vin: String?
  var createdAt: Double
  /// Later than the creation when the request was committed late.
  var existsFrom: Double
  /// Later than the creation when lists lag.
  var listedFrom: Double
  var deletedAt: Double?

  func isLive(at now: Double) -> Bool { existsFrom <= now && deletedAt == nil }
  func isListed(at now: Double) -> Bool { isLive(at: now) && listedFrom <= now }
}

/// An image that was announced, whether or not it arrived.
struct Announcement: Codable, Sendable, Equatable {
  let key: String
  let imageSetId: String
  let tenantId: String
  let fileName: String
  let camera: String
  var width: Int
  var height: Int
  var convertedSize: String
  var generatedBy: String
  var contentLength: Int?
  var announcedAt: Double
  /// How often a form was made for the key.
  var forms: Int
}

/// An image that arrived.
struct StoredImage: Codable, Sendable, Equatable {
  let id: String
  let key: String
  var bytes: Int
  var md5: String
  /// How often the form was posted.
  var puts: Int
  /// The MD5 of every different content that the key ever held.
  var contents: [String]
  var createdAt: Double
  var listedFrom: Double
  var deletedAt: Double?

  func isListed(at now: Double) -> Bool { deletedAt == nil && listedFrom <= now }
}

/// A request that broke the contract.
struct Violation: Codable, Sendable, Equatable {
  /// Operation or method and path.
  let request: String
  /// The member, parameter or rule.
  let rule: String
  let what: String
  let at: Double
}

/// A body of `POST /imageSets` that was received to its last byte.
struct CreateBody: Codable, Sendable, Equatable {
  let at: Double
  let bytes: Int
  let md5: String
}

/// A request that was received to its last byte, and what was answered.
struct RequestEntry: Codable, Sendable, Equatable {
  let at: Double
  /// Name of the operation, or method and path of what is none.
  let operation: String
  /// 0: no answer was given.
  let status: Int
  let bodyBytes: Int
  let bodyMD5: String
}

/// Everything that ever changes the cloud. The journal is a list of these, and the state is what they add up to.
enum CloudEvent: Codable, Sendable {
  case setCreated(ImageSetRecord)
  case setDeleted(id: String, at: Double)
  case announced(Announcement)
  case stored(StoredImage)
  case imageDeleted(key: String, at: Double)
  case answered(RequestEntry)
  case createBody(CreateBody)
  case violation(Violation)
}

/// What the cloud knows.
struct CloudState: Sendable {
  private(set) var sets: [String: ImageSetRecord] = [:]
  /// Ids in the order of creation.
  private(set) var setOrder: [String] = []
  private(set) var announcements: [String: Announcement] = [:]
  /// Keys of the images of a set, in the order of announcement.
  private(set) var keysOfSet: [String: [String]] = [:]
  private(set) var images: [String: StoredImage] = [:]
  private(set) var violations: [Violation] = []
  private(set) var createBodies: [CreateBody] = []
  private(set) var requests: [RequestEntry] = []
  /// Operation -> status -> how often. Status 0: no answer was given.
  private(set) var answers: [String: [String: Int]] = [:]

  mutating func apply(_ event: CloudEvent) {
    switch event {
    case .setCreated(let set):
      sets[set.id] = set
      setOrder.append(set.id)
    case .setDeleted(let id, let at): sets[id]?.deletedAt = at
    case .announced(let announcement):
      if announcements.updateValue(announcement, forKey: announcement.key) == nil {
        keysOfSet[announcement.imageSetId, default: []].append(announcement.key)
      }
    case .stored(let image): images[image.key] = image
    case .imageDeleted(let key, let at): images[key]?.deletedAt = at
    case .answered(let entry):
      answers[entry.operation, default: [:]][String(entry.status), default: 0] += 1
      requests.append(entry)
    case .createBody(let body): createBodies.append(body)
    case .violation(let violation): violations.append(violation)
    }
  }
}
