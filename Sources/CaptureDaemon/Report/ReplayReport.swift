import FrameSelect

/// What a replay found, chose and delivered, as one page that opens from disk: a plain value in, HTML out.
///
/// Pictures are referred to by file names relative to the page, so that page and pictures travel together. All times are
/// seconds since the recording began.
struct ReplayReport: Sendable {
  /// What was replayed: the recording's name.
  var title: String
  /// The recording's start on the wall clock, as text; nil when it is not known.
  var startedAt: String?
  /// Length of the recording.
  var seconds: Double
  var totals: Totals
  var passages: [PassageEntry]
  /// What stirred and was no vehicle.
  var dismissed: [DismissedEntry] = []

  /// The figures of the whole run.
  struct Totals: Sendable {
    var frames: Int
    var dropped: Int
    var wallSeconds: Double
    var cpuSeconds: Double
    var peakMemoryBytes: Int
  }

  /// One vehicle going through the lane once.
  struct PassageEntry: Sendable {
    /// The passage's id: names its folder, its row and the anchor on the page.
    var id: String
    var from: Double
    var to: Double
    /// `forward`, `backward`, `turnedBack`, `unknown`.
    var direction: String
    /// What made it a passage.
    var trigger: String
    /// Square pixels of the full frame.
    var plateArea: Int?
    /// The figures behind the decision.
    var evidence: [String: Double]
    var cameras: [CameraEntry]
    /// nil: nothing was to be uploaded.
    var upload: Upload?
  }

  /// What one camera saw of a passage.
  struct CameraEntry: Sendable {
    var position: String
    /// In order of time.
    var considered: [Considered]
    /// In order of time.
    var pictures: [Picture]
    /// The part of the vehicle's length that they show sharply; nil: not known.
    var covered: Double?
    /// Why that is poor; nil: it is not.
    var coverageReason: String?
  }

  /// A frame that was looked at.
  struct Considered: Sendable {
    var at: Double
    /// How much of the zone the vehicle filled, 0 to 1.
    var presence: Double
    /// 0 to 1, comparable within one camera.
    var sharpness: Double
    var disposition: ConsideredFrame.Disposition
  }

  /// A picture of the image set.
  struct Picture: Sendable {
    /// Relative to the page: `0198…/roofLeft_57.webp`.
    var path: String
    var at: Double
    var width: Int
    var height: Int
    var bytes: Int
    var sharpness: Double
    /// In widths of the picture; nil when unknown.
    var displacement: Double?
    /// Why it was chosen.
    var reason: String
  }

  /// How far an image set has come.
  struct Upload: Sendable {
    /// `queued`, `delivered`, `held`, `rejected`.
    var state: String
    var imageSetId: String?
    /// Images that the cloud has listed.
    var listed: Int
    /// Images there are.
    var images: Int
    /// Why it is held or was rejected.
    var reason: String?
  }

  /// Something that began like a passage and was none.
  struct DismissedEntry: Sendable {
    var from: Double
    var to: Double
    var reason: String
  }
}

extension ReplayReport.PassageEntry {
  /// A passage as the lane told it: `considered` and `pictures` of all its cameras, sorted here by camera and time.
  init(
    id: String, passage: Passage, considered: [ConsideredFrame],
    pictures: [(camera: String, picture: ReplayReport.Picture)], upload: ReplayReport.Upload? = nil
  ) {
    let seen = Dictionary(grouping: considered, by: \.camera.rawValue)
    let chosen = Dictionary(grouping: pictures, by: \.camera)
    let coverage = Dictionary(passage.coverage.map { ($0.camera.rawValue, $0) }) { first, _ in first }
    let positions = Set(seen.keys).union(chosen.keys).union(passage.cameras.map(\.rawValue))
    self.init(
      id: id, from: passage.from.seconds, to: passage.to.seconds, direction: passage.direction.rawValue,
      trigger: passage.trigger, plateArea: passage.plateArea, evidence: passage.evidence,
      cameras: positions.sorted().map { position in
        ReplayReport.CameraEntry(
          position: position,
          considered: (seen[position] ?? []).sorted { $0.time < $1.time }.map(ReplayReport.Considered.init),
          pictures: (chosen[position] ?? []).map(\.picture).sorted { $0.at < $1.at },
          covered: coverage[position]?.covered, coverageReason: coverage[position]?.reason)
      },
      upload: upload)
  }
}

extension ReplayReport.Considered {
  /// A frame as the lane told it.
  init(_ frame: ConsideredFrame) {
    self.init(
      at: frame.time.seconds, presence: frame.presence, sharpness: frame.score.sharpness, disposition: frame.disposition
    )
  }
}
