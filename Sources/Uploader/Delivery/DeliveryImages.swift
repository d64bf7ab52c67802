import Foundation

/// W3: images, several at once; and the proof that they arrived.
extension Delivery {
  /// What became of one image in one round.
  enum ImageResult: Sendable {
    /// In the storage.
    case stored
    /// It will not be sent, ever.
    case setAside(ImageState, String)
    /// Not this time; `ofStorage`: the file host failed, as opposed to the API.
    case again(String, retryAfter: Double?)
    /// The image set is gone.
    case gone
    /// The key is refused, or this tenant.
    case refused(String, keyIsBad: Bool)
  }

  /// After so long the marks get a commit of their own, even if another one will come.
  private static let markPatienceMs: Int64 = 1000

  /// One round over all that is there; what is added meanwhile is sent along, so that the line never waits for a group to end.
  func sendImages(_ passage: PassageRow, _ images: [ImageRow]) async throws {
    guard let remoteId = passage.remoteId else { return try await quarantine(passage.id, "it has no image set") }
    // A probe of a host that failed is one image, not six.
    let width = storage.isOpen ? 1 : max(1, settings.parallelImages)
    let ahead = min(settings.announcedAhead, width - 1)
    // Somebody may be waiting for the first sign of it.
    let isBegun = images.contains { $0.state == .stored || $0.state == .listed }
    let slots = UploadSlots(width, beginningWith: isBegun ? width : width - width / 3)
    var waiting = images.filter { $0.state == .pending || $0.state == .signed }[...]
    var stop: ImageResult?
    var reason: String?
    var retryAfter: Double?
    let sender = ImageSender(
      outbox: outbox, client: client, marginSeconds: settings.formMarginSeconds, passage: passage, remoteId: remoteId,
      clock: clock, slots: slots)
    var begun: Set<String> = []
    var markedAtMs = clock.nowMs()
    try await withThrowingTaskGroup(of: (ImageRow, ImageResult, [Exchange]).self) { group in
      // Also where a mark could not be written: then nobody goes on.
      defer { slots.close() }
      var underWay = 0
      while true {
        if waiting.isEmpty, stop == nil, !isOver {
          waiting = try await outbox.unsent(passage.id, besides: begun)[...]
        }
        while underWay < width + ahead, stop == nil, !Task.isCancelled, let image = waiting.popFirst() {
          begun.insert(image.fileName)
          group.addTask { try await sender.send(image) }
          underWay += 1
        }
        guard let (image, result, exchanges) = try await group.next() else { break }
        underWay -= 1
        for exchange in exchanges { count(exchange) }
        switch result {
        case .stored:
          // The commit of the next image's form takes the mark along; where no such commit comes soon, it gets its own.
          let isDue = waiting.isEmpty || clock.nowMs() - markedAtMs >= Self.markPatienceMs
          try await outbox.stored(passage.id, image.fileName, now: isDue)
          if isDue { markedAtMs = clock.nowMs() }
          countImage(bytes: image.bytes)
          tell(.stored(passage: passage.id, fileName: image.fileName, bytes: image.bytes))
        case .setAside(let state, let why):
          tell(.imageSetAside(passage: passage.id, fileName: image.fileName, state: state, reason: why))
        case .again(let why, let after):
          reason = why
          retryAfter = max(retryAfter ?? 0, after ?? 0)
          // What is under way settles; nothing more is begun against a host that does not answer.
          if storage.isOpen || cloud.isOpen { stop = result }
        case .gone, .refused: stop = result
        }
        if stop != nil { slots.close() }
      }
    }
    switch stop {
    case .gone: return try await quarantine(passage.id, "image set \(remoteId) was removed in the cloud")
    case .refused(let message, let keyIsBad):
      if keyIsBad { refuseKey(message) }
      let time = clock.nowMs() + (keyIsBad ? 0 : pause(settings.refusalPauseSeconds))
      try await outbox.postpone(passage.id, notBefore: time, reason: message, failed: false)
    default:
      let time = later(afterFailures: passage.attempts + 1, retryAfter: retryAfter.flatMap { $0 > 0 ? $0 : nil })
      if reason == nil, isOver { reason = "stopped between images" }
      switch try await outbox.closeRound(passage.id, notBefore: time, reason: reason, at: clock.nowMs()) {
      case .uploaded, .growing, .more: break
      case .left: tell(.postponed(passage: passage.id, reason: reason ?? "", untilMs: time))
      case .quarantined(let why): tell(.quarantined(passage: passage.id, reason: why))
      }
    }
  }

  /// An image set that was found may have images already.
  func listFirst(_ passage: PassageRow) async throws {
    guard let names = try await listing(passage) else { return }
    try await outbox.foundListed(passage.id, names)
  }

  /// Proof of delivery: every file name that was sent is listed.
  func prove(_ passage: PassageRow) async throws {
    guard let names = try await listing(passage) else { return }
    let proof = try await outbox.proof(passage.id, listed: names, at: clock.nowMs())
    if proof.isWhole {
      countPassage()
      tell(
        .delivered(
          passage: passage.id, imageSetId: passage.remoteId ?? "", listed: proof.listed, images: proof.images))
      return
    }
    let look = passage.proofs + 1
    let reason = "\(proof.listed) of \(proof.sent) images listed"
    guard look < settings.proofPausesSeconds.count else {
      return try await quarantine(passage.id, "not listed: \(reason)")
    }
    let time = clock.nowMs() + pause(settings.proofPausesSeconds[look])
    try await outbox.postpone(passage.id, notBefore: time, reason: reason, failed: false)
    tell(.postponed(passage: passage.id, reason: reason, untilMs: time))
  }

  /// The file names that the cloud lists; nil when it could not be asked, which is then settled already.
  private func listing(_ passage: PassageRow) async throws -> Set<String>? {
    guard let remoteId = passage.remoteId else {
      try await quarantine(passage.id, "it has no image set")
      return nil
    }
    let outcome = await client.listImages(imageSetId: remoteId)
    let verdict = Verdict.of(.readImageSet, outcome)
    judge(outcome, "list", verdict)
    if case .answered(let images) = outcome { return Set(images.map(\.fileName)) }
    let reason = "listing its images: \(outcome.reason)"
    switch verdict {
    case .imageSetGone: try await quarantine(passage.id, "image set \(remoteId) was removed in the cloud")
    case .parkAuth:
      try await outbox.postpone(passage.id, notBefore: clock.nowMs(), reason: reason, failed: false)
      refuseKey(outcome.reason)
    case .retry(let after):
      let time = later(afterFailures: passage.attempts + 1, retryAfter: after)
      try await outbox.postpone(passage.id, notBefore: time, reason: reason)
      tell(.postponed(passage: passage.id, reason: reason, untilMs: time))
    default:
      let time = clock.nowMs() + pause(settings.refusalPauseSeconds)
      try await outbox.postpone(passage.id, notBefore: time, reason: reason)
      tell(.postponed(passage: passage.id, reason: reason, untilMs: time))
    }
    return nil
  }
}
