import CameraIO

/// Two cameras at the same place on both sides of the lane see a vehicle come and go at nearly the same time.
///
/// Light that lingers, a strip in the door or a branch that goes on as the vehicle is before one of them, and only ever makes the time longer. So where one
/// saw the vehicle come out of nothing, or go until hardly anything of it was left, the other one is not believed that saw it much earlier, or later.
extension PassageSegmenter {
  /// Seconds that the two may differ by: they look from a little before and behind, and what comes from afar one notices earlier. Of rendered
  /// vehicles it is 0.8 at most.
  private static let oppositeSeconds = 1.0

  /// A passage that is over, without what one camera of two alone has seen.
  func believed(_ passage: OpenPassage) -> OpenPassage {
    var believed = passage
    for camera in cameras.indices where passage.claims[camera] != nil && delivers(camera) {
      let opposite = cameras[camera].camera.opposite
      guard let other = cameras.firstIndex(where: { $0.camera == opposite }), delivers(other),
        let witness = passage.claims[other].flatMap({ cameras[other].run(of: $0) })
      else { continue }
      let (seen, told) = (passage.views[camera], passage.views[other])
      if let entered = seen.entered, let came = told.entered, witness.since == came, witness.cameFromNothing,
        !seen.isEntryReckoned, !told.isEntryReckoned, came - entered > Self.oppositeSeconds
      {
        believed.views[camera].entered = came
      }
      if let left = seen.left, let went = told.left, witness.lastPresent == went, witness.hasFaded,
        !seen.isExitReckoned, !told.isExitReckoned, left - went > Self.oppositeSeconds
      {
        believed.views[camera].left = went
      }
    }
    return believed
  }
}
