/// Fills one row of one triangle: the inner loop of the renderer.
///
/// What changes along the row is carried in one vector, each over depth: 1, u, v, normal x y z.
struct SpanShader {
  let camera: PinholeCamera
  let vignette: Vignette
  let part: VehicleMesh.Part
  let across: SIMD8<Float>
  let down: SIMD8<Float>
  let owner: UInt8
  let crispness: Float
  private let level: Texture.Level

  /// `middle` is what is carried in the middle of the triangle.
  init(
    camera: PinholeCamera, vignette: Vignette, part: VehicleMesh.Part, across: SIMD8<Float>, down: SIMD8<Float>,
    middle: SIMD8<Float>, owner: UInt8, crispness: Float
  ) {
    self.camera = camera
    self.vignette = vignette
    self.part = part
    self.across = across
    self.down = down
    self.owner = owner
    self.crispness = crispness
    level = Self.level(part.texture, across, down, middle)
  }

  func fill(row: Int, columns: Range<Int>, from start: SIMD8<Float>, into canvas: Canvas) {
    if case .shadow(let length, let halfWidth) = part.kind {
      fillShadow(row: row, columns: columns, from: start, length: length, halfWidth: halfWidth, into: canvas)
    } else {
      fillSkin(row: row, columns: columns, from: start, into: canvas)
    }
  }

  /// The copy of the texture whose texels are about as large as the pixels in the middle of the triangle.
  private static func level(
    _ texture: Texture, _ across: SIMD8<Float>, _ down: SIMD8<Float>, _ middle: SIMD8<Float>
  ) -> Texture.Level {
    let depth = 1 / max(middle[0], 1e-6)
    let largest = texture.levels[0]
    func step(_ change: SIMD8<Float>) -> Float {
      let u = (change[1] - middle[1] * depth * change[0]) * depth * Float(largest.width)
      let v = (change[2] - middle[2] * depth * change[0]) * depth * Float(largest.height)
      return (u * u + v * v).squareRoot()
    }
    let one = step(across)
    let other = step(down)
    // Between the sharper and the smoother direction: a panel seen at a slant neither shimmers nor melts.
    let texels = max((one * other).squareRoot(), max(one, other) * 0.6)
    var index = 0
    var size: Float = 1.35
    while texels > size, index + 1 < texture.levels.count {
      index += 1
      size *= 2
    }
    return texture.levels[index]
  }

  private func fillSkin(row: Int, columns: Range<Int>, from start: SIMD8<Float>, into canvas: Canvas) {
    let texture = part.texture
    let level = self.level
    let base = row * canvas.width
    let nearness = unsafe canvas.nearness + base
    let colour = unsafe canvas.colour + base
    let owners = unsafe canvas.owner + base
    var carried = start
    let toPixel = SIMD2(Float(columns.lowerBound) + 0.5, Float(row) + 0.5)
    var ray = camera.ray(toPixel)
    let rayStep = camera.right / camera.focal
    let rowVignette = vignette.rows[row]
    let origin = camera.origin
    for column in columns {
      let near = carried[0]
      if unsafe near > nearness[column] {
        let depth = 1 / near
        let u = carried[1] * depth
        let v = carried[2] * depth
        let texel = texture.sample(u, v, level)
        var normal = SIMD3(carried[3], carried[4], carried[5])
        normal *= 1 / (dot(normal, normal) + 1e-12).squareRoot()
        let view = ray * (1 / dot(ray, ray).squareRoot())
        let facing = -dot(view, normal)
        let place = origin + ray * depth
        let mirrored = view + normal * (2 * facing)
        let gloss = Float(texel.w) * (1 / 255)
        let grazing = 1 - clamp(facing, 0, 1)
        let grazing2 = grazing * grazing
        let mirror = gloss * (0.09 + 0.18 * gloss + 0.55 * grazing2 * grazing2)
        // Lamps above, tubes at both sides, and the floor gives a little back.
        let light = 0.8 + 0.25 * normal.z + 0.14 * abs(normal.y)
        let shine = Surroundings.brightness(from: place, along: mirrored, crispness: crispness) * 255
        let edge = rowVignette - vignette.columns[column]
        let scale = light * (1 - mirror) * edge
        let luma = min(Float(texel.x) * scale + shine * mirror * edge, 255)
        let blue = (Float(texel.y) - 128) * scale
        let red = (Float(texel.z) - 128) * scale
        unsafe nearness[column] = near
        unsafe colour[column] = SIMD4<Int16>(Int16(luma), Int16(blue), Int16(red), 256)
        unsafe owners[column] = owner
      }
      carried += across
      ray += rayStep
    }
  }

  private func fillShadow(
    row: Int, columns: Range<Int>, from start: SIMD8<Float>, length: Float, halfWidth: Float, into canvas: Canvas
  ) {
    let base = row * canvas.width
    var carried = start
    for column in columns {
      let near = carried[0]
      if unsafe near > canvas.nearness[base + column] {
        let along = carried[1] / near
        let aside = abs(carried[2] / near)
        let ends = smoothstep(-0.45, 0.3, -along) * smoothstep(-0.45, 0.3, length + along)
        let sides = smoothstep(-0.45, 0.3, halfWidth - aside)
        let cover = Int16(198 * ends * sides)
        if cover > 1 {
          unsafe canvas.nearness[base + column] = near
          unsafe canvas.colour[base + column] = SIMD4<Int16>(0, 0, 0, cover)
          unsafe canvas.owner[base + column] = owner | Canvas.shadowFlag
        }
      }
      carried += across
    }
  }
}

/// How the picture darkens towards its corners, as a part of the light: a row's value minus a column's.
struct Vignette: Sendable {
  let rows: [Float]
  let columns: [Float]

  init(width: Int, height: Int, strength: Float = 0.16) {
    let diagonal = Float(width * width + height * height) / 4
    rows = (0..<height).map {
      let off = Float($0) + 0.5 - Float(height) / 2
      return 1 - strength * off * off / diagonal
    }
    columns = (0..<width).map {
      let off = Float($0) + 0.5 - Float(width) / 2
      return strength * off * off / diagonal
    }
  }
}
