import CameraIO

/// What the pictures of one passage show of the vehicle's plates, camera by camera.
///
/// Many pictures are looked at, and now and then something in one of them looks like a plate and is none: a grille, a badge. A vehicle shows a
/// camera one plate, so of each picture the surest counts; and a camera that saw a plate in one picture only must be sure of it.
public struct PlateEvidence: Sendable, Equatable {
  /// How sure the net must be of a plate that no other picture of the camera shows.
  public static let sure = 0.7

  /// Pictures that were looked at.
  public private(set) var looks = 0
  private var sightings: [CameraPosition: [PlateSighting]] = [:]

  /// Nothing was looked at yet.
  public init() {}

  /// Takes in what one picture shows inside of the zone.
  public mutating func take(_ seen: [PlateSighting]) {
    looks += 1
    guard let surest = seen.max(by: { $0.plate.confidence < $1.plate.confidence }) else { return }
    sightings[surest.camera, default: []].append(surest)
  }

  /// Of each camera that saw a plate the largest, in order of the cameras; the order in which pictures were looked at has no say.
  public var largest: [PlateSighting] {
    sightings.keys.sorted().compactMap { camera in
      let seen = sightings[camera] ?? []
      let sure = seen.filter { $0.plate.confidence >= Self.sure }
      guard !sure.isEmpty || seen.count > 1 else { return nil }
      return (sure.isEmpty ? seen : sure).max { ($0.area, $1.time, $1.plate.x) < ($1.area, $0.time, $0.plate.x) }
    }
  }
}

extension Passage {
  /// The same passage, with what its pictures show of plates. They confirm that a vehicle was there; whether there was one they do not decide.
  public func with(_ evidence: PlateEvidence) -> Passage {
    guard evidence.looks > 0 else { return self }
    var passage = self
    passage.plates = evidence.largest
    passage.plateArea = passage.bestPlate?.area
    if let best = passage.bestPlate, best.isLargeEnough { passage.trigger = "motion+plate" }
    passage.evidence["plateLooks"] = Double(evidence.looks)
    for sighting in passage.plates {
      let camera = sighting.camera.rawValue
      passage.evidence["plateArea.\(camera)"] = Double(sighting.area)
      passage.evidence["plateConfidence.\(camera)"] = sighting.plate.confidence
      passage.evidence["plateMetres.\(camera)"] = sighting.metres
    }
    return passage
  }

  /// The plate that speaks for the passage: cameras may differ in what they must see, so it is the one that is worth most by that.
  public var bestPlate: PlateSighting? { plates.max { Self.worth($0) < Self.worth($1) } }

  /// The area in parts of what is needed; where nothing is, the area.
  private static func worth(_ sighting: PlateSighting) -> Double {
    Double(sighting.area) / Double(max(1, sighting.minimum ?? 1))
  }
}
