import CameraIO
import Foundation
import TestSupport
import Testing

@testable import CaptureDaemon

@Suite("The files of a recording")
struct RecordedFilesTests {
  private let directory: TemporaryDirectory
  private let folder: RecordingFolder

  init() throws {
    directory = try TemporaryDirectory()
    folder = try RecordingFolder(making: directory.file("recording"))
  }

  private func sync() -> RecordingSync {
    RecordingSync(
      folder,
      .init(
        cameras: [.roofLeft: .init(file: "", lens: "lens0"), .backLeft: .init(file: "")],
        nominalRates: [.roofLeft: 30, .roofRight: 15], captureSet: .init(countryCode: "DE"),
        wallMilliseconds: { 1_000_000 + $0.nanoseconds / 1_000_000 }))
  }

  private func files(
    _ sync: RecordingSync? = nil, budget: Int = 1 << 30, reserve: Int64 = 0, free: Int64? = nil,
    say: @escaping (String) -> Void = { _ in }
  ) -> RecordedFiles {
    RecordedFiles(
      sync ?? self.sync(), room: RecordingRoom(budget: budget, reserve: reserve), freeBytes: { free }, say: say)
  }

  private let now = MonotonicTime(seconds: 0)

  private func times(_ camera: CameraPosition) throws -> [Double] {
    let recording = try Recording.open(path: folder.path)
    let part = try #require(recording.cameras.first { $0.position == camera })
    let source = try recording.source(of: part)
    let pool = FramePool(byteBudget: 16 << 20)
    var times: [Double] = []
    while true {
      switch try source.next(into: pool, waitingAtMost: 1) {
      case .frame(let frame): times.append((frame.time.seconds * 1e6).rounded() / 1e6)
      case .endOfStream: return times
      case .dropped, .nothing: Issue.record("a frame is lost")
      }
    }
  }

  @Test("Frames keep their times, counted from the first; recording.json names only the cameras that delivered")
  func keepsTimes() throws {
    let frames = RecordFrames()
    let files = files()
    for (camera, time) in [
      (CameraPosition.roofLeft, 100.0), (.roofRight, 99.99), (.roofRight, 100.000_5), (.roofLeft, 100.033_334),
      (.roofRight, 107.2),
    ] {
      try files.write(try frames.frame(camera, at: time, width: 16, height: 16), now: now)
    }
    try files.finish()
    #expect(try times(.roofLeft) == [0, 0.033_334])
    // The one from before the first frame of all is older than the recording.
    #expect(try times(.roofRight) == [0.000_5, 7.2])
    let recording = try Recording.open(path: folder.path)
    #expect(recording.cameras.map(\.position) == [.roofLeft, .roofRight])
    #expect(recording.cameras.map(\.lens) == ["lens0", nil])
    #expect(recording.startedAtMs == 1_100_000)
    #expect(recording.nominalRate == 30)
    #expect(recording.captureSet == .init(countryCode: "DE"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
        "recording.json", "roofLeft.mkv", "roofRight.mkv",
      ])
  }

  @Test("What recording.json names can be replayed at every moment, also when nothing is ever finished")
  func readableAtEveryMoment() throws {
    let frames = RecordFrames()
    let sync = sync()
    let files = files(sync)
    for index in 0..<6 {
      let camera = [CameraPosition.roofLeft, .roofRight][index % 2]
      try files.write(try frames.frame(camera, at: Double(index) / 10, width: 16, height: 16), now: now)
      // A camera that has no picture on the disk yet is not named.
      if index == 1 { #expect(try Recording.open(path: folder.path).cameras.map(\.position) == [.roofLeft]) }
      try sync.round()
      #expect(try times(camera).count == index / 2 + 1)
    }
  }

  @Test("The thread that syncs brings everything to the disk by itself, and ends with the recording")
  func syncThread() async throws {
    let frames = RecordFrames()
    let sync = sync()
    let files = files(sync)
    let thread = NamedThread("record-sync") { sync.run() }
    for index in 0..<20 {
      try files.write(try frames.frame(at: Double(index) / 10, width: 16, height: 16), now: now)
    }
    try files.finish()
    await thread.join()
    #expect(try times(.roofLeft).count == 20)
  }

  @Test("What fails while it is brought to the disk ends the writing")
  func syncFails() async throws {
    let frames = RecordFrames()
    let sync = sync()
    let files = files(sync)
    try files.write(try frames.frame(at: 1, width: 16, height: 16), now: now)
    try FileManager.default.removeItem(atPath: folder.path)
    // Runs until the disk fails, which it does at once: recording.json has no folder to stand in.
    sync.run()
    #expect(throws: CameraError.self) {
      try files.write(try frames.frame(at: 2, width: 16, height: 16), now: now)
    }
  }

  @Test("A picture of another size, format or an older time is left out, counted, and told once")
  func leavesOut() throws {
    let frames = RecordFrames()
    var said: [String] = []
    let files = files { said.append($0) }
    try files.write(try frames.frame(at: 1, width: 16, height: 16), now: now)
    try files.write(try frames.frame(at: 2, width: 32, height: 16), now: now)
    try files.write(try frames.frame(at: 3, width: 16, height: 16, .yuyv), now: now)
    try files.write(try frames.frame(at: 1, width: 16, height: 16), now: now)
    try files.write(try frames.frame(at: 4, width: 16, height: 16), now: now)
    try files.finish()
    #expect(try times(.roofLeft) == [0, 3])
    #expect(files.tallies[.roofLeft]?.leftOut == 3)
    #expect(files.tallies[.roofLeft]?.frames == 2)
    #expect(said.count == 1 && said[0].contains("32x16 GREY into a file of 16x16 GREY"), "\(said)")
  }

  @Test(
    "Every raw format is recorded, in the container that has a name for it", arguments: FrameFormat.PixelFormat.allCases
  )
  func everyFormat(format: FrameFormat.PixelFormat) throws {
    guard FrameFormat(width: 16, height: 16, pixelFormat: format).byteCount != nil else { return }
    let files = files()
    try files.write(try RecordFrames().frame(at: 1, width: 16, height: 16, format), now: now)
    try files.finish()
    #expect(try times(.roofLeft) == [0])
  }

  /// Real H.264 with a key frame every ten pictures, cut at its delimiters.
  private func accessUnits(_ count: Int) async throws -> [[UInt8]] {
    let path = directory.file("a.h264")
    let outcome = try await Command(at: "/usr/bin/ffmpeg").run([
      "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=30", "-frames:v", "\(count)", "-c:v", "libx264",
      "-pix_fmt", "yuv420p", "-x264-params", "aud=1:bframes=0:keyint=10:min-keyint=10:scenecut=0", path,
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let stream = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let starts = stream.indices.dropLast(5).filter { Array(stream[$0..<($0 + 5)]) == [0, 0, 0, 1, 9] }
    return zip(starts, starts.dropFirst() + [stream.count]).map { Array(stream[$0..<$1]) }
  }

  @Test(
    "H.264 begins with a key frame, and after a lost picture goes on with the next one; what lies between is counted")
  func codedPictures() async throws {
    let units = try await accessUnits(40)
    let pool = FramePool(byteBudget: 16 << 20)
    let files = files()
    for (index, unit) in units.enumerated() where index >= 5 && index != 24 {
      guard var lease = pool.lease(capacity: unit.count) else { continue }
      lease.withBytes { bytes in
        for (offset, byte) in unit.enumerated() { bytes.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self) }
      }
      let frame = lease.seal(
        byteCount: unit.count, camera: .roofLeft, sequence: UInt64(index), time: MonotonicTime(seconds: Double(index)),
        format: FrameFormat(width: 64, height: 48, pixelFormat: .h264))
      try files.write(frame, now: now)
    }
    try files.finish()
    #expect(try times(.roofLeft) == ((10..<24).map { Double($0 - 10) } + (30..<40).map { Double($0 - 10) }))
    #expect(files.tallies[.roofLeft]?.leftOut == 5)
  }

  @Test("The budget is never exceeded, index and recording.json included, and what was written is whole")
  func keepsToTheBudget() throws {
    let frames = RecordFrames()
    let files = files(budget: 100_000)
    var written = 0
    #expect(throws: RecordedFiles.Full.full(.budget)) {
      while written < 100_000 {
        try files.write(try frames.frame(at: Double(written) / 1000, width: 16, height: 16), now: now)
        written += 1
      }
    }
    try files.finish()
    let bytes = try FileManager.default.contentsOfDirectory(atPath: folder.path).reduce(0) { sum, name in
      sum + (try Data(contentsOf: URL(fileURLWithPath: folder.file(name))).count)
    }
    #expect(bytes <= 100_000 && bytes > 70_000, "\(bytes)")
    #expect(try times(.roofLeft).count == written)
  }

  @Test("What must stay free stays free: the disk is looked at every half second")
  func keepsTheReserve() throws {
    let frames = RecordFrames()
    var free: Int64 = 100_000
    let files = RecordedFiles(
      sync(), room: RecordingRoom(budget: 1 << 30, reserve: 1000), freeBytes: { free }, say: { _ in })
    for tenth in 0..<5 {
      let now = MonotonicTime(seconds: Double(tenth) / 10)
      try files.write(try frames.frame(at: Double(tenth), width: 16, height: 16), now: now)
      free = 900
    }
    #expect(throws: RecordedFiles.Full.full(.freeSpace)) {
      try files.write(try frames.frame(at: 5, width: 16, height: 16), now: MonotonicTime(seconds: 0.5))
    }
  }
}
