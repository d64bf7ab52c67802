import Testing

@testable import Uploader

@Suite("What an outcome means")
struct VerdictTests {
  private static func refused(_ status: Int, after: Double? = nil) -> CloudOutcome<String> {
    .refused(status: status, message: "", retryAfterSeconds: after)
  }

  /// One row: the outcome, and the verdict for creation, announcement, reads of our image set, look-up, settings.
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let outcome: CloudOutcome<String>
    let verdicts: [Verdict]
    var testDescription: String { name }

    init(_ name: String, _ outcome: CloudOutcome<String>, _ verdicts: Verdict...) {
      self.name = name
      self.outcome = outcome
      self.verdicts = verdicts.count == 1 ? Array(repeating: verdicts[0], count: 5) : verdicts
    }
  }

  private static let again = Verdict.retry(afterSeconds: nil)
  private static let doubt = Verdict.reconcile(afterSeconds: nil)

  static let rows: [Row] = [
    Row("answered", .answered("x"), .done),
    Row("not sent", .notSent(reason: ""), again),
    Row("unclear", .unclear(reason: ""), doubt, again, again, again, again),
    Row("malformed", .malformed(status: 200, reason: ""), doubt, again, again, again, again),
    Row("301", refused(301), doubt, again, again, again, again),
    Row("307", refused(307), doubt, again, again, again, again),
    Row("400", refused(400), .setAside),
    Row("401", refused(401), .parkAuth),
    Row("403", refused(403), .hold),
    Row("404", refused(404), .setAside, .imageSetGone, .imageSetGone, .setAside, .setAside),
    Row("405", refused(405), .setAside),
    Row("408", refused(408), doubt, again, again, again, again),
    Row("409", refused(409), .setAside),
    Row("413", refused(413), .setAside),
    Row("415", refused(415), .setAside),
    Row("422", refused(422), .setAside),
    Row("429", refused(429), again),
    Row("429 with a wish", refused(429, after: 7), .retry(afterSeconds: 7)),
    Row("500", refused(500), doubt, again, again, again, again),
    Row("502", refused(502), doubt, again, again, again, again),
    Row(
      "503 with a wish", refused(503, after: 9), .reconcile(afterSeconds: 9), .retry(afterSeconds: 9),
      .retry(afterSeconds: 9), .retry(afterSeconds: 9), .retry(afterSeconds: 9)),
    Row("504", refused(504), doubt, again, again, again, again),
  ]

  @Test("Every row of the contract", arguments: rows)
  func everyRow(row: Row) {
    let operations: [CloudOperation] = [.createImageSet, .announceImage, .readImageSet, .findImageSets, .readSettings]
    #expect(operations.count == CloudOperation.allCases.count)
    for (operation, verdict) in zip(operations, row.verdicts) {
      #expect(Verdict.of(operation, row.outcome) == verdict, "\(operation)")
    }
  }

  @Test("Whatever the status, a creation that may have happened is never simply repeated")
  func noBlindCreation() {
    for status in 200...599 where status != 429 {
      let verdict = Verdict.of(.createImageSet, Self.refused(status))
      if case .retry = verdict { Issue.record("\(status): \(verdict)") }
    }
  }

  struct Upload: Sendable, CustomTestStringConvertible {
    let name: String
    let outcome: CloudOutcome<StoredFile>
    let first: Verdict
    let afterOneRefusal: Verdict
    var testDescription: String { name }

    init(_ name: String, _ outcome: CloudOutcome<StoredFile>, _ first: Verdict, _ afterOneRefusal: Verdict? = nil) {
      self.name = name
      self.outcome = outcome
      self.first = first
      self.afterOneRefusal = afterOneRefusal ?? first
    }

    static func refused(_ status: Int, _ message: String = "", after: Double? = nil) -> CloudOutcome<StoredFile> {
      .refused(status: status, message: message, retryAfterSeconds: after)
    }
  }

  private static let md5 = "0123456789abcdef0123456789abcdef"
  private static let expired = "AccessDenied: Invalid according to Policy: Policy expired."

  static let uploads: [Upload] = [
    Upload("stored", .answered(StoredFile(etag: md5)), .done),
    Upload("stored, tag in capitals", .answered(StoredFile(etag: md5.uppercased())), .done),
    Upload("stored, no tag", .answered(StoredFile(etag: nil)), .done),
    Upload("stored, tag is no MD5", .answered(StoredFile(etag: "abc-2")), .done),
    Upload("not sent", .notSent(reason: ""), again),
    Upload("unclear", .unclear(reason: ""), again),
    Upload("strange success", .malformed(status: 206, reason: ""), again),
    Upload("policy expired", Upload.refused(403, expired), .newForm(countsAsRefusal: false)),
    Upload(
      "token expired", Upload.refused(400, "ExpiredToken: The provided token has expired."),
      .newForm(countsAsRefusal: false)),
    Upload("slow body", Upload.refused(400, "RequestTimeout: Your socket connection ..."), again),
    Upload("400", Upload.refused(400, "EntityTooLarge: ..."), .newForm(countsAsRefusal: true), .setAside),
    Upload("401", Upload.refused(401), .newForm(countsAsRefusal: true), .setAside),
    Upload("403", Upload.refused(403, "SignatureDoesNotMatch: ..."), .newForm(countsAsRefusal: true), .setAside),
    Upload("404", Upload.refused(404, "NoSuchBucket: ..."), .newForm(countsAsRefusal: true), .setAside),
    Upload("411", Upload.refused(411), .newForm(countsAsRefusal: true), .setAside),
    Upload("412", Upload.refused(412), .newForm(countsAsRefusal: true), .setAside),
    // A hotel's sign-in page, not the storage.
    Upload("302", Upload.refused(302), again),
    Upload("307", Upload.refused(307), again),
    Upload("413", Upload.refused(413), .setAside),
    Upload("408", Upload.refused(408), again),
    Upload("429", Upload.refused(429, after: 3), .retry(afterSeconds: 3)),
    Upload("500", Upload.refused(500), again),
    Upload("503", Upload.refused(503, "SlowDown: ...", after: 5), .retry(afterSeconds: 5)),
  ]

  @Test("Every row of an upload", arguments: uploads)
  func upload(row: Upload) {
    #expect(Verdict.ofUpload(row.outcome, md5: Self.md5, refusedForms: 0, wrongFiles: 0) == row.first)
    #expect(Verdict.ofUpload(row.outcome, md5: Self.md5, refusedForms: 1, wrongFiles: 0) == row.afterOneRefusal)
  }

  @Test("A file that was stored as another is sent once more, then set aside")
  func wrongFile() {
    let other = CloudOutcome.answered(StoredFile(etag: String(repeating: "0", count: 32)))
    #expect(Verdict.ofUpload(other, md5: Self.md5, refusedForms: 0, wrongFiles: 0) == Self.again)
    #expect(Verdict.ofUpload(other, md5: Self.md5, refusedForms: 0, wrongFiles: 1) == .setAside)
    #expect(Verdict.ofUpload(other, md5: nil, refusedForms: 0, wrongFiles: 1) == .done)
  }
}

@Suite("How long to wait")
struct RetryPolicyTests {
  /// Numbers from a table, so that jitter can be foretold.
  struct Loaded: RandomNumberGenerator {
    let value: UInt64
    mutating func next() -> UInt64 { value }
  }

  @Test(
    "The ceiling doubles from 2 s to 15 min and stays there",
    arguments: [
      (0, 2.0), (1, 2), (2, 4), (3, 8), (8, 256), (9, 512), (10, 900), (11, 900), (1000, 900), (Int.max, 900),
    ]
      as [(Int, Double)])
  func ceiling(failures: Int, seconds: Double) {
    #expect(RetryPolicy().ceilingSeconds(afterFailures: failures) == seconds)
  }

  @Test("The jitter is full: from nothing up to the ceiling")
  func jitter() {
    var low = Loaded(value: 0)
    #expect(RetryPolicy().delaySeconds(afterFailures: 5, using: &low) == 0)
    var random = SystemRandomNumberGenerator()
    let delays = (0..<2000).map { _ in RetryPolicy().delaySeconds(afterFailures: 4, using: &random) }
    #expect(delays.allSatisfy { (0...16).contains($0) })
    #expect((delays.max() ?? 0) > 12)
    #expect((delays.min() ?? 16) < 4)
  }

  @Test(
    "What the cloud asks for is kept, within 1 s and 15 min",
    arguments: [(0.0, 1.0), (-5, 1), (7, 7), (900, 900), (86_400, 900), (.infinity, 900)]
      as [(Double, Double)])
  func retryAfter(asked: Double, seconds: Double) {
    var low = Loaded(value: 0)
    #expect(RetryPolicy().delaySeconds(afterFailures: 1, retryAfter: asked, using: &low) == seconds)
    var random = SystemRandomNumberGenerator()
    #expect(RetryPolicy().delaySeconds(afterFailures: 9, retryAfter: asked, using: &random) >= seconds)
  }

  @Test("A wish that is no number is no wish")
  func notANumber() {
    var low = Loaded(value: 0)
    #expect(RetryPolicy().delaySeconds(afterFailures: 1, retryAfter: .nan, using: &low) == 0)
  }

  @Test(
    "Retry-After: seconds, a date, or garbage",
    arguments: [
      ("0", 0), ("120", 120), (" 7 ", 7), ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sun, 06 Nov 1994 08:48:00 GMT", 0),
      ("", nil), ("-1", nil), ("1.5", nil), ("soon", nil), ("99999999999999999999", nil), ("12 monkeys", nil),
      ("Sun, 31 Feb 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 24:00:00 GMT", nil), ("٣", nil), ("1\r\n2", nil),
    ] as [(String, Double?)])
  func header(text: String, seconds: Double?) {
    #expect(RetryAfter.seconds(text, now: 784_111_740) == seconds)
  }
}
