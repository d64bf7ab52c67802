import CameraIO
import Testing

@testable import FrameSelect

@Suite("An image's name says when it was taken")
struct ImageNameTests {
  private let began = MonotonicTime(seconds: 11.96)

  @Test(
    "The number is the tick since the passage began",
    arguments: [
      (11.96, 30.0, 0), (13.86, 30.0, 57), (12.976, 30.0, 30), (12.977, 30.0, 31), (11.0, 30.0, 0), (12.96, 12.5, 13),
      (100_000, 30.0, 999_999), (13.0, 0.0, 0), (13.0, .infinity, 0), (13.0, .nan, 0),
    ])
  func tick(seconds: Double, rate: Double, expected: Int) {
    let names = ImageName(passageBegan: began, nominalRate: rate)
    #expect(names.tick(of: MonotonicTime(seconds: seconds)) == expected)
  }

  @Test("The same moment has the same number on every camera")
  func sameMoment() {
    var names = ImageName(passageBegan: began, nominalRate: 30)
    let moment = MonotonicTime(seconds: 13.861)
    let found = CameraPosition.allCases.map { names.next(camera: $0, time: moment) }
    #expect(found == CameraPosition.allCases.map { "\($0.rawValue)_57.webp" })
  }

  @Test("A tick that is taken gives the next free one, on that camera alone")
  func taken() {
    var names = ImageName(passageBegan: began, nominalRate: 10)
    let times = [12.96, 12.97, 12.98, 13.06].map { MonotonicTime(seconds: $0) }
    #expect(
      times.map { names.next(camera: .topLeft, time: $0) }
        == ["topLeft_10.webp", "topLeft_11.webp", "topLeft_12.webp", "topLeft_13.webp"])
    #expect(names.next(camera: .topRight, time: times[3]) == "topRight_11.webp")
  }

  @Test("At the end of the numbers the last free one below is given")
  func atTheEnd() {
    var names = ImageName(passageBegan: began, nominalRate: 30)
    let late = MonotonicTime(seconds: 1e6)
    #expect(names.next(camera: .topLeft, time: late) == "topLeft_999999.webp")
    #expect(names.next(camera: .topLeft, time: late) == "topLeft_999998.webp")
  }

  @Test("Frames from before the beginning have names of their own, too")
  func before() {
    var names = ImageName(passageBegan: began, nominalRate: 30)
    let found = [11.5, 11.6, 11.96].map { names.next(camera: .roofLeft, time: MonotonicTime(seconds: $0)) }
    #expect(found == ["roofLeft_0.webp", "roofLeft_1.webp", "roofLeft_2.webp"])
  }
}
