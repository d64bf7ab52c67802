import Testing
import Uploader

@testable import CaptureDaemon

@Suite("The cloud checks")
struct CloudChecksTests {
  typealias Outcome = CloudOutcome<CaptureUnit>

  static let known = CaptureUnit(id: "u", tenants: [])

  @Test(
    "What the cloud answers decides what is reachable, accepted and known",
    arguments: [
      (Outcome.answered(known), [Finding.Status.pass, .pass, .pass]),
      (.refused(status: 401, message: "no", retryAfterSeconds: nil), [.pass, .fail, .skip]),
      (.refused(status: 403, message: "", retryAfterSeconds: nil), [.pass, .fail, .skip]),
      (.refused(status: 404, message: "", retryAfterSeconds: nil), [.pass, .pass, .fail]),
      (.malformed(status: 200, reason: "HTML"), [.fail, .skip, .skip]),
      (.notSent(reason: "refused"), [.fail, .skip, .skip]),
      (.unclear(reason: "timed out"), [.fail, .skip, .skip]),
    ])
  func outcomes(outcome: Outcome, statuses: [Finding.Status]) {
    let findings = [
      CloudChecks.reachable(outcome, at: "https://cloud.example"), CloudChecks.key(outcome),
      CloudChecks.unit(outcome, "u"),
    ]
    #expect(findings.map(\.status) == statuses)
    for finding in findings where finding.status == .fail { #expect(finding.hint != nil) }
  }

  @Test("A unit without capture set, and one without default tenant, are told apart")
  func settings() {
    var settings = UnitSettings(unitId: "u")
    #expect(CloudChecks.settings(.init(settings: settings)).map(\.status) == [.fail])
    settings.captureSetId = "set"
    #expect(CloudChecks.settings(.init(settings: settings)).map(\.status) == [.warn])
    settings.defaultTenant = "tenant"
    #expect(CloudChecks.settings(.init(settings: settings)).map(\.status) == [.pass])
    #expect(CloudChecks.settings(.init(settings: settings, problems: ["tenant t: 403"])).map(\.status) == [.fail])
  }
}
