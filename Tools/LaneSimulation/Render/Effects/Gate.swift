/// A roller gate in the entry, and strips that sway in the draught: large things that move and are no vehicle.
struct Gate: PictureEffect {
  /// How far it is open, 0...1, at any time; nil: there is no gate, only strips.
  var opening: LightProfile?
  /// How far strips sway, metres at their lower end.
  var draught: LightProfile

  private static let width: Float = 1.6
  private static let height: Float = 2.55

  func painter(_ view: EffectView) -> any EffectPainter { Painter(effect: self, view: view) }

  private final class Painter: EffectPainter {
    private let effect: Gate
    private let view: EffectView
    private let hall: Hall
    /// Pixels that show the entry's opening; the strips hang in both doors.
    private let entry: [Int]
    private let doors: [Int]

    init(effect: Gate, view: EffectView) {
      self.effect = effect
      self.view = view
      hall = Hall(seed: view.seed, grain: 1 / view.camera.focal, look: .concrete)
      let surfaces = view.surfaces
      doors = surfaces.surfaces.indices.filter { index in
        let place = surfaces.places[index]
        let isDoor = surfaces.surfaces[index] == .entry || surfaces.surfaces[index] == .exit
        return isDoor && abs(place.y) < Gate.width && place.z < Gate.height
      }
      entry = doors.filter { surfaces.surfaces[$0] == .entry }
    }

    func paint(_ planes: FramePlanes, _ canvas: Canvas, at time: Double) {
      let now = Float(time)
      let draught = Float(effect.draught.gain(at: time))
      if draught > 0.002 { sway(planes, canvas, now, draught) }
      guard let opening = effect.opening else { return }
      let open = Float(opening.gain(at: time)) * Gate.height
      for index in entry where unsafe canvas.nearness[index] == 0 {
        let place = view.surfaces.places[index]
        let soft = 0.02 + view.surfaces.grain(index)
        let shut = clamp((place.z - open) / soft + 0.5, 0, 1)
        guard shut > 0 else { continue }
        // Slats ride up with the gate; the lowest one is a dark rubber lip.
        let height = place.z - open
        let slat = Surroundings.distanceToNearest(height, spacing: 0.11)
        var luma: Float = 148 - 46 * smoothstep(0.016, 0.004, slat) + 22 * (slat / 0.055 - 0.5)
        luma += 6 * hall.noise.layered(place.y * 2, height * 2)
        if height < 0.07 { luma = 30 }
        planes.cover(
          index % planes.width, index / planes.width, Colour(luma * 0.97, luma, luma * 1.03), part: shut)
      }
      // Daylight from outside runs over the floor as far as the gate is open.
      let lit = 0.45 * open / Gate.height
      guard lit > 0.01 else { return }
      for row in 0..<planes.height {
        for column in 0..<planes.width {
          let place = view.surfaces.place(column, row, canvas)
          let near = smoothstep(3, 0, place.x + LaneGeometry.curtain) * smoothstep(2.4, 1, abs(place.y))
          if near > 0.01 { planes.light(column, row, factor: 1 + lit * near) }
        }
      }
    }

    private func sway(_ planes: FramePlanes, _ canvas: Canvas, _ now: Float, _ draught: Float) {
      for index in doors where unsafe canvas.nearness[index] == 0 {
        let place = view.surfaces.places[index]
        guard abs(place.y) < 1.45 else { continue }
        let far = draught * (1 - place.z / Gate.height)
        let shift = far * (sine(now * 2.2 + place.y * 1.5) + 0.5 * sine(now * 5.3 + place.y * 4))
        var colour = hall.curtain(place.y + shift, place.z, soft: view.surfaces.grain(index))
        // A strip that is turned shows more or less of the lamps.
        colour.luma *= 1 + 1.6 * shift
        planes.cover(index % planes.width, index / planes.width, colour, part: 1)
      }
    }
  }
}
