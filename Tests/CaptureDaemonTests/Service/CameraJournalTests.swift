import CameraIO
import Logging
import Testing

@testable import CaptureDaemon

@Suite("What live cameras tell")
struct CameraJournalTests {
  static let lost = CameraError(.notFound, "/dev/cam", "is gone; is its cable in?")

  @Test("A camera that is lost is an error line, with what happens next; a new reason is another line")
  func lost() {
    #expect(
      CameraJournal.lines(.roofLeft, .lost(Self.lost)) == [
        .init(
          level: .error,
          text: "roofLeft: no frames: /dev/cam: is gone; is its cable in?; it is opened again until they come")
      ])
    #expect(CameraJournal.lines(.roofLeft, .stillLost(Self.lost, isAnother: true)).map(\.level) == [.error])
    #expect(CameraJournal.lines(.roofLeft, .stillLost(Self.lost, isAnother: false)).isEmpty)
  }

  @Test("The newest news is what diagnose is told")
  func status() {
    let journal = CameraJournal(log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    #expect(journal.status(of: .roofLeft) == CameraStatus(position: "roofLeft"))
    journal.note(.roofLeft, .lost(Self.lost))
    #expect(journal.status(of: .roofLeft).lost == Self.lost.description)
    #expect(journal.status(of: .topLeft).lost == nil)
  }
}
