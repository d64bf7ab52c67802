import Foundation

/// Carries one image to the storage: content checked, form written down, sent, and asked for anew where the form is of no use.
struct ImageSender: Sendable {
  let outbox: Outbox
  let client: CloudClient
  let marginSeconds: Double
  let passage: PassageRow
  let remoteId: String
  let clock: any DeliveryClock
  let slots: UploadSlots

  func send(_ image: ImageRow) async throws -> (ImageRow, Delivery.ImageResult, [Delivery.Exchange]) {
    var exchanges: [Delivery.Exchange] = []
    let result = try await send(image, &exchanges)
    return (image, result, exchanges)
  }

  private func send(_ image: ImageRow, _ exchanges: inout [Delivery.Exchange]) async throws -> Delivery.ImageResult {
    let bytes: Data
    switch try await outbox.content(of: image, in: passage) {
    case .whole(let data): bytes = data
    case .missing: return try await setAside(image, .localMissing, "the file is gone")
    case .corrupt(let reason): return try await setAside(image, .localCorrupt, reason)
    }
    let written = image.form.flatMap { PresignedForm.read($0) }
    var form = written.flatMap { isGood($0) ? $0 : nil }
    var refusedForms = image.attempts
    var wrongFiles = 0
    // Forms that expire again and again are no coincidence but somebody's clock; that waits like any other failure.
    for _ in 0..<4 {
      let leave: PresignedForm
      if let form {
        leave = form
      } else {
        switch try await announce(image, &exchanges) {
        case .form(let fresh): leave = fresh
        case .result(let result): return result
        }
      }
      form = leave
      guard await slots.take() else {
        return .again("sending \(image.fileName): not begun, others were not answered", retryAfter: nil)
      }
      let outcome = await client.upload(FormFile(fileName: image.fileName, content: .bytes(bytes)), with: leave)
      slots.give()
      let verdict = Verdict.ofUpload(
        outcome, md5: image.digest.md5, refusedForms: refusedForms, wrongFiles: wrongFiles)
      exchanges.append(Delivery.Exchange("upload", verdict, outcome))
      switch verdict {
      case .done:
        // A gateway's page says 200 too; the storage always names what it stored.
        if case .answered(let stored) = outcome, stored.etag == nil {
          return .again("sending \(image.fileName): answered without an ETag", retryAfter: nil)
        }
        return .stored
      case .retry(let after):
        guard case .answered = outcome else {
          return .again("sending \(image.fileName): \(outcome.reason)", retryAfter: after)
        }
        // Stored, but with another MD5: the same form once more.
        wrongFiles += 1
      case .newForm(let countsAsRefusal):
        try await outbox.unsigned(passage.id, image.fileName, reason: outcome.reason, refused: countsAsRefusal)
        refusedForms += countsAsRefusal ? 1 : 0
        form = nil
      default:
        let reason = if case .answered = outcome { "it stores another MD5" } else { outcome.reason }
        return try await setAside(image, .dead, "the storage refuses it: \(reason)")
      }
    }
    return .again("sending \(image.fileName): its forms expire before they can be used", retryAfter: nil)
  }

  private enum Announcement {
    case form(PresignedForm)
    case result(Delivery.ImageResult)
  }

  private func announce(_ image: ImageRow, _ exchanges: inout [Delivery.Exchange]) async throws -> Announcement {
    let outcome = await client.announceImage(
      NewImage(
        imageSetId: remoteId, camera: image.camera, fileName: image.fileName, width: image.width, height: image.height,
        byteCount: image.bytes))
    let verdict = Verdict.of(.announceImage, outcome)
    exchanges.append(Delivery.Exchange("announce", verdict, outcome))
    let reason = "announcing \(image.fileName): \(outcome.reason)"
    switch verdict {
    case .done:
      guard case .answered(let form) = outcome else { return .result(.again(reason, retryAfter: nil)) }
      // Written down before it is used, so that every repetition goes to the same key.
      try await outbox.signed(
        passage.id, image.fileName, form: try form.sealed(),
        expiresMs: form.expiresAt.map { Int64($0) * 1000 })
      return .form(form)
    case .retry(let after): return .result(.again(reason, retryAfter: after))
    case .parkAuth: return .result(.refused(outcome.reason, keyIsBad: true))
    case .hold: return .result(.refused(outcome.reason, keyIsBad: false))
    case .imageSetGone: return .result(.gone)
    case .setAside, .reconcile, .newForm:
      return .result(try await setAside(image, .dead, "the cloud refuses it: \(outcome.reason)"))
    }
  }

  private func isGood(_ form: PresignedForm) -> Bool {
    let server = Double(clock.nowMs()) / 1000 + (client.lastServerDate?.offsetSeconds ?? 0)
    return form.isGood(at: server, forSeconds: marginSeconds)
  }

  private func setAside(_ image: ImageRow, _ state: ImageState, _ reason: String) async throws -> Delivery.ImageResult {
    try await outbox.setAside(passage.id, image.fileName, state, reason: reason, at: clock.nowMs())
    return .setAside(state, reason)
  }
}
