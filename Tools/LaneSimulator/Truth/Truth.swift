/// What really happened, beside the pictures: written for tests and scores, never read by the pipeline.
struct RecordingTruth: Codable, Equatable, Sendable {
  /// Seconds since the recording began: the first and the last picture with any part of the body in the zone.
  struct Interval: Codable, Equatable, Sendable {
    var from: Double
    var to: Double
  }

  /// One vehicle going through the lane once; `from` and `to` of the earliest and the latest camera.
  struct Passage: Codable, Equatable, Sendable {
    var from: Double
    var to: Double
    var direction: String
    var kind: String
    var vehicle: Int
    var model: String
    var plate: String
    var lengthMetres: Double
    var cameras: [String: Interval]
  }

  var scenario: String
  var seed: UInt64
  var passages: [Passage]
  /// Where the truth of every single picture is, by camera.
  var frames: [String: String]
}

/// The truth of one camera, picture by picture.
struct CameraTruth: Codable, Equatable, Sendable {
  /// A plate wholly in the picture and facing it; corners clockwise from the upper left as one reads it, pixels.
  struct Plate: Codable, Equatable, Sendable {
    var side: String
    var text: String
    var polygon: [[Double]]
    /// Square pixels of the polygon.
    var area: Double
  }

  /// A vehicle of which something is in the zone.
  struct Vehicle: Codable, Equatable, Sendable {
    var vehicle: Int
    /// Of the nose along the lane, metres; the portal is at 0.
    var position: Double
    /// Metres since the picture before, negative in reverse.
    var step: Double
    /// Metres per second.
    var speed: Double
    /// How far the body moved in the picture since the picture before, mean over what is seen of it: to the right and
    /// down, both in picture widths.
    var shift: [Double]
    /// Part of the picture that the body covers inside the zone.
    var share: Double
    var plates: [Plate]
  }

  struct Picture: Codable, Equatable, Sendable {
    var frame: Int
    /// Seconds since the recording began, the middle of the exposure.
    var at: Double
    var vehicles: [Vehicle]
  }

  var camera: String
  var width: Int
  var height: Int
  /// Pictures without any vehicle are left out.
  var pictures: [Picture]

  /// When a vehicle is seen; nil: never.
  func interval(of vehicle: Int) -> RecordingTruth.Interval? {
    let seen = pictures.filter { picture in picture.vehicles.contains { $0.vehicle == vehicle } }
    guard let first = seen.first, let last = seen.last else { return nil }
    return RecordingTruth.Interval(from: first.at, to: last.at)
  }
}

extension RecordingTruth {
  /// One passage for every drive that any camera saw.
  static func passages(of scenario: Scenario, seenBy cameras: [CameraTruth]) -> [Passage] {
    scenario.drives.compactMap { drive in
      var intervals: [String: Interval] = [:]
      for camera in cameras { intervals[camera.camera] = camera.interval(of: drive.vehicle) }
      guard let from = intervals.values.map(\.from).min(), let to = intervals.values.map(\.to).max() else { return nil }
      return Passage(
        from: from, to: to, direction: drive.direction, kind: drive.model.kind, vehicle: drive.vehicle,
        model: drive.model.name, plate: drive.plateText, lengthMetres: rounded(drive.model.lengthMetres, 1000),
        cameras: intervals)
    }
  }
}

/// Rounded to one part in `parts`: a truth file that people can read.
func rounded(_ value: Double, _ parts: Double) -> Double { (value * parts).rounded() / parts }
