/// What came of one exchange with the cloud, before anybody has judged it; `Verdict` judges.
public enum CloudOutcome<Value: Sendable>: Sendable {
  /// 2xx and the answer that was asked for.
  case answered(Value)
  /// A whole answer with another status. `message` is for people; `retryAfterSeconds` as the cloud asked, unclamped.
  case refused(status: Int, message: String, retryAfterSeconds: Double?)
  /// A whole 2xx answer that is not what the contract promises: HTML, no `success: true`, no id, too large.
  case malformed(status: Int, reason: String)
  /// Provably not processed: no byte of the request left (name not found, refused, TLS failed).
  case notSent(reason: String)
  /// Anything may have happened: broken, timed out or cancelled after the request began to leave.
  case unclear(reason: String)
}

extension CloudOutcome: Equatable where Value: Equatable {}
