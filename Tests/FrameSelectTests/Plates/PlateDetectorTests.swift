import CTurboJPEG
import CameraIO
import Foundation
import TestSupport
import Testing

@testable import FrameSelect

@Suite("The plate of a vehicle is found, and nothing else")
struct PlateDetectorTests {
  private static func overlap(_ plate: Plate, _ vehicle: DrawnVehicle) -> Double {
    let truth = Plate(
      x: Double(vehicle.plate.x), y: Double(vehicle.plate.y), width: Double(vehicle.plate.width),
      height: Double(vehicle.plate.height), confidence: 1)
    return PlateGrouping.overlap(plate, truth).union
  }

  @Test("Near and far", arguments: [(40, 100, 130), (60, 200, 120), (100, 160, 140), (170, 150, 110)])
  func sizes(width: Int, x: Int, y: Int) throws {
    let vehicle = DrawnVehicle(width: 320, height: 240, plateWidth: width, x: x, y: y)
    let plates = PlateDetector().detect(in: vehicle.picture)
    #expect(plates.count == 1, "\(plates)")
    let plate = try #require(plates.first)
    #expect(Self.overlap(plate, vehicle) > 0.6, "\(plate), not \(vehicle.plate)")
    #expect(plate.confidence >= PlateDetector.confidence && plate.confidence <= 1)
  }

  @Test("No plate on a car that has none, on a wall, on noise")
  func nothing() {
    let detector = PlateDetector()
    let bare = DrawnVehicle(width: 320, height: 240, plateWidth: 80, x: 160, y: 130, hasPlate: false)
    #expect(detector.detect(in: bare.picture) == [])
    for value in [0, 128, 255] {
      let wall = LumaImage(width: 200, height: 150, pixels: [UInt8](repeating: UInt8(value), count: 30_000), scale: 1)
      #expect(detector.detect(in: wall) == [])
    }
    var random = SeededNumbers(seed: 3)
    let noise = random.floats(30_000).map { UInt8(128 + 100 * $0) }
    #expect(detector.detect(in: LumaImage(width: 200, height: 150, pixels: noise, scale: 1)) == [])
  }

  @Test("One that slopes, as a camera beside the lane sees it", arguments: [-15.0, -10, 10, 15])
  func slope(degrees: Double) throws {
    let vehicle = DrawnVehicle(width: 480, height: 320, plateWidth: 80, x: 240, y: 170)
    let sine = sin(degrees * .pi / 180)
    let cosine = cos(degrees * .pi / 180)
    var pixels = [UInt8](repeating: 0, count: vehicle.pixels.count)
    for y in 0..<320 {
      for x in 0..<480 {
        let (across, down) = (Double(x) - 240, Double(y) - 170)
        let column = min(479, max(0, Int((240 + across * cosine + down * sine).rounded())))
        let row = min(319, max(0, Int((170 - across * sine + down * cosine).rounded())))
        pixels[y * 480 + x] = vehicle.pixels[row * 480 + column]
      }
    }
    let plates = PlateDetector().detect(in: LumaImage(width: 480, height: 320, pixels: pixels, scale: 1))
    let plate = try #require(plates.first)
    #expect(plates.count == 1 && abs(plate.x + plate.width / 2 - 240) < 12 && abs(plate.y + plate.height / 2 - 170) < 8)
  }

  @Test("At the picture's edge it has the part of its box that is in the picture", arguments: [(30, 120), (295, 210)])
  func edge(x: Int, y: Int) {
    let vehicle = DrawnVehicle(width: 320, height: 240, plateWidth: 90, x: x, y: y)
    for plate in PlateDetector().detect(in: vehicle.picture) {
      #expect(plate.x >= 0 && plate.y >= 0 && plate.x + plate.width <= 320 && plate.y + plate.height <= 240, "\(plate)")
    }
  }

  @Test("A frame says the same as its grey picture: JPEG, packed, planar, video range")
  func frames() throws {
    let vehicle = DrawnVehicle(width: 320, height: 240, plateWidth: 90, x: 160, y: 130)
    let pixels = vehicle.picture.pixels
    let maker = FrameMaker()
    let detector = PlateDetector()
    let expected = try #require(detector.detect(in: vehicle.picture).first)
    let limited = pixels.map { UInt8(16 + (Int($0) * 219 + 127) / 255) }
    let frames: [(String, Frame)] = [
      (
        "JPEG",
        try maker.frame(
          FrameMaker.jpeg(width: 320, height: 240) { pixels[$1 * 320 + $0] },
          format: FrameFormat(width: 320, height: 240, pixelFormat: .mjpeg))
      ),
      (
        "YUYV",
        try maker.frame(
          pixels.flatMap { [$0, 128] }, format: FrameFormat(width: 320, height: 240, pixelFormat: .yuyv))
      ),
      (
        "video range",
        try maker.frame(
          limited + [UInt8](repeating: 128, count: 320 * 120),
          format: FrameFormat(width: 320, height: 240, pixelFormat: .yuv420, range: .limited))
      ),
    ]
    for (name, frame) in frames {
      let plates = try detector.detect(in: frame)
      #expect(plates.count == 1, "\(name): \(plates)")
      let plate = try #require(plates.first)
      #expect(PlateGrouping.overlap(plate, expected).union > 0.9, "\(name): \(plate), not \(expected)")
    }
  }

  @Test("The same picture gives the same plates, whatever was looked at in between")
  func deterministic() {
    let vehicle = DrawnVehicle(width: 320, height: 240, plateWidth: 70, x: 150, y: 120)
    let detector = PlateDetector()
    let first = detector.detect(in: vehicle.picture)
    for size in [60, 70, 80, 90, 100] {
      _ = detector.detect(in: DrawnVehicle(width: size, height: size, plateWidth: 30, x: 30, y: 30).picture)
    }
    #expect(detector.detect(in: vehicle.picture) == first)
    #expect(PlateDetector().detect(in: vehicle.picture) == first)
  }

  @Test("Plates below the area of interest are left out")
  func area() throws {
    let vehicle = DrawnVehicle(width: 320, height: 240, plateWidth: 100, x: 160, y: 130)
    let frame = try FrameMaker().frame(vehicle.picture, camera: .frontLeft, sequence: 0, seconds: 0)
    let detector = PlateDetector()
    let plate = try #require(try detector.detect(in: frame).first)
    #expect(try detector.detect(in: frame, areaAtLeast: plate.area).count == 1)
    #expect(try detector.detect(in: frame, areaAtLeast: 2 * plate.area).isEmpty)
  }

  @Test("A frame that is no whole picture is an error")
  func damaged() throws {
    let jpeg = try FrameMaker.jpeg(width: 320, height: 240) { x, y in UInt8((x * y) % 251) }
    let frame = try FrameMaker().frame(
      Array(jpeg.prefix(jpeg.count / 2)), format: FrameFormat(width: 320, height: 240, pixelFormat: .mjpeg))
    #expect(throws: PictureError.self) { try PlateDetector().detect(in: frame) }
  }
}
