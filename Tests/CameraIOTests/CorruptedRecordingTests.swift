import Foundation
import TestSupport
import Testing

@testable import CameraIO

@Suite("Video files with wrong bytes in them")
struct CorruptedRecordingTests {
  /// The same numbers in every run.
  struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  @Test(
    "Whatever is wrong, a file is refused with one line or plays to an end, in order, with every frame accounted for",
    arguments: [
      ("mkv", "-c:v libx264 -bf 2"), ("mp4", "-c:v libx264 -bf 2"), ("ts", "-c:v libx264"), ("nut", "-c:v mjpeg"),
      ("avi", "-c:v rawvideo"), ("mkv", "-c:v ffv1"), ("webm", "-c:v libvpx-vp9"),
    ])
  func survives(container: String, encoding: String) throws {
    let directory = try TemporaryDirectory()
    let whole = directory.file("whole.\(container)")
    try Fixtures.video(whole, frames: 12, encoding: encoding.split(separator: " ").map(String.init))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
    let path = directory.file("wrong.\(container)")
    var numbers = Numbers(state: 7)
    for round in 0..<20 {
      var wrong = bytes
      for _ in 0..<(1 + round * 2) {
        wrong[Int.random(in: 0..<wrong.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
      }
      try wrong.write(to: URL(fileURLWithPath: path))
      do {
        let source = try RecordingSource(path: path, camera: .topLeft, timeOrigin: .firstFrame)
        let played = try Played(source)
        #expect(zip(played.times, played.times.dropFirst()).allSatisfy { $0 < $1 })
        #expect(zip(played.sequences, played.sequences.dropFirst()).allSatisfy { $0 < $1 })
        #expect(source.damage.framesSkipped == played.dropped.count)
        #expect(source.sequence == UInt64(played.times.count + played.dropped.count))
      } catch let error as CameraError {
        #expect(!error.description.contains("\n"))
        #expect(error.subject == path)
      }
    }
  }
}
