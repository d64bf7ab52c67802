import CameraIO
import FrameSelect
import LaneSimulation

/// How well the chosen frames of one camera cover one vehicle, held against all that the camera gave.
struct CameraCoverage: Codable, Sendable {
  let scenario: String
  let seed: UInt64
  let camera: String
  let chosen: Int
  /// Part of the vehicle's length that a chosen, sharp frame shows straight on, of what the limit allows.
  let covered: Double
  /// The same for as many frames evenly over the time.
  let coveredByTime: Double
  /// Mean of the chosen frames' sharpness, each as part of the best frame's of its stretch.
  let sharpness: Double
  /// Chosen frames that show another place than any of the same drive without the stop; nil: it does not stop once.
  var strangers: Int?

  /// The marks: see `docs/guide/simulator.md`.
  static let leastCovered = 0.98
  static let leastSharpness = 0.9

  var isRight: Bool {
    covered >= Self.leastCovered && covered >= coveredByTime - 0.005 && sharpness >= Self.leastSharpness
      && (strangers ?? 0) <= 1
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
  /// Cameras that look across the lane at its middle.
  static let across: Set<CameraPosition> = [.bottomLeft, .bottomRight, .topLeft, .topRight, .roofLeft, .roofRight]
  /// Metres to either side of a camera's axis that it sees straight on: half of what the nearest ones see at all.
  static let reach = 0.4

  /// Plays the scenario, and the same without its stop, and measures what was chosen.
  func coverage(limit: Int) throws -> [CameraCoverage] {
    let seen = try frames(ScenarioOptions(seed: seed), limit: limit)
    var unstopped: [CameraPosition: (length: Double, frames: [SeenFrame])] = [:]
    if ["stop", "stop-60"].contains(entry.name) {
      var options = ScenarioOptions(seed: seed)
      options.waitingSeconds = 0
      unstopped = try frames(options, limit: limit)
    }
    return seen.sorted { $0.key < $1.key }.map { camera, vehicle in
      let (length, frames) = vehicle
      let chosen = frames.filter(\.isChosen)
      let stretch = (length + 2 * Self.reach) / Double(max(limit, 1))
      let possible = min(
        Self.covered(frames.filter { Self.isSharp($0, among: frames) }, length), 2 * Self.reach * Double(limit) / length
      )
      let byTime = Self.evenly(frames, chosen.count)
      var result = CameraCoverage(
        scenario: entry.name, seed: seed, camera: camera.rawValue, chosen: chosen.count,
        covered: Self.covered(chosen.filter { Self.isSharp($0, among: frames) }, length) / max(possible, 1e-9),
        coveredByTime: Self.covered(byTime.filter { Self.isSharp($0, among: frames) }, length) / max(possible, 1e-9),
        sharpness: Self.meanSharpness(chosen, among: frames, stretch: stretch))
      if let other = unstopped[camera] {
        result.strangers = Self.strangers(chosen, other.frames.filter(\.isChosen), within: stretch)
      }
      return result
    }
  }

  /// Every frame that the lane looked at, of cameras that look across, by camera; of scenarios with one vehicle.
  private func frames(
    _ options: ScenarioOptions, limit: Int
  ) throws -> [CameraPosition: (length: Double, frames: [SeenFrame])] {
    var considered: [ConsideredFrame] = []
    let (pictures, _) = try play(entry.make(options), limit: limit) { event in
      if case .ended(_, _, let frames) = event { considered += frames }
    }
    guard let vehicle = pictures.passages.first else { return [:] }
    var result: [CameraPosition: (length: Double, frames: [SeenFrame])] = [:]
    for truth in pictures.truths {
      guard let camera = CameraPosition(rawValue: truth.camera), Self.across.contains(camera) else { continue }
      let places = truth.pictures.compactMap { picture in
        picture.vehicles.first { $0.vehicle == vehicle.vehicle }.map { (at: picture.at, place: $0.position) }
      }
      let frames = considered.filter { $0.camera == camera }.compactMap { frame -> SeenFrame? in
        let time = frame.time.seconds
        guard let near = places.min(by: { abs($0.at - time) < abs($1.at - time) }), abs(near.at - time) < 0.5 / rate
        else {
          return nil
        }
        return SeenFrame(
          place: near.place, time: time, sharpness: frame.score.sharpness * frame.score.exposure,
          isChosen: frame.disposition == .chosen)
      }
      result[camera] = (vehicle.lengthMetres, frames)
    }
    return result
  }

  /// Part of the vehicle's length that the frames show straight on.
  static func covered(_ frames: [SeenFrame], _ length: Double) -> Double {
    var end = 0.0
    var sum = 0.0
    for place in frames.map(\.place).sorted() {
      let from = max(place - reach, end)
      let to = min(place + reach, length)
      if to > from { sum += to - from }
      end = max(end, to)
    }
    return sum / length
  }

  /// Whether a frame is nearly as sharp as the best one that shows the same place.
  private static func isSharp(_ frame: SeenFrame, among frames: [SeenFrame]) -> Bool {
    let best = frames.filter { abs($0.place - frame.place) <= reach / 2 }.map(\.sharpness).max() ?? 0
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
