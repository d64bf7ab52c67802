import CameraIO
import FrameSelect
import Foundation
import Logging
import ServiceLifecycle
import Uploader

/// Cameras, lane and pictures as one service: frames in, committed image sets out.
///
/// Shutdown is end of stream: the stop flag ends the grabbers, the queue closes, the lane closes the open passage, and its
/// pictures are committed before this returns.
struct CaptureService: Service {
  let cameras: CameraSet
  let lane: LaneConfiguration
  /// The limits as they are now: a tenant may change them between two passages.
  let limits: @Sendable () -> [CameraPosition: Int]
  let pictures: PictureStage
  let keeping: PassageKeeping
  let journal: PassageJournal
  let progress: Progress
  /// Where frames pass by somebody who wants to see plates.
  let tap: FrameTap

  /// No frame of any camera for so long closes an open passage: every camera had its time to be opened again.
  private static let silenceSeconds = 10.0

  func run() async throws {
    let (events, continuation) = AsyncStream.makeStream(of: LaneEvent.self)
    let ahead = LookAhead(of: cameras.queue)
    let laneThread = NamedThread("lane") {
      driveLane(ahead) { continuation.yield($0) }
      continuation.finish()
    }
    let grabbers = cameras.start()
    try await withGracefulShutdownHandler {
      async let isOver: Void = closeQueue(after: grabbers)
      do {
        try await keep(what: events) { continuation.finish() }
      } catch {
        // Nothing more can be kept: the process ends, and its next start goes on from what is on the disk.
        cameras.stop.set()
        throw error
      }
      await isOver
    } onGracefulShutdown: {
      cameras.stop.set()
    }
    await laneThread.join()
    await ahead.close()
    await pictures.pool.close()
    // Recordings that are played once have an end; the daemon goes on delivering until it is told to stop.
    if cameras.stop.isSet { return }
    journal.log.notice("no camera has any more frames")
    try? await gracefulShutdown()
  }

  private func closeQueue(after grabbers: [NamedThread]) async {
    for grabber in grabbers { await grabber.join() }
    cameras.queue.close()
  }

  /// On the thread `lane`: frames to events, until the queue is closed and empty.
  private func driveLane(_ ahead: LookAhead, _ tell: @escaping @Sendable (LaneEvent) -> Void) {
    let lane = Lane(configuration: lane)
    var lastFrameAt = MonotonicClock.seconds
    var toldAt = lastFrameAt
    while !ahead.isFinished {
      let now = MonotonicClock.seconds
      progress.advance(.lane, now: now)
      guard let arrival = ahead.next(waitingAtMost: 0.5, looksAtAll: lane.looksAtAll) else {
        // Nobody sees the vehicle any more: what was seen of it is evidence now, not when a camera comes back.
        if lane.isOccupied, now - lastFrameAt >= Self.silenceSeconds { for event in lane.finish() { tell(event) } }
        continue
      }
      lastFrameAt = now
      tap.pass(arrival.frame)
      do throws(LaneError) {
        for event in try lane.ingest(arrival.frame, picture: arrival.picture) { tell(event) }
      } catch {
        journal.log.error("\(error)")
      }
      journal.note(damaged: lane.damagedFrames)
      // Once a second: the text of a metric costs more than a frame that passes by, and so does asking for the limits.
      if now - toldAt >= 1 {
        if !lane.isOccupied { lane.limitPictures(to: limits()) }
        journal.note(looks: lane.looks)
        toldAt = now
      }
    }
    for event in lane.finish() { tell(event) }
    progress.end(.lane)
  }

  /// Until the events end: each passage is kept while the next one goes on. `giveUp` ends them, for one that cannot be kept.
  private func keep(what events: AsyncStream<LaneEvent>, _ giveUp: @escaping @Sendable () -> Void) async throws {
    try await withThrowingDiscardingTaskGroup { finishing in
      var underWay = PicturesUnderWay(stage: pictures) { [keeping, progress] images, id in
        try await keeping.add(images, to: id)
        progress.getOn(.pictures, now: MonotonicClock.seconds)
      }
      var refused: Set<Int> = []
      for await event in events {
        let now = MonotonicClock.seconds
        progress.begin(.pictures, now: now)
        defer { progress.finish(.pictures, begun: now) }
        switch event {
        case .began(let number, let at):
          journal.began(number, at)
        case .confirmed(let number, let at):
          guard let id = journal.id(of: number) else { break }
          if let result = try await keeping.begin(id, from: at) {
            journal.log.error("passage \(id) is not kept: \(result.reason ?? result.state.rawValue)")
            underWay.forget(number)
            refused.insert(number)
          } else {
            await underWay.confirm(number)
          }
        case .dismissed(let number, _, _, let reason, _):
          underWay.forget(number)
          if let id = journal.dismissed(number, reason) { try await keeping.dismiss(id) }
        case .settled(let number, let from, let chosen):
          guard !refused.contains(number), let id = journal.id(of: number) else { break }
          await underWay.pictures(of: number, id, began: from).add(chosen)
        case .drafted(let number, let from, let chosen):
          guard !refused.contains(number), let id = journal.id(of: number) else { break }
          await underWay.pictures(of: number, id, began: from).draft(chosen)
        case .ended(let passage, let rest, let considered):
          let id = journal.ended(passage)
          let last = underWay.lastPictures(of: passage, id)
          refused.remove(passage.number)
          progress.begin(.pictures, now: now)
          finishing.addTask {
            defer { progress.finish(.pictures, begun: now) }
            do {
              try await finish(passage, id, last, rest, chosen: considered.count { $0.disposition == .chosen })
            } catch {
              giveUp()
              throw error
            }
          }
        }
      }
    }
  }

  /// The vehicle has left: its last pictures are made and kept, then its image set is closed. Of a passage that is not kept none is made.
  private func finish(
    _ passage: Passage, _ id: PassageID, _ last: PassagePictures, _ rest: [SelectedFrame], chosen: Int
  ) async throws {
    let isKept = try await keeping.begin(id, from: passage.from) == nil
    let made = isKept ? try await last.finish(rest) : nil
    let failures = made?.failures ?? []
    for failure in failures { journal.log.error("\(failure.camera.rawValue): a picture is lost: \(failure.reason)") }
    let told = made.map { passage.with($0.plates) } ?? passage
    journal.kept(id, told, try await keeping.finish(id, told, images: chosen - failures.count))
    ResourceUse.giveBack()
  }
}
