/// How far the lane is behind, for it to say at how many frames it looks.
///
/// The encoders have what the lane leaves over. On a machine that is too slow for both, a lane that looked at every frame would find every
/// vehicle and have pictures of none before the traffic pauses.
enum LaneLag {
  /// So many seconds of pictures that wait are as bad as one of frames: pictures may be late, frames are lost.
  private static let picturesForFrames = 10.0
  /// Pictures alone never make the lane look so seldom that it might miss a vehicle.
  private static let mostForPictures = 1.0

  /// `frames`: seconds of frames that wait for the lane. `pictures`: seconds until the pictures that wait are made, as fast as the last ones were.
  static func seconds(frames: Double, pictures: Double) -> Double {
    max(frames, min(pictures / picturesForFrames, mostForPictures))
  }
}
