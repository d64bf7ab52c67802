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
    let laneThread = NamedThread("lane") {
      driveLane { continuation.yield($0) }
      continuation.finish()
    }
    let grabbers = cameras.start()
    try await withGracefulShutdownHandler {
      async let isOver: Void = closeQueue(after: grabbers)
      var underWay: [Int: PassagePictures] = [:]
      for await event in events {
        progress.advance(.pictures, now: MonotonicClock.seconds)
        try await take(event, &underWay)
        progress.end(.pictures)
      }
      await isOver
    } onGracefulShutdown: {
      cameras.stop.set()
    }
    await laneThread.join()
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
  private func driveLane(_ tell: @escaping @Sendable (LaneEvent) -> Void) {
    let lane = Lane(configuration: lane)
    var lastFrameAt = MonotonicClock.seconds
    var toldAt = lastFrameAt
    while !cameras.queue.isFinished {
      let now = MonotonicClock.seconds
      progress.advance(.lane, now: now)
      guard let frame = cameras.queue.pop(waitingAtMost: 0.5) else {
        // Nobody sees the vehicle any more: what was seen of it is evidence now, not when a camera comes back.
        if lane.isOccupied, now - lastFrameAt >= Self.silenceSeconds { for event in lane.finish() { tell(event) } }
        continue
      }
      lastFrameAt = now
      tap.pass(frame)
      if !lane.isOccupied { lane.limitPictures(to: limits()) }
      do throws(LaneError) {
        for event in try lane.ingest(frame) { tell(event) }
      } catch {
        journal.log.error("\(error)")
      }
      journal.note(damaged: lane.damagedFrames)
      // Once a second: the text of a metric costs more than a frame that passes by.
      if now - toldAt >= 1 {
        journal.note(looks: lane.looks)
        toldAt = now
      }
    }
    for event in lane.finish() { tell(event) }
    progress.end(.lane)
  }

  private func take(_ event: LaneEvent, _ underWay: inout [Int: PassagePictures]) async throws {
    switch event {
    case .began(let number, let at):
      journal.began(number, at)
    case .confirmed(let number, let at):
      if let id = journal.id(of: number), let result = try await keeping.begin(id, from: at) {
        journal.log.error("passage \(id) is not kept: \(result.reason ?? result.state.rawValue)")
      }
    case .dismissed(let number, _, _, let reason, _):
      if let id = journal.dismissed(number, reason) { try await keeping.dismiss(id) }
    case .settled(let number, let from, let chosen):
      guard let id = journal.id(of: number) else { break }
      await pictures(of: number, id, from, &underWay).add(chosen)
    case .ended(let passage, let rest, let considered):
      let id = journal.ended(passage)
      _ = try await keeping.begin(id, from: passage.from)
      let (_, failures) = try await pictures(of: passage.number, id, passage.from, &underWay).finish(rest)
      underWay[passage.number] = nil
      let concluded = self.pictures.concluded(passage, named: id.description)
      for failure in failures { journal.log.error("\(failure.camera.rawValue): a picture is lost: \(failure.reason)") }
      let chosen = considered.count { $0.disposition == .chosen }
      let result = try await keeping.finish(id, concluded, images: chosen - failures.count)
      journal.kept(id, concluded, result)
    }
  }

  /// The pictures of a passage under way; begun with its first ones.
  private func pictures(
    of number: Int, _ id: PassageID, _ from: MonotonicTime, _ underWay: inout [Int: PassagePictures]
  ) -> PassagePictures {
    if let known = underWay[number] { return known }
    let pictures = PassagePictures(id.description, began: from, stage: pictures) { [keeping] images in
      try await keeping.add(images, to: id)
    }
    underWay[number] = pictures
    return pictures
  }
}
