import CameraIO
import FrameSelect

extension Steps {
  /// As many cameras as one core must be able to watch.
  static let idleTwenty = idle(cameras: 20, name: "idle-20", milliseconds: 1000 / 20) { milliseconds in
    "\(Int(1000 / milliseconds)) cameras a core"
  }

  /// A usual lane.
  static let idleSix = idle(cameras: 6, name: "idle-6", milliseconds: 140.0 / 6) { milliseconds in
    "\((6 * milliseconds).rounded() / 10) % of a core for six"
  }

  /// A round is a second of all cameras, through the real lane, from the bytes that a camera sends on; given for one camera.
  private static func idle(
    cameras count: Int, name: String, milliseconds: Double, meaning: @escaping @Sendable (Double) -> String
  ) -> Step {
    Step(
      name: name, what: "\(count) cameras 1920x1200 MJPEG at 30/s, empty: CPU of a camera's second in the lane",
      peer: "libjpeg-turbo's grey 1/8 of every frame",
      marks: .init(time: (milliseconds, wherePeerTakes: 30 * 3.7), meaning: meaning),
      rounds: 8, parts: Double(count)
    ) { material in
      let jpegs = try material.emptyJPEGs.get()
      let frames = try material.frames(jpegs, .mjpeg)
      let libjpeg = try LibjpegTurbo(width: Material.width, height: Material.height)
      // A lane has at most ten positions: more cameras are more lanes.
      let lanes = stride(from: 0, to: count, by: CameraPosition.allCases.count).map { first in
        let positions = CameraPosition.allCases.prefix(count - first)
        return (
          positions: Array(positions),
          lane: Lane(
            configuration: LaneConfiguration(
              cameras: Dictionary(uniqueKeysWithValues: positions.map { ($0, LaneCamera()) })))
        )
      }
      var number = 0
      return .init(
        ours: { _ in
          for _ in 0..<Int(Material.rate) {
            for (positions, lane) in lanes {
              for (offset, position) in positions.enumerated() {
                // Every camera has its own noise at a moment.
                let picture = jpegs[(number + 7 * offset) % jpegs.count]
                _ = try lane.ingest(try material.frame(picture, .mjpeg, camera: position, number: number))
              }
            }
            number += 1
          }
        },
        peer: { _ in
          for _ in 0..<count { for frame in frames { try libjpeg.greyEighth(frame) } }
        })
    }
  }
}
