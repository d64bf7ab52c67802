/// What colour the skin of a vehicle has at a place: paint with flakes and dirt, glass, gaps, handles, wheel arches.
struct BodyPaint: Sendable {
  let shape: BodyShape
  let noise: ValueNoise
  /// Metres per texel: edges are drawn this soft, so that they neither shimmer nor blur.
  let grain: Float

  /// What is one texel of a sensor's own size is that much of this texel: dust and scratches stay as small as they are.
  var fineness: Float { Self.fineness(grain) }

  static func fineness(_ grain: Float) -> Float { min(VehicleBuilder.finestGrain / grain, 1) }

  private static let glass = Colour(26, 32, 34, gloss: 1)
  private static let rubber = Colour(22, 22, 23, gloss: 0.1)
  private static let plastic = Colour(44, 45, 47, gloss: 0.15)
  private static let lamp = Colour(205, 210, 214, gloss: 0.8)
  private static let rearLamp = Colour(140, 14, 18, gloss: 0.8)

  private var model: VehicleModel { shape.model }

  /// 1 inside (positive distance), 0 outside, soft over one texel.
  private func inside(_ distance: Float) -> Float { clamp(distance / grain + 0.5, 0, 1) }

  private func within(_ value: Float, _ range: ClosedRange<Float>) -> Float {
    inside(min(value - range.lowerBound, range.upperBound - value))
  }

  private func line(_ value: Float, at place: Float, width: Float) -> Float { inside(width / 2 - abs(value - place)) }

  /// The skin at a place (vehicle coordinates) with the section it belongs to. `column` and `row` choose the flakes.
  func skin(_ place: SIMD3<Float>, section: [SIMD2<Float>], isRoof: Bool, column: Int, row: Int) -> Colour {
    let distance = -place.x
    var colour = lacquer(place, column: column, row: row)
    if isRoof {
      roof(&colour, distance: distance, across: place.y, rail: section[4].x)
    } else {
      side(&colour, distance: distance, height: place.z, belt: section[3].y, rail: section[4].y)
    }
    return colour
  }

  /// Paint alone: flakes of a texel or two, orange peel, dust that grows towards the floor.
  func lacquer(_ place: SIMD3<Float>, column: Int, row: Int) -> Colour {
    var colour = model.paint
    colour.gloss = 0.55
    let flakes = noise.grain(column, row) * 0.6 + noise.grain(column / 2 + 31, row / 2 + 7) * 0.4
    let waves = noise.at(place.x * 4 + place.y, place.z * 4 + place.y * 2)
    colour.luma += flakes * fineness * (6 + 0.055 * model.paint.luma) + waves * 3
    // Dried splashes: specks of two to four texels.
    let speck = noise.grain(column / 3 + 57, row / 3 + 13) + 0.35 * noise.grain(column / 19, row / 23)
    if speck > 0.97 { colour = colour.mixed(Colour(150, 142, 130, gloss: 0.1), (speck - 0.97) * 1.6 * fineness) }
    let depth = clamp(0.75 - place.z, 0, 0.6)
    if depth > 0 {
      let dust = depth * (0.55 + 0.45 * noise.layered(place.x * 9, place.z * 14))
      colour = colour.mixed(Colour(118, 110, 98, gloss: 0.05), dust * 0.75)
    }
    return colour
  }

  private func side(_ colour: inout Colour, distance: Float, height: Float, belt: Float, rail: Float) {
    let model = self.model
    let sill = model.sill
    colour = colour.mixed(Self.plastic, inside(sill + 0.07 - height))
    // A rubbing strip and the crease of the doors.
    let middle = mix(sill, model.belt, 0.42)
    colour = colour.mixed(
      Self.plastic, line(height, at: middle, width: 0.045) * within(distance, 0.5...(model.length - 0.45)))
    colour.luma -= 14 * line(height, at: mix(sill, model.belt, 0.78), width: 0.012)
    // Nose and tail: lamps that reach around the corner, bumpers with a gap above.
    let lampTop = min(model.topHeight(0.15) - 0.04, model.belt)
    colour = colour.mixed(Self.lamp, within(distance, 0...0.34) * within(height, (lampTop - 0.17)...(lampTop - 0.01)))
    colour = colour.mixed(
      Self.rearLamp,
      within(distance, (model.length - 0.26)...model.length) * within(height, (belt - 0.22)...(belt - 0.02)))
    let bumper = line(height, at: lampTop - 0.21, width: 0.006)
    colour = colour.mixed(
      Self.rubber, bumper * (within(distance, 0...0.5) + within(distance, (model.length - 0.5)...model.length)))
    for gap in model.doorGaps {
      let above = sill + 0.09
      let upper = gap == model.doorGaps.first ? model.belt : rail - 0.02
      colour = colour.mixed(
        Self.rubber, line(distance, at: gap, width: 0.007) * within(height, above...max(above, upper)))
    }
    if let first = model.doorGaps.first, let last = model.doorGaps.last {
      colour = colour.mixed(Self.rubber, line(height, at: sill + 0.09, width: 0.006) * within(distance, first...last))
    }
    for gap in model.doorGaps.dropFirst() {
      let handle =
        within(distance, (gap - 0.26)...(gap - 0.07)) * within(height, (model.belt - 0.1)...(model.belt - 0.07))
      colour = colour.mixed(Self.plastic, handle)
    }
    // The panes: between belt and rail, leaning with the windscreen at the front and the tail at the back.
    let opening = rail - belt
    if opening > 0.12 {
      let upper = rail - 0.035
      let lower = belt + 0.03
      // The foremost pane leans with the windscreen, the last one with the tail; pillars stand upright.
      let rise = clamp((height - belt) / max(model.topHeight(2.4) - belt, 0.1), 0, 1)
      for pane in model.sideWindows {
        let front = pane.lowerBound + (pane == model.sideWindows.first ? 0.3 * rise : 0)
        let back = pane.upperBound - (pane == model.sideWindows.last ? 0.16 * rise : 0)
        colour = colour.mixed(
          Self.glass, within(distance, front...max(front, back)) * within(height, lower...max(upper, lower)))
      }
      colour = colour.mixed(
        Self.rubber,
        line(height, at: lower, width: 0.02) * inside(distance - model.windscreen.lowerBound - 0.2)
          * inside((model.sideWindows.last?.upperBound ?? 0) + 0.1 - distance))
    }
    for wheel in [model.frontWheel, model.rearWheel] {
      let away = SIMD2(distance - wheel, height - model.wheelRadius)
      let radius = dot2(away)
      colour = colour.mixed(Self.plastic, inside(model.wheelRadius + 0.085 - radius))
      colour = colour.mixed(Colour(9, 9, 9), inside(model.wheelRadius + 0.05 - radius))
    }
  }

  private func roof(_ colour: inout Colour, distance: Float, across: Float, rail: Float) {
    let model = self.model
    let edge = rail - 0.05 - abs(across)
    colour = colour.mixed(Self.rubber, within(distance, model.windscreen) * inside(edge + 0.02))
    let screen = (model.windscreen.lowerBound + 0.04)...(model.windscreen.upperBound - 0.03)
    colour = colour.mixed(Self.glass, within(distance, screen) * inside(edge))
    // Wipers at rest.
    let wiper = line(distance, at: model.windscreen.lowerBound + 0.08 + 0.1 * abs(across), width: 0.018)
    colour = colour.mixed(Self.rubber, wiper * inside(edge))
    if let rear = model.rearWindow {
      colour = colour.mixed(Self.rubber, within(distance, rear) * inside(edge + 0.02))
      colour = colour.mixed(
        Self.glass, within(distance, (rear.lowerBound + 0.03)...(rear.upperBound - 0.03)) * inside(edge))
    }
    // The bonnet's gaps, two creases, and a sunroof's seam.
    let bonnet = min(0.2, model.windscreen.lowerBound)...model.windscreen.lowerBound
    colour = colour.mixed(Self.rubber, line(abs(across), at: rail - 0.04, width: 0.007) * within(distance, bonnet))
    colour = colour.mixed(Self.rubber, line(distance, at: 0.22, width: 0.007) * inside(rail - 0.04 - abs(across)))
    colour.luma += 10 * line(abs(across), at: 0.42 - 0.05 * distance, width: 0.02) * within(distance, bonnet)
    let roofBegins = model.windscreen.upperBound + 0.12
    let seam = max(line(distance, at: roofBegins, width: 0.008), line(distance, at: roofBegins + 0.75, width: 0.008))
    colour = colour.mixed(Self.rubber, seam * inside(rail - 0.12 - abs(across)))
    colour.luma -= 16 * line(abs(across), at: rail - 0.03, width: 0.02) * inside(distance - roofBegins)
  }

  private func dot2(_ vector: SIMD2<Float>) -> Float { (vector.x * vector.x + vector.y * vector.y).squareRoot() }

  /// The nose (or the tail) seen from ahead: grille, lamps, bumper; `across` and `height` in metres.
  func face(isNose: Bool, across: Float, height: Float, top: Float, half: Float, column: Int, row: Int) -> Colour {
    let model = self.model
    let away = abs(across)
    var colour = lacquer(SIMD3(isNose ? 0 : -model.length, across, height), column: column, row: row)
    let lower = model.sill
    colour = colour.mixed(Self.plastic, inside(lower + 0.09 - height))
    if isNose {
      let lampTop = min(top - 0.04, model.belt)
      let lamp = within(away, (half - 0.4)...half) * within(height, (lampTop - 0.17)...(lampTop - 0.01))
      colour = colour.mixed(
        Self.rubber, within(away, (half - 0.41)...half) * within(height, (lampTop - 0.18)...lampTop))
      colour = colour.mixed(Self.lamp, lamp)
      let bulb = SIMD2(away - (half - 0.22), height - (lampTop - 0.09))
      colour = colour.mixed(Self.plastic, inside(0.062 - dot2(bulb)))
      colour = colour.mixed(Colour(235, 238, 240, gloss: 1), inside(0.045 - dot2(bulb)))
      let grille = within(away, 0...(half - 0.46)) * within(height, (lampTop - 0.14)...(lampTop - 0.02))
      let bars = 0.5 + 0.5 * clamp(((height / 0.026).truncatingRemainder(dividingBy: 1) - 0.5) * 8, -1, 1)
      colour = colour.mixed(Self.rubber.mixed(Colour(120, 122, 124, gloss: 0.6), bars * 0.75), grille)
      colour = colour.mixed(
        Colour(180, 182, 185, gloss: 0.9), inside(0.05 - dot2(SIMD2(across, height - (lampTop - 0.08)))))
      colour = colour.mixed(Self.rubber, line(height, at: lampTop - 0.21, width: 0.006))
      let intake = within(away, 0...(half - 0.28)) * within(height, (lower + 0.1)...(lower + 0.2))
      let mesh = clamp(((away / 0.03).truncatingRemainder(dividingBy: 1)) * 4 - 2, -1, 1)
      colour = colour.mixed(Self.rubber.mixed(Self.plastic, mesh * 0.5 + 0.5), intake)
    } else {
      let belt = min(model.belt, top - 0.02)
      let lamp = within(away, (half - 0.3)...half) * within(height, (belt - 0.22)...(belt - 0.02))
      colour = colour.mixed(Self.rearLamp, lamp)
      colour = colour.mixed(Colour(220, 220, 215, gloss: 0.8), lamp * within(height, (belt - 0.12)...(belt - 0.08)))
      if model.rearWindow == nil {
        colour = colour.mixed(
          Self.rubber, within(away, 0.04...(half - 0.2)) * within(height, (model.belt + 0.05)...(top - 0.14)))
        colour = colour.mixed(
          Self.glass, within(away, 0.06...(half - 0.22)) * within(height, (model.belt + 0.07)...(top - 0.16)))
        colour = colour.mixed(Self.rubber, line(across, at: 0, width: 0.008) * inside(height - lower - 0.3))
      }
      colour = colour.mixed(Self.rubber, line(height, at: lower + 0.3, width: 0.007))
      colour = colour.mixed(Self.plastic, within(height, (lower + 0.13)...(lower + 0.17)))
      colour = colour.mixed(
        Colour(180, 182, 185, gloss: 0.9), inside(0.045 - dot2(SIMD2(across, height - (belt - 0.1)))))
    }
    return colour
  }
}
