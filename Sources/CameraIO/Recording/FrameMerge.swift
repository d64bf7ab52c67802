/// Plays the cameras of a recording on one thread, in one order that never changes: by time, then by camera position.
///
/// It looks one frame ahead in every source, so at any moment it holds at most one frame per camera.
public final class FrameMerge {
  /// What comes next.
  public enum Arrival: Sendable {
    /// The earliest frame of all cameras.
    case frame(Frame)
    /// A picture of this camera was not whole, or there was no room for it.
    case dropped(CameraPosition, DropReason)
    /// This camera has no more frames; what was wrong with its file.
    case cameraEnded(CameraPosition, RecordingDamage)
    /// The pool stayed full for as long as one may wait; ask again.
    case nothing
    /// No camera has any more.
    case endOfStream
  }

  private struct Feed {
    let source: any FrameSource
    var ahead: Frame?
    var isAtEnd = false
  }

  private var feeds: [Feed]

  /// Sources of different cameras, in any order.
  public init(_ sources: [any FrameSource]) {
    feeds = sources.sorted { $0.camera < $1.camera }.map { Feed(source: $0) }
  }

  /// The cameras, in the order of their positions.
  public var cameras: [CameraPosition] { feeds.map(\.source.camera) }

  /// The next thing that happens on any camera.
  ///
  /// Waits at most `seconds` for memory in the pool. Throws what a source throws; the merge can be asked again, but that
  /// camera's order is then not sure any more.
  public func next(into pool: FramePool, waitingAtMost seconds: Double) throws(CameraError) -> Arrival {
    for index in feeds.indices where feeds[index].ahead == nil && !feeds[index].isAtEnd {
      let camera = feeds[index].source.camera
      switch try feeds[index].source.next(into: pool, waitingAtMost: seconds) {
      case .frame(let frame): feeds[index].ahead = frame
      case .dropped(let reason): return .dropped(camera, reason)
      case .nothing: return .nothing
      case .endOfStream:
        feeds[index].isAtEnd = true
        return .cameraEnded(camera, (feeds[index].source as? RecordingSource)?.damage ?? RecordingDamage())
      }
    }
    var earliest: (index: Int, time: MonotonicTime)?
    for index in feeds.indices {
      guard let time = feeds[index].ahead?.time else { continue }
      if let found = earliest, found.time <= time { continue }
      earliest = (index, time)
    }
    guard let earliest, let frame = feeds[earliest.index].ahead else { return .endOfStream }
    feeds[earliest.index].ahead = nil
    return .frame(frame)
  }
}
