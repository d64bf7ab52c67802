/// The texture of a figure: a strip of materials side by side, each uneven as cloth, fur or steel is.
struct Cloth {
  private static let cell = 32

  let materials: [Colour]
  let texture: Texture

  init(_ materials: [Colour], seed: UInt64, stream: String) {
    self.materials = materials
    let noise = ValueNoise(seed: seed, stream: stream)
    texture = Texture(width: Self.cell * materials.count, height: 64) { row, fill in
      for (index, material) in materials.enumerated() {
        for column in 0..<Self.cell {
          var colour = material
          let folds = noise.layered(Float(column) * 0.16 + Float(index) * 9, Float(row) * 0.11)
          colour.luma = clamp(
            material.luma * (1 + 0.16 * folds) + 5 * noise.grain(column + index * 37, row), 2, 250)
          fill(index * Self.cell + column, colour.texel)
        }
      }
    }.finish()
  }

  /// The place on the texture: `around` and `along` in 0...1 of the material.
  func uv(_ material: Int, _ around: Float, _ along: Float) -> SIMD2<Float> {
    SIMD2((Float(material) + 0.08 + 0.84 * around) / Float(materials.count), along)
  }
}

/// A ring of a tube: its centre and its two half axes.
struct Ring {
  let centre: SIMD3<Float>
  let half: SIMD2<Float>

  init(_ x: Float, _ y: Float, _ z: Float, _ one: Float, _ other: Float) {
    centre = SIMD3(x, y, z)
    half = SIMD2(one, other)
  }
}

extension VehicleMesh.Part {
  /// Adds a tube through rings that lie across `axis` (0: x, 2: z), closed at both ends: limbs, bodies, bars.
  mutating func addTube(_ rings: [Ring], axis: Int, material: Int, of cloth: Cloth) {
    guard let first = rings.first, let last = rings.last else { return }
    let closed = [Ring(first.centre, SIMD2(0.001, 0.001))] + rings + [Ring(last.centre, SIMD2(0.001, 0.001))]
    let around = 10
    let (one, other) = axis == 0 ? (1, 2) : (0, 1)
    let middle = (first.centre + last.centre) / 2
    addGrid(
      rows: closed.count, columns: around + 1,
      place: { row, column in
        let angle = Float(column) / Float(around) * 2 * .pi
        var at = closed[row].centre
        at[one] += cosine(angle) * closed[row].half.x
        at[other] += sine(angle) * closed[row].half.y
        return at
      },
      uv: { row, column in
        cloth.uv(material, Float(column) / Float(around), Float(row) / Float(closed.count - 1))
      },
      outward: { at in
        var out = at - middle
        out[axis] *= 0.05
        return out
      })
  }
}

extension Ring {
  init(_ centre: SIMD3<Float>, _ half: SIMD2<Float>) {
    self.centre = centre
    self.half = half
  }
}

extension VehicleMesh {
  /// The dark below a figure, on the floor.
  static func footShadow(length: Float, halfWidth: Float, _ texture: Texture) -> Part {
    var part = Part(kind: .shadow(length: length, halfWidth: halfWidth), texture: texture)
    let margin: Float = 0.4
    func corner(_ row: Int, _ column: Int) -> SIMD2<Float> {
      SIMD2(row == 0 ? margin : -length - margin, (column == 0 ? 1 : -1) * (halfWidth + margin))
    }
    part.addGrid(
      rows: 2, columns: 2,
      place: { row, column in
        let at = corner(row, column)
        return SIMD3(at.x + length / 2, at.y, 0.004)
      }, uv: corner, outward: { _ in SIMD3(0, 0, 1) })
    return part
  }
}
