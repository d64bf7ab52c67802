import Foundation
import GRDB

/// Room that is really taken, and given back when the disk is full all the same: so that the database can still write down what
/// happens then.
extension Outbox {
  private var ballast: String { folder.path + "/ballast" }

  /// What passages may count on: the ballast's room is the database's, whether it is aboard or not.
  var roomLeft: DiskRoom? {
    guard var room = room(folder.path) else { return nil }
    if !DurableFiles.exists(ballast) { room.freeBytes = max(0, room.freeBytes - Int64(settings.ballastBytes)) }
    return room
  }

  /// Where the disk stands now.
  func rung() -> DiskLadder.Rung { DiskLadder(settings).rung(roomLeft) }

  /// True while delivered image sets go before their time.
  func isDiskShort() -> Bool { rung() >= .short }

  /// Takes the ballast aboard when there is room for it and it is not there.
  func loadBallast() throws {
    guard settings.ballastBytes > 0, DurableFiles.size(ballast) != settings.ballastBytes,
      let room = room(folder.path), DiskLadder(settings).share(room) > DiskLadder.ballastShare,
      room.freeBytes - Int64(settings.ballastBytes) > settings.freeSpaceFloor
    else { return }
    do {
      try DurableFiles.allocate(ballast, bytes: settings.ballastBytes)
    } catch let error as StorageError where !error.isFatal {
      // Somebody else was quicker to fill the disk.
      try DurableFiles.remove(ballast)
    }
  }

  /// Gives it back; false when there is none.
  func dropBallast() throws -> Bool {
    guard DurableFiles.exists(ballast) else { return false }
    try DurableFiles.remove(ballast)
    try DurableFiles.syncFolder(folder.path)
    return true
  }

  /// A start on a disk without a free block or file: the database cannot even be opened before something goes.
  func makeRoomToStart() throws {
    guard let room = room(folder.path) else { return }
    let isStuck = room.freeBytes < 4 << 20 || (room.files > 0 && room.freeFiles < 16)
    if isStuck { _ = try dropBallast() }
  }

  /// Runs a transaction, once more without ballast when the disk is full.
  func withBallast<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
      guard try dropBallast() else { throw error }
      return try body()
    }
  }
}
