import CameraIO
import FrameSelect
import Foundation
import Logging
import UnixSignals
import Uploader

/// One call of `record`: cameras open, folder made, threads run until what was asked for is recorded or something ends it.
struct RecordSession {
  private let request: RecordRequest
  private let chosen: [Configuration.Camera]
  private let configuration: Configuration
  private let json: Bool
  private let progress: ProgressLine?

  /// Frames of all cameras that may wait while the disk takes its time; the pool's budget counts, too.
  private static let queueSeconds = 4.0
  /// Frames on their way from the lane to the files.
  private static let handOverFrames = 64

  /// Throws a complaint when a camera is asked for that is not configured.
  init(_ request: RecordRequest, _ configuration: Configuration, json: Bool) throws(Complaint) {
    chosen = try request.chosen(from: configuration.cameras)
    if case .passages = request.extent, let coded = chosen.first(where: { $0.format == .h264 && $0.isDevice }) {
      throw Complaint(
        .usage,
        "--passages: \(coded.position.rawValue) delivers H264, which the lane cannot look at while it is recorded as it comes; use --duration, or choose other cameras with --camera"
      )
    }
    var request = request
    request.cameras = chosen.map(\.position)
    self.request = request
    self.configuration = configuration
    self.json = json
    progress = ProgressLine("recording")
  }

  func run() async throws -> ExitStatus {
    // A reader that went away and a file that grew too large are errors where they happen, not reasons to die.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    let say = speaker
    try RecordingFolder.check(request.output)
    let pool = FramePool(byteBudget: configuration.capture.memoryBytes)
    let cameras = try CameraSet(
      chosen, pool: pool, queueSeconds: Self.queueSeconds, keepsCoded: true,
      log: Logger(label: "capture-daemon") { _ in ConsoleLog(say: say) })
    // What is wrong with a zone is told before anything is made.
    let lane = try LanePlan.lane(of: configuration(of: chosen), limits: [:], recorded: cameras.recordedZones)
    let end = RecordingEnd(stopping: cameras.stop)
    let stopping = await stopOnSignals(end)
    defer { stopping.cancel() }
    let folder = try RecordingFolder(making: request.output)
    do {
      let summary = await record(cameras, lane, into: folder, room: try room(in: folder), end)
      if summary.frames == 0 { folder.removeIfEmpty() }
      for line in summary.remarks { say(line) }
      printToStandardOutput(json ? summary.line.text : summary.text)
      if let complaint = summary.complaint { throw complaint }
      return .fine
    } catch {
      folder.removeIfEmpty()
      throw error
    }
  }

  private func record(
    _ cameras: CameraSet, _ lane: LaneConfiguration, into folder: RecordingFolder, room: RecordingRoom,
    _ end: RecordingEnd
  ) async -> RecordSummary {
    let laneOutcome = Handed<RecordingLane.Outcome>()
    let outcome = Handed<RecordingThread.Outcome>()
    let writing = recording(cameras, end, lane, laneOutcome)
    let sync = RecordingSync(folder, facts(of: cameras))
    let syncing = NamedThread("record-sync") { sync.run() }
    let say = speaker
    let thread = NamedThread("record") {
      let files = RecordedFiles(sync, room: room, freeBytes: { StateFolder.freeBytes(folder.path) }, say: say)
      outcome.set(writing.thread.run(files))
    }
    let endings = CameraEndings()
    let grabbers = cameras.start { position, ending in
      endings.note(position, ending)
      if ending == .endOfStream { say("\(position.rawValue) has no more pictures") }
    }
    for grabber in grabbers { await grabber.join() }
    cameras.queue.close()
    await writing.lane?.join()
    await thread.join()
    await syncing.join()
    end.come(.camerasEnded)
    progress?.clear()
    return RecordSummary(
      request: request, reason: end.reason ?? .complete, files: outcome.value ?? .init(), lane: laneOutcome.value,
      counts: cameras.counters.snapshot, opened: cameras.positions, ended: endings.all)
  }

  /// The thread that writes, and where passages are wanted the one that finds them, which is started here.
  private func recording(
    _ cameras: CameraSet, _ end: RecordingEnd, _ lane: LaneConfiguration, _ outcome: Handed<RecordingLane.Outcome>
  ) -> (thread: RecordingThread, lane: NamedThread?) {
    let progress = progress
    switch request.extent {
    case .stretch(let seconds):
      let cut = StretchCut(seconds: seconds, cameras: cameras.positions)
      return (
        RecordingThread(
          queue: cameras.queue, stretch: cut, end: end, progress: { progress?.show($0, of: seconds, unit: "s") }), nil
      )
    case .passages(let count, let preRollSeconds):
      let queue = FrameQueue(capacity: Self.handOverFrames)
      let finding = RecordingLane(
        configuration: lane.forPassagesOnly, incoming: cameras.queue, outgoing: queue, end: end, tell: passageTeller)
      // Half of the memory for what waits to be told a passage; the rest for what is on its way.
      let holdBytes = configuration.capture.memoryBytes / 2
      let thread = NamedThread("lane") {
        outcome.set(
          finding.run(PassageCut(passages: count, preRollSeconds: preRollSeconds, holdBytes: holdBytes)))
      }
      return (
        RecordingThread(
          queue: queue, stretch: nil, end: end, progress: { progress?.show($0, of: nil, unit: "s") }), thread
      )
    }
  }

  /// From now on SIGINT and SIGTERM end the recording in order.
  private func stopOnSignals(_ end: RecordingEnd) async -> Task<Void, Never> {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    return Task {
      for await _ in signals { end.come(.stopped) }
    }
  }

  /// How much may be written into `folder`; a complaint when it is nothing.
  private func room(in folder: RecordingFolder) throws(Complaint) -> RecordingRoom {
    let reserve = RecordingRoom.reserve(recording: folder.path, state: configuration.storage.directory)
    var room = RecordingRoom(budget: request.budgetBytes, reserve: reserve)
    let free = StateFolder.freeBytes(folder.path)
    room.look(free: free, taken: 0)
    guard room.limit(taken: 0, next: 0) == nil else {
      throw Complaint(
        .inputOutput,
        "\(folder.path): \((free ?? 0) >> 20) MiB are free on its disk, and \(reserve >> 20) MiB must stay free; make room or record elsewhere"
      )
    }
    return room
  }

  private func facts(of cameras: CameraSet) -> RecordingSync.Facts {
    var entries: [CameraPosition: RecordingManifest.Camera] = [:]
    for camera in configuration.cameras {
      entries[camera.position] = .init(
        file: "", lens: camera.lens, zone: camera.zone?.points ?? cameras.recordedZones[camera.position])
    }
    return RecordingSync.Facts(
      cameras: entries, nominalRates: cameras.nominalRates, captureSet: .init(configuration.captureSet),
      wallMilliseconds: { WallClock.nowMs - Int64((MonotonicClock.now - $0) * 1000) })
  }

  private func configuration(of cameras: [Configuration.Camera]) -> Configuration {
    var configuration = configuration
    configuration.cameras = cameras
    return configuration
  }

  private var passageTeller: @Sendable (Passage) -> Void {
    let (json, progress) = (json, progress)
    return { passage in
      let id = PassageIdentity.live.passageID(from: passage.from, wallMilliseconds: WallClock.nowMs)
      progress?.clear()
      printToStandardOutput(
        json ? ReplayEvents.passage(passage, id: id).text : RecordSummary.text(passage))
    }
  }

  private var speaker: @Sendable (String) -> Void {
    let progress = progress
    return { line in
      progress?.clear()
      printToStandardError("capture-daemon: \(line)")
    }
  }
}

extension LaneConfiguration {
  /// A lane that finds passages and holds no frames for pictures of them.
  fileprivate var forPassagesOnly: LaneConfiguration {
    var lane = self
    lane.maximumPictures = [:]
    lane.fallbackMaximumPictures = 0
    lane.preRollSeconds = 0
    lane.maximumPreRollFrames = 0
    return lane
  }
}
