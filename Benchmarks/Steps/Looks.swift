import CameraIO
import FrameSelect

extension Steps {
  /// What a look at the empty place costs once the small picture is there.
  static let lookAtEmpty = Step(
    name: "look-empty", what: "motion and tracking in the small picture of an empty lane",
    peer: "libjpeg-turbo's grey 1/8 of the frame", rounds: 300
  ) { material in try looks(material.emptyGrey.get(), material) }

  /// The same while a vehicle passes: things are followed, displacement is measured.
  static let lookAtVehicle = Step(
    name: "look-vehicle", what: "motion, tracking and displacement while a vehicle passes",
    peer: "libjpeg-turbo's grey 1/8 of the frame", rounds: 60
  ) { material in
    // Another lane has seen it before: only the pictures that show the vehicle are measured.
    let pictures = try material.passageGrey.get()
    let scout = lane()
    let shown = try pictures.indices.filter { number in
      _ = try scout.ingest(try small(pictures[number], material, number))
      return scout.isOccupied
    }
    guard let first = shown.first, shown.count >= 60 else {
      throw BenchmarkError(description: "look-vehicle: the scenario shows a vehicle in \(shown.count) pictures only")
    }
    return try looks(pictures, material, skipping: first)
  }

  private static func lane() -> Lane {
    var configuration = LaneConfiguration(cameras: [Material.camera: LaneCamera()], fallbackMaximumPictures: 0)
    configuration.watching = .everyFrame
    return Lane(configuration: configuration)
  }

  /// Pictures of the small size pass the decoder as they are.
  private static func small(_ picture: [UInt8], _ material: Material, _ number: Int) throws -> Frame {
    try material.frame(picture, .grey, width: Material.width / 8, height: Material.height / 8, number: number)
  }

  private static func looks(_ pictures: [[UInt8]], _ material: Material, skipping first: Int = 0) throws -> Step.Pair {
    let lane = lane()
    for number in 0..<first { _ = try lane.ingest(try small(pictures[number], material, number)) }
    let jpegs = try material.frames(material.emptyJPEGs.get(), .mjpeg)
    let libjpeg = try LibjpegTurbo(width: Material.width, height: Material.height)
    var number = first
    return .init(
      ours: { _ in
        _ = try lane.ingest(try small(pictures[number % pictures.count], material, number))
        number += 1
      },
      peer: { try libjpeg.greyEighth(jpegs[$0 % jpegs.count]) })
  }
}
