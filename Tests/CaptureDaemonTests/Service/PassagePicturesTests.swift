import CameraIO
import FrameSelect
import Foundation
import Synchronization
import Testing
import Uploader

@testable import CaptureDaemon

@Suite("From chosen frames to pictures, while the vehicle still drives")
struct PassagePicturesTests {
  static func frame(_ camera: CameraPosition, at seconds: Double, in pool: FramePool, isWhole: Bool = true) throws
    -> SelectedFrame
  {
    let format = FrameFormat(width: 32, height: 16, pixelFormat: isWhole ? .grey : .mjpeg)
    guard var lease = pool.lease(capacity: 512) else { throw CancellationError() }
    lease.withBytes { bytes in
      for index in 0..<512 { bytes.storeBytes(of: UInt8(index % 251), toByteOffset: index, as: UInt8.self) }
    }
    let frame = lease.seal(
      byteCount: 512, camera: camera, sequence: 0, time: MonotonicTime(seconds: seconds), format: format)
    let candidate = Candidate(
      frame: frame, score: FrameScore(sharpness: 0.5, exposure: 1), displacement: nil, presence: 1)
    return SelectedFrame(candidate: candidate, reason: "the only one")
  }

  /// What was kept, group by group; the first groups wait until they are let through.
  private actor Disk {
    private(set) var groups: [[String]] = []
    private var isOpen: Bool
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var error: StorageError?

    init(isOpen: Bool = true, failing error: StorageError? = nil) {
      self.isOpen = isOpen
      self.error = error
    }

    func keep(_ images: [EncodedImage]) async throws {
      if !isOpen { await withCheckedContinuation { waiting.append($0) } }
      if let error { throw error }
      groups.append(images.map(\.fileName))
    }

    func open() {
      isOpen = true
      for one in waiting { one.resume() }
      waiting = []
    }
  }

  /// What the threads did, in order.
  private final class Done: Sendable {
    private let noted = Mutex<[String]>([])
    var names: [String] { noted.withLock(\.self) }
    func note(_ name: String) { noted.withLock { $0.append(name) } }
  }

  private static func pictures(
    on pool: EncodePool, _ disk: Disk, patience: Duration = .seconds(3600), isRemembering: Bool = true
  ) -> PassagePictures {
    let stage = PictureStage(pool: pool, encoder: WebPEncoder(), nominalRate: 30)
    return PassagePictures(
      "0198", began: MonotonicTime(seconds: 1), stage: stage, patience: patience, isRemembering: isRemembering
    ) { try await disk.keep($0) }
  }

  @Test("Pictures come in order of camera and time; one that cannot be decoded costs itself alone")
  func order() async throws {
    let frames = FramePool(byteBudget: 1 << 20)
    let pool = EncodePool(threads: 2)
    let disk = Disk()
    let pictures = Self.pictures(on: pool, disk)
    await pictures.add([try Self.frame(.roofLeft, at: 3, in: frames)])
    let made = try await pictures.finish([
      Self.frame(.backLeft, at: 2, in: frames), Self.frame(.roofLeft, at: 1.5, in: frames, isWhole: false),
      Self.frame(.roofLeft, at: 2, in: frames),
    ])
    await pool.close()
    #expect(made.images.map(\.fileName) == ["backLeft_30.webp", "roofLeft_30.webp", "roofLeft_60.webp"])
    #expect(made.images.allSatisfy { $0.width == 32 && $0.height == 16 && $0.bytes.starts(with: Array("RIFF".utf8)) })
    #expect(made.failures.map(\.camera) == [.roofLeft])
    #expect(made.failures.first?.time == MonotonicTime(seconds: 1.5))
    #expect(await disk.groups.flatMap(\.self) == ["roofLeft_60.webp", "backLeft_30.webp", "roofLeft_30.webp"])
    #expect(frames.bytesInUse == 0)
  }

  @Test(
    "After the first they are kept in groups of sixteen in the order of the choice, whatever the order in which they are ready"
  )
  func groups() async throws {
    let frames = FramePool(byteBudget: 1 << 24)
    let pool = EncodePool(threads: 3)
    let disk = Disk()
    let pictures = Self.pictures(on: pool, disk)
    for start in stride(from: 0, to: 40, by: 5) {
      await pictures.add(
        try (start..<(start + 5)).map { try Self.frame(.roofLeft, at: 1 + Double($0) / 30, in: frames) })
    }
    _ = try await pictures.finish([])
    await pool.close()
    let groups = await disk.groups
    #expect(groups.flatMap(\.self) == (0..<40).map { "roofLeft_\($0).webp" })
    let first = try #require(groups.first).count
    #expect(first <= 16 && groups.dropFirst().dropLast().allSatisfy { $0.count == 16 })
  }

  @Test(
    "The first picture is kept at once, and one that waits for others waits no longer than that: though the vehicle still drives"
  )
  func patience() async throws {
    let frames = FramePool(byteBudget: 1 << 20)
    let pool = EncodePool(threads: 1)
    let disk = Disk()
    for (patience, count) in [(Duration.seconds(3600), 1), (.milliseconds(1), 2)] {
      let pictures = Self.pictures(on: pool, disk, patience: patience)
      let before = await disk.groups.count
      for number in 1...count {
        await pictures.add([try Self.frame(.roofLeft, at: 2 + Double(number), in: frames)])
        while await disk.groups.count < before + number { await Task.yield() }
      }
      _ = try await pictures.finish([])
    }
    await pool.close()
    #expect(await disk.groups == [["roofLeft_60.webp"], ["roofLeft_60.webp"], ["roofLeft_90.webp"]])
  }

  @Test("What is made before the vehicle is certain is kept when it is, and not before; of what was none nothing is")
  func certainty() async throws {
    let frames = FramePool(byteBudget: 1 << 20)
    let pool = EncodePool(threads: 1)
    let disk = Disk()
    let stage = PictureStage(pool: pool, encoder: WebPEncoder(), nominalRate: 30)
    let id = PassageIdentity.live.passageID(from: MonotonicTime(seconds: 1), wallMilliseconds: 1)
    var underWay = PicturesUnderWay(stage: stage) { images, _ in try await disk.keep(images) }
    for number in [1, 2] {
      await underWay.pictures(of: number, id, began: MonotonicTime(seconds: 1)).add([
        try Self.frame(.roofLeft, at: 2 + Double(number), in: frames)
      ])
    }
    for number in [1, 2] {
      let pictures = underWay.pictures(of: number, id, began: MonotonicTime(seconds: 1))
      while await pictures.waiting == 0 { await Task.yield() }
    }
    for _ in 0..<100 { await Task.yield() }
    #expect(await disk.groups.isEmpty)
    underWay.forget(1)
    await underWay.confirm(2)
    while await disk.groups.isEmpty { await Task.yield() }
    // One that is begun after it was certain is kept at once.
    await underWay.confirm(3)
    await underWay.pictures(of: 3, id, began: MonotonicTime(seconds: 1)).add([
      try Self.frame(.backLeft, at: 2, in: frames)
    ])
    while await disk.groups.count < 2 { await Task.yield() }
    await pool.close()
    #expect(await disk.groups == [["roofLeft_90.webp"], ["backLeft_30.webp"]])
    #expect(frames.bytesInUse == 0)
  }

  @Test("Whoever finishes waits for the disk, and learns that it failed", arguments: [true, false])
  func disk(fails: Bool) async throws {
    let frames = FramePool(byteBudget: 1 << 20)
    let pool = EncodePool(threads: 1)
    let error = StorageError.disk(operation: "write", path: "roofLeft_60.webp", code: EIO)
    let disk = Disk(isOpen: false, failing: fails ? error : nil)
    let pictures = Self.pictures(on: pool, disk, isRemembering: false)
    await pictures.add([try Self.frame(.roofLeft, at: 3, in: frames)])
    let last = try Self.frame(.roofLeft, at: 4, in: frames)
    let finished = Task { try await pictures.finish([last]) }
    await disk.open()
    if fails {
      await #expect(throws: error) { try await finished.value }
    } else {
      #expect(try await finished.value.images.isEmpty)
      #expect(await disk.groups.flatMap(\.self) == ["roofLeft_60.webp", "roofLeft_90.webp"])
    }
    await pool.close()
  }

  @Test("A draft is made when nothing else is to be made; what comes of it is what would have come without it")
  func draft() async throws {
    let frames = FramePool(byteBudget: 1 << 20)
    let last = try (4..<8).map { try Self.frame(.roofLeft, at: Double($0), in: frames) }
    var made: [[EncodedImage]] = []
    for drafts in [[], [last], [[last[0], last[3]], last], [last, [last[1]]], [[last[2]]]] {
      let pool = EncodePool(threads: 1)
      let disk = Disk()
      let pictures = Self.pictures(on: pool, disk)
      await pictures.add([try Self.frame(.roofLeft, at: 3, in: frames)])
      for draft in drafts { await pictures.draft(draft) }
      made.append(try await pictures.finish(last).images)
      await pool.close()
      #expect(await disk.groups.flatMap(\.self) == [60, 90, 120, 150, 180].map { "roofLeft_\($0).webp" })
    }
    #expect(made.allSatisfy { $0 == made[0] })
  }

  @Test("What was drafted first is kept first, for it is made first; what was not drafted comes last")
  func draftedFirst() async throws {
    let frames = FramePool(byteBudget: 1 << 20)
    let pool = EncodePool(threads: 1)
    let disk = Disk()
    let pictures = Self.pictures(on: pool, disk)
    let (back, front) = (
      try Self.frame(.backLeft, at: 4, in: frames), try [2, 3].map { try Self.frame(.frontLeft, at: $0, in: frames) }
    )
    let roof = try Self.frame(.roofLeft, at: 4, in: frames)
    await pictures.draft(front)
    await pictures.draft([back] + front)
    let made = try await pictures.finish([roof, back] + front)
    await pool.close()
    #expect(
      await disk.groups.flatMap(\.self)
        == ["frontLeft_30.webp", "frontLeft_60.webp", "backLeft_90.webp", "roofLeft_90.webp"])
    #expect(made.images.map(\.fileName).count == 4 && made.images[0].camera == .backLeft)
  }

  @Test("A draft waits for everything else until it is wanted, and is not begun once it is let go")
  func drafts() async throws {
    let pool = EncodePool(threads: 1)
    let gate = DispatchSemaphore(value: 0)
    let done = Done()
    let begun = StopFlag()
    let first = Task {
      try await pool.run {
        begun.set()
        gate.wait()
        done.note("first")
      }
    }
    while !begun.isSet { await Task.yield() }
    let (wanted, early) = (EncodePool.Draft(), EncodePool.Draft())
    let draft = Task { try await pool.run(as: EncodePool.Draft()) { done.note("draft") } }
    let letGo = Task { try await pool.run(as: EncodePool.Draft()) { done.note("let go") } }
    while pool.waiting(isDraft: true) < 2 { await Task.yield() }
    let chosen = Task { try await pool.run(as: wanted) { done.note("wanted") } }
    while pool.waiting(isDraft: true) < 3 { await Task.yield() }
    let usual = Task { try await pool.run { done.note("usual") } }
    while pool.waiting(isDraft: false) < 1 { await Task.yield() }
    pool.want(wanted)
    #expect(pool.waiting(isDraft: false) == 2)
    // One may be wanted before it is there.
    pool.want(early)
    let later = Task { try await pool.run(as: early) { done.note("wanted early") } }
    while pool.waiting(isDraft: false) < 3 { await Task.yield() }
    letGo.cancel()
    gate.signal()
    for task in [first, usual, chosen, later, draft] { try await task.value }
    await #expect(throws: CancellationError.self) { try await letGo.value }
    await pool.close()
    #expect(done.names == ["first", "usual", "wanted", "wanted early", "draft"])
  }

  @Test("What was drafted and is chosen is made in its turn, however much comes after it")
  func chosenDraft() async throws {
    let frames = FramePool(byteBudget: 1 << 20)
    let pool = EncodePool(threads: 1)
    let gate = DispatchSemaphore(value: 0)
    let begun = StopFlag()
    let first = Task {
      try await pool.run {
        begun.set()
        gate.wait()
      }
    }
    while !begun.isSet { await Task.yield() }
    let disk = Disk()
    let pictures = Self.pictures(on: pool, disk, patience: .zero)
    let drafted = try Self.frame(.frontLeft, at: 2, in: frames)
    await pictures.draft([drafted])
    while pool.waiting(isDraft: true) < 1 { await Task.yield() }
    #expect(pool.waiting(isDraft: false) == 0)
    await pictures.add([drafted])
    #expect(pool.waiting(isDraft: false) == 1)
    gate.signal()
    try await first.value
    _ = try await pictures.finish([])
    await pool.close()
    #expect(await disk.groups == [["frontLeft_30.webp"]])
  }

  @Test("A passage without any picture is finished at once")
  func nothing() async throws {
    let pool = EncodePool(threads: 1)
    let disk = Disk()
    let made = try await Self.pictures(on: pool, disk).finish([])
    await pool.close()
    #expect(made.images.isEmpty && made.failures.isEmpty)
    #expect(await disk.groups.isEmpty)
  }
}
