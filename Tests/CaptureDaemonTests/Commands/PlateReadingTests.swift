import CameraIO
import FrameSelect
import Testing

@testable import CaptureDaemon

@Suite("What capture-daemon plates says of a picture")
struct PlateReadingTests {
  private func found(_ plates: [Plate], _ metres: [Double?]) -> PlateReading.Found {
    PlateReading.Found(
      file: "a.jpg", width: 1280, height: 720, plates: plates, metres: metres, milliseconds: 6.23)
  }

  private let plate = Plate(x: 411.7, y: 388.2, width: 171.4, height: 40.9, confidence: 0.9312)

  @Test("The line that scripts rely on: whole pixels, the area of the box that is told")
  func json() {
    #expect(
      found([plate], [nil]).json.text
        == #"{"file":"a.jpg","width":1280,"height":720,"plates":[{"x":412,"y":388,"width":171,"height":41,"area":7011,"confidence":0.931}],"milliseconds":6.2}"#
    )
    #expect(
      found([], []).json.text == #"{"file":"a.jpg","width":1280,"height":720,"plates":[],"milliseconds":6.2}"#)
    #expect(found([plate], [3.456]).json.text.contains(#""confidence":0.931,"metres":3.46}"#))
  }

  @Test("The text for people")
  func text() {
    #expect(found([], []).text == "a.jpg: 1280x720, no plate, 6.2 ms")
    #expect(
      found([plate, plate], [1.5, nil]).text == """
        a.jpg: 1280x720, 2 plates, 6.2 ms
          171x41 at 412,388: 7011 px², 93 % sure, 1.5 m away
          171x41 at 412,388: 7011 px², 93 % sure
        """)
  }

  @Test(
    "A lens in numbers",
    arguments: [
      ("6,1920,11.3", true), ("6, 1920, 11.3", false), ("6,1920", false), ("0,1920,11.3", false),
      ("6,1920,x", false), ("6,1920,11.3,4", false), ("inf,1920,11.3", false), ("", false),
    ])
  func lens(text: String, isOne: Bool) {
    let lens = LensData(parsing: text)
    #expect(lens == (isOne ? LensData(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3) : nil))
  }
}
