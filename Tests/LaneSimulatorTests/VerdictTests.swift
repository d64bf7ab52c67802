import Testing

@testable import LaneAccuracy
@testable import LaneSimulation

@Suite("The verdict over a run")
struct VerdictTests {
  private func real(_ vehicle: Int, _ from: Double, _ to: Double, _ direction: String = "forward")
    -> RecordingTruth.Passage
  {
    RecordingTruth.Passage(
      from: from, to: to, direction: direction, kind: "car", vehicle: vehicle, model: "saloon", plate: "M AB 123",
      lengthMetres: 4.7, cameras: [:])
  }

  private func found(_ from: Double, _ to: Double, _ direction: String = "forward") -> FoundPassage {
    FoundPassage(from: from, to: to, direction: direction)
  }

  /// Truth as vehicles 1, 2, … and what the lane said, and how the verdict counts it.
  @Test(
    "A vehicle has one passage, in its time and direction, and nothing else is a passage",
    arguments: [
      ([(2.0, 6.0)], [(2.1, 6.1)], true, 0, 0, 0),
      ([(2.0, 6.0)], [(2.21, 6.0)], false, 0, 0, 0),
      ([(2.0, 6.0)], [(2.0, 5.79)], false, 0, 0, 0),
      ([(2.0, 6.0)], [], false, 1, 0, 0),
      ([(2.0, 6.0)], [(2.0, 6.0), (6.5, 7.0)], false, 0, 0, 1),
      ([(2.0, 6.0)], [(2.0, 4.0), (4.2, 6.0)], false, 0, 1, 0),
      ([(2.0, 6.0), (5.0, 9.0)], [(5.1, 9.1), (2.0, 6.0)], true, 0, 0, 0),
      ([(2.0, 6.0), (5.0, 9.0)], [(2.0, 9.0)], false, 1, 0, 0),
      ([], [(1.0, 2.0)], false, 0, 0, 1),
      ([], [], true, 0, 0, 0),
    ] as [([(Double, Double)], [(Double, Double)], Bool, Int, Int, Int)])
  func counts(
    truth: [(Double, Double)], passages: [(Double, Double)], isRight: Bool, missed: Int, doubled: Int, invented: Int
  ) {
    let verdict = Verdict(
      truth: truth.enumerated().map { real($0 + 1, $1.0, $1.1) }, found: passages.map { found($0.0, $0.1) })
    #expect(verdict.isRight == isRight)
    #expect(verdict.vehicles.count { $0.found == nil } == missed)
    #expect(verdict.doubled.count == doubled)
    #expect(verdict.invented.count == invented)
  }

  @Test("A passage in the wrong direction is wrong")
  func direction() {
    let verdict = Verdict(truth: [real(1, 2, 6, "turnedBack")], found: [found(2, 6)])
    #expect(!verdict.isRight)
    #expect(verdict.vehicles.first?.isDirectionWrong == true)
  }

  @Test("The table sums all seeds of a scenario up")
  func row() {
    let verdicts = [
      Verdict(truth: [real(1, 2, 6)], found: [found(2.1, 6)]), Verdict(truth: [real(1, 2, 6)], found: []),
      Verdict(truth: [real(1, 2, 6)], found: [found(2.3, 6.5), found(8, 9)]),
    ]
    let row = ScenarioRow(
      verdicts.enumerated().map {
        TrialResult(
          scenario: "normal", seed: UInt64($0), isJudged: true, verdict: $1, dismissed: [], seconds: 10, costSeconds: 2,
          laneSeconds: 1, frames: 100, looks: 40)
      })
    #expect(row.vehicles == 3 && row.passages == 3 && row.missed == 1 && row.invented == 1 && row.doubled == 0)
    #expect(row.seeds == 3 && row.seedsRight == 1 && row.costSeconds == 6)
    #expect(row.looks == 0.4)
    #expect(abs((row.fromError?.largest ?? 0) - 0.3) < 1e-9 && abs((row.toError?.largest ?? 0) - 0.5) < 1e-9)
  }

  @Test(
    "Wrong arguments are refused with their name",
    arguments: [
      (["--scenario", "nope"], "--scenario nope"), (["--seeds", "0"], "--seeds"), (["--seeds", "9-3"], "--seeds"),
      (["--size", "160x100"], "--size"), (["--rate", "0"], "--rate"), (["--jobs", "0"], "--jobs"),
      (["--cameras", "middle"], "--cameras middle"),
    ])
  func refused(arguments: [String], name: String) throws {
    let command = try LaneAccuracy.parse(arguments)
    #expect {
      _ = try command.trials()
    } throws: { error in
      "\(error)".contains(name)
    }
  }

  @Test("Every scenario is tried with every seed")
  func trials() throws {
    let trials = try LaneAccuracy.parse(["--scenario", "normal,stop", "--seeds", "3-5"]).trials()
    #expect(trials.map(\.entry.name) == ["normal", "normal", "normal", "stop", "stop", "stop"])
    #expect(trials.map(\.seed) == [3, 4, 5, 3, 4, 5])
    #expect(try LaneAccuracy.parse(["--seeds", "2"]).trials().count == 2 * ScenarioCatalogue.entries.count)
  }
}
