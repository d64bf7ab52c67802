import CameraIO

/// One camera's eyes: small pictures, what is in front of the place in them, and how that moves.
struct CameraWatch {
  private let decoder: LumaDecoder
  private let workspace = CellWorkspace()
  private var detector: MotionDetector

  /// Watches of one lane share `stream`.
  init(
    camera: LaneCamera, thresholds: MotionDetector.Thresholds, sharing stream: CoefficientStream = CoefficientStream()
  ) {
    decoder = LumaDecoder(sharing: stream)
    detector = MotionDetector(zone: camera.zone, forward: camera.forward, thresholds: thresholds)
  }

  /// Whether the last picture showed nearly something.
  var isWary: Bool { detector.isWary }

  mutating func look(
    at frame: Frame, _ picture: Result<LumaImage, LumaError>?, time: MonotonicTime, isHeld: Bool
  ) throws(LumaError) -> [Thing] {
    let small = if let picture { try picture.get() } else { try decoder.decode(frame) }
    return look(at: small, time: time, isHeld: isHeld)
  }

  mutating func look(at picture: LumaImage, time: MonotonicTime, isHeld: Bool) -> [Thing] {
    detector.observe(picture, at: time, isHeld: isHeld, in: workspace).filter { $0.blob.area > 0 }.map { track in
      var thing = Thing(
        track: track.number, appeared: track.confinement.cameOut ?? track.since,
        presence: detector.share(track.blob.area), isMoving: track.isMoving, box: detector.box(of: track.blob),
        fill: detector.fill(of: track.blob), travel: track.travel, swept: track.swept)
      thing.own = Double(track.blob.own) / Double(max(1, track.blob.area))
      thing.body = track.body
      thing.isConfined = track.confinement.isConfined
      thing.partedFrom = track.partedFrom
      thing.isLeftover = track.isLeftover
      thing.aspect = Double(picture.width) / Double(picture.height)
      return thing
    }
  }
}
