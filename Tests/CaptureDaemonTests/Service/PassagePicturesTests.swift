import CameraIO
import FrameSelect
import Foundation
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
    let (images, failures) = try await pictures.finish([
      Self.frame(.backLeft, at: 2, in: frames), Self.frame(.roofLeft, at: 1.5, in: frames, isWhole: false),
      Self.frame(.roofLeft, at: 2, in: frames),
    ])
    await pool.close()
    #expect(images.map(\.fileName) == ["backLeft_30.webp", "roofLeft_30.webp", "roofLeft_60.webp"])
    #expect(images.allSatisfy { $0.width == 32 && $0.height == 16 && $0.bytes.starts(with: Array("RIFF".utf8)) })
    #expect(failures.map(\.camera) == [.roofLeft])
    #expect(failures.first?.time == MonotonicTime(seconds: 1.5))
    #expect(await disk.groups.flatMap(\.self) == ["roofLeft_60.webp", "backLeft_30.webp", "roofLeft_30.webp"])
    #expect(frames.bytesInUse == 0)
  }

  @Test("They are kept in groups of sixteen in the order of the choice, whatever the order in which they are ready")
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
    #expect(groups.map(\.count) == [16, 16, 8])
  }

  @Test("A picture that waits for others waits no longer than that: it is kept though the vehicle still drives")
  func patience() async throws {
    let frames = FramePool(byteBudget: 1 << 20)
    let pool = EncodePool(threads: 1)
    let disk = Disk()
    let pictures = Self.pictures(on: pool, disk, patience: .milliseconds(1))
    await pictures.add([try Self.frame(.roofLeft, at: 3, in: frames)])
    while await disk.groups.isEmpty { await Task.yield() }
    _ = try await pictures.finish([])
    await pool.close()
    #expect(await disk.groups == [["roofLeft_60.webp"]])
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

  @Test("A passage without any picture is finished at once")
  func nothing() async throws {
    let pool = EncodePool(threads: 1)
    let disk = Disk()
    let (images, failures) = try await Self.pictures(on: pool, disk).finish([])
    await pool.close()
    #expect(images.isEmpty && failures.isEmpty)
    #expect(await disk.groups.isEmpty)
  }
}
