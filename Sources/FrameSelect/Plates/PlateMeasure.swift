import CameraIO

/// By what the plates of one camera are judged: the capture set's least area, the camera's lens, and where a vehicle counts.
public struct PlateMeasure: Sendable, Equatable {
  /// The capture set's `minLicensePlateArea`; nil: a plate of any size will do.
  public var minimum: Int?
  /// The camera's lens; nil: not known, so no distances are told.
  public var lens: LensData?
  /// Plates whose middle lies outside are those of other vehicles; nil: the whole picture.
  public var zone: Zone?

  /// A measure; without arguments everything is a plate.
  public init(minimum: Int? = nil, lens: LensData? = nil, zone: Zone? = nil) {
    self.minimum = minimum
    self.lens = lens
    self.zone = zone
  }

  /// What is to be said of a plate in a picture of `width` x `height`; nil when it lies outside of the zone.
  ///
  /// Where the lens says how many pixels the sensor's long side has, areas are told in such pixels, whatever size the picture has, and the
  /// minimum is meant for them. Else areas are the picture's own, and the minimum, meant for 1920 x 1200, counts for its share of it.
  public func sighting(
    of plate: Plate, by camera: CameraPosition, at time: MonotonicTime, width: Int, height: Int
  ) -> PlateSighting? {
    if let zone, !zone.contains(x: plate.x + plate.width / 2, y: plate.y + plate.height / 2) { return nil }
    return PlateSighting(
      camera: camera, time: time, plate: plate,
      area: Int((Double(plate.area) * enlargement(width: width, height: height)).rounded()),
      minimum: minimum.map { isTold ? $0 : PlateDistance.scaled(area: $0, width: width, height: height) },
      metres: lens.flatMap { PlateDistance.metres(area: plate.area, lens: $0, width: width, height: height) })
  }

  /// The least area in square pixels of a picture of `width` x `height`; nil: there is none.
  public func minimum(width: Int, height: Int) -> Int? {
    minimum.map { minimum in
      isTold
        ? Int((Double(minimum) / enlargement(width: width, height: height)).rounded())
        : PlateDistance.scaled(area: minimum, width: width, height: height)
    }
  }

  /// How far a plate may be away and is still large enough, metres; nil when lens or minimum are not known.
  public var farthest: Double? {
    guard isTold, let minimum, let lens else { return nil }
    let side = Int(lens.sensorResolution)
    return PlateDistance.metres(area: minimum, lens: lens, width: side, height: side)
  }

  /// Whether the lens tells what picture areas are meant for.
  private var isTold: Bool { lens.map { $0.sensorResolution >= 1 } ?? false }

  /// Square pixels of the lens's picture for one of a picture of `width` x `height`.
  private func enlargement(width: Int, height: Int) -> Double {
    guard isTold, let lens, width > 0, height > 0 else { return 1 }
    let ratio = lens.sensorResolution / Double(max(width, height))
    return ratio * ratio
  }
}

/// A plate that a camera saw, by the measure of the capture set.
public struct PlateSighting: Sendable, Equatable {
  /// Who saw it.
  public let camera: CameraPosition
  /// When the frame was exposed.
  public let time: MonotonicTime
  /// Where, in pixels of the frame.
  public let plate: Plate
  /// Square pixels of the picture that the lens is described by; of the frame itself where no lens is known.
  public let area: Int
  /// What `area` must reach, in the same pixels; nil: any will do.
  public let minimum: Int?
  /// How far away, for a European plate that faces the camera; nil: no lens is known.
  public let metres: Double?
  /// The picture of the image set that shows it; nil where none does.
  public var fileName: String?

  /// A sighting.
  public init(
    camera: CameraPosition, time: MonotonicTime, plate: Plate, area: Int, minimum: Int? = nil, metres: Double? = nil,
    fileName: String? = nil
  ) {
    self.camera = camera
    self.time = time
    self.plate = plate
    self.area = area
    self.minimum = minimum
    self.metres = metres
    self.fileName = fileName
  }

  /// Whether the plate is worth reading.
  public var isLargeEnough: Bool { area >= minimum ?? 0 }
}
