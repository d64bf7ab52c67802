/// Asks something that may be slow to answer, and waits for it only so long: one question at a time, and whoever comes meanwhile does without.
actor PatientAsk {
  private let patience: Duration
  private let sleep: @Sendable (Duration) async -> Void
  private var isAsking = false

  /// `sleep`: how a moment passes; tests have their own.
  init(
    patience: Duration,
    sleep: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
  ) {
    self.patience = patience
    self.sleep = sleep
  }

  /// Has `question` asked, and comes back when it is answered or the patience is over; at once while an earlier one is not answered.
  func ask(_ question: @escaping @Sendable () async -> Void) async {
    guard !isAsking else { return }
    isAsking = true
    let (first, continuation) = AsyncStream.makeStream(of: Void.self)
    Task {
      await question()
      isAsking = false
      continuation.finish()
    }
    let timer = Task { [sleep, patience] in
      await sleep(patience)
      continuation.finish()
    }
    for await _ in first {}
    timer.cancel()
  }
}
