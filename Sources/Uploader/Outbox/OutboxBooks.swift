/// The books: no passage that was ever seen leaves them.
public struct OutboxBooks: Sendable, Equatable, Codable {
  /// Passages that were seen, whatever became of them.
  public var seen = 0
  /// The cloud listed every image.
  public var delivered = 0
  /// Committed, not yet delivered.
  public var pending = 0
  /// Being filled right now.
  public var open = 0
  /// Waiting for a person.
  public var quarantined = 0
  /// Lost before they were committed: power went, or there was no usable image.
  public var interrupted = 0
  /// Not begun, because the disk was full.
  public var refused = 0

  /// Taken off by a person before they were delivered.
  public var discarded = 0

  /// `seen = delivered + pending + open + quarantined + interrupted + refused + discarded`.
  public var isBalanced: Bool {
    seen == delivered + pending + open + quarantined + interrupted + refused + discarded
  }
}
