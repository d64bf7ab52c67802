import Foundation

// libFuzzer's way in: bytes from nowhere, to the readers that meet bytes from nowhere. Built by Tests/Fuzz/fuzz together with the
// readers' own sources, into one module, so that nothing has to be public for it.

/// What is fuzzed; `FUZZ_TARGET` names one.
enum Target: String, CaseIterable {
  case json, answers, manifest, times, storageError, form, planted

  static let chosen = ProcessInfo.processInfo.environment["FUZZ_TARGET"].flatMap(Target.init(rawValue:)) ?? .json

  func run(_ bytes: [UInt8]) {
    switch self {
    case .json: Self.json(bytes)
    case .answers: Self.answers(bytes)
    case .manifest: Self.manifest(bytes)
    case .times: Self.times(bytes)
    case .storageError: Self.storageError(bytes)
    case .form: Self.form(bytes)
    case .planted: Self.planted(bytes)
    }
  }

  /// What is read is JSON to Foundation, too.
  private static func json(_ bytes: [UInt8]) {
    guard (try? JSONReader.read(bytes)) != nil else { return }
    let other = try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
    // Foundation refuses numbers beyond its range; everything else that we read, it reads.
    if other == nil { precondition(bytes.contains { (0x30...0x39).contains($0) }, "read what is no JSON") }
  }

  private static func answers(_ bytes: [UInt8]) {
    guard let json = try? JSONReader.read(bytes) else { return }
    let data = json["data"] ?? json
    if let id = try? CloudAnswers.createdID(data) { precondition(CloudID.isValid(id), "an id that could do harm") }
    _ = try? CloudAnswers.captureUnit(data)
    _ = try? CloudAnswers.captureSet(data)
    _ = try? CloudAnswers.tenant(data)
    for item in (try? CloudAnswers.items(data)) ?? [] {
      if let image = try? CloudAnswers.listedImage(item) { precondition(!image.fileName.isEmpty) }
      if let set = try? CloudAnswers.imageSet(item) { precondition(CloudID.isValid(set.id)) }
    }
  }

  /// Whatever stands in a sealed manifest, its file names stay in their folder; and one changed byte is seen.
  private static func manifest(_ bytes: [UInt8]) {
    precondition(ImageSetManifest.read(Data(bytes)) == nil || !bytes.isEmpty)
    let sealed = SealedJSON.seal(Data(bytes))
    if let manifest = ImageSetManifest.read(sealed) {
      for image in manifest.images { precondition(ImageFile.isFit(fileName: image.fileName)) }
      _ = Digest.sha256((try? manifest.sealed()) ?? Data())
      var changed = sealed
      changed[changed.count / 2] ^= 1
      precondition(SealedJSON.unseal(changed) == nil, "a changed byte was not seen")
    }
  }

  private static func times(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let seconds = RetryAfter.seconds(text, now: 1_790_000_000) {
      precondition(seconds >= 0 && seconds.isFinite, "a wish that is none")
      var random = SystemRandomNumberGenerator()
      let pause = RetryPolicy().delaySeconds(afterFailures: bytes.count, retryAfter: seconds, using: &random)
      precondition((0...900).contains(pause), "a pause without bounds")
    }
    if let time = CloudTime.iso8601(text) { precondition(time >= 0) }
    if let time = CloudTime.httpDate(text) { precondition(time >= 0) }
    if let hours = QuietHours(text) { precondition(QuietHours(hours.description) == hours) }
  }

  private static func storageError(_ bytes: [UInt8]) {
    let line = RefusalText.line(of: HTTPResponse(status: 403, body: Data(bytes)))
    precondition(line.unicodeScalars.count <= RefusalText.maximumScalars, "an endless line")
    precondition(!line.unicodeScalars.contains { $0.value < 0x20 }, "a line that can break the log")
    _ = Verdict.ofUpload(
      .refused(status: 403, message: line, retryAfterSeconds: nil), md5: nil, refusedForms: 0, wrongFiles: 0)
  }

  private static func form(_ bytes: [UInt8]) {
    guard let json = try? JSONReader.read(bytes), let form = try? CloudAnswers.form(json) else { return }
    precondition(HTTPAddress.isUsable(form.url), "a form that goes nowhere")
    if let expiry = form.expiresAt { precondition(expiry >= 0) }
    _ = form.isGood(at: 1_790_000_000, forSeconds: 120)
    guard let written = try? JSONEncoder().encode(form) else { preconditionFailure("not to be written down") }
    precondition((try? JSONDecoder().decode(PresignedForm.self, from: written)) == form, "a form that changes on disk")
  }

  /// The control: a trap that a fuzzer which works finds at once.
  private static func planted(_ bytes: [UInt8]) {
    guard bytes.count > 3, bytes[0] == 0x7B, bytes[1] == 0x22, bytes[2] == 0x69 else { return }
    preconditionFailure("the planted trap")
  }
}

extension HTTPAddress {
  static func isUsable(_ text: String) -> Bool { (try? HTTPAddress(text)) != nil }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  Target.chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
