import CameraIO

/// Reads a tree of values into a configuration, strictly, and notes every problem instead of stopping at the first.
struct ConfigurationReader {
  private(set) var configuration = Configuration()
  private(set) var problems: [ConfigurationProblem] = []
  private(set) var warnings: [ConfigurationProblem] = []
  /// By dotted key; what is absent is built in.
  private(set) var origins: [String: Origin] = [:]
  private let file: String

  init(file: String) { self.file = file }

  // MARK: the file

  mutating func read(_ root: YAMLValue) {
    for section in entries(of: root, key: nil, allowed: SettingTable.sections) {
      let names = SettingTable.keys.filter { $0.hasPrefix("\(section.key).") }
        .map { String($0.dropFirst(section.key.count + 1)) }
      if section.key == "cameras" {
        readCameras(section.value)
      } else {
        for entry in entries(of: section.value, key: section.key, allowed: names) {
          readEntry(entry.value, key: "\(section.key).\(entry.key)", line: entry.line)
        }
      }
    }
  }

  private mutating func readEntry(_ value: YAMLValue, key: String, line: Int) {
    switch key {
    case "captureSet.lenses": readLenses(value, key: key)
    case "captureSet.maxFramesForCameras": readFrameLimits(value, key: key)
    default:
      guard let setting = SettingTable.configuration.first(where: { $0.key == key }) else { return }
      var changed = configuration
      if assign(setting, value, to: &changed, key: key) {
        configuration = changed
        origins[key] = .file(file, line: line)
      }
    }
  }

  /// The entries of a map whose keys are known; the others become problems. An empty section is one without entries.
  private mutating func entries(of value: YAMLValue, key: String?, allowed: [String]) -> [YAMLValue.Entry] {
    if value.isNull { return [] }
    guard case .map(let entries) = value.content else {
      add(value.line, key, "expected keys with values, found \(value.kind)", allowed: allowed.joined(separator: ", "))
      return []
    }
    for entry in entries where !allowed.contains(entry.key) {
      let full = key.map { "\($0).\(entry.key)" } ?? entry.key
      add(entry.line, sanitized(full), unknown(entry.key, in: key, allowed), allowed: allowed.joined(separator: ", "))
    }
    return entries.filter { allowed.contains($0.key) }
  }

  private func unknown(_ name: String, in section: String?, _ allowed: [String]) -> String {
    if section == "cloud", ["apikey", "api_key", "key", "secret", "token"].contains(name.lowercased()) {
      return "the API key never stands in the configuration; put it into a file and name that in cloud.apiKeyFile"
    }
    if let word = nearest(to: name, among: allowed) { return "unknown key (did you mean '\(word)'?)" }
    let elsewhere = SettingTable.keys.first { $0.hasSuffix(".\(name)") }
    return "unknown key" + (elsewhere.map { " (did you mean '\($0)'?)" } ?? "")
  }

  /// Whether the value was taken.
  private mutating func assign<Root>(
    _ setting: Setting<Root>, _ value: YAMLValue, to root: inout Root, key: String
  ) -> Bool {
    guard case .scalar(let text, let isQuoted) = value.content else {
      add(value.line, key, "expected a single value, found \(value.kind)", allowed: setting.allowed)
      return false
    }
    return assign(
      setting, ScalarText(text: text, isQuoted: isQuoted), to: &root, key: key, place: .file(file, line: value.line))
  }

  private mutating func assign<Root>(
    _ setting: Setting<Root>, _ scalar: ScalarText, to root: inout Root, key: String, place: ConfigurationProblem.Place
  ) -> Bool {
    do {
      try setting.assign(scalar, &root)
      return true
    } catch {
      let isEmpty = !scalar.isQuoted && ScalarText.isNull(scalar.text)
      let what = isEmpty ? "has no value" : error.what
      problems.append(ConfigurationProblem(place: place, key: key, what: what, allowed: setting.allowed))
      return false
    }
  }

  /// Reads the settings of one camera or lens; false when a required one is missing.
  private mutating func readSettings<Root>(
    _ settings: [Setting<Root>], from entries: [YAMLValue.Entry], into root: inout Root, key: String, line: Int
  ) -> Bool {
    var isComplete = true
    for entry in entries {
      guard let setting = settings.first(where: { $0.key == entry.key }) else { continue }
      let full = "\(key).\(entry.key)"
      if assign(setting, entry.value, to: &root, key: full) {
        origins[full] = .file(file, line: entry.line)
      } else {
        isComplete = false
      }
    }
    for setting in settings where setting.isRequired && !entries.contains(where: { $0.key == setting.key }) {
      add(line, "\(key).\(setting.key)", "is missing", allowed: setting.allowed)
      isComplete = false
    }
    return isComplete
  }

  private mutating func readCameras(_ value: YAMLValue) {
    if value.isNull { return }
    guard case .list(let items) = value.content else {
      add(value.line, "cameras", "expected a list of cameras, found \(value.kind)", allowed: "- position: …")
      return
    }
    var reading = CameraListReading(file: file)
    for (index, item) in items.enumerated() {
      let key = "cameras[\(index)]"
      let entries = entries(of: item, key: key, allowed: SettingTable.camera.map(\.key) + ["controls"])
      if item.isNull { add(item.line, key, "is an empty entry", allowed: "position, device, …") }
      // The placeholder goes with the camera when position or device is missing.
      var camera = Configuration.Camera(position: .backLeft, source: .device(.path("")))
      var scalars: [YAMLValue.Entry] = []
      var isWhole = !item.isNull
      for entry in entries {
        switch (entry.key, entry.value.content) {
        case ("controls", _):
          isWhole = readControls(entry.value, key: "\(key).controls", into: &camera) && isWhole
          origins["\(key).controls"] = .file(file, line: entry.line)
        case ("zone", .list(let points)):
          isWhole = readZone(points, entry.value.line, key: "\(key).zone", into: &camera) && isWhole
          origins["\(key).zone"] = .file(file, line: entry.line)
        default: scalars.append(entry)
        }
      }
      if !item.isNull {
        isWhole = readSettings(SettingTable.camera, from: scalars, into: &camera, key: key, line: item.line) && isWhole
      }
      guard isWhole else { continue }
      let lines = Dictionary(entries.map { ($0.key, $0.value.line) }) { first, _ in first }
      reading.add(camera, index: index, line: item.line, lines: lines)
    }
    problems += reading.problems
    warnings += reading.warnings
    configuration.cameras = reading.cameras
    origins["cameras"] = .file(file, line: value.line)
  }

  private mutating func readZone(
    _ points: [YAMLValue], _ line: Int, key: String, into camera: inout Configuration.Camera
  ) -> Bool {
    let allowed = Notation<Polygon>.polygon.allowed
    var corners: [ZonePoint] = []
    for point in points {
      guard case .list(let pair) = point.content, pair.count == 2, let x = coordinate(pair[0]),
        let y = coordinate(pair[1])
      else {
        add(point.line, key, "expected a point [x, y], found \(point.kind)", allowed: allowed)
        return false
      }
      corners.append(ZonePoint(x: x, y: y))
    }
    do {
      camera.zone = try Polygon(corners: corners)
      return true
    } catch {
      add(line, key, error.what, allowed: allowed)
      return false
    }
  }

  private func coordinate(_ value: YAMLValue) -> Double? {
    guard case .scalar(let text, isQuoted: false) = value.content, Quantity.isDecimal(text) else { return nil }
    return Double(text)
  }

  /// Which control takes which value is the device's business; names and numbers are checked here.
  private mutating func readControls(_ value: YAMLValue, key: String, into camera: inout Configuration.Camera) -> Bool {
    let allowed = "the kernel's control names with whole numbers, true or false: {exposure_time_absolute: 50}"
    if value.isNull { return true }
    guard case .map(let entries) = value.content else {
      add(value.line, key, "expected control names with values, found \(value.kind)", allowed: allowed)
      return false
    }
    var isWhole = true
    for entry in entries {
      let isName =
        !entry.key.isEmpty
        && entry.key.utf8.allSatisfy {
          (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
        }
      guard isName else {
        add(entry.line, key, "\(quoted(entry.key)) is no control name", allowed: allowed)
        isWhole = false
        continue
      }
      switch entry.value.content {
      case .scalar("true", isQuoted: false): camera.controls[entry.key] = 1
      case .scalar("false", isQuoted: false): camera.controls[entry.key] = 0
      case .scalar(let text, isQuoted: false) where Int64(text) != nil: camera.controls[entry.key] = Int64(text)
      default:
        add(
          entry.value.line, "\(key).\(entry.key)", "expected a whole number, found \(entry.value.kind)",
          allowed: allowed)
        isWhole = false
      }
    }
    return isWhole
  }

  private mutating func readLenses(_ value: YAMLValue, key: String) {
    if value.isNull { return }
    let names = (0...9).map { "lens\($0)" }
    var lenses: [String: Configuration.Lens] = [:]
    for entry in entries(of: value, key: key, allowed: names) {
      var lens = Configuration.Lens(focalLength: 0, sensorResolution: 0, sensorSize: 0)
      let full = "\(key).\(entry.key)"
      let inner = entries(of: entry.value, key: full, allowed: SettingTable.lens.map(\.key))
      if readSettings(SettingTable.lens, from: inner, into: &lens, key: full, line: entry.line) {
        lenses[entry.key] = lens
      }
    }
    configuration.captureSet.lenses = lenses
    origins[key] = .file(file, line: value.line)
  }

  private mutating func readFrameLimits(_ value: YAMLValue, key: String) {
    if value.isNull { return }
    let notation = Notation<Int>.integer(0...1000)
    var limits: [CameraPosition: Int] = [:]
    for entry in entries(of: value, key: key, allowed: CameraPosition.allCases.map(\.rawValue)) {
      guard let position = CameraPosition(rawValue: entry.key) else { continue }
      let limit = Setting<Int>(entry.key, \.self, notation)
      var value = 0
      if assign(limit, entry.value, to: &value, key: "\(key).\(entry.key)") { limits[position] = value }
    }
    configuration.captureSet.maxFramesForCameras = limits
    origins[key] = .file(file, line: value.line)
  }

  // MARK: environment and command line

  /// Puts one value given outside of the file over what is there.
  mutating func override(_ key: String, with text: String, origin: Origin, place: ConfigurationProblem.Place) {
    guard let setting = SettingTable.configuration.first(where: { $0.key == key }) else {
      if SettingTable.collections.contains(key) || key.hasPrefix("cameras") {
        add(place, sanitized(key), "is a list or map, which the configuration file alone can give")
      } else {
        let hint = nearest(to: key, among: SettingTable.keys).map { " (did you mean '\($0)'?)" } ?? ""
        add(place, sanitized(key), "unknown key\(hint)")
      }
      return
    }
    var changed = configuration
    if assign(setting, ScalarText(text: text), to: &changed, key: key, place: place) {
      configuration = changed
      origins[key] = origin
    }
  }

  // MARK: what only shows when all is read

  mutating func crossCheck() {
    let delivery = configuration.delivery
    if delivery.backoffBase > delivery.backoffCap {
      let place: ConfigurationProblem.Place = .init(
        origins["delivery.backoffBase"] ?? origins["delivery.backoffCap"], file)
      let cap = Quantity.write(delivery.backoffCap)
      add(place, "delivery.backoffBase", "is longer than delivery.backoffCap", allowed: "at most \(cap)")
    }
    if delivery.reconcileGrace < .seconds(60) {
      warnings.append(
        ConfigurationProblem(
          place: .init(origins["delivery.reconcileGrace"], file), key: "delivery.reconcileGrace",
          what: "under 1 min an image set may be created twice when the cloud answers late", allowed: nil))
    }
  }

  mutating func add(_ place: ConfigurationProblem.Place, _ key: String?, _ what: String, allowed: String? = nil) {
    problems.append(ConfigurationProblem(place: place, key: key, what: what, allowed: allowed))
  }

  mutating func warn(_ place: ConfigurationProblem.Place, _ key: String?, _ what: String) {
    warnings.append(ConfigurationProblem(place: place, key: key, what: what, allowed: nil))
  }

  private mutating func add(_ line: Int, _ key: String?, _ what: String, allowed: String? = nil) {
    add(.file(file, line: line), key, what, allowed: allowed)
  }

  /// A key as somebody wrote it, fit for one line.
  private func sanitized(_ key: String) -> String {
    let isPlain = key.utf8.count <= 80 && key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    return isPlain ? key : String(quoted(key).dropFirst().dropLast())
  }
}

extension ConfigurationProblem.Place {
  /// Where a value came from, or the file as a whole when it is built in.
  init(_ origin: Origin?, _ file: String) {
    switch origin {
    case .file(let name, let line): self = .file(name, line: line)
    case .environment(let name): self = .environment(name)
    case .commandLine(let option): self = .commandLine(option)
    case .builtIn, nil: self = .file(file, line: nil)
    }
  }
}
