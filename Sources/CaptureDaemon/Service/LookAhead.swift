import CameraIO
import Foundation
import FrameSelect

/// Between the queue and the lane: the small grey pictures of frames that wait, made on the thread `look` before it is their turn.
///
/// Making them is nearly half of what the lane does with a frame, and needs to know nothing but the frame. Ten cameras are as much as one core
/// can look at; with this the lane's own thread keeps up. What the lane finds is the same: frames leave in the order of the queue.
final class LookAhead: Sendable {
  /// A frame at the lane's door, and its small picture, or why there is none, if somebody has made it.
  struct Arrival {
    let frame: Frame
    let picture: Result<LumaImage, LumaError>?
  }

  private enum Picture {
    case wanted
    case underWay
    case made(Result<LumaImage, LumaError>)

    var isUnderWay: Bool { if case .underWay = self { true } else { false } }
    var isWanted: Bool { if case .wanted = self { true } else { false } }
    var made: Result<LumaImage, LumaError>? { if case .made(let picture) = self { picture } else { nil } }
  }

  /// Frames that have left the queue and wait at most: work enough for the thread while the lane is away with one.
  private static let reach = 8

  private let queue: FrameQueue
  private let thread: NamedThread?
  private let door = Door()

  /// On a machine with one core nobody looks ahead.
  init(of queue: FrameQueue, cores: Int = ProcessInfo.processInfo.activeProcessorCount) {
    self.queue = queue
    thread = cores < 2 ? nil : NamedThread("look") { [door] in door.makePictures() }
  }

  /// Whether there will never be another frame.
  var isFinished: Bool { door.isEmpty && queue.isFinished }

  /// Frames at the door whose picture is made.
  var made: Int { door.made }

  /// The next frame; nil when none came within `seconds`. Only a lane that `looksAtAll` of them has pictures made of those behind it.
  func next(waitingAtMost seconds: Double, looksAtAll: Bool) -> Arrival? {
    guard let arrival = door.take() ?? queue.pop(waitingAtMost: seconds).map({ Arrival(frame: $0, picture: nil) })
    else { return nil }
    if looksAtAll, thread != nil {
      while door.count < Self.reach, let frame = queue.pop(waitingAtMost: 0) { door.add(frame) }
    }
    return arrival
  }

  /// Ends the thread.
  func close() async {
    door.close()
    await thread?.join()
  }

  /// The frames that are out of the queue and not with the lane.
  private final class Door: Sendable {
    private let condition = TimedCondition()
    nonisolated(unsafe) private var frames: [Frame] = []  // guarded by `condition`, as all of these
    nonisolated(unsafe) private var pictures: [Picture] = []
    /// How many frames have left: the number of the first that waits.
    nonisolated(unsafe) private var first = 0
    nonisolated(unsafe) private var isClosed = false

    /// For ever, as near as makes no difference: whoever waits is woken. A picture that never comes is for the watchdog.
    private static let always = Double.infinity

    var count: Int { condition.withLock { unsafe frames.count } }
    var isEmpty: Bool { count == 0 }
    var made: Int { condition.withLock { unsafe pictures.count { $0.made != nil } } }

    func add(_ frame: Frame) {
      condition.withLock {
        unsafe frames.append(frame)
        unsafe pictures.append(.wanted)
        condition.wakeAll()
      }
    }

    /// The first frame. A picture that is under way is waited for; one that nobody has begun is the lane's to make.
    func take() -> Arrival? {
      condition.withLock {
        guard unsafe !frames.isEmpty else { return nil }
        _ = condition.wait(atMost: Self.always) { unsafe !pictures[0].isUnderWay }
        unsafe first += 1
        let frame = unsafe frames.removeFirst()
        return unsafe Arrival(frame: frame, picture: pictures.removeFirst().made)
      }
    }

    /// On the thread `look`, until closed.
    func makePictures() {
      var decoders: [CameraPosition: LumaDecoder] = [:]
      let stream = CoefficientStream()
      while let (number, frame) = nextWanted() {
        let decoder = decoders[frame.camera] ?? LumaDecoder(sharing: stream)
        decoders[frame.camera] = decoder
        let picture = Result { () throws(LumaError) in try decoder.decode(frame) }
        condition.withLock {
          // It is still there: the lane waits for what is under way.
          unsafe pictures[number - first] = .made(picture)
          condition.wakeAll()
        }
      }
    }

    private func nextWanted() -> (Int, Frame)? {
      condition.withLock {
        var wanted: Int?
        _ = condition.wait(atMost: Self.always) {
          wanted = unsafe pictures.firstIndex(where: \.isWanted)
          return unsafe wanted != nil || isClosed
        }
        guard let wanted, unsafe !isClosed else { return nil }
        unsafe pictures[wanted] = .underWay
        return unsafe (first + wanted, frames[wanted])
      }
    }

    func close() {
      condition.withLock {
        unsafe isClosed = true
        condition.wakeAll()
      }
    }
  }
}
