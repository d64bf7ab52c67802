import Foundation

/// W2: the one step that must never be repeated blindly.
extension Delivery {
  func create(_ passage: PassageRow) async throws {
    guard let new = try await order(for: passage) else { return }
    var isPaired = false
    if let pairing = settings.pairing {
      let age = client.lastServerDate == nil ? nil : serverSeconds() - Double(new.recDate)
      isPaired = pairing.looksFirst(ageSeconds: age)
      if isPaired, try await !isOurs(passage, new, pairing) { return }
    }
    let server = client.lastServerDate == nil ? nil : Int64(serverSeconds())
    guard try await outbox.intendCreation(passage, at: clock.nowMs(), serverTime: server) else { return }
    let outcome = await client.createImageSet(new)
    let verdict = Verdict.of(.createImageSet, outcome)
    judge(outcome, "create", verdict)
    let reason = outcome.reason
    switch verdict {
    case .done:
      guard case .answered(let id) = outcome else { return }
      try await settle(passage, remoteId: id, adopted: false, isDoubtful: isPaired)
    case .retry(let after):
      let time = later(afterFailures: passage.attempts + 1, retryAfter: after)
      try await outbox.notCreated(passage.id, notBefore: time, reason: reason)
      tell(.postponed(passage: passage.id, reason: reason, untilMs: time))
    case .reconcile(let after):
      let asked = min(max(after ?? 0, 0), settings.retry.retryAfterSeconds.upperBound)
      let time = clock.nowMs() + max(outbox.settings.graceSeconds * 1000, pause(asked))
      try await outbox.doubt(passage.id, notBefore: time, reason: reason)
      tell(.postponed(passage: passage.id, reason: reason, untilMs: time))
    case .parkAuth:
      try await outbox.notCreated(passage.id, notBefore: clock.nowMs(), reason: reason)
      refuseKey(reason)
    case .hold:
      let time = clock.nowMs() + pause(settings.refusalPauseSeconds)
      try await outbox.notCreated(passage.id, notBefore: time, reason: reason)
      try await outbox.postponeTenant(passage.tenantId, notBefore: time, reason: reason)
      tell(.postponed(passage: passage.id, reason: reason, untilMs: time))
    case .setAside, .newForm, .imageSetGone:
      if passage.refusals + 1 >= settings.refusalsBeforeQuarantine {
        try await outbox.notCreated(passage.id, notBefore: 0, reason: reason)
        return try await quarantine(passage.id, "the cloud refuses it: \(reason)")
      }
      let time = clock.nowMs() + pause(settings.refusalPauseSeconds)
      try await outbox.notCreated(passage.id, notBefore: time, reason: reason, isRefusal: true)
      tell(.postponed(passage: passage.id, reason: reason, untilMs: time))
    }
  }

  /// The image set may exist: it is looked for, and made again only when a whole listing, twice, does not have it.
  func reconcile(_ passage: PassageRow) async throws {
    guard let new = try await order(for: passage) else { return }
    guard let found = try await look(passage, new) else { return }
    if try await adopt(found, passage) { return }
    let looks = passage.emptyListings + 1
    if looks >= settings.emptyListingsBeforeCreating {
      try await outbox.notCreated(passage.id, notBefore: clock.nowMs(), reason: "the cloud does not have it")
    } else {
      let time = clock.nowMs() + outbox.settings.graceSeconds * 1000
      let reason = "not found at the cloud; looking once more"
      try await outbox.doubt(passage.id, notBefore: time, reason: reason, emptyListings: looks)
      tell(.postponed(passage: passage.id, reason: reason, untilMs: time))
    }
  }

  /// The other unit of the pair may have made the image set. True: it has not, and this one makes it now.
  private func isOurs(_ passage: PassageRow, _ new: NewImageSet, _ pairing: Pairing) async throws -> Bool {
    guard let found = try await look(passage, new) else { return false }
    if try await adopt(found, passage) { return false }
    let looks = passage.emptyListings + 1
    guard let pause = pairing.pauseSeconds(afterLooks: looks) else { return true }
    let time = clock.nowMs() + self.pause(pause)
    let reason = "waiting for the leader's image set"
    try await outbox.awaitLeader(passage.id, looks: looks, notBefore: time, reason: reason)
    tell(.postponed(passage: passage.id, reason: reason, untilMs: time))
    return false
  }

  /// Looks for an image set that may have been made; nil when the cloud could not be asked, which is then settled already.
  private func look(_ passage: PassageRow, _ new: NewImageSet) async throws -> Reconciliation? {
    let outcome = await client.findImageSets(settings.pairing?.query(new) ?? ImageSetQuery(made: new))
    let verdict = Verdict.of(.findImageSets, outcome)
    judge(outcome, "find", verdict)
    guard case .answered(let listed) = outcome else {
      let time =
        switch verdict {
        case .retry(let after): later(afterFailures: passage.attempts + 1, retryAfter: after)
        case .parkAuth: clock.nowMs()
        default: clock.nowMs() + pause(settings.refusalPauseSeconds)
        }
      // The look-up failed: in doubt it stays.
      let reason = "looking for its image set: \(outcome.reason)"
      try await outbox.postpone(passage.id, notBefore: time, reason: reason)
      tell(.postponed(passage: passage.id, reason: reason, untilMs: time))
      if verdict == .parkAuth { refuseKey(outcome.reason) }
      return nil
    }
    return try await recognise(listed, passage, new)
  }

  /// Which of the image sets that the cloud lists is the passage's.
  func recognise(
    _ listed: [RemoteImageSet], _ passage: PassageRow, _ new: NewImageSet
  ) async throws -> Reconciliation {
    let owned = try await outbox.owned(listed.map(\.id), otherThan: passage.id)
    guard let pairing = settings.pairing else { return Reconciliation.judge(listed, for: new, owned: owned) }
    let others = try await outbox.neighbours(of: passage, within: 2 * pairing.windowSeconds)
    return pairing.judge(listed, for: new, owned: owned, others: others)
  }

  /// Takes what was found as the passage's image set; false when nothing was.
  private func adopt(_ found: Reconciliation, _ passage: PassageRow) async throws -> Bool {
    switch found {
    case .none: return false
    case .found(let id): try await settle(passage, remoteId: id, adopted: true, isDoubtful: true)
    case .several(let id, let all):
      try await outbox.remember(
        "duplicate_remote", passage.id, all.sorted().joined(separator: " "), at: clock.nowMs())
      tell(.duplicateRemote(passage: passage.id, imageSetIds: all))
      try await settle(passage, remoteId: id, adopted: true, isDoubtful: true)
    }
    return true
  }

  /// What the cloud is asked for; nil when there is nothing to ask any more, which is then settled already.
  private func order(for passage: PassageRow) async throws -> NewImageSet? {
    switch try await outbox.order(for: passage) {
    case .ready(let new): return new
    case .stale: return nil
    case .unfit:
      try await quarantine(passage.id, "its manifest.json is missing or is not the one that was committed")
      return nil
    }
  }

  private func settle(
    _ passage: PassageRow, remoteId: String, adopted: Bool, isDoubtful: Bool
  ) async throws {
    if try await outbox.created(
      passage.id, remoteId: remoteId, adopted: adopted, isDoubtful: isDoubtful, at: clock.nowMs())
    {
      tell(.created(passage: passage.id, imageSetId: remoteId, adopted: adopted))
    } else {
      try await quarantine(
        passage.id, "the cloud answered with image set \(remoteId), which belongs to another passage")
    }
  }
}

extension Outbox {
  /// What became of asking what the cloud should be asked.
  enum Order: Sendable, Equatable {
    case ready(NewImageSet)
    /// The passage is not what it was a moment ago: closed, discarded. Whatever it is now will be due again.
    case stale
    /// What was committed is not to be had any more, or the row says otherwise: a flipped bit must not make a wrong plate or owner.
    case unfit
  }

  /// What the cloud is asked to make, from the manifest as it was committed; while the image set grows, from its trigger.
  func order(for passage: PassageRow) throws -> Order {
    guard let row = try read({ try PassageRow.fetch($0, passage.id) }), row.state == passage.state,
      row.plate == passage.plate, row.vin == passage.vin, row.recDate == passage.recDate
    else { return .stale }
    let facts: PassageFacts
    let recDate: Int64
    let told: ImageSetManifest.Told
    if try isGrowing(row.id) {
      guard let trigger: ImageSetTrigger = try get("trigger.json", in: row.folder), trigger.facts.id == row.id,
        let promised = trigger.recDate
      else { return .unfit }
      (facts, recDate, told) = (trigger.facts, promised, ImageSetManifest.Told(trigger.facts))
    } else {
      guard let manifest = try verifiedManifest(row) else { return .unfit }
      (facts, recDate, told) = (manifest.facts, manifest.recDate, manifest.order)
    }
    let address: ImageSetAddress? = try get("address.json", in: row.folder)
    guard (address?.tenantId ?? facts.tenantId) == row.tenantId,
      (address?.captureSetId ?? facts.captureSetId) == row.captureSetId,
      (address?.recDate ?? recDate) == row.recDate, told.plate == row.plate, told.vin == row.vin
    else { return .unfit }
    let plate = told.plate.flatMap { number in
      told.countryCode.flatMap { LicensePlate(registrationNo: number, countryCode: $0) }
    }
    return .ready(
      NewImageSet(
        tenantId: row.tenantId, deviceSetId: row.captureSetId, recDate: Int(row.recDate), plate: plate, vin: told.vin))
  }

  /// What the manifest on disk says, in the words of the row; nil when it is gone or is not the one that was committed.
  private func verifiedManifest(_ passage: PassageRow) throws -> ImageSetManifest? {
    guard let data = try DurableFiles.read(folder.path + "/" + passage.folder + "/manifest.json"),
      let manifest = ImageSetManifest.read(data)
    else { return nil }
    let committed = try read { database in
      try String.fetchOne(
        database, sql: "SELECT manifest_sha256 FROM passage WHERE id = ?", arguments: [passage.id.uuid])
    }
    return Digest.sha256(data) == committed ? manifest : nil
  }

  /// How much is owed, and the reason of the passage that waits longest.
  func owed() throws -> (pending: Int, quarantined: Int, reason: String?) {
    let books = try books()
    let reason = try read { database in
      try String.fetchOne(
        database,
        sql: """
          SELECT reason FROM passage WHERE \(OutboxSchema.pendingStates)
          AND reason IS NOT NULL ORDER BY rec_date LIMIT 1
          """)
    }
    return (books.pending, books.quarantined, reason)
  }
}
