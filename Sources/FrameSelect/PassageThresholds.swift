extension PassageSegmenter {
  /// Where the lines are drawn between nothing, something and a vehicle; fractions are of the zone, times in seconds.
  public struct Thresholds: Sendable, Equatable {
    /// Something is there: a few cells, above the flicker of noise. Where a passage begins and ends.
    public var trace = 0.006
    /// Something stirs that may become a vehicle: from here on its pictures are kept.
    public var notice = 0.02
    /// What only a vehicle fills. A camera that watches vehicles shows them larger than this; people are below 0.02 each in a camera that sees a whole vehicle.
    public var vehicle = 0.05
    /// How much of its box a vehicle fills: a slanted one half of it, a loose group of people less.
    public var solid = 0.4
    /// Where several cameras look: the size from which on a thing's shape is looked at. From close by a dog is as large as a car from afar.
    public var large = 0.2
    /// Frames in which it must then have a vehicle's shape.
    public var leastLongFrames = 4
    /// Cameras that must see that, as far as there are so many.
    public var leastCameras = 2
    /// The share of those that deliver, for one that comes while another vehicle is there; where one of them is certain, half of it.
    public var leastShareBehind = 0.3
    /// What is so large in one camera is a vehicle: at once where no more than two look, and otherwise when it has left and no camera objects.
    public var certain = 0.6
    /// Frames of that size that are needed: one may be a flash.
    public var leastFrames = 3
    /// Widths of the picture that a vehicle must have gone: leaves, flags and lamps stay where they are.
    public var travel = 0.06
    /// Where several cameras look: widths of the picture that one of them must have seen it go beyond doubt. Lamps that sweep over a dark
    /// lane reach 0.11, a nose that comes in and goes out again 0.22.
    public var borneOut = 0.15
    /// The same by its box alone, as a share of the picture, where displacement cannot be measured: boxes wobble, so more of it.
    public var sweep = 0.15
    /// Where several cameras look: the share of what stands that has a structure of its own. Of rendered vehicles it is a quarter at least,
    /// of what their lamps leave behind seven hundredths.
    public var bare = 0.12
    /// The share of it from which on much of it has: of lamps on a floor it is a tenth on the average, of vehicles behind a film of dirt a half
    /// and more.
    public var ownShare = 0.4
    /// Seconds between trace and notice of a vehicle that comes or goes: at 5 km/h it moves a third of a metre in that time.
    public var lingerSeconds = 0.25
    /// Seconds of emptiness in one camera between two vehicles; less is a flicker.
    public var splitSeconds = 0.3
    /// Seconds of emptiness of all cameras within one passage: a vehicle between two fields of view.
    public var holdSeconds = 0.5
    /// Seconds of emptiness in one camera after which a vehicle is likely to have left its picture.
    public var leavingSeconds = 0.1
    /// Seconds without a frame after which a camera is no longer waited for.
    public var stallSeconds = 1.0
    /// Seconds in which something must have proved to be a vehicle.
    public var patienceSeconds = 20.0

    /// The values that hold everywhere so far.
    public init() {}

    /// Whether something is there: it moves, or it is large enough to be a vehicle that stands. What is small and still is left behind
    /// or part of the place.
    func isThere(_ thing: Thing) -> Bool {
      thing.presence >= trace && (thing.isMoving || thing.presence >= vehicle)
    }

    /// Whether it stands and shows hardly any structure of its own: the place in another light, or one that was thought to look otherwise.
    /// The smooth side of a vehicle may look so in one camera, but not in all.
    func isBare(_ thing: Thing) -> Bool { !thing.isMoving && thing.own < bare }

    /// Whether it looks like a vehicle in this one frame.
    func isVehicleLike(_ thing: Thing) -> Bool {
      thing.presence >= vehicle && thing.fill >= solid
    }
  }
}
