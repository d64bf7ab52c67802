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
    peer: "libjpeg-turbo's grey 1/8 of the frame", rounds: 415
  ) { material in try looks(material.passageGrey.get(), material) }

  private static func looks(_ pictures: [[UInt8]], _ material: Material) throws -> Step.Pair {
    // Pictures of the small size pass the decoder as they are.
    var configuration = LaneConfiguration(cameras: [Material.camera: LaneCamera()], fallbackMaximumPictures: 0)
    configuration.watching = .everyFrame
    let lane = Lane(configuration: configuration)
    let jpegs = try material.frames(material.emptyJPEGs.get(), .mjpeg)
    let libjpeg = try LibjpegTurbo(width: Material.width, height: Material.height)
    var number = 0
    return .init(
      ours: { round in
        let frame = try material.frame(
          pictures[round % pictures.count], .grey, width: Material.width / 8, height: Material.height / 8,
          number: number)
        number += 1
        _ = try lane.ingest(frame)
      },
      peer: { try libjpeg.greyEighth(jpegs[$0 % jpegs.count]) })
  }
}
