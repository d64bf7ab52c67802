import CameraIO
import Foundation
import TestSupport
import Testing

/// Makes small video files with the ffmpeg command and reads facts about them with ffprobe.
enum Fixtures {
  struct ToolFailed: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs a tool to its end; its standard output.
  @discardableResult
  static func tool(_ name: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ToolFailed(
        description: "\(name) \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
    }
    return text
  }

  /// A moving test picture, encoded as `encoding` says, in `path`.
  static func video(
    _ path: String, frames: Int, rate: Int = 25, size: String = "64x48", filter: String = "null", encoding: [String]
  ) throws {
    // Noise makes every picture another one even at this size.
    let arguments = [
      "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=\(size):rate=\(rate)",
      "-vf", "scale=\(size.replacingOccurrences(of: "x", with: ":")),noise=alls=40:allf=t+u,\(filter)",
    ]
    try tool("ffmpeg", arguments + ["-frames:v", "\(frames)"] + encoding + [path])
  }

  /// `count` JPEG pictures.
  static func jpegs(_ count: Int, in directory: TemporaryDirectory, size: String = "64x48") throws -> [[UInt8]] {
    let pattern = directory.file("picture-%03d.jpg")
    try video(pattern, frames: count, size: size, encoding: ["-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj422p"])
    return try (1...count).map { index in
      let name = "picture-" + String(repeating: "0", count: 3 - "\(index)".count) + "\(index).jpg"
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: directory.file(name))))
    }
  }

  /// The first `fraction` of a file, under another name.
  static func cut(_ path: String, to other: String, fraction: Double) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    try data.prefix(Int(Double(data.count) * fraction)).write(to: URL(fileURLWithPath: other))
  }
}
