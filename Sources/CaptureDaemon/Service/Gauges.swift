import CameraIO
import Foundation
import Uploader

/// Figures that are looked up when somebody asks for the metrics: cameras, outbox, disk, clock, the process itself.
struct Gauges: Sendable {
  let metrics: Metrics
  let counters: CameraCounters
  let positions: [CameraPosition]
  let pool: FramePool
  let outbox: Outbox
  let line: CloudLine
  let stateFolder: String
  /// The outbox may be waiting for its disk; a scraper does not.
  private let patience = PatientAsk(patience: .milliseconds(500))

  /// A camera whose last frame is older than this is down.
  static let cameraSilenceSeconds = 2.0

  func refresh() async {
    cameras()
    frameMemory()
    await patience.ask { await passages() }
    if let date = line.client.lastServerDate {
      let offset = Date().timeIntervalSince1970 - date.serverSeconds()
      metrics.set("capture_clock_offset_seconds", to: offset, help: "This clock minus the cloud's.")
    }
    let use = ResourceUse.now
    metrics.set(
      "process_cpu_seconds_total", .counter, to: use.cpuSeconds, help: "User and system time of the process.")
    if let resident = ResourceUse.residentBytes {
      metrics.set("process_resident_memory_bytes", to: Double(resident), help: "Memory resident now.")
    }
    metrics.set("process_peak_memory_bytes", to: Double(use.peakMemoryBytes), help: "Most memory resident at once.")
  }

  /// Counters that survive a restart: seen = delivered + pending + open + quarantined + interrupted + refused.
  private func note(_ books: OutboxBooks) {
    let accounts = [
      ("seen", books.seen), ("delivered", books.delivered), ("pending", books.pending), ("open", books.open),
      ("quarantined", books.quarantined), ("interrupted", books.interrupted), ("refused", books.refused),
      ("discarded", books.discarded),
    ]
    for (account, count) in accounts {
      metrics.set(
        "capture_outbox_books", ["account": account], to: Double(count),
        help: "Passages ever seen, and what became of them; the others add up to seen.")
    }
  }

  private func cameras() {
    let now = MonotonicClock.now
    for position in positions {
      let counts = counters[position]
      let name = position.rawValue
      metrics.set(
        "capture_frames_total", .counter, ["camera": name], to: Double(counts.frames), help: "Frames that came.")
      metrics.set(
        "capture_frames_missed_total", .counter, ["camera": name], to: Double(counts.missed),
        help: "Frames that the driver left out, by gaps in its count.")
      metrics.set(
        "capture_frames_skipped_total", .counter, ["camera": name], to: Double(counts.skipped),
        help: "Frames that the camera left out without a gap in the driver's count, by their times.")
      metrics.set(
        "capture_camera_openings_total", .counter, ["camera": name], to: Double(counts.openings),
        help: "Times that the device was opened.")
      metrics.set(
        "capture_control_drifts_total", .counter, ["camera": name], to: Double(counts.controlDrifts),
        help: "Controls that somebody else changed, and that were set again.")
      for reason in DropReason.allCases {
        metrics.set(
          "capture_frames_dropped_total", .counter, ["camera": name, "reason": reason.rawValue],
          to: Double(counts.dropped[reason] ?? 0), help: "Frames that were not kept, by reason.")
      }
      let isUp = counts.lastFrameAt.map { now - $0 < Self.cameraSilenceSeconds } ?? false
      metrics.set("capture_camera_up", ["camera": name], to: isUp ? 1 : 0, help: "1 while frames come.")
    }
  }

  /// What frames take of `capture.memory`: when they take all of it, new ones are dropped.
  private func frameMemory() {
    for (use, bytes) in [("frames", pool.bytesInUse), ("kept", pool.bytesFree)] {
      metrics.set(
        "capture_frame_memory_bytes", ["use": use], to: Double(bytes),
        help: "Memory for frames: held by frames now, and kept for the next ones.")
    }
    metrics.set(
      "capture_frame_memory_budget_bytes", to: Double(pool.byteBudget),
      help: "The most that frames may take: capture.memory.")
  }

  private func passages() async {
    // While the outbox is closing down, or waits for its disk, these figures stay as they were.
    guard let depth = try? await outbox.depth() else { return }
    for state in ImageSetResult.State.allCases {
      let count = depth.byState.filter { ImageSetResult.State(of: $0.key) == state }.values.reduce(0, +)
      metrics.set(
        "capture_outbox_image_sets", ["state": state.rawValue], to: Double(count), help: "Image sets by state.")
    }
    if let books = try? await outbox.books() { note(books) }
    let age = depth.oldestRecDate.map { max(0, Date().timeIntervalSince1970 - Double($0)) } ?? 0
    metrics.set("capture_outbox_oldest_seconds", to: age, help: "Age of the oldest passage still owed.")
    metrics.set("capture_storage_bytes", to: Double(depth.bytes), help: "Bytes of images on disk.")
  }
}
