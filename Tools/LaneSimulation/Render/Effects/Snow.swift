/// Flakes that sink and drift: many far ones, and now and then a large blurred one close to the lens.
struct Snow: PictureEffect {
  /// 0...1.
  var strength: Float
  /// Metres per second across the lane.
  var wind: Float

  func painter(_ view: EffectView) -> any EffectPainter { Painter(effect: self, view: view) }

  private final class Painter: EffectPainter {
    private struct Flake {
      var at: SIMD3<Float>
      var sinks: Float
      var radius: Float
      var phase: Float
    }

    private let view: EffectView
    private let wind: Float
    private let flakes: [Flake]
    /// Flakes fall through the lens's view again and again: half of it to the sides and up at one metre, and its depth.
    private let room = SIMD3<Float>(1.1, 0.75, 5)

    init(effect: Snow, view: EffectView) {
      self.view = view
      wind = effect.wind
      var random = view.random("snow")
      flakes = (0..<Int(350 * effect.strength)).map { _ in
        Flake(
          at: SIMD3(random.unit(), random.unit(), random.unit()), sinks: random.within(0.7...1.5),
          radius: random.within(0.0025...0.006), phase: random.unit() * 6)
      }
    }

    func paint(_ planes: FramePlanes, _ canvas: Canvas, at time: Double) {
      let camera = view.camera
      let white = Colour(236, 238, 242)
      let now = Float(time)
      for flake in flakes {
        func wrapped(_ value: Float) -> Float { value - value.rounded(.down) }
        // More of them close by than evenly: those are the ones that cover something.
        let far = wrapped(flake.at.z + 0.02 * wind * now)
        let depth = 0.18 + room.z * far * far
        let half = SIMD2(room.x, room.y) * depth
        let aside = wrapped(flake.at.x + (wind * now + 0.08 * sine(now * 2 + flake.phase)) / (2 * half.x))
        let fallen = wrapped(flake.at.y + flake.sinks * now / (2 * half.y))
        let seen = SIMD2((aside * 2 - 1) * half.x, (fallen * 2 - 1) * half.y)
        let pixel = camera.centre + seen * (camera.focal / depth)
        guard pixel.x > -30, pixel.y > -30, pixel.x < Float(camera.width) + 30, pixel.y < Float(camera.height) + 30
        else { continue }
        if camera.contains(pixel), unsafe canvas.nearness[Int(pixel.y) * camera.width + Int(pixel.x)] > 1 / depth {
          continue
        }
        // In focus from a metre on; closer ones are pale discs.
        let blur = max(1 / depth - 1, 0) * 0.004 * camera.focal
        let radius = flake.radius * camera.focal / depth
        planes.dot(
          pixel, radius: radius + blur * 0.5, soft: max(blur, 0.5), white,
          part: 0.85 * radius / (radius + blur + 0.01))
      }
    }
  }
}
