import Foundation
import Uploader

/// Can the cloud be reached, does it accept the key, and does it know this unit? Asks, and creates nothing.
enum CloudChecks {
  /// What one round of questions came to.
  struct Result: Sendable {
    var findings: [Finding]
    /// This clock minus the cloud's, seconds; nil when the cloud did not answer.
    var clockOffsetSeconds: Double?
  }

  static func run(_ line: CloudLine) async throws -> Result {
    let unit = await line.client.captureUnit(line.unitId)
    var findings = [reachable(unit, at: line.client.baseAddress.description), key(unit), self.unit(unit, line.unitId)]
    if case .answered = unit {
      let report = try await line.refreshSettings(keeps: false)
      findings += settings(report)
    } else {
      findings.append(Finding("cloud.settings", .skip, "not asked: the unit could not be read"))
    }
    return Result(findings: findings, clockOffsetSeconds: line.client.lastServerDate.map { -$0.offsetSeconds })
  }

  static func reachable<Value>(_ outcome: CloudOutcome<Value>, at address: String) -> Finding {
    switch outcome {
    case .answered, .refused: Finding("cloud.reachable", .pass, "\(address) answers")
    case .malformed(_, let reason):
      Finding(
        "cloud.reachable", .fail, "\(address) answers, but not as the cloud does: \(reason)",
        hint: "is cloud.url right, path included? A proxy or a captive portal may stand in between")
    case .notSent(let reason), .unclear(let reason):
      Finding(
        "cloud.reachable", .fail, "\(address): \(reason)",
        hint: "check cable, router and name resolution: curl -v \(address)")
    }
  }

  static func key<Value>(_ outcome: CloudOutcome<Value>) -> Finding {
    switch outcome {
    case .answered: Finding("cloud.key", .pass, "accepted")
    case .refused(401, let message, _):
      Finding(
        "cloud.key", .fail, "refused: \(message.isEmpty ? "401" : message)",
        hint: "put the key that the administrator made for this unit into the key file; it is read again by itself")
    case .refused(403, let message, _):
      Finding(
        "cloud.key", .fail, "accepted, but it may not read this unit: \(message.isEmpty ? "403" : message)",
        hint: "the key's user must belong to the unit's tenants")
    case .refused: Finding("cloud.key", .pass, "accepted")
    case .malformed, .notSent, .unclear: Finding("cloud.key", .skip, "not known: the cloud did not answer")
    }
  }

  static func unit(_ outcome: CloudOutcome<CaptureUnit>, _ id: String) -> Finding {
    switch outcome {
    case .answered: Finding("cloud.unit", .pass, "unit \(id) is known")
    case .refused(404, _, _):
      Finding(
        "cloud.unit", .fail, "the cloud knows no unit \(id)", hint: "compare unit.id with the unit's page in the cloud")
    case .refused(let status, _, _): Finding("cloud.unit", .skip, "not known: the cloud answers \(status)")
    case .malformed, .notSent, .unclear: Finding("cloud.unit", .skip, "not known: the cloud did not answer")
    }
  }

  static func settings(_ report: UnitSettingsFetch.Report) -> [Finding] {
    let settings = report.settings
    if let problem = report.problems.first {
      return [
        Finding(
          "cloud.settings", .fail, problem,
          hint: "the key's user must be able to read the unit, its capture set and its tenants")
      ]
    }
    guard settings.captureSetId != nil else {
      return [
        Finding(
          "cloud.settings", .fail, "the unit belongs to no capture set",
          hint: "assign the unit to a capture set in the cloud; passages are kept until then")
      ]
    }
    guard let tenant = settings.defaultTenant else {
      return [
        Finding(
          "cloud.settings", .warn, "the unit has no default tenant: passages are kept on the device",
          hint: "set a default tenant in the cloud, or captureSet.tenantId in the configuration")
      ]
    }
    let limits = settings.limits(for: tenant)
    let plate = settings.captureSet?.minLicensePlateArea.map { ", plates from \($0) px²" } ?? ""
    let cameras = limits.isEmpty ? "no frame limits" : "frame limits for \(limits.count) cameras"
    return [
      Finding(
        "cloud.settings", .pass,
        "tenant \(tenant), \(cameras), \(settings.captureSet?.lenses.count ?? 0) lenses\(plate)")
    ]
  }
}
