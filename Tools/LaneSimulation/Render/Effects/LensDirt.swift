/// Dust, dried drops and a film on the lens: spots that are dull and do not move, and less contrast everywhere.
struct LensDirt: PictureEffect {
  var spots: Int
  /// Of a spot, pixels of a picture 1920 pixels wide.
  var radius: ClosedRange<Float>
  /// What is left of contrast on clean glass, 0...1; the rest is grey film.
  var contrast: Float

  func painter(_ view: EffectView) -> any EffectPainter { Painter(effect: self, view: view) }

  private final class Painter: EffectPainter {
    private var factors: [Float]
    private var greys: [Float]

    init(effect: LensDirt, view: EffectView) {
      let width = view.camera.width
      let height = view.camera.height
      factors = [Float](repeating: effect.contrast, count: width * height)
      greys = [Float](repeating: 118 * (1 - effect.contrast), count: width * height)
      var random = view.random("dirt")
      for _ in 0..<effect.spots {
        let centre = SIMD2(random.unit() * Float(width), random.unit() * Float(height))
        let radius = max(random.within(effect.radius) * view.scale, 0.7)
        let dull = random.within(0.2...0.75)
        let grey = random.within(60...150)
        let long = random.within(1...1.8)
        // Out of focus: soft all over.
        let reach = Int(radius * 2 * long) + 1
        for row in max(
          Int(centre.y) - reach, 0)..<max(min(Int(centre.y) + reach, height), max(Int(centre.y) - reach, 0))
        {
          for column in max(
            Int(centre.x) - reach, 0)..<max(min(Int(centre.x) + reach, width), max(Int(centre.x) - reach, 0))
          {
            let off = (SIMD2(Float(column), Float(row)) - centre) / SIMD2(1, long)
            let away = (off.x * off.x + off.y * off.y).squareRoot() / radius
            let part = dull * smoothstep(1.3, 0.5, away)
            let at = row * width + column
            factors[at] *= 1 - part
            greys[at] = mix(greys[at], grey, part)
          }
        }
      }
    }

    func paint(_ planes: FramePlanes, _ canvas: Canvas, at time: Double) {
      for row in 0..<planes.height {
        for column in 0..<planes.width {
          let at = row * planes.width + column
          planes.light(column, row, factor: factors[at], adding: greys[at])
        }
      }
    }
  }
}
