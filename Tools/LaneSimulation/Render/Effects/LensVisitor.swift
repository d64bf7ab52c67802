import CameraIO

/// Something on the glass itself: an insect that crawls, or a drop of water that runs down and turns the picture over.
struct LensVisitor: PictureEffect {
  enum Kind: Sendable, Equatable { case insect, drop }

  var kind: Kind
  /// Which camera, counted in alphabetical order of the rig's usual ones, has it; others are free of it.
  var camera: CameraPosition
  /// Where it is: parts of the picture's width and height.
  var path: Walk
  /// Pixels of a picture 1920 pixels wide.
  var radius: Float

  func painter(_ view: EffectView) -> any EffectPainter { Painter(effect: self, view: view) }

  private final class Painter: EffectPainter {
    private let effect: LensVisitor
    private let view: EffectView
    private var scratch: [UInt8] = []

    init(effect: LensVisitor, view: EffectView) {
      self.effect = effect
      self.view = view
    }

    func paint(_ planes: FramePlanes, _ canvas: Canvas, at time: Double) {
      guard effect.camera == view.camera.position, let first = effect.path.places.first, time >= first.at,
        time <= effect.path.endsAt
      else { return }
      let part = effect.path.position(at: time)
      let centre = SIMD2(Float(part.x) * Float(planes.width), Float(part.y) * Float(planes.height))
      let radius = effect.radius * view.scale
      if effect.kind == .drop {
        drop(planes, centre, radius)
      } else {
        insect(planes, centre, radius, effect.path.pose(at: time).heading, Float(time))
      }
    }

    /// Close to the lens, so out of focus: a body, a head, legs that are little more than a haze.
    private func insect(
      _ planes: FramePlanes, _ centre: SIMD2<Float>, _ radius: Float, _ heading: Float, _ now: Float
    ) {
      let dark = Colour(26, 22, 20)
      let ahead = SIMD2(cosine(heading), sine(heading))
      let aside = SIMD2(-ahead.y, ahead.x)
      for leg in -1...1 {
        let step = sine(now * 22 + Float(leg) * 2) * 0.3
        for side: Float in [-1, 1] {
          for reach: Float in [0.7, 1, 1.3] {
            planes.dot(
              centre + ahead * (radius * (0.5 * Float(leg) + step * side)) + aside * (side * reach * radius),
              radius: radius * 0.14, soft: radius * 0.18, dark, part: 0.55)
          }
        }
      }
      for (offset, size) in [(Float(-0.55), Float(0.62)), (0, 0.6), (0.5, 0.45), (0.95, 0.3)] {
        planes.dot(centre + ahead * (offset * radius), radius: radius * size, soft: radius * 0.3, dark, part: 0.95)
      }
    }

    private func drop(_ planes: FramePlanes, _ centre: SIMD2<Float>, _ radius: Float) {
      let rows =
        max(
          Int(centre.y - radius), 0)..<max(
          min(Int(centre.y + radius) + 1, planes.height), max(Int(centre.y - radius), 0))
      let columns =
        max(
          Int(centre.x - radius), 0)..<max(
          min(Int(centre.x + radius) + 1, planes.width), max(Int(centre.x - radius), 0))
      guard !rows.isEmpty, !columns.isEmpty else { return }
      scratch = unsafe Array(UnsafeBufferPointer(start: planes.luma, count: planes.width * planes.height))
      for row in rows {
        for column in columns {
          let off = SIMD2(Float(column), Float(row)) - centre
          let away = (off.x * off.x + off.y * off.y).squareRoot() / radius
          let part = smoothstep(1, 0.75, away)
          guard part > 0 else { continue }
          // A drop is a strong small lens: it shows much of the lane, upside down.
          let from = centre - off * (3.5 / max(radius / Float(planes.width) * 12, 0.6))
          let x = Int(clamp(from.x, 0, Float(planes.width - 1)))
          let y = Int(clamp(from.y, 0, Float(planes.height - 1)))
          let seen = Float(scratch[y * planes.width + x]) * (1 - 0.35 * away * away) + 14
          planes.cover(column, row, Colour(seen, seen, seen), part: part)
        }
      }
    }
  }
}
