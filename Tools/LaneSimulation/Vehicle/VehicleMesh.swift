/// A vehicle as triangles with textures: what the rasteriser is given.
struct VehicleMesh: Sendable {
  /// What a part is to the renderer.
  enum Kind: Sendable, Equatable {
    case skin
    /// Turns about the axle at this place (vehicle coordinates).
    case wheel(axle: SIMD3<Float>, radius: Float)
    /// Swings about these joints, the innermost first.
    case limb([Swing])
    /// The dark under the vehicle, on the floor; no part of the body.
    case shadow(length: Float, halfWidth: Float)
  }

  struct Part: Sendable {
    let kind: Kind
    let texture: Texture
    var positions: [SIMD3<Float>] = []
    var normals: [SIMD3<Float>] = []
    var uvs: [SIMD2<Float>] = []
    /// Three indices each, counter-clockwise seen from outside.
    var triangles: [SIMD3<Int32>] = []
  }

  /// A plate's corners in vehicle coordinates, clockwise from the upper left as one reads it, and where it looks.
  struct Plate: Sendable {
    let side: String
    let corners: [SIMD3<Float>]
    let normal: SIMD3<Float>
  }

  let parts: [Part]
  let plates: [Plate]
  /// Two opposite corners of a box around each part, wherever its limbs swing.
  let boxes: [(low: SIMD3<Float>, high: SIMD3<Float>)]

  init(parts: [Part], plates: [Plate]) {
    self.parts = parts
    self.plates = plates
    boxes = parts.map { part in
      let low = part.positions.reduce(SIMD3(repeating: .infinity)) { pointwiseMin($0, $1) }
      let high = part.positions.reduce(SIMD3(repeating: -.infinity)) { pointwiseMax($0, $1) }
      guard case .limb = part.kind else { return (low, high) }
      return (low - 0.6, high + 0.6)
    }
  }
}

extension VehicleMesh.Part {
  /// Adds a sheet of rows and columns; normals follow its curvature and point along `outward`.
  mutating func addGrid(
    rows: Int, columns: Int, place: (Int, Int) -> SIMD3<Float>, uv: (Int, Int) -> SIMD2<Float>,
    outward: (SIMD3<Float>) -> SIMD3<Float>
  ) {
    let base = Int32(positions.count)
    for row in 0..<rows {
      for column in 0..<columns {
        let at = place(row, column)
        let along = place(min(row + 1, rows - 1), column) - place(max(row - 1, 0), column)
        let across = place(row, min(column + 1, columns - 1)) - place(row, max(column - 1, 0))
        var normal = cross(along, across)
        let out = outward(at)
        if dot(normal, normal) < 1e-14 { normal = out }
        if dot(normal, out) < 0 { normal = -normal }
        positions.append(at)
        normals.append(normalised(normal))
        uvs.append(uv(row, column))
      }
    }
    for row in 0..<Int32(rows - 1) {
      for column in 0..<Int32(columns - 1) {
        let one = base + row * Int32(columns) + column
        addTriangle(one, one + 1, one + Int32(columns))
        addTriangle(one + 1, one + Int32(columns) + 1, one + Int32(columns))
      }
    }
  }

  /// Adds a triangle, turned so that it faces as its normals do.
  private mutating func addTriangle(_ one: Int32, _ two: Int32, _ three: Int32) {
    let corner = positions[Int(one)]
    let face = cross(positions[Int(two)] - corner, positions[Int(three)] - corner)
    guard dot(face, face) > 1e-12 else { return }
    let facing = normals[Int(one)] + normals[Int(two)] + normals[Int(three)]
    triangles.append(dot(face, facing) > 0 ? SIMD3(one, two, three) : SIMD3(one, three, two))
  }

  /// Adds a box of one spot of the texture, `spread` wide on it.
  mutating func addBox(centre: SIMD3<Float>, size: SIMD3<Float>, uv: SIMD2<Float>, spread: Float = 0.02) {
    for axis in 0..<3 {
      for sign: Float in [-1, 1] {
        let one = (axis + 1) % 3
        let other = (axis + 2) % 3
        addGrid(
          rows: 2, columns: 2,
          place: { row, column in
            var at = centre
            at[axis] += sign * size[axis] / 2
            at[one] += (Float(row) - 0.5) * size[one]
            at[other] += (Float(column) - 0.5) * size[other]
            return at
          },
          uv: { row, column in uv + SIMD2(Float(row), Float(column)) * spread },
          outward: { _ in
            var out = SIMD3<Float>()
            out[axis] = sign
            return out
          })
      }
    }
  }
}
