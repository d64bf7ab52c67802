import Foundation
import TestSupport
import Testing

@Suite("record: cameras into a recording")
struct RecordTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// A configuration whose cameras play the lane, over and over or once.
  private func configuration(
    _ cameras: [String] = ["frontLeft", "roofLeft"], lane: String = "lane", playback: String = "loop"
  ) throws -> String {
    let list = cameras.map {
      "  - position: \($0)\n    device: recording:\(folder.file(lane))\n    rate: 15\n    playback: \(playback)\n    lens: lens0\n"
    }
    let text = "storage:\n  directory: \(folder.file("state"))\ncameras:\n" + list.joined()
    let path = folder.file("config-\(lane)-\(playback).yaml")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func record(_ options: [String], _ configuration: String, output: String = "recording") -> [String] {
    ["record", "--json", "--config", configuration, "--output", folder.file(output)] + options
  }

  private func replayed(_ output: String = "recording") async throws -> Command.Outcome {
    try await Command.daemon.run(["replay", folder.file(output), "--json", "--dry-run"])
  }

  private func passages(_ events: [[String: Any]]) -> [(from: Double, to: Double, direction: String)] {
    events.filter { $0["event"] as? String == "passage" }.compactMap { event in
      guard let from = event["from"] as? Double, let to = event["to"] as? Double,
        let direction = event["direction"] as? String
      else { return nil }
      return (from, to, direction)
    }
  }

  @Test("A stretch holds every picture byte for byte at its own time, and the cameras stay together")
  func stretch() async throws {
    try await DrawnLane.render(into: folder.file("lane"), vehicles: 1)
    let outcome = try await Command.daemon.run(record(["--duration", "2s"], try configuration()))
    #expect(outcome.status == 0 && outcome.errorLines.isEmpty, "\(outcome.errors)")
    let summary = try #require(try outcome.events().last)
    #expect(summary["ended"] as? String == "complete")
    // A busy machine drops frames as it would drop a camera's; what is in the files is a picture of the lane each.
    #expect((1...60).contains(summary["frames"] as? Int ?? 0), "\(outcome.output)")
    // By how much the time of each recorded picture may differ from the lane's, going by its bytes: all agree on one shift.
    var shifts: Set<Int>?
    for camera in ["frontLeft", "roofLeft"] {
      let original = try await packets(folder.file("lane/\(camera).mkv"))
      for picture in try await packets(folder.file("recording/\(camera).mkv")) {
        let same = Set(original.filter { $0.hash == picture.hash }.map { picture.milliseconds - $0.milliseconds })
        shifts = shifts?.intersection(same) ?? same
      }
    }
    #expect(shifts?.isEmpty == false)
    let manifest = try String(contentsOfFile: folder.file("recording/recording.json"), encoding: .utf8)
    #expect(manifest.contains("\"lens\": \"lens0\"") && manifest.contains("\"startedAt\": \"20"))
    let replay = try await replayed()
    #expect(replay.status == 0 && replay.errorLines.isEmpty, "\(replay.errors)")
    // The folder holds evidence now.
    let again = try await Command.daemon.run(record(["--duration", "2s"], try configuration()))
    #expect(again.status == 74 && again.errorLines.count == 1, "\(again.errors)")
    #expect(again.errors.contains("holds a recording already"))
  }

  private func packets(_ path: String) async throws -> [(milliseconds: Int, hash: String)] {
    let outcome = try await Command(at: "/usr/bin/ffprobe").run([
      "-v", "error", "-show_data_hash", "md5", "-show_entries", "packet=pts_time,data_hash", "-of", "csv=p=0", path,
    ])
    return outcome.output.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: ",")
      guard parts.count >= 2, let time = Double(parts[0]) else { return nil }
      return (Int((time * 1000).rounded()), String(parts[1]))
    }
  }

  @Test("What is recorded of passages replays as the same passages, without most of the empty lane")
  func passagesReplayTheSame() async throws {
    try await DrawnLane.render(into: folder.file("lane"), vehicles: 1)
    let outcome = try await Command.daemon.run(
      record(["--passages", "3", "--pre-roll", "1s"], try configuration()))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let seen = passages(try outcome.events())
    #expect(seen.count == 3)
    let summary = try #require(try outcome.events().last)
    #expect(summary["passages"] as? Int == 3)
    let replay = try await replayed()
    #expect(replay.status == 0, "\(replay.errors)")
    let found = passages(try replay.events())
    #expect(!found.isEmpty)
    // Cameras that play in real time leave frames out where the machine is too busy to give each its time. The lane then saw
    // pauses of seconds, which a recording without the empty lane does not show; figures can be compared only without them.
    let lost = (summary["dropped"] as? Int ?? 0) + (summary["missed"] as? Int ?? 0)
    if lost == 0 {
      #expect(found.map(\.direction) == seen.map(\.direction))
      for (one, other) in zip(seen, found) {
        #expect(abs(one.from - other.from) <= 0.1 && abs(one.to - other.to) <= 0.1, "\(one) and \(other)")
      }
      // A second before the first vehicle is noticed, which is some frames after it came; and a gap between two of them.
      #expect((0.5...1.2).contains(seen.first?.from ?? 0), "\(seen)")
    }
    let times = try await packets(folder.file("recording/frontLeft.mkv")).map(\.milliseconds)
    #expect(zip(times, times.dropFirst()).contains { $1 - $0 > 300 })
  }

  @Test("Killed in the middle, it replays up to about the last second, and counts as cut off")
  func killed() async throws {
    try await DrawnLane.render(into: folder.file("lane"), vehicles: 1)
    let running = try Command.daemon.start(record([], try configuration()))
    defer { running.send(SIGKILL) }
    let file = folder.file("recording/roofLeft.mkv")
    try await eventually("some seconds are recorded") {
      let size = (try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int
      let manifest = (try? String(contentsOfFile: folder.file("recording/recording.json"), encoding: .utf8)) ?? ""
      let isNamed = manifest.contains("roofLeft.mkv") && manifest.contains("frontLeft.mkv")
      return !running.isRunning || (isNamed && size ?? 0 > 400_000)
    }
    #expect(running.isRunning, "\(running.errorsSoFar)")
    running.send(SIGKILL)
    #expect(try await running.end().wasKilled)
    let replay = try await replayed()
    #expect(replay.status == 0, "\(replay.errors)")
    #expect(replay.errorLines.count == 2 && replay.errors.contains("was never finished"), "\(replay.errors)")
    // Every picture that lies in the two files.
    let all = try await packets(file).count + packets(folder.file("recording/frontLeft.mkv")).count
    let summary = try #require(try replay.events().last)
    #expect(summary["frames"] as? Int ?? 0 >= all - 2 && all > 40, "\(summary) of \(all)")
  }

  @Test("SIGTERM and SIGINT end it in order", arguments: [SIGTERM, SIGINT])
  func stopped(signal: Int32) async throws {
    try await DrawnLane.render(into: folder.file("lane"), cameras: ["frontLeft"], vehicles: 1)
    let running = try Command.daemon.start(record([], try configuration(["frontLeft"])))
    defer { running.send(SIGKILL) }
    try await eventually("it records") {
      !running.isRunning || FileManager.default.fileExists(atPath: folder.file("recording/recording.json"))
    }
    running.send(signal)
    let outcome = try await running.end()
    #expect(outcome.status == 0 && !outcome.wasKilled && outcome.errorLines.isEmpty, "\(outcome.errors)")
    #expect(try outcome.events().last?["ended"] as? String == "stopped")
    let replay = try await replayed()
    #expect(replay.status == 0 && replay.errorLines.isEmpty, "\(replay.errors)")
  }

  @Test("The budget ends it in order: 74, one line, and what was written is whole")
  func budget() async throws {
    try await DrawnLane.render(into: folder.file("lane"), vehicles: 1)
    let outcome = try await Command.daemon.run(record(["--budget", "1 MiB"], try configuration()))
    #expect(outcome.status == 74 && outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("the budget of 1 MiB is used up"), "\(outcome.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("recording"))
    let bytes = try names.reduce(0) { sum, name in
      sum + (try Data(contentsOf: URL(fileURLWithPath: folder.file("recording/\(name)"))).count)
    }
    #expect(bytes <= 1 << 20 && bytes > 900_000, "\(bytes)")
    let replay = try await replayed()
    #expect(replay.status == 0 && replay.errorLines.isEmpty, "\(replay.errors)")
  }

  @Test("A file that can grow no further: 74, one line, and what was written replays")
  func writingFails() async throws {
    try await DrawnLane.render(into: folder.file("lane"), vehicles: 1)
    // The shell's limit on the size of files stands for a full disk: writing fails in the middle of a picture.
    let arguments = record([], try configuration())
    let outcome = try await Command(at: "/bin/sh").run(
      ["-c", "ulimit -f 600; exec \"$0\" \"$@\"", Command.daemon.path] + arguments)
    #expect(outcome.status == 74 && outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("File too large"), "\(outcome.errors)")
    #expect(try outcome.events().last?["ended"] as? String == "failed")
    let replay = try await replayed()
    #expect(replay.status == 0, "\(replay.errors)")
    #expect(try replay.events().last?["frames"] as? Int ?? 0 > 30)
  }

  @Test("A camera that ends, one that never opens: told in a line each, the others go on")
  func camerasGoOut() async throws {
    try await DrawnLane.render(into: folder.file("lane"), vehicles: 1)
    let path = try configuration(["frontLeft", "roofLeft", "backLeft"], playback: "once")
    let outcome = try await Command.daemon.run(record([], path))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.errorLines
    #expect(lines.count == 3, "\(lines)")
    #expect(lines.contains { $0.contains("backLeft is left out") })
    for camera in ["frontLeft", "roofLeft"] {
      #expect(lines.contains { $0.contains("\(camera) has no more pictures") })
    }
    let summary = try #require(try outcome.events().last)
    #expect(summary["ended"] as? String == "camerasEnded")
    let cameras = try #require(summary["cameras"] as? [String: [String: Any]])
    #expect(cameras["backLeft"]?["frames"] as? Int == 0 && cameras.count == 3)
    #expect(try await replayed().status == 0)
  }

  @Test("No camera opens, or one is asked for that is not configured: one line, and no folder is left behind")
  func nothingOpens() async throws {
    let path = try configuration(lane: "missing")
    let outcome = try await Command.daemon.run(record([], path, output: "a/b"))
    #expect(outcome.status == 66, "\(outcome.errors)")
    let unknown = try await Command.daemon.run(record(["--camera", "topLeft"], path, output: "a/b"))
    #expect(unknown.status == 64 && unknown.errorLines.count == 1, "\(unknown.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("a")))
  }
}
