import LaneSimulation

/// A passage as the lane told it.
struct FoundPassage: Codable, Equatable, Sendable {
  var from: Double
  var to: Double
  var direction: String
  var cameras: [String] = []
  var evidence: [String: Double] = [:]
}

/// Something that the lane looked at and took for no vehicle.
struct Dismissal: Codable, Equatable, Sendable {
  var from: Double
  var to: Double
  var reason: String
  var evidence: [String: Double] = [:]
}

/// The passages of one run held against its truth: which vehicle is which passage, and what is left over.
struct Verdict: Codable, Equatable, Sendable {
  /// Seconds by which a beginning or an end may be off.
  static let tolerance = 0.2

  /// One vehicle and the passage that is meant to be it.
  struct Vehicle: Codable, Equatable, Sendable {
    var vehicle: Int
    var model: String
    var from: Double
    var to: Double
    var direction: String
    /// nil: the vehicle was missed.
    var found: FoundPassage?

    var fromError: Double? { found.map { $0.from - from } }
    var toError: Double? { found.map { $0.to - to } }
    var isDirectionWrong: Bool { found.map { $0.direction != direction } ?? false }
    var isRight: Bool {
      guard let fromError, let toError else { return false }
      return abs(fromError) <= tolerance && abs(toError) <= tolerance && !isDirectionWrong
    }
  }

  let vehicles: [Vehicle]
  /// Passages that are no vehicle's, though one was in the lane at the time: a vehicle was cut in two.
  let doubled: [FoundPassage]
  /// Passages at times without any vehicle.
  let invented: [FoundPassage]

  /// Pairs vehicles and passages, those that overlap best first.
  init(truth: [RecordingTruth.Passage], found: [FoundPassage]) {
    struct Pair {
      let vehicle: Int
      let passage: Int
      let overlap: Double
    }
    var pairs: [Pair] = []
    for (vehicle, real) in truth.enumerated() {
      for (passage, found) in found.enumerated() {
        let overlap = Self.overlap(real.from...max(real.to, real.from), found.from...max(found.to, found.from))
        if overlap > 0 { pairs.append(Pair(vehicle: vehicle, passage: passage, overlap: overlap)) }
      }
    }
    pairs.sort { $0.overlap > $1.overlap }
    var passageOf: [Int: Int] = [:]
    var taken: Set<Int> = []
    for pair in pairs where passageOf[pair.vehicle] == nil && !taken.contains(pair.passage) {
      passageOf[pair.vehicle] = pair.passage
      taken.insert(pair.passage)
    }
    vehicles = truth.enumerated().map { index, real in
      Vehicle(
        vehicle: real.vehicle, model: real.model, from: real.from, to: real.to, direction: real.direction,
        found: passageOf[index].map { found[$0] })
    }
    let rest = found.indices.filter { !taken.contains($0) }
    let touching = Set(pairs.map(\.passage))
    doubled = rest.filter { touching.contains($0) }.map { found[$0] }
    invented = rest.filter { !touching.contains($0) }.map { found[$0] }
  }

  var isRight: Bool { doubled.isEmpty && invented.isEmpty && vehicles.allSatisfy(\.isRight) }

  /// Shared time as a part of the time of both together.
  private static func overlap(_ one: ClosedRange<Double>, _ other: ClosedRange<Double>) -> Double {
    let shared = min(one.upperBound, other.upperBound) - max(one.lowerBound, other.lowerBound)
    let whole = max(one.upperBound, other.upperBound) - min(one.lowerBound, other.lowerBound)
    return shared > 0 && whole > 0 ? shared / whole : 0
  }
}

/// What one scenario with one seed came to.
struct TrialResult: Codable, Sendable {
  let scenario: String
  let seed: UInt64
  /// Whether its vehicles must be found; too dark ones are told only.
  let isJudged: Bool
  let verdict: Verdict
  let dismissed: [Dismissal]
  /// Of the scenario.
  let seconds: Double
  /// Of computing, the lane's included.
  let costSeconds: Double
  let laneSeconds: Double
  /// Frames of all cameras, and how many the lane looked at, some of them twice.
  let frames: Int
  let looks: Int

  var isRight: Bool { verdict.isRight }
}
