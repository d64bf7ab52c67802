/// A low sun through the exit: a patch of light that wanders over floor and vehicles, and a veil in the lenses that look
/// towards it. Clouds let it come and go.
struct LowSun: PictureEffect {
  /// How strong, 0...1, at any time.
  var strength: LightProfile
  /// The beam's middle across the exit, metres left of the lane's middle, and its height there, at the beginning; and how
  /// they move, metres per second.
  var beginning: SIMD2<Float>
  var drift: SIMD2<Float>
  /// Half of the beam across and up.
  var half: SIMD2<Float>
  /// Fall per metre along the lane, and to the side.
  var fall: Float
  var aside: Float
  /// How much brighter the patch is than the lamps alone, and the veil's luma.
  var brightness: Float
  var veil: Float

  func painter(_ view: EffectView) -> any EffectPainter { Painter(effect: self, view: view) }

  private final class Painter: EffectPainter {
    let effect: LowSun
    let view: EffectView
    /// Luma of the veil at full strength, by pixel; empty where the lens looks away from the sun.
    let veil: [Float]

    init(effect: LowSun, view: EffectView) {
      self.effect = effect
      self.view = view
      let camera = view.camera
      let toSun = normalised(SIMD3(1, -effect.aside, effect.fall))
      let looking = dot(camera.forward, toSun)
      guard looking > 0.2 else {
        veil = []
        return
      }
      let seen = camera.turned(toSun)
      let sun = camera.centre + SIMD2(seen.x, seen.y) * (camera.focal / max(seen.z, 0.1))
      let width = Float(camera.width)
      veil = (0..<camera.width * camera.height).map { index in
        let off = (SIMD2(Float(index % camera.width), Float(index / camera.width)) - sun) / width
        return effect.veil * looking * (0.3 + exponential(-(off.x * off.x + off.y * off.y) / 0.16))
      }
    }

    func paint(_ planes: FramePlanes, _ canvas: Canvas, at time: Double) {
      let strength = Float(effect.strength.gain(at: time))
      guard strength > 0.003 else { return }
      let middle = effect.beginning + effect.drift * Float(time)
      for row in 0..<planes.height {
        for column in 0..<planes.width {
          let place = view.surfaces.place(column, row, canvas)
          // Back along the beam to the plane of the exit.
          let way = LaneGeometry.curtain - place.x
          let across = place.y - effect.aside * way - middle.x
          let up = place.z + effect.fall * way - middle.y
          let inside =
            clamp((effect.half.x - abs(across)) / 0.12 + 0.5, 0, 1)
            * clamp((effect.half.y - abs(up)) / 0.12 + 0.5, 0, 1)
          let grey = veil.isEmpty ? 0 : veil[row * planes.width + column] * strength
          guard inside > 0 || grey > 0.4 else { continue }
          planes.light(
            column, row, factor: (1 + effect.brightness * strength * inside) * (1 - grey / 400), adding: grey)
        }
      }
    }
  }
}
