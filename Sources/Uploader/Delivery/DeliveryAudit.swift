/// The late look at creations that were in doubt: a second image set is reported, never removed.
extension Delivery {
  func audit(_ audit: Outbox.Audit) async throws {
    let passage = audit.passage
    let plate = passage.plate.flatMap { number in
      passage.country.flatMap { LicensePlate(registrationNo: number, countryCode: $0) }
    }
    // By the row, for the manifest may have been removed by now; nothing is made of this but a report.
    let made = NewImageSet(
      tenantId: passage.tenantId, deviceSetId: passage.captureSetId, recDate: Int(passage.recDate), plate: plate,
      vin: passage.vin)
    let outcome = await client.findImageSets(settings.pairing?.query(made) ?? ImageSetQuery(made: made))
    let verdict = Verdict.of(.findImageSets, outcome)
    judge(outcome, "audit", verdict)
    guard case .answered(let listed) = outcome else {
      if verdict == .parkAuth { refuseKey(outcome.reason) }
      return try await outbox.postponeAudit(passage.id, until: clock.nowMs() + pause(settings.refusalPauseSeconds))
    }
    if case .several(_, let all) = try await recognise(listed, passage, made) {
      let ids = all.sorted()
      if try await !outbox.isReported(passage.id, ids.joined(separator: " ")) {
        try await outbox.remember("duplicate_remote", passage.id, ids.joined(separator: " "), at: clock.nowMs())
        tell(.duplicateRemote(passage: passage.id, imageSetIds: ids))
      }
    }
    try await outbox.audited(audit, at: clock.nowMs())
  }
}
