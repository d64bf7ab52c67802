/// Rain between lens and lane: streaks that are new in every picture, and splashes on the floor.
struct Rain: PictureEffect {
  /// 0...1, drizzle to a downpour.
  var strength: Float

  func painter(_ view: EffectView) -> any EffectPainter { Painter(effect: self, view: view) }

  private final class Painter: EffectPainter {
    let effect: Rain
    let view: EffectView

    init(effect: Rain, view: EffectView) {
      self.effect = effect
      self.view = view
    }

    func paint(_ planes: FramePlanes, _ canvas: Canvas, at time: Double) {
      var random = view.random("rain \(Int((time * 1000).rounded()))")
      let camera = view.camera
      let light = Colour(196, 200, 206)
      for _ in 0..<Int(420 * effect.strength) {
        // Most of them far away: more of the lane is there.
        let depth = 0.35 + 5 * random.unit().squareRoot() * random.within(0.2...1)
        let size = camera.focal / depth
        let x = random.unit() * Float(camera.width)
        let y = random.unit() * Float(camera.height)
        // Eight metres a second for a four hundredth of one, a millimetre and a half thick.
        let length = max(0.02 * size, 1)
        let wide = 0.0015 * size
        let steps = max(Int(length), 1)
        let lean = random.within(0.02...0.1)
        for step in 0..<steps {
          let row = Int(y) + step
          let column = Int(x + lean * Float(step))
          guard row >= 0, row < camera.height, column >= 0, column < camera.width else { continue }
          planes.cover(column, row, light, part: 0.5 * min(wide, 1))
          if wide > 1.5, column + 1 < camera.width { planes.cover(column + 1, row, light, part: 0.4) }
        }
      }
      for _ in 0..<Int(160 * effect.strength) {
        let place = SIMD3(random.within(-4.2...4.2), random.within(-2.2...2.2), Float(0.01))
        guard let pixel = camera.pixel(of: place), camera.contains(pixel) else { continue }
        let depth = camera.turned(place - camera.origin).z
        guard unsafe canvas.nearness[Int(pixel.y) * camera.width + Int(pixel.x)] < 1 / depth else { continue }
        planes.dot(
          pixel, radius: 0.012 * camera.focal / depth, soft: 0.4, light, part: random.within(0.15...0.5))
      }
    }
  }
}
