import Testing

@testable import CameraIO
@testable import FrameSelect

@Suite("The lane as one machine")
struct LaneTests {
  private let maker = FrameMaker()

  /// Frames of two cameras that see the same vehicle, the second one `offset` seconds later, in order of time.
  private func frames(offset: Double, seconds: Double, rate: Double = 15) throws -> [Frame] {
    var front = SyntheticLane(rate: rate)
    front.things = [SyntheticLane.crossing(from: 1.5, speed: 240)]
    var back = front
    back.things = [SyntheticLane.crossing(from: 1.5 + offset, speed: 240)]
    return try (0..<Int(seconds * rate)).flatMap { index in
      let time = Double(index) / rate
      return [
        try maker.frame(front.picture(at: index), camera: .frontLeft, sequence: UInt64(index), seconds: time),
        try maker.frame(back.picture(at: index), camera: .backLeft, sequence: UInt64(index), seconds: time + 0.01),
      ]
    }
  }

  private func lane(_ watching: LaneConfiguration.Watching = .idly) -> Lane {
    var configuration = LaneConfiguration(
      cameras: [.frontLeft: LaneCamera(), .backLeft: LaneCamera()], maximumPictures: [.frontLeft: 4],
      fallbackMaximumPictures: 6)
    configuration.watching = watching
    return Lane(configuration: configuration)
  }

  private func pictures(_ chosen: [SelectedFrame]) -> [String] {
    chosen.map {
      "\($0.candidate.frame.camera)@\($0.candidate.frame.time) \($0.candidate.displacement ?? -9) \($0.reason)"
    }
  }

  /// Everything that an event says, as text.
  private func describe(_ event: LaneEvent) -> String {
    switch event {
    case .began(let number, let at): return "began \(number) \(at)"
    case .confirmed(let number, let at): return "confirmed \(number) \(at)"
    case .dismissed(let number, let from, let to, let reason, _): return "dismissed \(number) \(from) \(to) \(reason)"
    case .settled(let number, let from, let chosen): return "settled \(number) \(from) \(pictures(chosen))"
    case .drafted(let number, let from, let chosen): return "drafted \(number) \(from) \(pictures(chosen))"
    case .ended(let passage, let chosen, let considered):
      let evidence = passage.evidence.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return "ended \(passage.number) \(passage.from) \(passage.to) \(passage.direction) \(passage.cameras) "
        + "\(evidence) \(pictures(chosen)) \(considered.count)"
    }
  }

  @Test("Two cameras that see a vehicle one after the other make one passage with pictures of both")
  func twoCameras() throws {
    let lane = lane()
    var events: [LaneEvent] = []
    for frame in try frames(offset: 1.8, seconds: 7) { events += try lane.ingest(frame) }
    #expect(!lane.isOccupied)
    events += lane.finish()
    guard case .began(1, _) = events[0], case .confirmed(1, _) = events[1],
      case .ended(let passage, let rest, let considered)? = events.last
    else {
      Issue.record("\(events.map(describe))")
      return
    }
    // Most pictures are told of before the vehicle has left, and none before it is certain.
    var settled: [SelectedFrame] = []
    // The last ones are told of beforehand: nothing comes after them.
    guard case .drafted(1, passage.from, let drafted) = events[events.count - 2] else {
      Issue.record("\(events.map(describe))")
      return
    }
    #expect(pictures(drafted) == pictures(rest))
    for event in events[2..<(events.count - 2)] {
      // Between the two cameras nobody sees it for a moment.
      if case .drafted(1, passage.from, _) = event { continue }
      guard case .settled(1, passage.from, let chosen) = event else {
        Issue.record("\(describe(event))")
        continue
      }
      settled += chosen
    }
    #expect(settled.count >= 3, "\(events.map(describe))")
    let chosen = settled + rest
    #expect(Set(chosen.map { ObjectIdentifier($0.candidate.frame) }).count == chosen.count)
    #expect(passage.cameras == [.backLeft, .frontLeft])
    #expect(abs(passage.from.seconds - 1.5) < 0.15)
    #expect(abs(passage.to.seconds - (1.5 + 1.8 + 1.5)) < 0.15)
    let front = chosen.filter { $0.candidate.frame.camera == .frontLeft }
    let back = chosen.filter { $0.candidate.frame.camera == .backLeft }
    #expect(!front.isEmpty && front.count <= 4)
    #expect(!back.isEmpty && back.count <= 6)
    #expect(chosen.allSatisfy { $0.candidate.presence > 0 })
    #expect(considered.count >= chosen.count)
    // The pre-roll: frames from before anybody was sure are among those considered.
    #expect(considered.contains { $0.time < passage.from.advanced(bySeconds: 0.1) })
    // The pictures show different places of the vehicle.
    let places = front.compactMap(\.candidate.displacement)
    #expect((places.max() ?? 0) - (places.min() ?? 0) > 0.5, "\(places)")
  }

  @Test("What a camera shows no more is drafted, settled half a second later, and is what is chosen in the end")
  func lastPicturesByCamera() throws {
    let lane = lane()
    var drafts: [(at: Double, chosen: [SelectedFrame])] = []
    var last: [CameraPosition: (at: Double, chosen: [SelectedFrame])] = [:]
    for frame in try frames(offset: 0.9, seconds: 6) {
      for event in try lane.ingest(frame) {
        switch event {
        case .drafted(_, _, let chosen): drafts.append((frame.time.seconds, chosen))
        case .settled(_, _, let chosen), .ended(_, let chosen, _):
          for (camera, chosen) in Dictionary(grouping: chosen, by: { $0.candidate.frame.camera }) {
            last[camera] = (frame.time.seconds, chosen)
          }
        default: break
        }
      }
    }
    // The front camera's as soon as it has lost the vehicle, the back camera's when nobody sees it: twice, and not with every frame.
    try #require(drafts.count == 2)
    let (front, back) = (try #require(last[.frontLeft]), try #require(last[.backLeft]))
    #expect(pictures(drafts[0].chosen) == pictures(front.chosen) && pictures(drafts[1].chosen) == pictures(back.chosen))
    #expect(front.at - drafts[0].at > 0.3 && front.at < drafts[1].at, "\(drafts.map(\.at)) \(front.at)")
    #expect(back.at - drafts[1].at > 0.25, "\(drafts.map(\.at)) \(back.at)")
  }

  @Test("The same frames give the same events, to the last digit")
  func deterministic() throws {
    let input = try frames(offset: 0.7, seconds: 5)
    let runs = try (0..<2).map { _ in
      let lane = lane()
      return try input.flatMap { try lane.ingest($0).map(describe) } + lane.finish().map(describe)
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0].contains { $0.hasPrefix("ended") })
  }

  @Test("Damaged frames are counted where every frame is looked at, and do not disturb a passage")
  func damaged() throws {
    let lane = lane(.everyFrame)
    var ended = 0
    var count = 0
    for frame in try frames(offset: 0.2, seconds: 6) {
      count += 1
      if count % 10 == 0 {
        let broken = try maker.frame(
          [0xFF, 0xD8, 0xFF, 0xE0, 1, 2], format: FrameFormat(width: 1920, height: 1200, pixelFormat: .mjpeg),
          camera: frame.camera, sequence: 9, seconds: frame.time.seconds)
        #expect(try lane.ingest(broken).isEmpty)
      }
      for event in try lane.ingest(frame) { if case .ended = event { ended += 1 } }
    }
    #expect(ended == 1)
    #expect(lane.damagedFrames.values.reduce(0, +) == count / 10)
    #expect(lane.lastDamage?.contains("damaged") == true)
  }

  @Test("A frame of a camera that is not the lane's is refused in one line")
  func stranger() throws {
    let picture = SyntheticLane().picture(at: 0)
    let frame = try maker.frame(picture, camera: .roofLeft, sequence: 0, seconds: 0)
    #expect(throws: LaneError.self) { try lane().ingest(frame) }
  }

  @Test("A passage that is under way when the stream ends is closed")
  func finish() throws {
    let lane = lane()
    for frame in try frames(offset: 0, seconds: 2.5) { _ = try lane.ingest(frame) }
    #expect(lane.isOccupied)
    let events = lane.finish()
    try #require(events.count == 1)
    guard case .ended(let passage, let chosen, _) = events[0] else {
      Issue.record("\(events.map(describe))")
      return
    }
    #expect(abs(passage.to.seconds - 2.45) < 0.1)
    #expect(!chosen.isEmpty)
    #expect(lane.finish().isEmpty)
  }

  @Test("Frames are let go when the passage is over")
  func memory() throws {
    let lane = lane()
    let ends = try frames(offset: 0.2, seconds: 6).reduce(into: 0) { count, frame in
      for event in try lane.ingest(frame) { if case .ended = event { count += 1 } }
    }
    #expect(ends == 1)
    // One and a half seconds of pre-roll of two cameras, 240 x 150 bytes each in whole pages.
    let slot = (240 * 150 / FramePool.pageBytes + 1) * FramePool.pageBytes
    #expect(maker.pool.bytesInUse <= 2 * 24 * slot)
  }
}
