/// Counts the frames that a driver left out: numbers missing between two frames, without those that came and were dropped here.
struct SequenceGaps {
  private var last: UInt64?
  private var droppedSince: UInt64 = 0

  /// A picture came and was not kept.
  mutating func dropped(_ reason: DropReason) {
    // An overtaken picture has no number of its own between the frames around it.
    if reason != .late { droppedSince += 1 }
  }

  /// Takes the next frame; how many were left out before it.
  ///
  /// A count that starts again leaves nothing out. Before the first frame numbers are left out only between those that came and
  /// were dropped, of which the first had number zero.
  mutating func frame(_ sequence: UInt64) -> UInt64 {
    defer {
      last = sequence
      droppedSince = 0
    }
    let between: UInt64
    if let last {
      guard sequence > last else { return 0 }
      between = sequence - last - 1
    } else {
      guard droppedSince > 0 else { return 0 }
      between = sequence
    }
    return between > droppedSince ? between - droppedSince : 0
  }
}
