import CameraIO

/// What the frames of one camera are spread over: the place on the vehicle where it is known, the time otherwise.
enum SpreadAxis: Sendable, Equatable {
  /// Widths of the picture that the vehicle moved since the passage began.
  case displacement
  /// How far it went for the other cameras of the lane (`LaneWay`), where this one cannot tell.
  case lane
  /// Seconds since the camera's first candidate.
  case time

  /// The finest stretch there is: about a frame's worth at 30 frames a second, and at a walking pace.
  ///
  /// Powers of two, so that widening a stretch keeps its borders exact.
  var finestWidth: Double {
    switch self {
    case .displacement, .lane: 1 / 64
    case .time: 1 / 32
    }
  }
}

/// A piece of the passage as one camera saw it: its best frame, and what is known of the others.
struct Stretch: Sendable {
  /// Which piece: `place / width`, rounded down.
  var index: Int
  /// The frame that is held for it.
  var best: Candidate
  /// The best frame's number among all that were offered.
  var serial: Int
  /// Where on the axis the best frame is.
  var place: Double
  /// Places of all its frames.
  var places: ClosedRange<Double>
  /// Times of all its frames.
  var times: ClosedRange<MonotonicTime>
  /// How many frames were offered for it.
  var seen: Int
  /// The highest sharpness among them, whatever their exposure.
  var sharpest: Double

  init(index: Int, candidate: Candidate, serial: Int, place: Double) {
    self.index = index
    self.best = candidate
    self.serial = serial
    self.place = place
    self.places = place...place
    self.times = candidate.frame.time...candidate.frame.time
    self.seen = 1
    self.sharpest = candidate.score.sharpness
  }

  /// Whether this best frame is to be held rather than the other's; of equals the earlier is.
  func isBetter(than other: Stretch) -> Bool {
    let mine = best.score.quality
    let theirs = other.best.score.quality
    if mine != theirs { return mine > theirs }
    if best.frame.time != other.best.frame.time { return best.frame.time < other.best.frame.time }
    return serial < other.serial
  }

  /// Both as one, in the place of this one. The better of the two frames is held.
  func joined(with other: Stretch) -> Stretch {
    var joint = isBetter(than: other) ? self : other
    joint.index = index
    joint.places = min(places.lowerBound, other.places.lowerBound)...max(places.upperBound, other.places.upperBound)
    joint.times = min(times.lowerBound, other.times.lowerBound)...max(times.upperBound, other.times.upperBound)
    joint.seen = seen + other.seen
    joint.sharpest = max(sharpest, other.sharpest)
    return joint
  }
}

extension FrameScore {
  /// What frames are compared by: a burnt-out frame is no better than a blurred one.
  var quality: Double { sharpness * exposure }
}
