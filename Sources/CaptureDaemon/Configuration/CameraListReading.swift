import CameraIO

/// The cameras read so far, and what is wrong between them or within one.
struct CameraListReading {
  private(set) var cameras: [Configuration.Camera] = []
  private(set) var problems: [ConfigurationProblem] = []
  private(set) var warnings: [ConfigurationProblem] = []
  private let file: String
  private var keyOfPosition: [CameraPosition: String] = [:]
  private var keyOfDevice: [DeviceBinding: String] = [:]

  init(file: String) { self.file = file }

  /// Takes one camera; `lines` says where each of its keys stands.
  mutating func add(_ camera: Configuration.Camera, index: Int, line: Int, lines: [String: Int]) {
    let key = "cameras[\(index)]"
    func problem(_ name: String, _ what: String, allowed: String? = nil) -> ConfigurationProblem {
      ConfigurationProblem(
        place: .file(file, line: lines[name] ?? line), key: "\(key).\(name)", what: what, allowed: allowed)
    }
    if let other = keyOfPosition[camera.position] {
      problems.append(
        problem("position", "\(camera.position.rawValue) is already \(other)", allowed: "one camera each"))
    }
    keyOfPosition[camera.position] = key
    if case .device(let binding) = camera.source {
      if let other = keyOfDevice[binding] {
        problems.append(problem("device", "\(quoted(binding.description)) is already the device of \(other)"))
      }
      keyOfDevice[binding] = key
      if camera.playback != .once {
        problems.append(problem("playback", "a device has no end to begin again from", allowed: "once"))
      }
      if let point = camera.zone?.points.first(where: {
        $0.x > Double(camera.size.width) || $0.y > Double(camera.size.height)
      }) {
        let at = "\(plain(point.x)),\(plain(point.y))"
        problems.append(
          problem("zone", "the point \(at) lies outside of the picture", allowed: "within \(camera.size)"))
      }
      if binding.isByNumber {
        let what =
          "\(binding) names another camera after the next reboot or replug; use its path under /dev/v4l/by-path/"
        warnings.append(problem("device", what))
      }
      if case .serial(let serial) = binding, let other = camera.serial, other != serial {
        problems.append(problem("serial", "is another one than that of the device", allowed: serial))
      }
    } else if camera.serial != nil {
      problems.append(problem("serial", "a recording has no serial number", allowed: "null"))
    }
    cameras.append(camera)
  }
}
