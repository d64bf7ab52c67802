import CameraIO
import FrameSelect
import Foundation
import Logging
import Uploader

/// One call of `replay`: recordings one after the other, then the cloud, then the summary and the report.
struct ReplaySession {
  private let loaded: LoadedConfiguration
  private let speed: ReplaySpeed
  private let json: Bool
  private let folder: PictureFolder?
  private let outgoing: Outgoing?

  /// What `--upload` needs.
  private struct Outgoing {
    let line: CloudLine
    let outbox: Outbox
    let settings: UnitSettings?
  }

  init(
    _ loaded: LoadedConfiguration, upload: Bool, output: String?, speed: ReplaySpeed, json: Bool
  ) async throws {
    self.loaded = loaded
    self.speed = speed
    self.json = json
    folder = try output.map(PictureFolder.init(path:))
    guard upload else {
      outgoing = nil
      return
    }
    let line = try CloudLine(loaded)
    let state = try StateFolder.open(
      loaded.configuration.storage.directory, uuid: loaded.configuration.storage.uuid)
    let outbox = try await Outbox.open(state, settings: OutboxSettings(loaded.configuration), at: WallClock.nowMs)
    // What cannot be asked now is asked again before delivery, and told then.
    _ = try await line.refreshSettings()
    outgoing = Outgoing(line: line, outbox: outbox, settings: line.knownSettings())
  }

  func run(_ recordings: [Recording]) async throws -> ExitStatus {
    let start = SuspendingClock.now
    let used = ResourceUse.now
    var summary = ReplayEvents.Summary()
    var entries: [ReplayEntry] = []
    var dismissed: [ReplayReport.DismissedEntry] = []
    var seconds = 0.0
    let pool = EncodePool()
    for recording in recordings {
      let totals = try await replay(recording, pool).run { news in
        switch news {
        case .found(let found):
          summary.passages += 1
          summary.images += found.images.count
          tell(found)
          entries.append(ReplayEntry(found))
        case .dismissed(let one):
          dismissed.append(.init(from: one.from.seconds, to: one.to.seconds, reason: one.reason))
        }
      }
      summary.frames += totals.frames
      summary.dropped += totals.dropped
      seconds += totals.lastTime.seconds
      for complaint in totals.complaints { Self.say("\(recording.path): \(complaint)") }
    }
    await pool.close()
    let status = try await deliver(&entries)
    for entry in entries { tell(entry) }
    let usedNow = ResourceUse.now
    summary.wallSeconds = (SuspendingClock.now - start) / .seconds(1)
    summary.cpuSeconds = usedNow.cpuSeconds - used.cpuSeconds
    summary.peakMemoryBytes = usedNow.peakMemoryBytes
    if let folder {
      try folder.write(report: report(recordings, seconds, summary, entries, dismissed).html())
      if !json { printToStandardOutput("report: \(folder.reportPath)") }
    }
    printToStandardOutput(json ? ReplayEvents.summary(summary).text : ReplayEvents.text(summary))
    return status
  }

  private func replay(_ recording: Recording, _ pool: EncodePool) throws -> Replay {
    let unitId = loaded.configuration.unit.id
    let lane = try LanePlan.lane(of: recording, loaded.configuration, limits: limits(of: recording))
    let captureSet = outgoing?.settings?.captureSet
    let plates = PlatePlan(loaded.configuration, lane: lane, recorded: recording.optics) { captureSet }
    return Replay(
      recording: recording, configuration: loaded.configuration, lane: lane, speed: speed,
      unitId: unitId,
      pictures: PictureStage(
        pool: pool, encoder: loaded.configuration.webp.encoder, nominalRate: recording.nominalRate,
        // What the file system says of a recording's age changes with every copy; pictures do not.
        labels: PictureLabels(
          calendar: recording.startedAtMs.map { Self.calendar(startedAtMs: $0, .server) }, unit: { unitId }),
        plates: PlateLooks(plates)),
      folder: folder,
      keeping: outgoing.map { keeping(recording, $0) })
  }

  private func report(
    _ recordings: [Recording], _ seconds: Double, _ summary: ReplayEvents.Summary, _ entries: [ReplayEntry],
    _ dismissed: [ReplayReport.DismissedEntry]
  ) -> ReplayReport {
    let names = recordings.map { ($0.path as NSString).standardizingPath }.map { ($0 as NSString).lastPathComponent }
    let startedAt = recordings.first?.startedAtMs.map { Date(timeIntervalSince1970: Double($0) / 1000) }
    return ReplayReport(
      title: names.joined(separator: ", "), startedAt: startedAt?.formatted(.iso8601), seconds: seconds,
      totals: .init(
        frames: summary.frames, dropped: summary.dropped, wallSeconds: summary.wallSeconds,
        cpuSeconds: summary.cpuSeconds, peakMemoryBytes: summary.peakMemoryBytes),
      passages: entries.map { .init($0, isUploaded: outgoing != nil) }, dismissed: dismissed)
  }

  /// Sends what is owed; every image set of this replay learns where it stands. Fine only when nothing is owed any more.
  private func deliver(_ entries: inout [ReplayEntry]) async throws -> ExitStatus {
    guard let outgoing else { return .fine }
    let ending = try await outgoing.line.deliverAll(
      of: outgoing.outbox, settings: DeliverySettings(loaded.configuration))
    let rows = try await outgoing.outbox.list(includingGone: true)
    for index in entries.indices {
      if let row = rows.first(where: { $0.passage == entries[index].id }) { entries[index].take(row) }
    }
    try await outgoing.outbox.close()
    outgoing.line.close()
    if let complaint = ending.complaint { Self.say(complaint.text) }
    return ending.complaint?.status ?? .fine
  }

  private func limits(of recording: Recording) -> [CameraPosition: Int] {
    LanePlan.limits(
      loaded.configuration, recording: recording.captureSet, tenant: outgoing?.settings?.frameLimits ?? [:])
  }

  private func keeping(_ recording: Recording, _ outgoing: Outgoing) -> PassageKeeping {
    // A recording that does not say when it began ended when its file was last written.
    let seconds = recording.statedSeconds ?? 0
    let startedAtMs = recording.startedAtMs ?? Self.modifiedMs(recording.path) - Int64(seconds * 1000)
    let trust: ClockTrust = recording.startedAtMs == nil ? .guess : .server
    let addressee = outgoing.settings?.addressee ?? Addressee(unitId: outgoing.line.unitId)
    return PassageKeeping(
      outbox: outgoing.outbox,
      calendar: Self.calendar(startedAtMs: startedAtMs, trust), isRepeatable: true, addressee: { addressee })
  }

  private static func calendar(startedAtMs: Int64, _ trust: ClockTrust) -> LaneCalendar {
    LaneCalendar(wallMilliseconds: { startedAtMs + $0.nanoseconds / 1_000_000 }, trust: { trust })
  }

  private func tell(_ found: Replay.Found) {
    for failure in found.failures {
      Self.say("\(failure.camera.rawValue) at \(failure.time): no picture: \(failure.reason)")
    }
    guard json else {
      return printToStandardOutput(ReplayEvents.text(found.passage, id: found.id, images: found.images))
    }
    printToStandardOutput(ReplayEvents.passage(found.passage, id: found.id).text)
    for image in found.images { printToStandardOutput(ReplayEvents.image(image, passage: found.id).text) }
  }

  private func tell(_ entry: ReplayEntry) {
    if json {
      printToStandardOutput(ReplayEvents.imageSet(entry.result, passage: entry.id, at: entry.passage.to).text)
    } else if outgoing != nil {
      printToStandardOutput(ReplayEvents.text(entry.result, passage: entry.id))
    }
  }

  private static func modifiedMs(_ path: String) -> Int64 {
    let modified = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    return Int64((modified ?? Date()).timeIntervalSince1970 * 1000)
  }

  private static func say(_ line: String) { printToStandardError("capture-daemon: \(line)") }
}
