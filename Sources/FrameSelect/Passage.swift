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
  public internal(set) var trigger: String
  /// The largest plate seen, in square pixels as `PlateSighting.area` counts them; nil when none was looked for or seen.
  public internal(set) var plateArea: Int?
  /// Of each camera that saw a plate the largest, by camera.
  public internal(set) var plates: [PlateSighting] = []
  /// The cameras that saw it, sorted.
  public let cameras: [CameraPosition]
  /// Cameras of the lane that gave no frame for some time of the passage, with the seconds of it.
  public let absences: [CameraPosition: Double]
  /// What the chosen pictures show of the vehicle, by camera; cameras of which no pictures are wanted have none.
  public let coverage: [CameraCoverage]
  /// The figures behind the decision, by name, so that a technician can read why.
  public internal(set) var evidence: [String: Double]

  /// A passage.
  public init(
    number: Int, from: MonotonicTime, to: MonotonicTime, direction: Direction, trigger: String = "motion",
    plateArea: Int? = nil,
    cameras: [CameraPosition], absences: [CameraPosition: Double] = [:], coverage: [CameraCoverage] = [],
    evidence: [String: Double]
  ) {
    self.number = number
    self.from = from
    self.to = to
    self.direction = direction
    self.trigger = trigger
    self.plateArea = plateArea
    self.cameras = cameras
    self.absences = absences
    self.coverage = coverage
    self.evidence = evidence
  }

  /// The same passage, with what the lane knows of cameras that fell silent and of what was chosen.
  func with(absences: [CameraPosition: Double], coverage: [CameraCoverage]) -> Passage {
    var evidence = evidence
    // Displacement was not known there: pictures are spread over the time.
    evidence["camerasByTime"] = Double(coverage.count { $0.pictures > 0 && $0.isByTime })
    return Passage(
      number: number, from: from, to: to, direction: direction, trigger: trigger, plateArea: plateArea,
      cameras: cameras, absences: absences, coverage: coverage, evidence: evidence)
  }
}
