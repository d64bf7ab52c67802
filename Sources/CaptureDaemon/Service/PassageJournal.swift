import CameraIO
import FrameSelect
import Foundation
import Logging
import Uploader

/// Names the passages of a live lane, and tells log and metrics what becomes of them.
final class PassageJournal: Sendable {
  let log: Logger
  private let metrics: Metrics
  private let calendar: LaneCalendar
  private let lock = NSLock()
  nonisolated(unsafe) private var ids: [Int: PassageID] = [:]  // guarded by `lock`
  nonisolated(unsafe) private var leftAt: [PassageID: Double] = [:]  // guarded by `lock`

  /// The longest way to the cloud that is still measured.
  private static let longestSeconds = 86_400.0

  init(log: Logger, metrics: Metrics, calendar: LaneCalendar) {
    self.log = log
    self.metrics = metrics
    self.calendar = calendar
  }

  func began(_ number: Int, _ at: MonotonicTime) {
    let id = PassageIdentity.live.passageID(from: at, wallMilliseconds: calendar.wallMilliseconds(at))
    lock.withLock { unsafe ids[number] = id }
  }

  func id(of number: Int) -> PassageID? { lock.withLock { unsafe ids[number] } }

  func dismissed(_ number: Int, _ reason: String) -> PassageID? {
    log.debug("no vehicle: \(reason)")
    return lock.withLock { unsafe ids.removeValue(forKey: number) }
  }

  /// The name of a passage that is over; remembers when the vehicle had left.
  func ended(_ passage: Passage) -> PassageID {
    metrics.add(
      to: "capture_passages_total", ["direction": passage.direction.rawValue], help: "Vehicles that went through.")
    let known = lock.withLock { unsafe ids.removeValue(forKey: passage.number) }
    let id =
      known
      ?? PassageIdentity.live.passageID(
        from: passage.from, wallMilliseconds: calendar.wallMilliseconds(passage.from))
    let now = MonotonicClock.seconds
    lock.withLock {
      // What is not delivered within a day is told by the age of the outbox, and no longer by this.
      unsafe leftAt = leftAt.filter { now - $0.value < Self.longestSeconds }
      unsafe leftAt[id] = passage.to.seconds
    }
    return id
  }

  func kept(_ id: PassageID, _ passage: Passage, _ result: ImageSetResult) {
    let seconds = JSONLine.number(passage.to - passage.from, decimals: 1).text
    let figures = "\(passage.direction.rawValue), \(seconds) s, \(result.images) images"
    let text = "passage \(id): \(figures)\(Self.plate(passage))\(Self.silence(passage)), \(result.state.rawValue)"
    if result.state == .rejected {
      log.error("\(text): \(result.reason ?? "")")
    } else {
      log.info("\(text)\(result.reason.map { ": \($0)" } ?? "")")
      observe("stored", id)
    }
  }

  private static func plate(_ passage: Passage) -> String {
    guard let best = passage.bestPlate else { return "" }
    return ", \(best.words)" + (best.isLargeEnough ? "" : " (too small)")
  }

  private static func silence(_ passage: Passage) -> String {
    guard !passage.absences.isEmpty else { return "" }
    let cameras = passage.absences.sorted { $0.key < $1.key }.map { camera, seconds in
      "\(camera.rawValue) for \(JSONLine.number(seconds, decimals: 1).text) s"
    }
    return ", without \(cameras.joined(separator: " and "))"
  }

  /// The cloud has listed every image of it.
  func delivered(_ id: PassageID) {
    observe("delivered", id)
    lock.withLock { unsafe leftAt[id] = nil }
  }

  private func observe(_ stage: String, _ id: PassageID) {
    guard let left = lock.withLock({ unsafe leftAt[id] }) else { return }
    metrics.observe(
      MonotonicClock.seconds - left, in: "capture_passage_seconds", ["stage": stage],
      help: "From the vehicle's leaving to stored on disk, and to delivered.")
  }

  /// Frames of each camera that were no whole pictures.
  func note(damaged: [CameraPosition: Int]) {
    for (camera, count) in damaged {
      metrics.set(
        "capture_frames_dropped_total", .counter, ["camera": camera.rawValue, "reason": "undecodable"],
        to: Double(count), help: "Frames that were not kept, by reason.")
    }
  }

  /// Frames of each camera that the lane looked at: all of them while something stirs, a few a second while nothing does.
  func note(looks: [CameraPosition: Int]) {
    for (camera, count) in looks {
      metrics.set(
        "capture_frames_looked_at_total", .counter, ["camera": camera.rawValue], to: Double(count),
        help: "Frames that the lane looked at; those looked at again because something stirred count again.")
    }
  }
}
