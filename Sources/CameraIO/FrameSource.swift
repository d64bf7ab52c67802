/// What came when a source was asked for its next frame.
public enum FrameArrival: Sendable {
  /// A picture.
  case frame(Frame)
  /// A picture came, but there was no room or it was not whole; counted by reason.
  case dropped(DropReason)
  /// None within the time allowed: ask again, or suspect the camera.
  case nothing
  /// There will never be another one.
  case endOfStream
}

/// Why a frame was not kept.
public enum DropReason: String, Sendable, CaseIterable {
  /// The pool's budget is used up.
  case pool
  /// The lane was busy and the oldest frame gave way.
  case lane
  /// The bytes were not a whole picture.
  case damaged
  /// The driver itself says that the picture is spoilt.
  case error
  /// A later picture overtook it.
  case late
}

/// Where frames come from, one camera each: a recording now, a V4L2 device by the same seam.
///
/// A source is used by one thread at a time (its grabber) and does not start any itself.
public protocol FrameSource: AnyObject {
  /// The camera whose frames these are.
  var camera: CameraPosition { get }
  /// Frames a second that the source promises.
  var nominalRate: Double { get }
  /// How many times what is behind the source was opened: between two openings frames are lost that nobody left out.
  var openings: Int { get }
  /// The next frame, copied once into `pool`. Waits at most `seconds` (a recording that is read at full speed never waits).
  func next(into pool: FramePool, waitingAtMost seconds: Double) throws(CameraError) -> FrameArrival
}

extension FrameSource {
  /// Once, for whatever is not opened anew.
  public var openings: Int { 1 }
}
