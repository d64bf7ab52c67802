import Foundation

@testable import Uploader

/// One unit with its disk, its clock, its cloud and its key: the whole of delivery but the camera and the network.
final class DeliveryBench {
  let directory: BenchDirectory
  let clock: VirtualClock
  let cloud: LedgerCloud
  var settings = DeliverySettings()
  var outboxSettings = OutboxSettings()
  private(set) var outbox: Outbox?
  let events = EventLog()

  /// The camera of the pictures it records.
  var camera = "roofLeft"

  /// `beside`: another unit at the same cloud, in the same time.
  init(startMs: Int64 = 1_800_000_000_000, beside other: DeliveryBench? = nil) throws {
    directory = try BenchDirectory()
    state = directory.file("state")
    clock = other?.clock ?? VirtualClock(startMs)
    cloud = other?.cloud ?? LedgerCloud(clock: clock)
    outboxSettings.freeSpaceFloor = 0
    outboxSettings.ballastBytes = 0
    try writeKey("canary-key")
  }

  private(set) var state: String
  /// The unit's clock minus the cloud's. A process that runs keeps the one it started with.
  var skewMs: Int64 = 0
  /// What the unit takes for the time.
  var unitMs: Int64 { clock.nowMs() + skewMs }
  private var lives = 0

  func writeKey(_ key: String) throws {
    let path = directory.file("key")
    try Data((key + "\n").utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }

  /// The outbox, opened as a new process would.
  @discardableResult
  func open() async throws -> Outbox {
    if let outbox { return outbox }
    let opened = try await Outbox.open(StateFolder.open(state), settings: outboxSettings, at: unitMs)
    outbox = opened
    return opened
  }

  /// The process dies: what it had in memory is gone, what it had on disk, the database's log included, is found by the next one.
  ///
  /// The next one lives in a copy, for within one process a database cannot be left without being put in order.
  func die() async throws {
    lives += 1
    let next = directory.file("state-\(lives)")
    try FileManager.default.copyItem(atPath: state, toPath: next)
    if let outbox { try await outbox.dropDead() }
    outbox = nil
    state = next
  }

  /// The process ends in good order.
  func quit() async throws {
    try await outbox?.close()
    outbox = nil
  }

  func delivery(seed: UInt64 = 1, over transport: (any HTTPTransport)? = nil) async throws -> Delivery {
    let unitClock = SkewedClock(base: clock, skewMs: skewMs)
    let client = try CloudClient(
      url: "https://cloud.example", key: APIKey(path: directory.file("key")), transport: transport ?? cloud,
      now: { Double(unitClock.nowMs()) / 1000 })
    return Delivery(
      outbox: try await open(), client: client, settings: settings, clock: unitClock, seed: seed,
      onEvent: { [events] in events.add($0) })
  }

  @discardableResult
  func deliverAll(seed: UInt64 = 1) async throws -> DeliverySummary {
    try await delivery(seed: seed).deliverAll()
  }

  /// What a person does about passages in whose work the process ended again and again; how many there were.
  func takeUpAgain() async throws -> Int {
    let outbox = try await open()
    let ids = try await outbox.list().map(\.passage)
    var count = 0
    for id in ids where await outbox.isSetAside(id) {
      if try await outbox.retry(id, at: unitMs) { count += 1 }
    }
    return count
  }

  static func id(_ number: Int) -> PassageID {
    var bytes = Digest.rawSHA256(Data("passage \(number)".utf8))
    bytes[6] = bytes[6] & 0x0f | 0x80
    bytes[8] = bytes[8] & 0x3f | 0x80
    let text = Digest.hexadecimal(Array(bytes[0..<16]))
    let parts = [8, 4, 4, 4, 12].reduce(into: (text[...], [String]())) { state, count in
      state.1.append(String(state.0.prefix(count)))
      state.0 = state.0.dropFirst(count)
    }.1
    return PassageID(parts.joined(separator: "-")) ?? PassageID(UUID())
  }

  static func facts(
    _ number: Int, tenant: String? = "tenant-1", captureSet: String? = "set-1", plate: String? = nil,
    second: Int64? = nil, isRepeatable: Bool = false
  ) -> PassageFacts {
    PassageFacts(
      id: id(number), recordedAtMs: (second ?? 1_790_000_000 + Int64(number) * 60) * 1000 + 250, clock: .ntp,
      unitId: "unit-1", captureSetId: captureSet, tenantId: tenant, plate: plate,
      countryCode: plate == nil ? nil : "DK",
      from: Double(number), to: Double(number) + 3, direction: "forward", isRepeatable: isRepeatable, software: "test")
  }

  /// A whole WebP file by its header, different for every image.
  static func image(_ index: Int, of number: Int, size: Int = 200, camera: String = "roofLeft") -> ImageFile {
    ImageFile(
      fileName: "\(camera)_\(index).webp", camera: camera, width: 64, height: 48,
      bytes: webp(salt: number * 1000 + index, size: size), sharpness: 0.5, displacement: 1.5, at: Double(index))
  }

  static func webp(salt: Int, size: Int) -> Data {
    var bytes = [UInt8](repeating: 0, count: size)
    bytes.replaceSubrange(0..<4, with: Array("RIFF".utf8))
    let rest = size - 8
    for index in 0..<4 { bytes[4 + index] = UInt8(rest >> (8 * index) & 0xff) }
    bytes.replaceSubrange(8..<16, with: Array("WEBPVP8 ".utf8))
    bytes.replaceSubrange(23..<26, with: [0x9d, 0x01, 0x2a])
    bytes.replaceSubrange(26..<30, with: [64, 0, 48, 0])
    for index in 0..<8 { bytes[40 + index] = UInt8(salt >> (8 * index) & 0xff) }
    return Data(bytes)
  }
}

/// In memory where the system has such a place: hundreds of little power cuts wait for thousands of syncs.
final class BenchDirectory: Sendable {
  private let path: String

  init() throws {
    let shared = "/dev/shm"
    let root =
      FileManager.default.isWritableFile(atPath: shared) ? shared : FileManager.default.temporaryDirectory.path
    path = root + "/capture-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }
}

final class EventLog: @unchecked Sendable {
  private let lock = NSLock()
  private var events: [DeliveryEvent] = []
  func add(_ event: DeliveryEvent) { lock.withLock { events.append(event) } }
  var all: [DeliveryEvent] { lock.withLock { events } }
  func contains(_ test: (DeliveryEvent) -> Bool) -> Bool { all.contains(where: test) }
}

extension Outbox {
  /// Lets go of the files as a dying process does: nothing is put in order.
  func dropDead() throws {
    filling = [:]
    try queue?.close()
    queue = nil
    folder.release()
  }

  func cutPower(_ cut: (@Sendable (String) throws -> Void)?) { powerCut = cut }
  func fillDisk(free: Int64?) { room = { _ in free.map { DiskRoom(freeBytes: $0, bytes: 1 << 40) } } }
  func fillDisk(_ room: DiskRoom) { self.room = { _ in room } }
}
