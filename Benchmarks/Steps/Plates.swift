import FrameSelect

extension Steps {
  /// Plates in a frame, when somebody asks.
  static let plates = Step(
    name: "plates", what: "licence plates in a 1920x1200 JPEG, its decoding included",
    peer: "libjpeg-turbo's bare decode", marks: .init(time: (25, wherePeerTakes: 5.4)), rounds: 60
  ) { material in
    let frames = try material.frames(material.vehicleJPEGs.get(), .mjpeg)
    let detector = PlateDetector()
    let libjpeg = try LibjpegTurbo(width: Material.width, height: Material.height)
    return .init(
      ours: { _ = try detector.detect(in: frames[$0 % frames.count]) },
      peer: { try libjpeg.planes(frames[$0 % frames.count]) })
  }
}
