import Testing

@testable import FrameSelect

@Suite("The zone of a camera")
struct ZoneTests {
  @Test("A zone is read from corners in pixels")
  func parses() throws {
    let zone = try Zone(parsing: " 160,420 800,420  940.5,539 60,539\n")
    #expect(zone.corners.count == 4)
    #expect(zone.corners[2] == Zone.Point(x: 940.5, y: 539))
    #expect(zone.area == (640.0 + 880.5) / 2 * 119)
  }

  @Test(
    "A zone that is none is refused in one line",
    arguments: [
      ("", "three corners"), ("1,2 3,4", "three corners"), ("1,2 3,4 5", "'5'"), ("1,2 3,4 x,6", "'x,6'"),
      ("1,2 3,4 5,6,7", "'5,6,7'"), ("0,0 1,1 2,2", "no area"), ("0,0 1,nan 2,0", "finite"),
    ])
  func refuses(text: String, hint: String) {
    do throws(Zone.Malformed) {
      _ = try Zone(parsing: text)
      Issue.record("'\(text)' was accepted")
    } catch {
      #expect(error.description.contains(hint), "\(error.description)")
      #expect(!error.description.contains("\n"))
    }
  }

  @Test("Inside is inside, also of a polygon with a notch")
  func contains() throws {
    let zone = try Zone(parsing: "0,0 100,0 100,100 50,50 0,100")
    #expect(zone.contains(x: 10, y: 10))
    #expect(zone.contains(x: 10, y: 80))
    #expect(!zone.contains(x: 50, y: 80))
    #expect(!zone.contains(x: 110, y: 50))
  }

  @Test("Only the cells in the zone count")
  func cells() throws {
    let half = CellGrid(width: 240, height: 150, scale: 8, zone: try Zone(parsing: "0,0 960,0 960,1200 0,1200"))
    #expect(half.zoneCells == half.count / 2)
    #expect(half.isInZone[0])
    #expect(!half.isInZone[half.columns - 1])
    let none = CellGrid(width: 240, height: 150, scale: 8, zone: try Zone(parsing: "5000,0 6000,0 6000,10"))
    #expect(none.zoneCells == 1, "never zero, because it is divided by")
  }
}
