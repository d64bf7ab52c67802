/// A camera that sets its own exposure, late and too much: what makes pictures pump when a bright or dark vehicle comes.
struct ExposureControl: Sendable, Equatable {
  /// How much of what is missing is made up for at each step; beyond 1 it swings.
  var strength: Double
  /// Pictures between steps, and pictures that a step takes to be seen.
  var every: Int
  var delay: Int
}

/// The state of one camera's control, picture by picture.
struct ExposureLoop: Sendable {
  let control: ExposureControl
  /// The factor on the light now.
  private(set) var gain = 1.0
  private var wanted = 1.0
  private var pending: [(frame: Int, gain: Double)] = []
  private var target: Double?

  init(_ control: ExposureControl) { self.control = control }

  /// Takes in the mean luma of picture `frame` before any gain; what it shows then is the new `gain`.
  mutating func observe(_ mean: Double, frame: Int) {
    while let first = pending.first, frame >= first.frame {
      gain = first.gain
      pending.removeFirst()
    }
    // The empty lane is what the camera was set up for.
    let target = self.target ?? mean
    self.target = target
    guard frame % control.every == 0 else { return }
    let missing = target / max(mean * gain, 1)
    wanted = min(max(wanted * (1 + control.strength * (missing - 1)), 0.35), 2.2)
    pending.append((frame + control.delay, wanted))
  }
}
