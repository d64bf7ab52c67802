/// A frame that was chosen, and why.
public struct SelectedFrame: Sendable {
  /// The candidate that won.
  public let candidate: Candidate
  /// For people: `sharpest of 12 in 1.20-1.45 s`.
  public let reason: String

  /// A choice.
  public init(candidate: Candidate, reason: String) {
    self.candidate = candidate
    self.reason = reason
  }
}
