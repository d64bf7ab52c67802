/// What really happened, beside the pictures: written for tests and scores, never read by the pipeline.
package struct RecordingTruth: Codable, Equatable, Sendable {
  /// Seconds since the recording began: the first and the last picture with any part of the body in the zone.
  package struct Interval: Codable, Equatable, Sendable {
    package var from: Double
    package var to: Double
  }

  /// One vehicle going through the lane once; `from` and `to` of the earliest and the latest camera.
  package struct Passage: Codable, Equatable, Sendable {
    package var from: Double
    package var to: Double
    package var direction: String
    package var kind: String
    package var vehicle: Int
    package var model: String
    package var plate: String
    package var lengthMetres: Double
    package var cameras: [String: Interval]
  }

  package var scenario: String
  package var seed: UInt64
  package var passages: [Passage]
  /// Where the truth of every single picture is, by camera.
  package var frames: [String: String]
}

/// The truth of one camera, picture by picture.
package struct CameraTruth: Codable, Equatable, Sendable {
  /// A plate wholly in the picture and facing it; corners clockwise from the upper left as one reads it, pixels.
  package struct Plate: Codable, Equatable, Sendable {
    package var side: String
    package var text: String
    package var polygon: [[Double]]
    /// Square pixels of the polygon.
    package var area: Double
  }

  /// A vehicle of which something is in the zone.
  package struct Vehicle: Codable, Equatable, Sendable {
    package var vehicle: Int
    /// Of the nose along the lane, metres; the portal is at 0.
    package var position: Double
    /// Metres since the picture before, negative in reverse.
    package var step: Double
    /// Metres per second.
    package var speed: Double
    /// How far the body moved in the picture since the picture before, mean over what is seen of it: to the right and
    /// down, both in picture widths.
    package var shift: [Double]
    /// Part of the picture that the body covers inside the zone.
    package var share: Double
    package var plates: [Plate]
  }

  package struct Picture: Codable, Equatable, Sendable {
    package var frame: Int
    /// Seconds since the recording began, the middle of the exposure.
    package var at: Double
    package var vehicles: [Vehicle]
    /// Vehicles in front of the camera of which nothing is seen because another vehicle hides them; nil: none.
    package var hidden: [Int]?
  }

  package var camera: String
  package var width: Int
  package var height: Int
  /// Pictures without any vehicle are left out.
  package var pictures: [Picture]

  /// When a vehicle is in front of the camera, seen or hidden by another vehicle; nil: never.
  package func interval(of vehicle: Int) -> RecordingTruth.Interval? {
    let seen = pictures.filter { picture in
      picture.vehicles.contains { $0.vehicle == vehicle } || picture.hidden?.contains(vehicle) == true
    }
    guard let first = seen.first, let last = seen.last else { return nil }
    return RecordingTruth.Interval(from: first.at, to: last.at)
  }
}

extension RecordingTruth {
  /// One passage for every drive that any camera saw.
  package static func passages(of scenario: Scenario, seenBy cameras: [CameraTruth]) -> [Passage] {
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
package func rounded(_ value: Double, _ parts: Double) -> Double { (value * parts).rounded() / parts }
