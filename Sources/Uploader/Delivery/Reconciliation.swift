/// Which image set of the cloud is the one whose creation is in doubt.
enum Reconciliation: Equatable {
  /// None: it was never made, or is not listed yet.
  case none
  /// This one.
  case found(String)
  /// Several fit: the one to take, and all of them.
  case several(String, all: [String])

  /// Judges a whole listing. `owned`: image sets of other passages of ours.
  static func judge(_ listed: [RemoteImageSet], for new: NewImageSet, owned: Set<String>) -> Reconciliation {
    let fitting = listed.filter { set in
      set.recDate == new.recDate
        && (set.originId == nil || set.originId == new.deviceSetId)
        && (set.prefixedPlate == nil || new.plate == nil || set.prefixedPlate == new.plate?.prefixed)
        && !owned.contains(set.id)
    }
    // One with images, else the oldest; ids decide between twins so that two looks come to the same end.
    let ranked = fitting.sorted { one, other in
      let first = (one.hasImages == true ? 0 : 1, one.createdAt ?? .max, one.id)
      return first < (other.hasImages == true ? 0 : 1, other.createdAt ?? .max, other.id)
    }
    guard let best = ranked.first else { return .none }
    return ranked.count == 1 ? .found(best.id) : .several(best.id, all: ranked.map(\.id))
  }
}
