import CameraIO

/// One camera's eyes: small pictures, motion, displacement, one after the other.
struct CameraWatch {
  /// What one frame said.
  struct Look {
    let motion: MotionObservation
    let displacement: Displacement?
    let travel: Travel
    let swept: Double

    /// Where on the thing the frame looks, in widths of the picture since it appeared; nil when displacement cannot tell.
    var position: Double? { travel.isKnown ? travel.position : nil }

    func observation(of camera: CameraPosition, at time: MonotonicTime) -> PassageSegmenter.Observation {
      PassageSegmenter.Observation(
        camera: camera, time: time, presence: motion.presence, isMoving: motion.moving >= CameraWatch.movingShare,
        fill: motion.fill, travel: travel, swept: swept)
    }
  }

  /// The share of a thing's cells that must have moved: rain and blinkers move fewer.
  static let movingShare = 0.05
  /// The share of the picture that a box's centre moves between two pictures at most.
  static let largestStep = 0.12
  /// Seconds of emptiness after which the next thing is another one.
  static let forgetSeconds = 0.3

  private let decoder = LumaDecoder()
  private let forward: LaneCamera.Way?
  private var detector: MotionDetector
  private var estimator = DisplacementEstimator()
  private var travel: Travel
  private var lastPresent: MonotonicTime?
  private var lastBox: PictureBox?
  private var sweep = (x: 0.0, y: 0.0)
  private var swept = 0.0

  init(camera: LaneCamera, thresholds: MotionDetector.Thresholds) {
    detector = MotionDetector(zone: camera.zone, thresholds: thresholds)
    forward = camera.forward
    travel = Travel(forward: camera.forward)
  }

  mutating func look(at frame: Frame, isHeld: Bool) throws(LumaError) -> Look {
    look(at: try decoder.decode(frame), time: frame.time, isHeld: isHeld)
  }

  mutating func look(at picture: LumaImage, time: MonotonicTime, isHeld: Bool) -> Look {
    let motion = detector.observe(picture, at: time, isHeld: isHeld)
    if let box = motion.box {
      // Something at another place than a moment ago is another thing.
      let isAnother = lastBox.map { !$0.overlaps(box) } ?? true
      if isAnother { estimator = DisplacementEstimator() }
      if isAnother || lastPresent.map({ time - $0 >= Self.forgetSeconds }) ?? true { travel = Travel(forward: forward) }
      follow(box, isAnother: isAnother)
      lastBox = box
      lastPresent = time
    }
    let displacement = estimator.observe(picture, at: time, foreground: detector.foreground)
    travel.add(displacement, at: time)
    return Look(motion: motion, displacement: displacement, travel: travel, swept: swept)
  }

  /// The way of the box's centre, for things that are too smooth or too fast to measure. Jumps are other things that joined, not motion.
  private mutating func follow(_ box: PictureBox, isAnother: Bool) {
    guard let lastBox, !isAnother else {
      sweep = (0, 0)
      swept = 0
      return
    }
    let step = (x: box.centre.x - lastBox.centre.x, y: box.centre.y - lastBox.centre.y)
    guard max(abs(step.x), abs(step.y)) <= Self.largestStep else { return }
    sweep = (sweep.x + step.x, sweep.y + step.y)
    swept = max(swept, abs(sweep.x), abs(sweep.y))
  }
}
