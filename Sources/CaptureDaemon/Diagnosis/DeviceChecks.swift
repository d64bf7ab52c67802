import CameraIO
import Foundation

/// Is the device there, is it the right one, does it do what it was asked for, and do its frames come?
///
/// While the daemon runs the cameras are its own: then it is asked, twice with a moment in between.
struct DeviceChecks {
  let camera: Configuration.Camera
  let binding: DeviceBinding

  /// How long a device is watched.
  static let seconds = 3.0
  /// The share of the rate that must come; 1 in 20 may be the camera's own clock and the light.
  static let enoughRate = 0.95
  static let poorRate = 0.8

  private var name: String { "camera.\(camera.position.rawValue)" }

  /// By a trial of our own.
  func tried() -> CameraChecks.Checked {
    do throws(CameraError) {
      let trial = try DeviceTrial(
        of: camera.device(binding), camera: camera.position, seconds: Self.seconds,
        clock: PaceClock(now: { MonotonicClock.now }, sleep: { Thread.sleep(forTimeInterval: $0) }))
      let bad = trial.dropped.filter { $0.key != .pool }.values.reduce(0, +)
      let findings = [
        Finding("\(name).open", .pass, "\(binding) opens"), identity(trial.identity.description),
        format(CameraJournal.figures(trial.grant), trial.grant.deviations),
        controls(trial.controls.map(\.description)), rate(trial.rate),
        frames(trial.frames, damaged: bad, missed: Int(trial.missed), trial.failure?.description),
      ]
      return CameraChecks.Checked(findings: findings, newest: trial.newest)
    } catch {
      return CameraChecks.Checked(findings: notOpened(error.description, isRefused: error.kind == .refused))
    }
  }

  /// By what the running daemon says of it, `seconds` apart.
  func told(_ first: CameraStatus, _ second: CameraStatus, seconds: Double) -> [Finding] {
    guard second.lost == nil, let identity = second.identity, let figures = second.figures else {
      return notOpened(second.lost ?? "the daemon has not had a frame of it yet", isRefused: false)
    }
    let came = second.frames >= first.frames ? Int(second.frames - first.frames) : 0
    let isSilent = (second.secondsSinceFrame ?? 0) > Gauges.cameraSilenceSeconds
    return [
      Finding("\(name).open", .pass, "\(binding) is open in the running daemon"), self.identity(identity),
      format(figures, second.deviations), controls(second.controls), rate(Double(came) / seconds),
      frames(
        came, damaged: Int(second.damaged - min(first.damaged, second.damaged)),
        missed: Int(second.missed - min(first.missed, second.missed)), isSilent ? "it has fallen silent" : nil),
    ]
  }

  private func notOpened(_ reason: String, isRefused: Bool) -> [Finding] {
    let hint =
      isRefused
      ? "put the right camera there, or change cameras[].serial"
      : "is the cable in, is the device name right, may the daemon's user read it (group video)?"
    return [Finding("\(name).\(isRefused ? "identity" : "open")", .fail, reason, hint: hint)]
      + ["format", "controls", "rate", "frames"].map {
        Finding("\(name).\($0)", .skip, "not looked at: the camera did not open")
      }
  }

  private func identity(_ text: String) -> Finding {
    guard binding.isByNumber else { return Finding("\(name).identity", .pass, text) }
    return Finding(
      "\(name).identity", .warn, "\(text), bound by its number alone",
      hint: "after the next reboot or replug \(binding) may be another camera; name its path under /dev/v4l/by-path/")
  }

  private func format(_ figures: String, _ deviations: [String]) -> Finding {
    guard let first = deviations.first else { return Finding("\(name).format", .pass, figures) }
    return Finding(
      "\(name).format", .fail, "\(figures); it \(deviations.joined(separator: "; it "))",
      hint: first.contains("frames/s")
        ? "ask for a rate that it has at this size, or for a smaller size" : "ask for a format and size that it has")
  }

  private func controls(_ deviations: [String]) -> Finding {
    if !deviations.isEmpty {
      return Finding(
        "\(name).controls", .fail, deviations.joined(separator: "; "),
        hint: "v4l2-ctl --list-ctrls shows every control with its range; see docs/guide/cameras.md")
    }
    guard !camera.controls.isEmpty else {
      return Finding(
        "\(name).controls", .warn, "none is set: exposure is left to the camera",
        hint: "an automatic exposure blurs a car that moves; see docs/guide/cameras.md")
    }
    let set = camera.controls.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    return Finding("\(name).controls", .pass, "set and read back: \(set)")
  }

  private func rate(_ rate: Double?) -> Finding {
    let asked = camera.rate.formatted(.number.precision(.fractionLength(0...1)))
    let found = (rate ?? 0).formatted(.number.precision(.fractionLength(0...2)))
    let data: [JSONLine.Member] = [
      .init("framesPerSecond", .number(rate ?? 0, decimals: 2)), .init("asked", .number(camera.rate, decimals: 2)),
    ]
    let summary = "\(found) of \(asked) frames/s over \(Int(Self.seconds)) s"
    let share = (rate ?? 0) / camera.rate
    guard share < Self.enoughRate else { return Finding("\(name).rate", .pass, summary, data: data) }
    return Finding(
      "\(name).rate", share < Self.poorRate ? .fail : .warn, summary,
      hint: "an exposure longer than a frame, a USB bus that is full, or a bad cable; see docs/guide/cameras.md",
      data: data)
  }

  private func frames(_ came: Int, damaged: Int, missed: Int, _ failure: String?) -> Finding {
    let data: [JSONLine.Member] = [
      .init("frames", .integer(came)), .init("damaged", .integer(damaged)), .init("missed", .integer(missed)),
    ]
    let summary = "\(came) whole, \(damaged) damaged, \(missed) missed" + (failure.map { "; then: \($0)" } ?? "")
    if came == 0 || failure != nil {
      return Finding(
        "\(name).frames", .fail, summary, hint: "try another cable and port; power the camera off and on", data: data)
    }
    if damaged + missed > 0 {
      return Finding(
        "\(name).frames", .warn, summary, hint: "a bad cable, or more cameras on one USB bus than it can carry",
        data: data)
    }
    return Finding("\(name).frames", .pass, summary, data: data)
  }
}
