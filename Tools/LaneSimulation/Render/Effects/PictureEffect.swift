/// Something between the lane and the picture that is seen and is no body: rain, glare, dirt on the lens, a gust at the mast.
///
/// Data of a scenario. What it draws with is made once per camera, by `painter`.
protocol PictureEffect: Sendable {
  func painter(_ view: EffectView) -> any EffectPainter
}

/// What an effect may know of a camera.
struct EffectView: Sendable {
  let camera: PinholeCamera
  /// What the empty hall shows at each pixel, row after row.
  let surfaces: SurfaceMap
  let seed: UInt64

  /// Pixels of a picture 1920 pixels wide in this one's.
  var scale: Float { Float(camera.width) / 1920 }

  func random(_ stream: String) -> SeededRandom { SeededRandom(seed: seed, stream: "\(stream) \(camera.position)") }
}

/// One effect in one camera. Owned by its rendering thread; pictures come in order of time.
protocol EffectPainter: AnyObject {
  /// Changes the picture of `time`; `canvas` still has the bodies with their nearness.
  func paint(_ planes: FramePlanes, _ canvas: Canvas, at time: Double)
}
