import ArgumentParser
import CameraIO
import Testing

@testable import LaneSimulation
@testable import LaneSimulator

@Suite("The command")
struct CommandTests {
  @Test(
    "Wrong arguments are refused with their name",
    arguments: [
      ([], "--output"), (["--output", "x", "--scenario", "nope"], "--scenario nope"),
      (["--output", "x", "--cameras", "frontLeft,middle"], "--cameras middle"),
      (["--output", "x", "--size", "1920"], "--size"), (["--output", "x", "--size", "161x100"], "--size"),
      (["--output", "x", "--rate", "0"], "--rate"), (["--output", "x", "--speed", "900"], "--speed"),
      (["--output", "x", "--exposure", "1"], "--exposure"), (["--output", "x", "--quality", "0"], "--quality"),
      (["--output", "x", "--vehicles", "200"], "--vehicles"), (["--output", "x", "--duration", "0"], "--duration"),
      (["--output", "x", "--started-at", "yesterday"], "--started-at"),
    ])
  func refused(arguments: [String], name: String) throws {
    let command = try LaneSimulator.parse(arguments)
    #expect {
      _ = try command.recordingRender()
    } throws: { error in
      "\(error)".contains(name)
    }
  }

  @Test("Arguments arrive where they are meant to")
  func accepted() throws {
    let command = try LaneSimulator.parse([
      "--output", "out", "--scenario", "stop", "--cameras", "roofLeft,backRight,roofLeft", "--size", "640x400",
      "--rate", "15", "--seed", "9", "--vehicles", "3", "--speed", "7", "--started-at", "2026-11-23T12:00:00Z",
    ])
    let render = try command.recordingRender()
    #expect(render.directory == "out" && render.scenarioName == "stop" && render.rate == 15)
    #expect(render.cameras == [.roofLeft, .backRight])
    #expect(render.width == 640 && render.height == 400)
    #expect(render.options.seed == 9 && render.options.vehicles == 3 && render.options.kilometresPerHour == 7)
    #expect(render.startedAtMs == 1_795_435_200_000)
    #expect(try LaneSimulator.parse(["--output", "x"]).recordingRender().startedAtMs == RecordingRender.standardStart)
  }

  @Test("All scenarios are rendered into folders of their names")
  func all() throws {
    let renders = try LaneSimulator.parse(["--output", "x", "--scenario", "all"]).renders()
    #expect(renders.map(\.scenarioName) == ScenarioCatalogue.entries.map(\.name))
    #expect(renders.map(\.directory) == ScenarioCatalogue.entries.map { "x/\($0.name)" })
    #expect(try LaneSimulator.parse(["--output", "x", "--scenario", "stop"]).renders().map(\.directory) == ["x"])
  }
}
