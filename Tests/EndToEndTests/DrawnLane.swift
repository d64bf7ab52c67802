import Foundation
import TestSupport

/// Small recordings of things the size of a vehicle that drive through the picture, made with ffmpeg.
enum DrawnLane {
  /// Seconds from one vehicle to the next; each is in the picture from 1.5 s to about 4 s of them.
  static let secondsPerVehicle = 5

  /// A folder with `recording.json` and one MJPEG file per camera; every camera sees `vehicles` of them.
  static func render(into folder: String, cameras: [String] = ["frontLeft", "roofLeft"], vehicles: Int = 2) async throws
  {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (index, camera) in cameras.enumerated() {
      try await video(to: "\(folder)/\(camera).mkv", vehicles: vehicles, shift: Double(index) * 0.2)
    }
    let files = cameras.map { "\"\($0)\":{\"file\":\"\($0).mkv\"}" }.joined(separator: ",")
    let manifest =
      "{\"format\":\"capture-recording/1\",\"startedAt\":\"2026-03-01T12:00:00Z\",\"nominalRate\":15,\"cameras\":{\(files)}}"
    try Data(manifest.utf8).write(to: URL(fileURLWithPath: "\(folder)/recording.json"))
  }

  /// One MJPEG file: a textured floor, and a test picture that slides over it every five seconds, or the picture file `vehicle` of the same size.
  static func video(to path: String, vehicles: Int = 2, shift: Double = 0, of vehicle: String? = nil) async throws {
    let seconds = vehicles * secondsPerVehicle
    let floor =
      "nullsrc=s=320x200:r=15:d=\(seconds),geq=lum='90+40*sin(X/3)*sin(Y/4)+20*sin(X/17+Y/11)':cb=128:cr=128"
    let start = 1.5 + shift
    let slide =
      "[0][1]overlay=x='if(lt(mod(t,5),\(start)),-190,-180+(mod(t,5)-\(start))*220)':y=35,format=yuvj422p"
    let thing =
      vehicle.map { ["-loop", "1", "-r", "15", "-t", "\(seconds)", "-i", $0] }
      ?? ["-f", "lavfi", "-i", "testsrc2=s=180x130:r=15:d=\(seconds)"]
    let outcome = try await Command(at: "/usr/bin/ffmpeg").run(
      ["-y", "-v", "error", "-f", "lavfi", "-i", floor] + thing + [
        "-filter_complex", slide, "-c:v", "mjpeg", "-q:v", "3", path,
      ])
    guard outcome.status == 0 else { throw CocoaError(.fileWriteUnknown, userInfo: ["ffmpeg": outcome.errors]) }
  }
}
