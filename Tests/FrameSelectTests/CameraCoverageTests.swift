import CameraIO
import Testing

@testable import FrameSelect

@Suite("What the pictures of a camera show of the vehicle")
struct CameraCoverageTests {
  /// A vehicle of three picture widths that goes by at even speed, a frame every tenth of a width.
  private struct Passing {
    var chosen: [Double]
    var sharpness: (Double) -> Double = { _ in 0.8 }
    var exposure = 1.0
    var end = 4.0
    var step = 0.1
    var axis = SpreadAxis.displacement
    var straight = 1.0
    var absent = 0.0
    var limit = 16

    func coverage() throws -> CameraCoverage {
      let pool = FramePool(byteBudget: 1 << 24)
      let all = try stride(from: 0, through: end + 1e-9, by: step).map { place in
        Candidate(
          frame: try TestFrames.frame(
            [0], FrameFormat(width: 1, height: 1, pixelFormat: .grey), at: place, pool: pool),
          score: FrameScore(sharpness: sharpness(place), exposure: exposure), displacement: place, presence: 0.5)
      }
      let considered = all.map { candidate in
        let isChosen = chosen.contains { abs($0 - candidate.displacement!) < 1e-6 }
        return ConsideredFrame(
          camera: .roofLeft, time: candidate.frame.time, score: candidate.score,
          displacement: candidate.displacement, presence: 0.5, disposition: isChosen ? .chosen : .outdone)
      }
      return CoverageReckoning(
        camera: .roofLeft, axis: axis, considered: considered, limit: limit, straight: straight,
        absentSeconds: absent
      ).coverage
    }
  }

  @Test("Pictures at most a picture's width apart show all of it")
  func all() throws {
    let coverage = try Passing(chosen: [0.5, 1.5, 2.5, 3.5]).coverage()
    #expect(abs(coverage.covered! - 1) < 1e-9 && coverage.reason == nil)
    #expect(coverage.shown.count == 1 && coverage.pictures == 4 && coverage.sharp == 4)
  }

  @Test("What lies between two pictures that are too far apart is missing, and why")
  func gap() throws {
    let coverage = try Passing(chosen: [1, 3]).coverage()
    // The middles 0.5...3.5 of the way are the vehicle; the pictures show 0.5...1.5 and 2.5...3.5.
    #expect(abs(coverage.covered! - 2.0 / 3) < 1e-6)
    #expect(coverage.shown.count == 2 && abs(coverage.shown[1].lowerBound - 2.0 / 3) < 1e-6)
    #expect(coverage.reason == "no sharp picture of some places")
  }

  @Test("A wide lens shows less of it straight on")
  func wide() throws {
    let coverage = try Passing(chosen: [0.5, 1.5, 2.5, 3.5], straight: 0.5).coverage()
    #expect(abs(coverage.covered! - 0.5) < 1e-6)
    #expect(LensData(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3).straightShare!.hundredths == 0.89)
    #expect(LensData(focalLength: 12, sensorResolution: 1920, sensorSize: 11.3).straightShare == 1)
    #expect(LensData(focalLength: 0, sensorResolution: 1920, sensorSize: 11.3).straightShare == nil)
  }

  @Test("A poor coverage says why")
  func reasons() throws {
    #expect(try Passing(chosen: [1], absent: 1.24).coverage().reason == "camera missing for 1.2 s")
    #expect(try Passing(chosen: [1, 3], exposure: 0.3).coverage().reason == "too dark or burnt out")
    #expect(try Passing(chosen: [1, 3], step: 1).coverage().reason == "no sharp picture of some places")
    #expect(try Passing(chosen: [0, 1.5], end: 4.5, step: 1.5).coverage().reason == "too fast")
    let blurred = try Passing(chosen: [1, 2, 3], sharpness: { $0 > 0.5 ? 0.1 : 0.8 }).coverage()
    #expect(blurred.reason == "too fast")
    #expect(try Passing(chosen: [1, 3], limit: 2).coverage().reason == "only 2 pictures allowed")
  }

  @Test("A blurred picture shows nothing; one that turned back is held to what was in the picture")
  func blurredAndTurned() throws {
    let blurred = try Passing(chosen: [0.5, 1.5, 2.5, 3.5], sharpness: { abs($0 - 2.5) < 0.01 ? 0.1 : 0.8 }).coverage()
    #expect(abs(blurred.covered! - 2.0 / 3) < 1e-6 && blurred.sharp == 3)
    let turned = try Passing(chosen: [0.5, 1], end: 1).coverage()
    #expect(turned.covered == 1)
  }

  @Test("Without displacement there is no figure, and it says so")
  func byTime() throws {
    let coverage = try Passing(chosen: [1], axis: .time).coverage()
    #expect(coverage.covered == nil && coverage.reason == "displacement unknown, spread over the time")
  }
}

extension Double {
  fileprivate var hundredths: Double { (self * 100).rounded() / 100 }
}
