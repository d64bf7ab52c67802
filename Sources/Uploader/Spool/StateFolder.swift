import Foundation

/// The unit's own folder: everything that must survive a power cut, held by one process at a time.
///
/// ```
/// meta.json                  uuid and format of the folder: another program's folder is refused
/// lock                       flock, held for life
/// outbox.sqlite -wal         what is owed to the cloud
/// outbox.open                there while the database is open, see `Outbox.dirtyMark`
/// under-way                  the passage that is being worked on, see `WorkMark`
/// tmp/<passage>/             an image set that is being filled
/// spool/<day>/<passage>/     a committed one: images, manifest.json, later address.json, remote.json
/// trash/                     on its way out
/// quarantine/<passage>/      an image set that ended the process before it had rows
/// corrupt/<time>/            a database that was moved aside
/// ```
///
/// Others may lay files of their own beside these, such as the unit's settings and the control socket.
public final class StateFolder: Sendable {
  /// Where it is.
  public let path: String
  /// Its name for life, from `meta.json`.
  public let uuid: String

  // Written once at opening, closed by `release`; the kernel lets the lock go when the process ends, however it ends.
  private let lock: LockDescriptor
  /// See `FileSystemSync`.
  let syncsAtOnce: Bool

  /// The format of `meta.json` and of the folder's layout.
  static let format = "capture-state/1"

  private struct Meta: Codable {
    var format: String
    var uuid: String
  }

  private init(path: String, uuid: String, lock: LockDescriptor) {
    self.path = path
    self.uuid = uuid
    self.lock = lock
    syncsAtOnce = lock.syncsAtOnce
  }

  /// Makes or opens the folder and takes its lock; a second holder is refused with `StorageError.inUse`.
  ///
  /// `uuid`: the only folder that is meant; any other is refused, and none is made.
  public static func open(_ path: String, uuid: String? = nil) throws -> StateFolder {
    let path = folder(behind: (path as NSString).standardizingPath)
    do {
      if let uuid { try expect(uuid, path) }
      let isNew = !DurableFiles.exists(path)
      try makeAll(path)
      let lock = try takeLock(path + "/lock", folder: path)
      do {
        let uuid = try settle(path, isNew: isNew)
        return StateFolder(path: path, uuid: uuid, lock: lock)
      } catch {
        lock.close()
        throw error
      }
    } catch StorageError.disk(let operation, let on, let code) {
      throw StorageError.unwritable(path: path, reason: "\(operation) \(on): \(errorText(code))")
    }
  }

  /// Makes new files of one folder durable, and their names: with one wait for all where the file system is known to flush everything at once,
  /// otherwise with one for each and one for the folder.
  func sync(_ names: [String], in path: String) throws {
    if syncsAtOnce { return try lock.syncFileSystem(of: self.path) }
    for name in names { try DurableFiles.sync(path + "/" + name) }
    try DurableFiles.syncFolder(path)
  }

  /// Lets another process have the folder. Ending the process does the same.
  public func release() { lock.close() }

  /// Bytes that an ordinary user may still write on the file system of `path`; nil when it cannot be asked.
  ///
  /// What the outbox itself goes by when it refuses passages for want of room.
  public static func freeBytes(_ path: String) -> Int64? { DurableFiles.freeBytes(path) }

  var temporary: String { path + "/tmp" }
  var spool: String { path + "/spool" }
  var trash: String { path + "/trash" }
  var corrupt: String { path + "/corrupt" }
  var database: String { path + "/outbox.sqlite" }

  /// Where a link leads, when the folder is reached by one: systemd makes /var/lib/capture-daemon a link for a service
  /// whose user exists only while it runs.
  private static func folder(behind path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// Looks before anything is made: a mount point without its disk stays as empty as it is.
  private static func expect(_ uuid: String, _ path: String) throws {
    let data = try DurableFiles.read(path + "/meta.json", limit: 4096)
    let meta = data.flatMap { try? JSONDecoder().decode(Meta.self, from: $0) }
    guard let meta, meta.uuid.lowercased() == uuid.lowercased() else {
      let found = meta.map { "it is \($0.uuid)" } ?? "it has no meta.json"
      throw StorageError.foreign(path: path, reason: "\(found), and storage.uuid wants \(uuid)")
    }
  }

  private static func makeAll(_ path: String) throws {
    let parent = (path as NSString).deletingLastPathComponent
    if !DurableFiles.exists(path), !parent.isEmpty, !DurableFiles.exists(parent) { try makeAll(parent) }
    try DurableFiles.makeFolder(path)
  }

  private static func takeLock(_ path: String, folder: String) throws -> LockDescriptor {
    let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw DurableFiles.failure("open", path, errno) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      _ = Glibc.close(descriptor)
      guard code == EWOULDBLOCK else { throw DurableFiles.failure("lock", path, code) }
      let text = try DurableFiles.read(path, limit: 64).map { String(decoding: $0, as: UTF8.self) } ?? ""
      throw StorageError.inUse(path: folder, holder: Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
    let lock = LockDescriptor(descriptor)
    let text = Array("\(getpid())\n".utf8)
    let written = unsafe text.withUnsafeBytes { buffer -> Int in
      guard ftruncate(descriptor, 0) == 0 else { return -1 }
      return unsafe pwrite(descriptor, buffer.baseAddress, buffer.count, 0)
    }
    guard written == text.count else {
      let code = errno
      lock.close()
      throw DurableFiles.failure("write", path, code)
    }
    return lock
  }

  private static func settle(_ path: String, isNew: Bool) throws -> String {
    let meta = path + "/meta.json"
    let uuid: String
    if let data = try DurableFiles.read(meta, limit: 4096) {
      guard let known = try? JSONDecoder().decode(Meta.self, from: data) else {
        throw StorageError.foreign(path: path, reason: "meta.json cannot be read")
      }
      guard known.format == format else {
        throw StorageError.foreign(path: path, reason: "it is of format '\(known.format)', not '\(format)'")
      }
      uuid = known.uuid
    } else {
      let others = try DurableFiles.names(in: path).filter {
        $0 != "lock" && $0 != "lost+found" && $0 != "meta.json.new"
      }
      guard others.isEmpty else {
        throw StorageError.foreign(path: path, reason: "it holds \(others[0]), but no meta.json")
      }
      uuid = UUID().uuidString.lowercased()
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      try DurableFiles.replaceDurably(meta, try encoder.encode(Meta(format: format, uuid: uuid)))
    }
    for name in ["tmp", "spool", "trash", "corrupt"] { try DurableFiles.makeFolder(path + "/" + name) }
    try DurableFiles.syncFolder(path)
    // The folder's own name is only as durable as its parent; ext4 forgives the omission, POSIX does not.
    if isNew { try DurableFiles.syncFolder((path as NSString).deletingLastPathComponent) }
    return uuid
  }
}

/// The open file behind the lock, closed once.
// @unchecked: the descriptor is only touched under `guarding`.
private final class LockDescriptor: @unchecked Sendable {
  private let guarding = NSLock()
  private var descriptor: Int32
  let syncsAtOnce: Bool

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    syncsAtOnce = FileSystemSync.isWhole(at: descriptor)
  }

  /// The kernel tells errors to who had a file open when they happened: this one is, for life.
  func syncFileSystem(of path: String) throws {
    try guarding.withLock { try FileSystemSync.wait(for: descriptor, of: path) }
  }

  deinit { close() }

  func close() {
    guarding.withLock {
      if descriptor >= 0 {
        // Closing alone leaves the lock to a child that was forked meanwhile and has not become its own program yet.
        _ = flock(descriptor, LOCK_UN)
        _ = Glibc.close(descriptor)
      }
      descriptor = -1
    }
  }
}
