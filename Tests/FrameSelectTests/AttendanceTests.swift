import CameraIO
import Testing

@testable import FrameSelect

@Suite("Cameras that were silent during a passage")
struct AttendanceTests {
  func at(_ seconds: Double) -> MonotonicTime { MonotonicTime(seconds: seconds) }

  /// Ten frames a second of `camera` while `isThere` says so, for 20 s.
  func attendance(
    _ cameras: [CameraPosition: (Double) -> Bool], of all: [CameraPosition] = [.roofLeft, .topLeft]
  ) -> Attendance {
    var attendance = Attendance(rates: Dictionary(uniqueKeysWithValues: all.map { ($0, 10) }))
    for tick in 0..<200 {
      for (camera, isThere) in cameras where isThere(Double(tick) / 10) {
        attendance.note(camera, at: at(Double(tick) / 10), isOccupied: false)
      }
    }
    return attendance
  }

  @Test("A camera that gave its frames is not named, and one that gave none is named with all of the passage")
  func wholePassage() {
    let absences = attendance([.roofLeft: { _ in true }]).absences(from: at(5), to: at(9))
    #expect(absences == [.topLeft: 4])
    #expect(attendance([.roofLeft: { _ in true }, .topLeft: { _ in true }]).absences(from: at(5), to: at(9)).isEmpty)
  }

  @Test(
    "A pause counts as far as it lies within the passage",
    arguments: [
      (6.0, 7.0, 1.1), (3.0, 6.0, 1.0), (8.0, 12.0, 1.1), (1.0, 4.0, nil), (10.0, 12.0, nil), (6.0, 6.2, nil),
      (5.0, 100.0, 4.0),
    ] as [(Double, Double, Double?)])
  func pauses(from: Double, to: Double, seconds: Double?) {
    let absences = attendance([.roofLeft: { _ in true }, .topLeft: { $0 < from || $0 >= to }])
      .absences(from: at(5), to: at(9))
    #expect(absences[.roofLeft] == nil)
    #expect(absences[.topLeft].map { ($0 * 10).rounded() / 10 } == seconds)
  }

  @Test("A camera that gives one frame a second is not silent between them")
  func slowCamera() {
    var attendance = Attendance(rates: [.topLeft: 1])
    for second in 0..<20 where second != 10 && second != 11 {
      attendance.note(.topLeft, at: at(Double(second)), isOccupied: false)
    }
    #expect(attendance.absences(from: at(1), to: at(5.5)).isEmpty)
    #expect(attendance.absences(from: at(8), to: at(15)) == [.topLeft: 3])
  }

  @Test("Pauses of long ago are forgotten, but for those of a passage that is still open")
  func memory() {
    for isOccupied in [true, false] {
      var attendance = Attendance(rates: [.topLeft: 30])
      attendance.note(.topLeft, at: at(0), isOccupied: isOccupied)
      for second in 1...200 { attendance.note(.topLeft, at: at(Double(second)), isOccupied: isOccupied) }
      let seconds = attendance.absences(from: at(0), to: at(200))[.topLeft] ?? 0
      #expect(isOccupied ? seconds == 200 : seconds < 70)
    }
  }
}
