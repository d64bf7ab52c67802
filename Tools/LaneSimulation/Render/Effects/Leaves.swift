/// A branch that hangs into the picture from above and sways, and the shadow of its tree on the floor.
struct Leaves: PictureEffect {
  /// How far leaves move, 0...1, at any time.
  var wind: LightProfile
  /// How dark the shadow is, 0...1.
  var shadow: Float
  /// How much of the picture's width and height the branch reaches over.
  var reach: Float

  func painter(_ view: EffectView) -> any EffectPainter { Painter(effect: self, view: view) }

  private final class Painter: EffectPainter {
    private struct Leaf {
      var at: SIMD2<Float>
      var long: Float
      var turn: Float
      var luma: Float
      var phase: Float
    }

    private let effect: Leaves
    private let view: EffectView
    private let leaves: [Leaf]
    private let noise: ValueNoise

    init(effect: Leaves, view: EffectView) {
      self.effect = effect
      self.view = view
      noise = ValueNoise(seed: view.seed, stream: "leaves")
      var random = view.random("leaves")
      let width = Float(view.camera.width)
      let height = Float(view.camera.height)
      let isLeft = random.unit() < 0.5
      // Along three twigs from a corner, thinner towards their ends.
      leaves = (0..<90).map { index in
        let along = random.unit().squareRoot() * effect.reach
        let lean = Float(index % 3) * 0.3 + 0.25 + random.within(-0.08...0.08)
        let x = along * cosine(lean) * width + random.within(-0.02...0.02) * width
        let y = along * sine(lean) * height * 1.1 + random.within(-0.02...0.02) * height
        return Leaf(
          at: SIMD2(isLeft ? x : width - x, y), long: random.within(14...34) * view.scale, turn: random.unit() * 6,
          luma: random.within(38...105), phase: random.unit() * 6)
      }
    }

    func paint(_ planes: FramePlanes, _ canvas: Canvas, at time: Double) {
      let wind = Float(effect.wind.gain(at: time))
      let now = Float(time)
      if effect.shadow > 0 { paintShadow(planes, canvas, now, wind) }
      let scale = view.scale
      for leaf in leaves {
        let far = leaf.at.y / Float(planes.height) + 0.3
        let sway = SIMD2(
          sine(now * 1.7) * 34 + sine(now * 4.1 + leaf.phase) * 12, sine(now * 2.3 + leaf.phase) * 14)
        let centre = leaf.at + sway * (wind * far * scale)
        let turn = leaf.turn + wind * 0.7 * sine(now * 5 + leaf.phase)
        let colour = Colour(leaf.luma * 0.85, leaf.luma * 1.1, leaf.luma * 0.55)
        let axis = SIMD2(cosine(turn), sine(turn))
        // A leaf is three spots in a row.
        for step: Float in [-1, 0, 1] {
          planes.dot(
            centre + axis * (step * leaf.long * 0.5), radius: leaf.long * (step == 0 ? 0.42 : 0.3), soft: 2 * scale,
            colour, part: 0.9)
        }
      }
    }

    /// Spots of light and shade on what the tree stands over: the entry's half of the lane.
    private func paintShadow(_ planes: FramePlanes, _ canvas: Canvas, _ now: Float, _ wind: Float) {
      let sway = SIMD2(sine(now * 1.1) * 0.22 + sine(now * 3.7) * 0.07, sine(now * 1.6) * 0.16) * wind
      for row in 0..<planes.height {
        for column in 0..<planes.width {
          let place = view.surfaces.place(column, row, canvas)
          let edge = smoothstep(1.2, -0.6, place.x) * smoothstep(2.2, 0.6, place.z)
          guard edge > 0 else { continue }
          let spot = noise.layered(place.x * 1.9 + sway.x * 1.9, (place.y + place.z * 0.4) * 1.9 + sway.y * 1.9)
          planes.light(column, row, factor: 1 - effect.shadow * edge * smoothstep(-0.12, 0.12, spot))
        }
      }
    }
  }
}
