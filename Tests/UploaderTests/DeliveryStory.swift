import Foundation

@testable import Uploader

/// One seed's story: passages are recorded and delivered while everything goes wrong; then the sky clears, and what is owed must arrive.
///
/// Sendable because one task plays it, and nobody else touches its bench.
struct DeliveryStory: @unchecked Sendable {
  /// How bad it gets. The cloud may finish a creation up to `latenessMs` after our last byte.
  struct Weather: Sendable {
    var faultsPerMille: UInt64 = 250
    var latenessMs: Int64 = 60_000
    var setLagMs: Int64 = 5_000
    var imageLagMs: UInt64 = 20_000
    var graceSeconds: Int64 = 120
    var passages = 4
    /// Controls: each breaks one thing that the promise rests on.
    var isControl = false
    var sendsTwice = false
    var forgetsCommits = false
  }

  struct Outcome: Sendable, Equatable {
    /// Committed, and not at the cloud.
    var lost = 0
    /// At the cloud twice.
    var doubled = 0
    /// At the cloud with another number of images, or other bytes.
    var imagesWrong = 0
    /// At the cloud, though it was never committed.
    var fromNowhere = 0
    /// Not committed, and counted as such: interrupted or refused.
    var notKept = 0
    var booksWrong = 0
    var deaths = 0
    var ambiguous = 0
    var fullDisks = 0
    var clockSteps = 0
    /// Sent while they grew; and what of them turned out to be no vehicle.
    var grown = 0
    var abandoned = 0
    /// Set aside because the process ended in the middle of its work again and again; a person takes it up again.
    var setAside = 0

    var isRight: Bool { lost + doubled + imagesWrong + fromNowhere + booksWrong == 0 }

    mutating func add(_ other: Self) {
      lost += other.lost
      doubled += other.doubled
      imagesWrong += other.imagesWrong
      fromNowhere += other.fromNowhere
      notKept += other.notKept
      booksWrong += other.booksWrong
      deaths += other.deaths
      ambiguous += other.ambiguous
      fullDisks += other.fullDisks
      clockSteps += other.clockSteps
      grown += other.grown
      abandoned += other.abandoned
      setAside += other.setAside
    }
  }

  private let dice: Dice
  private let weather: Weather
  private let bench: DeliveryBench
  private let badUntil: Int64
  private let counted = Counter()
  private let grown = Counter()
  private let fates = Fates()

  init(_ seed: UInt64, _ weather: Weather) throws { try self.init(dice: Dice(seed: seed), weather) }

  init(dice: Dice, _ weather: Weather) throws {
    self.dice = dice
    self.weather = weather
    bench = try DeliveryBench()
    badUntil = bench.clock.nowMs() + 3_600_000
    bench.outboxSettings.graceSeconds = weather.graceSeconds
    // One image at a time, so that the order of requests is the seed's alone.
    bench.settings.parallelImages = 1
    bench.settings.patienceSeconds = 100_000
    bench.settings.refusalPauseSeconds = 600
    bench.settings.keyProbeSeconds = 60
    bench.settings.probesBeforeGivingUp = 1000
    bench.cloud.setLagMs = weather.setLagMs
    bench.cloud.formSeconds = 300
    bench.cloud.fault = { [self] operation, _ in fault(operation) }
  }

  private var isBad: Bool { bench.clock.nowMs() < badUntil }

  private func fault(_ operation: LedgerCloud.Operation) -> LedgerCloud.Fault? {
    bench.cloud.listLagMs = isBad ? Int64(dice.roll(weather.imageLagMs + 1)) : 0
    guard isBad, dice.roll(1000) < weather.faultsPerMille else { return nil }
    if operation == .create { counted.add() }
    switch dice.roll(11) {
    case 0: return .notSent
    case 1: return .status(503)
    case 2: return .status(500, commits: true)
    case 3: return .broken(commits: true)
    case 4: return .broken(commits: false)
    case 5: return .late(Int64(dice.roll(UInt64(weather.latenessMs + 1))))
    case 6: return .html(commits: dice.roll(2) == 0)
    case 7: return operation == .upload ? .expiredForm : .status(429, headers: ["Retry-After": "3"])
    case 8: return .status(302, headers: ["Location": "https://elsewhere.example/"], commits: true)
    case 9: return operation == .find ? .torn : .status(504, commits: true)
    default: return .status(502, commits: true)
    }
  }

  private static let fileSteps: Set<String> = [
    "before trigger", "before images", "before sync", "before manifest", "before rename",
  ]

  /// What the disk and the power supply do in this life.
  private func strike(_ cut: PowerCut, _ outcome: Counter) -> @Sendable (String) throws -> Void {
    { [self] step in
      try cut.pass(step)
      // Before a step only: a disk that is full does not undo what it has taken.
      guard isBad, step.hasPrefix("before "), dice.roll(1000) < 8 else { return }
      outcome.add()
      guard Self.fileSteps.contains(step) else { throw StorageError.database(reason: "disk I/O error") }
      throw StorageError.disk(operation: "write", path: step, code: dice.roll(2) == 0 ? ENOSPC : EIO)
    }
  }

  func run() async throws -> Outcome {
    var outcome = Outcome()
    let full = Counter()
    var next = 1
    while true {
      let cut = PowerCut(after: isBad ? Int(dice.roll(120)) : .max)
      do {
        try await bench.open().cutPower(strike(cut, full))
        while next <= weather.passages {
          try await record(next)
          next += 1
          if dice.roll(3) == 0 { break }
        }
        // What `run` does every ten minutes.
        let mayLackRoom = isBad
        try await bench.open().closeLeftOpen()
        let network: (any HTTPTransport)? = weather.sendsTwice ? TwiceSending(bench.cloud) : nil
        let ending = try await bench.delivery(seed: dice.roll(.max), over: network).deliverAll().ending
        guard next > weather.passages else { continue }
        // A full disk keeps an image set from being closed, perhaps more than once: delivery does not wait for it, the next round closes it.
        if mayLackRoom, try await bench.open().books().open > 0 {
          bench.clock.advance(600_000)
          continue
        }
        if ending == .nothingOwed { break }
        guard case .quarantined = ending else { continue }
        let again = try await bench.takeUpAgain()
        if again == 0 { break }
        outcome.setAside += again
      } catch is PowerCut {
        try await die(&outcome)
      } catch is StorageError {
        // Out of room where nothing can be written down, or a disk that fails: the process ends, and starts again.
        try await die(&outcome)
      }
    }
    bench.cloud.settle()
    outcome.ambiguous = counted.value
    outcome.fullDisks = full.value
    outcome.grown = grown.value
    outcome.abandoned = fates.all.values.count { $0.isAbandoned }
    try await judge(&outcome)
    // The cloud knows this story, and the story its cloud: without a word they would keep each other, and their disk, for ever.
    bench.cloud.fault = { _, _ in nil }
    try await bench.quit()
    return outcome
  }

  /// Records one passage, perhaps with its images on the way while it grows; what the outbox promised of it goes into `fates`.
  private func record(_ number: Int) async throws {
    let outbox = try await bench.open()
    switch try await outbox.begin(DeliveryBench.facts(number), at: bench.unitMs) {
    case .refused: return
    // Committed before the last death, or what there was of it was salvaged.
    case .alreadyKept: return
    case .opened(let set):
      let grows = dice.roll(2) == 0
      for group in grows ? [0..<1, 1..<2] : [0..<2] {
        try await set.add(group.map { DeliveryBench.image($0, of: number) })
        fates.promise(number, images: group.upperBound)
        if grows, dice.roll(3) > 0 { try await deliverMeanwhile() }
      }
      if dice.roll(8) == 0 {
        fates.abandon(number, to: nil)
        return fates.abandon(number, to: try await set.abandon())
      }
      switch try await set.close(at: bench.unitMs) {
      case .committed: fates.promise(number, images: 2, whole: true)
      case .interrupted: fates.interrupt(number)
      case .alreadyKept: break
      }
      if weather.forgetsCommits, dice.roll(4) == 0 { try await outbox.forget(DeliveryBench.id(number)) }
    }
  }

  /// Delivery runs all the time; here it runs for as long as something is due at once.
  private func deliverMeanwhile() async throws {
    let patience = bench.settings.patienceSeconds
    defer { bench.settings.patienceSeconds = patience }
    bench.settings.patienceSeconds = 1
    bench.settings.probesBeforeGivingUp = 1
    defer { bench.settings.probesBeforeGivingUp = 1000 }
    _ = try await bench.delivery(seed: dice.roll(.max)).deliverAll()
    grown.add()
  }

  private func die(_ outcome: inout Outcome) async throws {
    outcome.deaths += 1
    try await bench.die()
    guard isBad, dice.roll(3) == 0 else { return }
    // The next process finds another time of day: an hour off, ten years ahead, or 1970.
    outcome.clockSteps += 1
    switch dice.roll(4) {
    case 0: bench.skewMs = -3_600_000
    case 1: bench.skewMs = 3_600_000
    case 2: bench.skewMs = 315_360_000_000
    default: bench.skewMs = -bench.clock.nowMs() + 60_000
    }
  }

  private func judge(_ outcome: inout Outcome) async throws {
    for number in 1...weather.passages {
      let sets = bench.cloud.sets.filter { $0.recDate == 1_790_000_000 + number * 60 }
      if sets.count > 1 { outcome.doubled += 1 }
      let fate = fates.all[number] ?? Fates.Fate()
      if fate.images == 0 || fate.isAbandoned {
        outcome.notKept += fate.images == 0 ? 1 : 0
        let isKnown = try await bench.open().passageState(DeliveryBench.id(number)) != nil
        if !sets.isEmpty, !isKnown || fate.isDropped { outcome.fromNowhere += 1 }
        continue
      }
      if sets.isEmpty { outcome.lost += 1 }
      let whole = sets.filter { set in
        set.images.count >= fate.images && (!fate.isWhole || set.images.count == 2)
          && set.images.allSatisfy { name, stored in
            (0..<2).contains {
              let image = DeliveryBench.image($0, of: number)
              return image.fileName == name && stored.md5 == Digest.md5(image.bytes) && stored.keys.count == 1
            }
          }
      }
      if !sets.isEmpty, whole.count != 1 { outcome.imagesWrong += 1 }
    }
    let books = try await bench.open().books()
    if !books.isBalanced || books.pending > 0 || books.open > 0 || books.quarantined > 0 { outcome.booksWrong += 1 }
  }
}

/// What the outbox promised of each passage: the record that it is judged by.
final class Fates: @unchecked Sendable {
  struct Fate: Sendable {
    /// So many images were durable by its word.
    var images = 0
    var isWhole = false
    var isAbandoned = false
    /// Abandoned, and no trace of it is left, by its word.
    var isDropped = false
  }

  private let lock = NSLock()
  private var fates: [Int: Fate] = [:]
  var all: [Int: Fate] { lock.withLock { fates } }

  func promise(_ number: Int, images: Int, whole: Bool = false) {
    lock.withLock { fates[number] = Fate(images: images, isWhole: whole) }
  }

  /// It said that nothing could be kept.
  func interrupt(_ number: Int) { lock.withLock { fates[number] = Fate() } }

  func abandon(_ number: Int, to end: ImageSetAbandoning?) {
    lock.withLock {
      fates[number]?.isAbandoned = true
      fates[number]?.isDropped = end == .dropped
    }
  }
}

/// A network that is not content with sending a creation once.
struct TwiceSending: HTTPTransport {
  let cloud: LedgerCloud
  init(_ cloud: LedgerCloud) { self.cloud = cloud }

  func send(_ request: HTTPRequest) async -> HTTPExchange {
    if LedgerCloud.operation(of: request) == .create { _ = await cloud.send(request) }
    return await cloud.send(request)
  }
}

/// The seed's own numbers; or what a fuzzer says, and when it has no more to say, those of a seed.
final class Dice: @unchecked Sendable {
  private let lock = NSLock()
  private var random: DeliveryRandom
  private var bytes: ArraySlice<UInt8> = []

  init(seed: UInt64) { random = DeliveryRandom(seed: seed) }

  init(bytes: [UInt8]) {
    random = DeliveryRandom(seed: 1)
    self.bytes = bytes[...]
  }

  func roll(_ sides: UInt64) -> UInt64 {
    lock.withLock {
      let number = next()
      return sides == .max ? number : number % max(1, sides)
    }
  }

  /// Two bytes are enough for any question that is asked here.
  private func next() -> UInt64 {
    guard let first = bytes.popFirst() else { return random.next() }
    return UInt64(first) << 8 | UInt64(bytes.popFirst() ?? 0)
  }
}

final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0
  func add() { lock.withLock { count += 1 } }
  var value: Int { lock.withLock { count } }
}

extension Outbox {
  /// What no outbox may do.
  func forget(_ id: PassageID) throws {
    guard let row = try read({ try PassageRow.fetch($0, id) }) else { return }
    try DurableFiles.removeTree(folder.path + "/" + row.folder)
    try write("forget") { database in
      try database.execute(sql: "DELETE FROM image WHERE passage_id = ?", arguments: [id.uuid])
      try database.execute(sql: "DELETE FROM passage WHERE id = ?", arguments: [id.uuid])
      try Self.count(database, "seen", -1)
    }
  }
}
