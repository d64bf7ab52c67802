/// The books of the stand-in: what was made, what was made twice, what is missing, and who broke the contract.
struct Ledger: Codable, Sendable, Equatable {
  struct Image: Codable, Sendable, Equatable {
    let fileName: String
    let camera: String
    let width: Int
    let height: Int
    let bytes: Int
    let md5: String
    /// How often its form was posted; more than one is fine as long as the content is the same.
    let puts: Int
    /// Shown by a list now.
    let listed: Bool
  }

  struct ImageSet: Codable, Sendable, Equatable {
    let id: String
    let tenantId: String
    let deviceSetId: String?
    let recDate: Int
    let registrationNo: String?
    /// Epoch seconds of the server.
    let createdAt: Double
    let deleted: Bool
    let images: [Image]
  }

  struct Doubled: Codable, Sendable, Equatable {
    let imageSetId: String
    let fileName: String
    let why: String
  }

  struct Missing: Codable, Sendable, Equatable {
    let imageSetId: String
    let fileName: String
  }

  struct ImageSets: Codable, Sendable, Equatable {
    /// All that ever were, deleted ones included.
    var created = 0
    var live = 0
    /// Live sets beyond the first with the same capture set, time and plate.
    var doubled = 0
    /// Ids that belong to one passage.
    var doubledSets: [[String]] = []
    var items: [ImageSet] = []
  }

  struct Images: Codable, Sendable, Equatable {
    /// In live sets, as are all counts here.
    var announced = 0
    var stored = 0
    var listed = 0
    var doubled = 0
    var missing = 0
    var doubledImages: [Doubled] = []
    /// Announced, never stored.
    var missingImages: [Missing] = []
    /// The same bytes in several image sets: suspicious of cameras, to be expected of a recording that is played twice.
    var repeatedContent: [[Missing]] = []
  }

  var imageSets = ImageSets()
  var images = Images()
  var violations: [Violation] = []
  /// Operation -> status -> how often; status 0: no answer was given.
  var requests: [String: [String: Int]] = [:]
  /// Bodies of `POST /imageSets` that were received to the last byte, whatever was answered.
  var createBodies: [CreateBody] = []
}

extension Ledger {
  /// The books of a state at a time.
  init(_ state: CloudState, now: Double) {
    violations = state.violations
    requests = state.answers
    createBodies = state.createBodies
    var passages: [[String]: [String]] = [:]
    var contents: [String: [Missing]] = [:]
    for set in state.setOrder.compactMap({ state.sets[$0] }) where set.existsFrom <= now {
      imageSets.created += 1
      let isLive = set.isLive(at: now)
      var listed: [Image] = []
      var seen: [String: String] = [:]
      for announcement in (state.keysOfSet[set.id] ?? []).compactMap({ state.announcements[$0] }) {
        let stored = state.images[announcement.key].flatMap { $0.deletedAt == nil ? $0 : nil }
        if let stored { listed.append(Image(announcement, stored, now: now)) }
        guard isLive else { continue }
        count(announcement, stored, now: now, seen: &seen)
        if let stored {
          contents[stored.md5, default: []].append(Missing(imageSetId: set.id, fileName: announcement.fileName))
        }
      }
      if isLive {
        imageSets.live += 1
        passages[[set.deviceSetId ?? "", String(set.recDate), set.plate ?? ""], default: []].append(set.id)
      }
      imageSets.items.append(ImageSet(set, isLive: isLive, images: listed))
    }
    imageSets.doubledSets = passages.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    imageSets.doubled = imageSets.doubledSets.reduce(0) { $0 + $1.count - 1 }
    images.repeatedContent = contents.keys.sorted().compactMap { contents[$0] }.filter {
      Set($0.map(\.imageSetId)).count > 1
    }
  }

  /// One announced image of a live set; `seen` holds what its set has so far: file names and contents.
  private mutating func count(
    _ announcement: Announcement, _ stored: StoredImage?, now: Double, seen: inout [String: String]
  ) {
    images.announced += 1
    guard let stored else {
      // Another key of the same file name may have taken its place: then it is stored.
      if seen["name " + announcement.fileName] == nil {
        images.missing += 1
        images.missingImages.append(Missing(imageSetId: announcement.imageSetId, fileName: announcement.fileName))
      }
      return
    }
    images.stored += 1
    if stored.isListed(at: now) { images.listed += 1 }
    var why: String?
    if stored.contents.count > 1 { why = "stored \(stored.puts) times with \(stored.contents.count) contents" }
    if let other = seen["content " + stored.md5] { why = "the same content as \(other)" }
    if seen["name " + announcement.fileName] != nil { why = "stored under two keys" }
    if let why {
      images.doubled += 1
      images.doubledImages.append(
        Doubled(imageSetId: announcement.imageSetId, fileName: announcement.fileName, why: why))
    }
    seen["name " + announcement.fileName] = announcement.fileName
    seen["content " + stored.md5] = announcement.fileName
  }
}

extension Ledger.Image {
  init(_ announcement: Announcement, _ stored: StoredImage, now: Double) {
    self.init(
      fileName: announcement.fileName, camera: announcement.camera, width: announcement.width,
      height: announcement.height, bytes: stored.bytes, md5: stored.md5, puts: stored.puts,
      listed: stored.isListed(at: now))
  }
}

extension Ledger.ImageSet {
  init(_ set: ImageSetRecord, isLive: Bool, images: [Ledger.Image]) {
    self.init(
      id: set.id, tenantId: set.tenantId, deviceSetId: set.deviceSetId, recDate: set.recDate,
      registrationNo: set.plate, createdAt: set.createdAt, deleted: !isLive, images: images)
  }
}
