import Foundation

/// Files that outlive a power cut: every step checked, nothing swallowed. Blocks: the outbox calls it on its disk thread.
enum DurableFiles {
  /// Makes a folder that only this user sees; one that is there already is fine.
  static func makeFolder(_ path: String) throws {
    if unsafe mkdir(path, 0o700) != 0 {
      let code = errno
      guard code == EEXIST, isFolder(path) else { throw failure("mkdir", path, code == EEXIST ? ENOTDIR : code) }
    }
  }

  /// Writes a new file, which must not exist, and leaves it to `sync` to make it durable.
  static func create(_ path: String, _ bytes: some ContiguousBytes) throws { try write(bytes, path, O_EXCL) }

  /// Adds to the end of a file, made if need be, and leaves it to `sync` to make that durable.
  static func append(_ path: String, _ bytes: some ContiguousBytes) throws { try write(bytes, path, O_APPEND) }

  private static func write(_ bytes: some ContiguousBytes, _ path: String, _ flag: Int32) throws {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | flag | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("create", path, errno) }
    do {
      try write(bytes, to: descriptor, path)
    } catch {
      _ = close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw failure("close", path, errno) }
  }

  /// Cuts a file off; durable once it is synced.
  static func truncate(_ path: String, to size: Int) throws {
    guard unsafe Glibc.truncate(path, off_t(size)) == 0 else { throw failure("truncate", path, errno) }
  }

  /// A new file, on the disk when this returns (its name is not before its folder is synced).
  static func createDurably(_ path: String, _ bytes: some ContiguousBytes) throws {
    try create(path, bytes)
    try sync(path)
  }

  /// Puts a whole file in the place of an older one: there is always one of the two.
  static func replaceDurably(_ path: String, _ bytes: some ContiguousBytes) throws {
    let fresh = path + ".new"
    if exists(fresh) { try remove(fresh) }
    try createDurably(fresh, bytes)
    try rename(fresh, to: path)
    try syncFolder((path as NSString).deletingLastPathComponent)
  }

  /// fsync of a file. A failure is never repeated: the kernel may have dropped the pages already.
  static func sync(_ path: String) throws {
    try sync(path, flags: O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
  }

  /// fsync of a folder: makes the names in it durable.
  static func syncFolder(_ path: String) throws {
    try sync(path, flags: O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  }

  /// Renames within the state folder; the caller syncs both folders.
  static func rename(_ path: String, to target: String) throws {
    guard unsafe Glibc.rename(path, target) == 0 else { throw failure("rename", path, errno) }
  }

  /// Removes one file; one that is gone already is fine.
  static func remove(_ path: String) throws {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path, errno) }
  }

  /// Removes a folder of plain files and folders, whatever they are; links are not followed.
  static func removeTree(_ path: String) throws {
    for name in try names(in: path) {
      let entry = path + "/" + name
      if isFolder(entry) { try removeTree(entry) } else { try remove(entry) }
    }
    guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw failure("remove", path, errno) }
  }

  /// The names in a folder, sorted; none when there is no such folder.
  static func names(in path: String) throws -> [String] {
    guard exists(path) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw StorageError.disk(operation: "list", path: path, code: EIO)
    }
  }

  /// All bytes of a file; nil when there is none. Bounded by `limit`, beyond which it is none of ours.
  static func read(_ path: String, limit: Int = 64 << 20) throws -> Data? {
    let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    if descriptor < 0 {
      let code = errno
      if code == ENOENT || code == ENOTDIR { return nil }
      throw failure("open", path, code)
    }
    defer { _ = close(descriptor) }
    var status = stat()
    let expected = unsafe fstat(descriptor, &status) == 0 ? min(limit, Int(status.st_size)) : 0
    // A byte more shows that it ends where it should.
    var bytes = Data(count: expected + 1)
    var filled = 0
    while true {
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
        return unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
      }
      if count < 0 {
        let code = errno
        if code == EINTR { continue }
        throw failure("read", path, code)
      }
      filled += count
      guard filled <= limit else { throw failure("read", path, EFBIG) }
      if count == 0 {
        bytes.count = filled
        return bytes
      }
      if filled == bytes.count { bytes.count += 1 << 18 }
    }
  }

  /// Size of a plain file; nil when there is none (a link is none).
  static func size(_ path: String) -> Int? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Bytes that an ordinary user may still write on the file system of `path`; nil when it cannot be asked.
  static func freeBytes(_ path: String) -> Int64? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return Int64(status.f_bavail) * Int64(status.f_frsize)
  }

  /// How full that file system is; nil when it cannot be asked.
  static func room(_ path: String) -> DiskRoom? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return DiskRoom(
      freeBytes: Int64(status.f_bavail) * Int64(status.f_frsize),
      bytes: Int64(clamping: status.f_blocks) * Int64(status.f_frsize),
      freeFiles: Int64(clamping: status.f_favail), files: Int64(clamping: status.f_files))
  }

  /// A file of so many bytes whose blocks are really taken.
  static func allocate(_ path: String, bytes: Int) throws {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("create", path, errno) }
    defer { _ = close(descriptor) }
    let code = posix_fallocate(descriptor, 0, bytes)
    guard code == 0 else { throw failure("allocate", path, code) }
  }

  static func failure(_ operation: String, _ path: String, _ code: Int32) -> StorageError {
    .disk(operation: operation, path: path, code: code)
  }

  private static func sync(_ path: String, flags: Int32) throws {
    let descriptor = unsafe open(path, flags)
    guard descriptor >= 0 else { throw failure("open", path, errno) }
    guard fsync(descriptor) == 0 else {
      let code = errno
      _ = close(descriptor)
      throw failure("fsync", path, code)
    }
    guard close(descriptor) == 0 else { throw failure("close", path, errno) }
  }

  private static func write(_ bytes: some ContiguousBytes, to descriptor: Int32, _ path: String) throws {
    try unsafe bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
        let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0 {
          let code = errno
          if code == EINTR { continue }
          throw failure("write", path, code)
        }
        done += count
      }
    }
  }
}
