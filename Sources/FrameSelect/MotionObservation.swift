/// What one look at one camera says: is there something the size of a vehicle, where, and does it move?
public struct MotionObservation: Sendable, Equatable {
  /// How much of the zone the largest thing fills that is not background, 0 to 1.
  public var presence: Double
  /// How much of the zone differs from the background, all things together, 0 to 1.
  public var changed: Double
  /// Where the largest thing is; nil when there is none.
  public var box: PictureBox?
  /// How much of its box the largest thing fills, as far as the box lies in the zone: solid things more than half.
  public var fill: Double
  /// How much of the largest thing has another structure than the background behind it, 0 (only light) to 1 (solid matter).
  public var structure: Double
  /// How much of the largest thing moved within the last quarter second, 0 to 1.
  public var moving: Double
  /// How much brighter the whole picture is than the background was: 1 means as bright.
  public var gain: Double

  /// What one look says.
  public init(
    presence: Double, changed: Double = 0, box: PictureBox? = nil, fill: Double = 1, structure: Double = 1,
    moving: Double = 0, gain: Double = 1
  ) {
    self.presence = presence
    self.changed = changed
    self.box = box
    self.fill = fill
    self.structure = structure
    self.moving = moving
    self.gain = gain
  }

  /// Nothing there.
  public static let empty = MotionObservation(presence: 0)
}
