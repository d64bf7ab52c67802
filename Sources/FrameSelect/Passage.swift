import CameraIO

/// Which way a vehicle went through the lane.
public enum Direction: String, Sendable, Codable {
  /// The lane's own way.
  case forward
  /// Against it.
  case backward
  /// It came, and left the way it came.
  case turnedBack
  /// Not to be told from what was seen.
  case unknown
}

/// One vehicle going through the lane once, as the segmenter saw it.
public struct Passage: Sendable {
  /// Counts the passages (and the dismissed beginnings) of this lane since its start.
  public let number: Int
  /// When the vehicle entered the picture of the first camera.
  public let from: MonotonicTime
  /// When it had left the picture of the last camera.
  public let to: MonotonicTime
  /// Which way it went.
  public let direction: Direction
  /// What made it a passage: `motion`, `motion+plate`.
  public let trigger: String
  /// The largest plate seen, in square pixels of the full frame; nil when none was looked for or seen.
  public let plateArea: Int?
  /// The cameras that saw it, sorted.
  public let cameras: [CameraPosition]
  /// The figures behind the decision, by name, so that a technician can read why.
  public let evidence: [String: Double]

  /// A passage.
  public init(
    number: Int, from: MonotonicTime, to: MonotonicTime, direction: Direction, trigger: String, plateArea: Int?,
    cameras: [CameraPosition], evidence: [String: Double]
  ) {
    self.number = number
    self.from = from
    self.to = to
    self.direction = direction
    self.trigger = trigger
    self.plateArea = plateArea
    self.cameras = cameras
    self.evidence = evidence
  }
}

/// A frame that was chosen, and why.
public struct SelectedFrame: Sendable {
  /// The candidate that won.
  public let candidate: Candidate
  /// For people: `sharpest of 12 in 1.20-1.45 s`.
  public let reason: String

  /// A choice.
  public init(candidate: Candidate, reason: String) {
    self.candidate = candidate
    self.reason = reason
  }
}

/// A frame that was looked at, whatever became of it: one tick of the report's time line.
public struct ConsideredFrame: Sendable {
  /// What became of a frame.
  public enum Disposition: String, Sendable {
    /// It is in the image set.
    case chosen
    /// A better one of the same stretch was.
    case outdone
    /// Its stretch was merged with its neighbour to keep memory bounded.
    case merged
    /// No vehicle in the picture.
    case empty
  }

  /// The camera.
  public let camera: CameraPosition
  /// When.
  public let time: MonotonicTime
  /// How good.
  public let score: FrameScore
  /// See `Candidate`.
  public let displacement: Double?
  /// See `Candidate`.
  public let presence: Double
  /// What became of it.
  public let disposition: Disposition

  /// A frame that was looked at.
  public init(
    camera: CameraPosition, time: MonotonicTime, score: FrameScore, displacement: Double?, presence: Double,
    disposition: Disposition
  ) {
    self.camera = camera
    self.time = time
    self.score = score
    self.displacement = displacement
    self.presence = presence
    self.disposition = disposition
  }
}

/// What the lane tells the daemon.
public enum LaneEvent: Sendable {
  /// Something began that may be a vehicle; nothing is certain, nothing may be sent.
  case began(number: Int, at: MonotonicTime)
  /// It is a vehicle: from here on its pictures may go to the cloud.
  case confirmed(number: Int, at: MonotonicTime)
  /// The vehicle has left: the passage, the chosen frames in order of camera and time, and all that was considered.
  case ended(Passage, chosen: [SelectedFrame], considered: [ConsideredFrame])
  /// It was none after all.
  case dismissed(number: Int, from: MonotonicTime, to: MonotonicTime, reason: String, evidence: [String: Double])
}
