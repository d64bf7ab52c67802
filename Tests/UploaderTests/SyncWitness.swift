import Foundation

/// Every wait for the disk of our own code in this process, by call and path: its calls of the C library go through here.
enum SyncWitness {
  private static let lock = NSLock()
  nonisolated(unsafe) private static var seen: [String] = []

  /// What was waited for under `folder`, in order, since this was last asked: `fsync name`, `fdatasync name`, `syncfs name`.
  static func take(under folder: String) -> [String] {
    lock.withLock {
      let mine = seen.filter { $0.contains(folder + "/") }
      seen.removeAll { $0.contains(folder + "/") }
      return mine.map { $0.replacingOccurrences(of: folder + "/", with: "") }
    }
  }

  fileprivate static func pass(_ call: String, _ descriptor: Int32) -> Int32 {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/fd/\(descriptor)", &path, Int(PATH_MAX))
    if count > 0 {
      let name = String(decoding: path.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      lock.withLock { seen.append("\(call) \(name)") }
    }
    typealias Call = @convention(c) (Int32) -> Int32
    // RTLD_NEXT, a macro that Swift does not see.
    guard let real = dlsym(UnsafeMutableRawPointer(bitPattern: -1), call) else {
      fatalError("no \(call) in the C library")
    }
    return unsafeBitCast(real, to: Call.self)(descriptor)
  }
}

@_cdecl("fsync") func witnessedFsync(_ descriptor: Int32) -> Int32 { SyncWitness.pass("fsync", descriptor) }
@_cdecl("fdatasync") func witnessedFdatasync(_ descriptor: Int32) -> Int32 { SyncWitness.pass("fdatasync", descriptor) }
@_cdecl("syncfs") func witnessedSyncfs(_ descriptor: Int32) -> Int32 { SyncWitness.pass("syncfs", descriptor) }
