import Foundation
import Uploader

/// Is there a state folder that can be written to, room on its disk, and nobody else in it? Writes nothing that stays.
enum StorageChecks {
  /// Below this, new passages are refused.
  static let floorBytes = OutboxSettings().freeSpaceFloor

  static func folder(_ path: String) -> Finding {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    let isThere = unsafe manager.fileExists(atPath: path, isDirectory: &isFolder)
    if isThere && !isFolder.boolValue {
      return Finding(
        "storage.folder", .fail, "\(path) is a file, not a folder", hint: "name a folder in storage.directory")
    }
    let probed = isThere ? path : existingParent(of: path)
    guard manager.isWritableFile(atPath: probed), !isReadOnly(probed) else {
      return Finding(
        "storage.folder", .fail, "\(probed) cannot be written to",
        hint: "storage.directory must belong to the daemon's user, on a disk that is mounted for writing")
    }
    return Finding(
      "storage.folder", .pass, isThere ? "\(path) can be written to" : "\(path) will be made at first start")
  }

  static func space(_ path: String, budgetBytes: Int64) -> Finding {
    let folder = FileManager.default.fileExists(atPath: path) ? path : existingParent(of: path)
    guard let free = StateFolder.freeBytes(folder) else {
      return Finding("storage.space", .fail, "the free space of \(folder) cannot be read", hint: "is the disk mounted?")
    }
    let data: [JSONLine.Member] = [
      .init("freeBytes", .integer(Int(free))), .init("budgetBytes", .integer(Int(budgetBytes))),
    ]
    let text = "\(free >> 20) MiB free, budget \(budgetBytes >> 20) MiB"
    if free < floorBytes {
      return Finding(
        "storage.space", .fail, "\(text): new passages are refused", hint: "free space on the disk of \(folder)",
        data: data)
    }
    if free < budgetBytes {
      return Finding(
        "storage.space", .warn, "\(text): the budget does not fit on the disk",
        hint: "lower storage.budget or give the state folder a larger disk", data: data)
    }
    return Finding("storage.space", .pass, text, data: data)
  }

  /// What waits, from the books of the outbox.
  static func backlog(_ books: OutboxBooks, oldestSeconds: Int64?) -> Finding {
    let data: [JSONLine.Member] = [
      .init("pending", .integer(books.pending)), .init("quarantined", .integer(books.quarantined)),
      .init("delivered", .integer(books.delivered)),
    ]
    let age = oldestSeconds.map { ", the oldest since \($0 / 60) min" } ?? ""
    if books.quarantined > 0 {
      return Finding(
        "outbox.backlog", .fail, "\(books.quarantined) passages are set aside, \(books.pending) wait\(age)",
        hint: "outbox list shows them with their reasons; mend the cause, then outbox retry", data: data)
    }
    if let oldestSeconds, oldestSeconds > 3600 {
      return Finding(
        "outbox.backlog", .warn, "\(books.pending) passages wait\(age)",
        hint: "outbox list shows why", data: data)
    }
    return Finding("outbox.backlog", .pass, "\(books.pending) passages wait\(age)", data: data)
  }

  static func existingParent(of path: String) -> String {
    var parent = (path as NSString).deletingLastPathComponent
    while parent != "/", !parent.isEmpty, !FileManager.default.fileExists(atPath: parent) {
      parent = (parent as NSString).deletingLastPathComponent
    }
    return parent.isEmpty ? "." : parent
  }

  /// Root may write anywhere but on what is mounted read-only or is no disk at all.
  private static func isReadOnly(_ path: String) -> Bool {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return true }
    return status.f_flag & UInt(ST_RDONLY) != 0 || path.hasPrefix("/proc") || path.hasPrefix("/sys")
  }
}
