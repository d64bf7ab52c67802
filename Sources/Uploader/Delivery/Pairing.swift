/// What part this unit plays in its capture set.
public enum UnitRole: String, Sendable, Equatable, CaseIterable {
  /// It makes an image set for every passage of its own.
  case alone
  /// It makes the image sets of a pair.
  case leader
  /// It adds its pictures to the leader's image sets, and makes one where the leader does not.
  case follower
}

/// Two units of one capture set that see the same vehicles, one from each side, and fill one image set for each; they do not talk to each
/// other, the cloud's list is all they share.
///
/// Two passages are the same vehicle's when their seconds differ by no more than the window, and no other passage of this unit is nearer.
public struct Pairing: Sendable, Equatable {
  /// Leader or follower.
  public var role: UnitRole
  /// So many seconds the two units' times of one vehicle may differ: their clocks, and when each saw it first.
  public var windowSeconds = 8
  /// So long a follower waits for the leader's image set before it makes one; a leader looks before it makes one for a passage that is
  /// older than half of that.
  public var graceSeconds: Double = 60

  /// The pairing of a unit; nil for one that is alone.
  public init?(_ role: UnitRole) {
    guard role != .alone else { return nil }
    self.role = role
  }

  /// Whether the other unit may have made the image set already. `ageSeconds`: of the passage, by the cloud's clock; nil: not known.
  func looksFirst(ageSeconds: Double?) -> Bool {
    guard role == .leader, let ageSeconds else { return true }
    return abs(ageSeconds) > graceSeconds / 2
  }

  /// How long to wait after so many (1, 2, …) looks that found nothing; nil: it is made now.
  func pauseSeconds(afterLooks looks: Int) -> Double? {
    guard role == .follower else { return nil }
    // Often at first, for the leader is about to make it; then a few times more until the grace is over.
    let short = min(2, graceSeconds / 8)
    let waited = Double(min(looks - 1, 4)) * short + Double(max(0, looks - 5)) * graceSeconds / 6
    guard waited < graceSeconds else { return nil }
    return looks <= 4 ? short : graceSeconds / 6
  }

  /// The image sets of the vehicle, whichever unit made them. Not by plate: the other unit may not have read it.
  func query(_ new: NewImageSet) -> ImageSetQuery {
    ImageSetQuery(
      tenantId: new.tenantId, startDate: max(0, new.recDate - windowSeconds), endDate: new.recDate + windowSeconds)
  }

  /// Which of them it is. `others`: seconds of other passages of this unit that have no image set yet.
  func judge(_ listed: [RemoteImageSet], for new: NewImageSet, owned: Set<String>, others: [Int]) -> Reconciliation {
    func distance(_ set: RemoteImageSet) -> Int { abs((set.recDate ?? .max / 2) - new.recDate) }
    let fitting = listed.filter { set in
      guard let recDate = set.recDate, distance(set) <= windowSeconds, !owned.contains(set.id) else { return false }
      guard set.originId == nil || set.originId == new.deviceSetId else { return false }
      guard set.prefixedPlate == nil || new.plate == nil || set.prefixedPlate == new.plate?.prefixed else {
        return false
      }
      return others.allSatisfy {
        abs($0 - recDate) > distance(set) || abs($0 - recDate) == distance(set) && $0 > new.recDate
      }
    }
    let ranked = fitting.sorted { one, other in
      let first = (distance(one), one.hasImages == true ? 0 : 1, one.createdAt ?? .max)
      let second = (distance(other), other.hasImages == true ? 0 : 1, other.createdAt ?? .max)
      return first == second ? one.id < other.id : first < second
    }
    guard let best = ranked.first else { return .none }
    return ranked.count == 1 ? .found(best.id) : .several(best.id, all: ranked.map(\.id))
  }
}

extension Outbox {
  /// Seconds of other passages of a capture set, near one, that have no image set yet.
  func neighbours(of passage: PassageRow, within seconds: Int) throws -> [Int] {
    try read { database in
      try Int.fetchAll(
        database,
        sql: """
          SELECT rec_date FROM passage WHERE device_set_id = ? AND rec_date BETWEEN ? AND ? AND id <> ? AND remote_id IS NULL
          AND state <> 'done'
          """,
        arguments: [
          passage.captureSetId, passage.recDate - Int64(seconds), passage.recDate + Int64(seconds), passage.id.uuid,
        ])
    }
  }

  /// The other unit has not made its image set yet: looked for again later.
  func awaitLeader(_ id: PassageID, looks: Int, notBefore: Int64, reason: String) throws {
    try write("await leader") { database in
      try database.execute(
        sql: "UPDATE passage SET zero_lists = ?, not_before = ?, reason = ? WHERE id = ? AND state = 'queued'",
        arguments: [looks, notBefore, reason, id.uuid])
    }
  }
}
