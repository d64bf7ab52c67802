import Foundation

/// How sure the clock was when a passage was recorded.
public enum ClockTrust: String, Sendable, Codable {
  /// The kernel says that it is synchronised.
  case ntp
  /// Agreed with the cloud's `Date` over verified TLS.
  case server
  /// Neither: the best guess there was.
  case guess
}

/// What is known of a passage when its image set is opened, and again, more surely, when it is closed.
public struct PassageFacts: Sendable, Equatable, Codable {
  /// The passage's name for ever.
  public var id: PassageID
  /// Wall clock of the first frame, milliseconds since 1970, UTC. Cut to whole seconds it is the `recDate`.
  public var recordedAtMs: Int64
  /// How sure that time is.
  public var clock: ClockTrust
  /// The capture unit that saw it, as configured.
  public var unitId: String?
  /// The capture set: `deviceSetId` at the cloud. nil: not known yet, the passage is held until it is.
  public var captureSetId: String?
  /// Whose passage it is. nil: not known yet, the passage is held until it is.
  public var tenantId: String?
  /// The plate without its country, if read: upper case, no separators.
  public var plate: String?
  /// Two letters, country of the plate.
  public var countryCode: String?
  /// The vehicle's own number, if known.
  public var vin: String?
  /// Seconds on the lane's time base (since boot, or since the recording began): the vehicle enters the picture.
  public var from: Double
  /// The same: it has left. nil while it is there.
  public var to: Double?
  /// `forward`, `backward`, `turnedBack`, `unknown`.
  public var direction: String
  /// What made it a passage: `motion`, `motion+plate`.
  public var trigger: String
  /// The largest plate in its pictures, square pixels as `minLicensePlateArea` counts them; nil: none was seen, or nobody looked.
  public var plateArea: Int?
  /// Of each camera that saw a plate the largest; nil: none did.
  public var plates: [PlateSeen]?
  /// Cameras of the lane that gave no frame for some time of the passage, with the seconds of it; nil: none, or not known.
  public var camerasMissing: [String: Double]?
  /// True when the disk was short of room and not every frame that was chosen was kept.
  public var isReduced: Bool?
  /// The kernel's name for the boot in which `from` counts; nil where `from` counts from something else. A passage with a doubtful
  /// clock and a boot waits until the clock can be trusted, see `ClockSettlement`.
  public var bootId: String?
  /// The part of the vehicle's length that the pictures of each camera show sharply, 0 to 1; a camera of which that is not known is left
  /// out; nil: nothing is known.
  public var coverage: [String: Double]?
  /// True when the same passage will be recorded again if this process dies (a replay): what was open is then dropped, not salvaged.
  public var isRepeatable: Bool
  /// Version of the program that recorded it.
  public var software: String

  /// True when its time is a guess that can still become better.
  var isClockDoubtful: Bool { clock == .guess && bootId != nil }

  /// The facts of one passage.
  public init(
    id: PassageID, recordedAtMs: Int64, clock: ClockTrust, unitId: String? = nil, captureSetId: String? = nil,
    tenantId: String? = nil, plate: String? = nil, countryCode: String? = nil, vin: String? = nil, from: Double,
    to: Double? = nil, direction: String = "unknown", trigger: String = "motion", plateArea: Int? = nil,
    plates: [PlateSeen]? = nil, camerasMissing: [String: Double]? = nil, coverage: [String: Double]? = nil,
    bootId: String? = nil,
    isRepeatable: Bool = false,
    software: String = ""
  ) {
    self.id = id
    self.recordedAtMs = recordedAtMs
    self.clock = clock
    self.unitId = unitId
    self.captureSetId = captureSetId
    self.tenantId = tenantId
    self.plate = plate
    self.countryCode = countryCode
    self.vin = vin
    self.from = from
    self.to = to
    self.direction = direction
    self.trigger = trigger
    self.plateArea = plateArea
    self.plates = plates
    self.camerasMissing = camerasMissing
    self.bootId = bootId
    self.coverage = coverage
    self.isRepeatable = isRepeatable
    self.software = software
  }
}

/// One encoded picture on its way into an image set.
public struct ImageFile: Sendable, Equatable {
  /// `<camera>_<frame>.webp`.
  public var fileName: String
  /// Camera position in the cloud's words: `roofLeft`.
  public var camera: String
  /// Pixels.
  public var width: Int
  /// Pixels.
  public var height: Int
  /// The file, as it will be sent.
  public var bytes: Data
  /// Sharpness as the selection saw it; nil when it was not measured.
  public var sharpness: Double?
  /// Where on the car it looks, in the selection's unit; nil when unknown.
  public var displacement: Double?
  /// Seconds since the lane or the recording began.
  public var at: Double

  /// A picture.
  public init(
    fileName: String, camera: String, width: Int, height: Int, bytes: Data, sharpness: Double? = nil,
    displacement: Double? = nil, at: Double
  ) {
    self.fileName = fileName
    self.camera = camera
    self.width = width
    self.height = height
    self.bytes = bytes
    self.sharpness = sharpness
    self.displacement = displacement
    self.at = at
  }

  /// Every other picture of each camera by time, the first included: no camera goes blind.
  public static func thinned(_ images: [ImageFile]) -> [ImageFile] {
    var seen: [String: Int] = [:]
    return images.sorted { $0.at < $1.at }.filter { image in
      seen[image.camera, default: -1] += 1
      return (seen[image.camera] ?? 0).isMultiple(of: 2)
    }
  }

  /// Letters, digits and `_`, 1 to 40 of them, then `.webp`: nothing that could leave its folder.
  public static func isFit(fileName: String) -> Bool {
    guard fileName.hasSuffix(".webp") else { return false }
    let stem = fileName.utf8.dropLast(5)
    return (1...40).contains(stem.count)
      && stem.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
