import FrameSelect

extension Steps {
  /// A chosen frame to the planes that the encoder takes.
  static let decode = Step(
    name: "decode", what: "a chosen 1920x1200 JPEG to limited-range 4:2:0 planes", peer: "libjpeg-turbo's bare decode",
    rounds: 120
  ) { material in
    let frames = try material.frames(material.vehicleJPEGs.get(), .mjpeg)
    let decoder = FrameDecoder()
    let libjpeg = try LibjpegTurbo(width: Material.width, height: Material.height)
    return .init(
      ours: { _ = try decoder.decode(frames[$0 % frames.count]) },
      peer: { try libjpeg.planes(frames[$0 % frames.count]) })
  }
}
