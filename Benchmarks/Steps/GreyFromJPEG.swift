import FrameSelect

extension Steps {
  /// The small picture that the trigger sees, from a camera's JPEG.
  static let greyFromJPEG = Step(
    name: "grey-mjpeg", what: "the trigger's grey picture of a JPEG, 1920x1200", peer: "libjpeg-turbo's grey 1/8",
    marks: .init(ratio: 0.55), rounds: 300
  ) { material in
    let frames = try material.frames(material.emptyJPEGs.get() + material.vehicleJPEGs.get(), .mjpeg)
    let decoder = LumaDecoder()
    let libjpeg = try LibjpegTurbo(width: Material.width, height: Material.height)
    return .init(
      ours: { _ = try decoder.decode(frames[$0 % frames.count]) },
      peer: { try libjpeg.greyEighth(frames[$0 % frames.count]) })
  }
}
