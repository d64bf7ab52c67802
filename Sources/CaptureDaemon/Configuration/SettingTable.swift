import Logging

/// One key: its name, how its value is written, and where it lies in the configuration.
struct Setting<Root: Sendable>: Sendable {
  /// Dotted: `cloud.url`; within a camera or a lens the bare name.
  let key: String
  /// For errors and the reference.
  let allowed: String
  /// Whether it must be given.
  let isRequired: Bool
  /// Puts what was written into the value.
  let assign: @Sendable (ScalarText, inout Root) throws(Unreadable) -> Void
  /// What holds, as it would be written.
  let value: @Sendable (Root) -> SettingValue

  init<Value>(
    _ key: String, _ path: WritableKeyPath<Root, Value> & Sendable, _ notation: Notation<Value>,
    isRequired: Bool = false
  ) {
    self.key = key
    self.allowed = notation.allowed
    self.isRequired = isRequired
    self.assign = { (scalar, root) throws(Unreadable) in root[keyPath: path] = try notation.read(scalar) }
    self.value = { notation.write($0[keyPath: path]) }
  }

  /// A key that may also be `null`.
  init<Value>(_ key: String, orNull path: WritableKeyPath<Root, Value?> & Sendable, _ notation: Notation<Value>) {
    self.init(key, path, notation.orNull)
  }
}

/// Every key that holds a single value. Lists and maps (cameras, lenses, limits) are read by `ConfigurationReader`.
///
/// The ranges are what makes sense on a unit, wide enough for tests and odd sites; a value outside is a slip of the pen.
enum SettingTable {
  static let configuration: [Setting<Configuration>] = [
    Setting("unit.id", orNull: \.unit.id, .uuid),
    Setting("unit.role", \.unit.role, .word),
    Setting("cloud.url", orNull: \.cloud.url, .cloudURL),
    Setting("cloud.apiKeyFile", orNull: \.cloud.apiKeyFile, .path(showsValue: false)),
    Setting("cloud.caFile", orNull: \.cloud.caFile, .path()),
    Setting("storage.directory", \.storage.directory, .path()),
    Setting("storage.uuid", orNull: \.storage.uuid, .uuid),
    Setting("storage.budget", \.storage.budgetBytes, .size((64 << 20)...(64 << 40))),
    Setting("status.listen", orNull: \.status.listen, .listenAddress),
    Setting("captureSet.minLicensePlateArea", orNull: \.captureSet.minLicensePlateArea, .integer(0...100_000_000)),
    Setting("captureSet.countryCode", orNull: \.captureSet.countryCode, .countryCode),
    Setting("captureSet.tenantId", orNull: \.captureSet.tenantId, .uuid),
    Setting("lane.preRoll", \.lane.preRoll, .duration(.zero ... .seconds(10))),
    Setting("capture.memory", \.capture.memoryBytes, .size((64 << 20)...(64 << 30))),
    Setting("selection.framesPerCamera", \.selection.framesPerCamera, .integer(1...1000)),
    Setting("webp.quality", \.webp.quality, .integer(0...100)),
    Setting("webp.method", \.webp.method, .integer(0...6)),
    Setting("webp.hastyMethod", \.webp.hastyMethod, .integer(0...6)),
    Setting("webp.filterStrength", \.webp.filterStrength, .integer(0...100)),
    // The cloud takes no file of more than 20 MiB.
    Setting("webp.maximumSize", \.webp.maximumBytes, .size((16 << 10)...(20 << 20))),
    Setting("delivery.parallelImages", \.delivery.parallelImages, .integer(1...32)),
    Setting("delivery.createDeadline", \.delivery.createDeadline, .duration(.seconds(1) ... .seconds(600))),
    Setting("delivery.stallLimit", \.delivery.stallLimit, .duration(.seconds(1) ... .seconds(600))),
    Setting("delivery.reconcileGrace", \.delivery.reconcileGrace, .duration(.zero ... .seconds(3600))),
    Setting("delivery.backoffBase", \.delivery.backoffBase, .duration(.milliseconds(10) ... .seconds(600))),
    Setting("delivery.backoffCap", \.delivery.backoffCap, .duration(.milliseconds(10) ... .seconds(86400))),
    Setting("delivery.keepDelivered", \.delivery.keepDelivered, .duration(.zero ... .seconds(365 * 86400))),
    Setting("delivery.pairWindow", \.delivery.pairWindow, .duration(.seconds(1) ... .seconds(60))),
    Setting("delivery.pairGrace", \.delivery.pairGrace, .duration(.milliseconds(100) ... .seconds(3600))),
    Setting(
      "delivery.bandwidth", orNull: \.delivery.bandwidthBytesPerSecond, .rate(1000...12_500_000_000)),
    Setting("delivery.quietHours", orNull: \.delivery.quietHours, .quietHours),
    Setting(
      "delivery.settingsRefresh", \.delivery.settingsRefresh, .duration(.seconds(10) ... .seconds(7 * 86400))),
    Setting("log.level", \.log.level, .word),
  ]

  static let camera: [Setting<Configuration.Camera>] = [
    Setting("position", \.position, .word, isRequired: true),
    Setting("device", \.source, .cameraSource, isRequired: true),
    Setting("serial", orNull: \.serial, .serialNumber),
    Setting("format", \.format, .word),
    Setting("size", \.size, .pictureSize),
    Setting("rate", \.rate, .number(1...240)),
    Setting("lens", orNull: \.lens, .lensName),
    Setting("zone", orNull: \.zone, .polygon),
    Setting("plates", orNull: \.plates, .truth),
    Setting("playback", \.playback, .word),
    Setting("forward", orNull: \.forward, .word),
  ]

  static let lens: [Setting<Configuration.Lens>] = [
    Setting("focalLength", \.focalLength, .number(0.1...1000), isRequired: true),
    Setting("sensorResolution", \.sensorResolution, .number(16...65536), isRequired: true),
    Setting("sensorSize", \.sensorSize, .number(0.1...100), isRequired: true),
  ]

  /// The keys that hold a list or a map, which the file alone can give.
  static let collections = ["cameras", "captureSet.lenses", "captureSet.maxFramesForCameras"]

  /// Every key outside of lists and maps.
  static let keys = configuration.map(\.key) + collections

  /// The first words of the keys: what may stand at the left edge of the file.
  static let sections: [String] = keys.reduce(into: []) { sections, key in
    let section = String(key.prefix { $0 != "." })
    if !sections.contains(section) { sections.append(section) }
  }

  /// `cloud.apiKeyFile` -> `CAPTURE_CLOUD_API_KEY_FILE`.
  static func environmentName(of key: String) -> String {
    key.reduce(into: "CAPTURE_") { name, character in
      if character == "." {
        name += "_"
      } else {
        if character.isUppercase { name += "_" }
        name += character.uppercased()
      }
    }
  }
}
