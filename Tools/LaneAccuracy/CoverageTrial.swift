import CameraIO
import FrameSelect
import LaneSimulation

/// How well the chosen frames of one camera cover one vehicle, held against all that the camera gave.
struct CoverageRow: Codable, Sendable {
  let scenario: String
  let seed: UInt64
  let camera: String
  let chosen: Int
  /// How many of them were settled while the vehicle still drove.
  let settled: Int
  /// Part of the vehicle's length, or of its way towards the camera, that a chosen, sharp frame shows, of what the limit allows.
  let covered: Double
  /// The same for as many frames evenly over the time.
  let coveredByTime: Double
  /// Mean of the chosen frames' sharpness, each as part of the best frame's of its stretch.
  let sharpness: Double
  /// Chosen frames that show another place than any of the same drive without the stop; nil: it does not stop once.
  var strangers: Int?

  /// Whether the camera looks across the lane.
  let isAcross: Bool

  /// The marks: see `docs/guide/simulator.md`.
  static let leastCovered = 0.98
  static let leastCoveredAlong = 0.9
  static let leastSharpness = 0.9

  var isRight: Bool {
    let isCovered =
      isAcross ? covered >= max(Self.leastCovered, coveredByTime - 0.005) : covered >= Self.leastCoveredAlong
    return isCovered && sharpness >= Self.leastSharpness && (strangers ?? 0) <= 1
  }
}

/// What is known of a frame: where on the vehicle it looks, and how sharp it is.
struct SeenFrame: Sendable {
  /// Metres behind the nose.
  let place: Double
  let time: Double
  let sharpness: Double
  let isChosen: Bool
}

extension Trial {
  /// The part of a picture's width, to either side of its middle, that shows a vehicle straight on: half of the picture.
  static let straight = 0.25
  /// A camera that looks along the lane shows a vehicle as evidence from this part of the largest that it gets there on.
  static let leastShare = 0.1
  /// A camera in whose picture a vehicle never has this part shows nothing of it.
  static let leastSeen = 0.05

  /// One vehicle as a camera saw it.
  struct Seen: Sendable {
    /// Frames that were settled before the vehicle had left.
    let settled: Int
    /// How much there is to show, and how much of it a picture shows to either side: see `view(of:in:isAcross:limit:)`.
    let length: Double
    let reach: Double
    let frames: [SeenFrame]
    /// Where the vehicle was in all pictures of the camera, looked at or not.
    let places: [Double]
  }

  /// Plays the scenario, and the same without its stop, and measures what was chosen.
  func coverage(limit: Int) throws -> [CoverageRow] {
    let seen = try frames(ScenarioOptions(seed: seed), limit: limit)
    var unstopped: [CameraPosition: Seen] = [:]
    if ["stop", "stop-60"].contains(entry.name) {
      var options = ScenarioOptions(seed: seed)
      options.waitingSeconds = 0
      unstopped = try frames(options, limit: limit)
    }
    return seen.sorted { $0.key < $1.key }.compactMap { camera, vehicle in
      let (length, reach, frames) = (vehicle.length, vehicle.reach, vehicle.frames)
      func covered(_ some: [SeenFrame]) -> Double {
        let sharp = some.filter { Self.isSharp($0, among: frames, within: reach / 2) }
        return Self.covered(sharp.map(\.place), length, reach: reach)
      }
      let chosen = frames.filter(\.isChosen)
      let places = frames.map(\.place)
      let stretch = ((places.max() ?? 0) - (places.min() ?? 0)) / Double(max(limit, 1))
      let possible = min(Self.covered(vehicle.places, length, reach: reach), 2 * reach * Double(limit) / length)
      // The vehicle turned back before it came that far.
      guard possible > 0 else { return nil }
      var result = CoverageRow(
        scenario: entry.name, seed: seed, camera: camera.rawValue, chosen: chosen.count,
        settled: vehicle.settled,
        covered: min(1, covered(chosen) / possible),
        coveredByTime: min(1, covered(Self.evenly(frames, chosen.count)) / possible),
        sharpness: Self.meanSharpness(chosen, among: frames, stretch: stretch), isAcross: !camera.looksAlong)
      if let other = unstopped[camera] {
        result.strangers = Self.strangers(chosen, other.frames.filter(\.isChosen), within: stretch)
      }
      return result
    }
  }

  /// Every frame that the lane looked at, by camera; of scenarios with one vehicle.
  private func frames(
    _ options: ScenarioOptions, limit: Int
  ) throws -> [CameraPosition: Seen] {
    var considered: [ConsideredFrame] = []
    var settled: [CameraPosition: Int] = [:]
    let played = try play(entry.make(options), limit: limit) { event in
      switch event {
      case .settled(1, _, let chosen): for one in chosen { settled[one.candidate.frame.camera, default: 0] += 1 }
      case .ended(_, _, let frames): considered += frames
      case .began, .confirmed, .settled, .drafted, .dismissed: break
      }
    }
    guard let vehicle = played.pictures.passages.first else { return [:] }
    var result: [CameraPosition: Seen] = [:]
    for truth in played.pictures.truths {
      guard let camera = CameraPosition(rawValue: truth.camera),
        let view = Self.view(of: vehicle, in: truth, isAcross: !camera.looksAlong, limit: limit)
      else { continue }
      let frames = considered.filter { $0.camera == camera }.compactMap { frame -> SeenFrame? in
        let time = frame.time.seconds
        guard let near = view.places.min(by: { abs($0.at - time) < abs($1.at - time) }),
          abs(near.at - time) < 0.5 / rate
        else { return nil }
        return SeenFrame(
          place: near.place, time: time, sharpness: frame.score.sharpness * frame.score.exposure,
          isChosen: frame.disposition == .chosen)
      }
      result[camera] = Seen(
        settled: settled[camera] ?? 0, length: view.length, reach: view.reach, frames: frames,
        places: view.places.map(\.place))
    }
    return result
  }

  /// What one camera has to show of a vehicle: how much that is, how far to either side a picture shows it, and where the vehicle was when.
  ///
  /// Across the lane that is the vehicle's length in metres, and a picture shows the middle of itself straight on. Along the lane it is the way on
  /// which the vehicle can be seen, which counts 1, and a picture stands for as much to either side as pictures lie apart when all are even.
  private static func view(
    of vehicle: RecordingTruth.Passage, in truth: CameraTruth, isAcross: Bool, limit: Int
  ) -> (length: Double, reach: Double, places: [(at: Double, place: Double)])? {
    let seen = truth.pictures.compactMap { picture in
      picture.vehicles.first { $0.vehicle == vehicle.vehicle }.map { (at: picture.at, seen: $0) }
    }
    guard isAcross else {
      let largest = seen.map(\.seen.share).max() ?? 0
      guard largest >= leastSeen else { return nil }
      let near = seen.filter { $0.seen.share >= leastShare * largest }
      // Half by metres and half by how far it moves in the picture: neither what is far nor what is near may be left out.
      let moved = near.map { one in
        (one.seen.step < 0 ? -1 : 1)
          * (one.seen.shift[0] * one.seen.shift[0] + one.seen.shift[1] * one.seen.shift[1]).squareRoot()
      }
      let places = zip(spread(near.map(\.seen.position)), spread(runningSum(moved))).map { ($0 + $1) / 2 }
      return (1, 1 / Double(max(limit, 1)), zip(near, places).map { ($0.at, $1) })
    }
    // How many metres a picture is wide where the vehicle is.
    let widths = seen.map(\.seen).compactMap { one -> Double? in
      let shift = abs(one.shift[0]) + abs(one.shift[1])
      return abs(one.step) > 0.005 && shift > 1e-4 ? abs(one.step) / shift : nil
    }.sorted()
    guard !widths.isEmpty else { return nil }
    return (vehicle.lengthMetres, straight * widths[widths.count / 2], seen.map { ($0.at, $0.seen.position) })
  }

  /// The values from 0 for the least to 1 for the largest.
  private static func spread(_ values: [Double]) -> [Double] {
    guard let least = values.min(), let most = values.max(), most > least else { return values.map { _ in 0 } }
    return values.map { ($0 - least) / (most - least) }
  }

  private static func runningSum(_ values: [Double]) -> [Double] {
    var sum = 0.0
    return values.map { value in
      sum += value
      return sum
    }
  }

  /// Part of the vehicle's length that frames of these places show straight on.
  static func covered(_ places: [Double], _ length: Double, reach: Double) -> Double {
    var end = 0.0
    var sum = 0.0
    for place in places.sorted() {
      let from = max(place - reach, end)
      let to = min(place + reach, length)
      if to > from { sum += to - from }
      end = max(end, to)
    }
    return sum / length
  }

  /// Whether a frame is nearly as sharp as the best one that shows the same place.
  private static func isSharp(_ frame: SeenFrame, among frames: [SeenFrame], within distance: Double) -> Bool {
    let best = frames.filter { abs($0.place - frame.place) <= distance }.map(\.sharpness).max() ?? 0
    return frame.sharpness >= 0.75 * best
  }

  /// As many frames as near to even moments as there are.
  static func evenly(_ frames: [SeenFrame], _ count: Int) -> [SeenFrame] {
    guard let first = frames.first, let last = frames.last else { return [] }
    return (0..<count).compactMap { number in
      let moment = first.time + (last.time - first.time) * (Double(number) + 0.5) / Double(count)
      return frames.min { abs($0.time - moment) < abs($1.time - moment) }
    }
  }

  private static func meanSharpness(_ chosen: [SeenFrame], among frames: [SeenFrame], stretch: Double) -> Double {
    let parts = chosen.map { frame in
      let best = frames.filter { abs($0.place - frame.place) <= stretch / 2 }.map(\.sharpness).max() ?? 0
      return best > 0 ? frame.sharpness / best : 1
    }
    return parts.isEmpty ? 0 : parts.reduce(0, +) / Double(parts.count)
  }

  /// How many of `chosen` have no counterpart in `other` within so many metres.
  static func strangers(_ chosen: [SeenFrame], _ other: [SeenFrame], within distance: Double) -> Int {
    var left = other.map(\.place).sorted()
    var alone = 0
    for place in chosen.map(\.place).sorted() {
      if let near = left.firstIndex(where: { abs($0 - place) <= distance }) {
        left.remove(at: near)
      } else {
        alone += 1
      }
    }
    return alone
  }
}
