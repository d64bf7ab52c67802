import ArgumentParser
import CameraIO
import Foundation

/// Opens and closes a V4L2 camera over and over, the way the daemon does, and says whether descriptors and mappings stay as they are.
@main
struct CameraProbe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "camera-probe", abstract: "Opens a camera over and over and counts what is left behind.",
    discussion: "Exit 0: nothing was left behind, and every opening gave a frame. For tests; not shipped.")

  @Argument(help: "A path, bus:BUSINFO or serial:NUMBER, as cameras[].device takes it.")
  var device: String

  @Option(help: "How many times it is opened.")
  var cycles = 100

  @Option(help: "FourCC of the format.")
  var format = "YUYV"

  @Option(help: "WIDTHxHEIGHT.")
  var size = "640x360"

  @Option(help: "Frames a second.")
  var rate = 30.0

  func validate() throws {
    guard cycles > 0 else { throw ValidationError("--cycles must be at least 1") }
    guard FrameFormat.PixelFormat(rawValue: format) != nil else {
      throw ValidationError("--format \(format) is none of \(FrameFormat.PixelFormat.allCases.map(\.rawValue))")
    }
    guard sides.count == 2 else { throw ValidationError("--size \(size) is no WIDTHxHEIGHT") }
  }

  private var sides: [Int] { size.split(separator: "x").compactMap { Int($0) } }

  private var binding: DeviceBinding {
    if device.hasPrefix("bus:") { return .bus(String(device.dropFirst(4))) }
    if device.hasPrefix("serial:") { return .serial(String(device.dropFirst(7))) }
    return .path(device)
  }

  func run() throws {
    let pixelFormat = FrameFormat.PixelFormat(rawValue: format) ?? .yuyv
    let wish = V4L2Wish(pixelFormat: pixelFormat, width: sides[0], height: sides[1], rate: rate)
    let clock = PaceClock(
      now: { monotonicNow() }, sleep: { Thread.sleep(forTimeInterval: $0) })
    var frames = 0
    var empty = 0
    var before = Held()
    for cycle in 0...cycles {
      // What the first opening brings with it for good (libraries, locale) is not counted.
      if cycle == 1 { before = Held() }
      let trial = try DeviceTrial(
        of: .init(binding: binding, wish: wish), camera: .frontLeft, seconds: 0, clock: clock)
      frames += trial.frames
      if trial.frames == 0 { empty += 1 }
    }
    let after = Held()
    print(
      "\(cycles) openings: \(frames) frames, \(empty) openings without one; descriptors \(before.descriptors) -> "
        + "\(after.descriptors), mappings of the device \(before.deviceMappings) -> \(after.deviceMappings)")
    if after.descriptors > before.descriptors || after.deviceMappings > before.deviceMappings || empty > 0 {
      throw ExitCode(1)
    }
  }

  /// What this process holds open and mapped.
  private struct Held {
    let descriptors: Int
    /// Of video nodes alone: the allocator's own mappings come and go.
    let deviceMappings: Int

    init() {
      descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
      let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
      deviceMappings = maps.split(separator: "\n").count { $0.contains("/dev/video") }
    }
  }
}

private func monotonicNow() -> MonotonicTime {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
}
