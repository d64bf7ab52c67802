/// A lane at night: little light of its own, and headlights, whose cones run ahead of what carries them.
struct Lamps: PictureEffect {
  /// A pair of headlights at a time.
  struct Pair: Sendable {
    var middle: SIMD3<Float>
    /// Radians to the left of the driving direction.
    var heading: Float
    /// Half of the distance between them; 0: one lamp.
    var half: Float
  }

  /// Part of the hall's light that is on.
  var ambient: Float
  /// How much brighter the floor is a metre before a lamp than in full light.
  var power: Float
  /// Where headlights are at a time.
  var pairs: @Sendable (Double) -> [Pair]

  /// What strips of plastic let through.
  private static let throughCurtain: Float = 0.6

  func painter(_ view: EffectView) -> any EffectPainter { Painter(effect: self, view: view) }

  private final class Painter: EffectPainter {
    let effect: Lamps
    let view: EffectView

    init(effect: Lamps, view: EffectView) {
      self.effect = effect
      self.view = view
    }

    func paint(_ planes: FramePlanes, _ canvas: Canvas, at time: Double) {
      let lamps = effect.pairs(time).flatMap { pair -> [Lamp] in
        let aside = SIMD3(-sine(pair.heading), cosine(pair.heading), 0) * pair.half
        let ahead = SIMD3(cosine(pair.heading), sine(pair.heading), 0)
        return (pair.half > 0 ? [aside, -aside] : [SIMD3()]).map { Lamp(at: pair.middle + $0, ahead: ahead) }
      }
      let near = lamps.filter { abs($0.at.x) < 30 }
      for row in 0..<planes.height {
        for column in 0..<planes.width {
          var light = effect.ambient
          if !near.isEmpty {
            let place = view.surfaces.place(column, row, canvas)
            for lamp in near { light += effect.power * lamp.light(at: place) }
          }
          planes.light(column, row, factor: light)
        }
      }
      for lamp in near { glare(lamp, planes, canvas) }
    }

    /// The lamp itself with its halo, where the lens looks into it.
    private func glare(_ lamp: Lamp, _ planes: FramePlanes, _ canvas: Canvas) {
      let toLens = view.camera.origin - lamp.at
      let distance = dot(toLens, toLens).squareRoot()
      let facing = dot(toLens, lamp.ahead) / distance
      guard facing > 0.1, lamp.reaches(view.camera.origin), let pixel = view.camera.pixel(of: lamp.at) else { return }
      if view.camera.contains(pixel) {
        let near = unsafe canvas.nearness[Int(pixel.y) * planes.width + Int(pixel.x)]
        let depth = view.camera.turned(lamp.at - view.camera.origin).z
        if near > 1 / max(depth - 0.35, 0.01) { return }
      }
      let seen = facing * (lamp.isBehindCurtain ? Lamps.throughCurtain : 1)
      let core = (5 + 30 / distance) * view.scale
      let white = Colour(255, 252, 240)
      let halo = core * 7
      let reach = Int(halo * 2.5)
      let rows =
        max(Int(pixel.y) - reach, 0)..<max(min(Int(pixel.y) + reach, planes.height), max(Int(pixel.y) - reach, 0))
      let columns =
        max(Int(pixel.x) - reach, 0)..<max(min(Int(pixel.x) + reach, planes.width), max(Int(pixel.x) - reach, 0))
      for row in rows {
        for column in columns {
          let off = SIMD2(Float(column) + 0.5, Float(row) + 0.5) - pixel
          let square = off.x * off.x + off.y * off.y
          let part = seen * (0.35 * exponential(-square / (2 * halo * halo)) + exponential(-square / (2 * core * core)))
          if part > 0.01 { planes.cover(column, row, white, part: min(part, 1)) }
        }
      }
    }
  }

  private struct Lamp {
    let at: SIMD3<Float>
    let ahead: SIMD3<Float>

    var isBehindCurtain: Bool { abs(at.x) > LaneGeometry.curtain }

    /// Whether nothing but strips of plastic is between: what is behind a curtain shines through its door alone.
    func reaches(_ place: SIMD3<Float>) -> Bool {
      guard isBehindCurtain, abs(place.x) < LaneGeometry.curtain + 0.01 else { return true }
      let door = at.x < 0 ? -LaneGeometry.curtain : LaneGeometry.curtain
      let part = (door - at.x) / (place.x - at.x)
      let through = at + (place - at) * part
      return abs(through.y) < LaneGeometry.doorHalfWidth && through.z < LaneGeometry.doorHeight
    }

    /// Dipped beams: wide, flat, aimed at the floor some metres ahead.
    func light(at place: SIMD3<Float>) -> Float {
      let off = place - at
      let along = off.x * ahead.x + off.y * ahead.y
      guard along > 0.05 else { return 0 }
      let across = (off.y * ahead.x - off.x * ahead.y) / along
      let down = off.z / along + 0.07
      guard reaches(place) else { return 0 }
      let beam = exponential(-across * across / 0.3) * exponential(-down * down / (down < 0 ? 0.12 : 0.012))
      guard beam > 0.003 else { return 0 }
      let through = isBehindCurtain && abs(place.x) < LaneGeometry.curtain ? Lamps.throughCurtain : 1
      return through * beam / (0.4 + along * along * 0.25)
    }
  }
}
