import CameraIO

/// The names of one image set's pictures: `roofLeft_57.webp`.
///
/// The number is the frame's tick on the lane's common time base: seconds since the passage began times the nominal rate,
/// rounded. So pictures of different cameras with the same number show the same moment. It is never a running number.
public struct ImageName: Sendable {
  /// The largest number: more than nine hours at 30 frames a second.
  public static let largestTick = 999_999

  private let began: MonotonicTime
  private let nominalRate: Double
  private var taken: [CameraPosition: Set<Int>] = [:]

  /// Names for the pictures of a passage that began at `began`, in a lane that runs at `nominalRate` frames a second.
  public init(passageBegan began: MonotonicTime, nominalRate: Double) {
    self.began = began
    self.nominalRate = nominalRate
  }

  /// The tick of a moment, 0...999999; frames from before the beginning count as 0.
  public func tick(of time: MonotonicTime) -> Int {
    let ticks = ((time - began) * nominalRate).rounded()
    return ticks.isFinite ? Int(min(max(ticks, 0), Double(Self.largestTick))) : 0
  }

  /// A name for a picture of `camera` at `time` that no other picture of this set has.
  ///
  /// When the camera is faster than the nominal rate and the tick is taken, the next free one is; so call it in order
  /// of time.
  public mutating func next(camera: CameraPosition, time: MonotonicTime) -> String {
    var used = taken[camera] ?? []
    let wanted = tick(of: time)
    let free = (wanted...Self.largestTick).first { !used.contains($0) }
    let number = free ?? (0...wanted).last { !used.contains($0) } ?? wanted
    used.insert(number)
    taken[camera] = used
    return "\(camera.rawValue)_\(number).webp"
  }
}
