import Foundation
import TestSupport
import Testing
import Uploader

@testable import CaptureDaemon

@Suite("The room of a recording")
struct RecordingRoomTests {
  struct Case: CustomTestStringConvertible {
    let budget: Int, reserve: Int64, free: Int64?, taken: Int, next: Int
    let limit: RecordingRoom.Limit?
    var testDescription: String { "budget \(budget), free \(String(describing: free)), taken \(taken) + \(next)" }
  }

  @Test(
    "It ends with the budget or with what must stay free, whichever comes first",
    arguments: [
      Case(budget: 100, reserve: 50, free: 1000, taken: 90, next: 10, limit: nil),
      Case(budget: 100, reserve: 50, free: 1000, taken: 90, next: 11, limit: .budget),
      // 40 were taken when the disk was looked at: 50 more since then.
      Case(budget: 1000, reserve: 50, free: 110, taken: 90, next: 10, limit: nil),
      Case(budget: 1000, reserve: 50, free: 109, taken: 90, next: 10, limit: .freeSpace),
      Case(budget: 95, reserve: 50, free: 10, taken: 90, next: 10, limit: .budget),
      Case(budget: 1000, reserve: 50, free: nil, taken: 90, next: 10, limit: nil),
      Case(budget: 1000, reserve: 50, free: -5, taken: 40, next: 0, limit: .freeSpace),
    ])
  func limits(_ one: Case) {
    var room = RecordingRoom(budget: one.budget, reserve: one.reserve)
    room.look(free: one.free, taken: 40)
    #expect(room.limit(taken: one.taken, next: one.next) == one.limit)
  }

  @Test("On the outbox's own disk twice as much stays free as the outbox itself wants, elsewhere as much")
  func reserveBesideTheOutbox() throws {
    let folder = try TemporaryDirectory()
    let floor = OutboxSettings().freeSpaceFloor
    #expect(RecordingRoom.reserve(recording: folder.path, state: folder.file("state/not/made/yet")) == 2 * floor)
    #expect(RecordingRoom.reserve(recording: folder.path, state: folder.path) == 2 * floor)
    #expect(RecordingRoom.reserve(recording: folder.path, state: "/proc") == floor)
  }
}
