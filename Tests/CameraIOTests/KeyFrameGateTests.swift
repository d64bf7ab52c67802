import Testing

@testable import CameraIO

@Suite("A gate lets access units through that can be decoded")
struct KeyFrameGateTests {
  /// What the gate says, one letter a unit: K key frame, p picture, n no picture, - must wait.
  private func answers(_ units: [[UInt8]], closingBefore closed: Set<Int> = []) -> String {
    var gate = KeyFrameGate()
    return units.enumerated().map { index, unit in
      if closed.contains(index) { gate.close() }
      return switch gate.admit(unit) {
      case .keyFrame: "K"
      case .picture: "p"
      case .noPicture: "n"
      case .mustWait: "-"
      }
    }.joined()
  }

  private static let whole = "KpppppppppKpppppppppKpppp"

  @Test(
    "A stream without a gap passes as it is, whatever the profile",
    arguments: [
      AccessUnits.camera, AccessUnits.camera + ":profile=baseline", AccessUnits.camera + ":slices=4",
      AccessUnits.camera + ":cqm=jvt:8x8dct=1", AccessUnits.camera + ":ref=4:open-gop=0",
    ], ["yuv420p", "yuv422p", "yuv444p"])
  func wholeStream(options: String, pixels: String) throws {
    if options.contains("baseline"), pixels != "yuv420p" { return }
    #expect(try answers(AccessUnits(25, options: options, pixels: pixels).units) == Self.whole)
  }

  @Test("Numbers run over without looking like a gap")
  func longStream() throws {
    let units = try AccessUnits(300, options: "bframes=0:keyint=infinite:min-keyint=300:scenecut=0").units
    #expect(answers(units) == "K" + String(repeating: "p", count: 299))
  }

  @Test(
    "Reordered pictures and the loss of those that nobody needs are no gaps; the loss of one that others need is",
    arguments: [
      (nil, "KppppppppKppppppppKpp"), (2, "KpppppppKppppppppKpp"), (4, "Kppp----KppppppppKpp"),
      (17, "KppppppppKpppppppKpp"),
    ])
  func reordered(lost: Int?, expected: String) throws {
    // I P b b P b b P b, and again.
    let options = "bframes=2:b-adapt=0:b-pyramid=none:keyint=9:min-keyint=9:scenecut=0:open-gop=0"
    let units = try AccessUnits(21, options: options).units
    #expect(answers(units.indices.filter { $0 != lost }.map { units[$0] }) == expected)
  }

  @Test(
    "After a lost unit nothing passes before the next key frame",
    arguments: [
      ([0], "---------KpppppppppKpppp"), ([5], "Kpppp----KpppppppppKpppp"), ([3, 4], "Kpp-----KpppppppppKpppp"),
      ([10], "Kppppppppp---------Kpppp"), ([9], "KppppppppKpppppppppKpppp"), ([9, 10, 11], "Kpppppppp--------Kpppp"),
    ])
  func lost(units lost: [Int], expected: String) throws {
    let units = try AccessUnits(25, options: AccessUnits.camera).units
    #expect(answers(units.indices.filter { !lost.contains($0) }.map { units[$0] }) == expected)
  }

  @Test("A gap that the source knows of closes it")
  func closed() throws {
    let units = try AccessUnits(25, options: AccessUnits.camera).units
    #expect(answers(units, closingBefore: [4, 20]) == "Kppp------KpppppppppKpppp")
  }

  @Test("Parameter sets may come by themselves, and are kept for the header of a recording")
  func parameterSets() throws {
    let unit = try AccessUnits(1, options: AccessUnits.camera).units[0]
    let afterDelimiter = NALUnit.first(in: unit.span.bytes, from: 6)
    #expect(afterDelimiter?.kind == .sequenceParameters)
    let key = try #require(
      unit.indices.dropLast(3).first { unit[$0...].prefix(3) == [0, 0, 1] && unit[$0 + 3] & 0x1F == 5 })
    var gate = KeyFrameGate()
    #expect(gate.parameterSets.isEmpty)
    #expect(gate.admit(Array(unit[key...])) == .mustWait, "without parameter sets nobody can decode it")
    #expect(gate.admit(Array(unit[..<key])) == .noPicture)
    #expect(gate.admit(Array(unit[key...])) == .keyFrame)
    let sets = gate.parameterSets
    #expect(sets.prefix(5) == [0, 0, 0, 1, 0x67] && sets.count > 20)
    #expect(sets.split(separator: [0, 0, 0, 1] as [UInt8]).map { $0.first.map { $0 & 0x1F } } == [7, 8])
  }

  @Test("Whatever comes instead of an access unit is refused and never believed")
  func garbage() throws {
    let units = try AccessUnits(4, options: AccessUnits.camera).units
    var numbers = CorruptedRecordingTests.Numbers(state: 3)
    for wrong in [[], [0], [0, 0, 1], [0, 0, 0, 1], [UInt8](repeating: 0xFF, count: 500), [0xFF, 0xD8, 0xFF, 0xE0]] {
      #expect(answers([units[0], wrong, units[1]]) == "K--", "\(wrong)")
    }
    for _ in 0..<2000 {
      var unit = units[0]
      for _ in 0..<8 {
        unit[Int.random(in: 0..<min(80, unit.count), using: &numbers)] = .random(in: 0...255, using: &numbers)
      }
      _ = answers([Array(unit.prefix(Int.random(in: 0...unit.count, using: &numbers))), units[1]])
    }
  }
}
