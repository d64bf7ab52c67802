import FrameSelect

/// What the pictures of a passage show of the vehicle, as the manifest and `coverage.json` have it.
enum CoverageLedger {
  /// One figure a camera, three decimals; nil when nothing is known.
  static func figures(_ passage: Passage) -> [String: Double]? {
    var figures: [String: Double] = [:]
    for coverage in passage.coverage {
      if let covered = coverage.covered { figures[coverage.camera.rawValue] = (covered * 1000).rounded() / 1000 }
    }
    return figures.isEmpty ? nil : figures
  }

  /// All that is known, one JSON object.
  static func text(of coverage: [CameraCoverage]) -> String {
    let cameras = coverage.map { one in
      JSONLine.Member(
        one.camera.rawValue,
        .object([
          .init("covered", one.covered.map { .number($0, decimals: 3) } ?? .null),
          .init(
            "shown",
            .array(
              one.shown.map {
                .array([.number($0.lowerBound, decimals: 3), .number($0.upperBound, decimals: 3)])
              })),
          .init("pictures", .integer(one.pictures)), .init("sharp", .integer(one.sharp)),
          .init("reason", .optional(one.reason)),
        ]))
    }
    return JSONLine.object([.init("format", .string("coverage/1")), .init("cameras", .object(cameras))]).text
  }
}
