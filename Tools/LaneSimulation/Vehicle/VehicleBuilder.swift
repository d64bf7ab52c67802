/// Makes the mesh and the textures of one vehicle: once per vehicle and recording, shared by all cameras.
struct VehicleBuilder {
  let model: VehicleModel
  let shape: BodyShape
  let noise: ValueNoise
  /// Metres per texel of the body, chosen so that the closest camera sees about a texel per pixel.
  let grain: Float
  let seed: UInt64
  let stream: String

  /// Of a sensor 1920 pixels wide.
  static let finestGrain: Float = 0.00115

  init(model: VehicleModel, vehicle: Int, seed: UInt64, pictureWidth: Int) {
    self.model = model
    self.seed = seed
    stream = "vehicle \(vehicle)"
    shape = BodyShape(model: model)
    noise = ValueNoise(seed: seed, stream: "vehicle \(vehicle)")
    grain = Self.finestGrain * max(1920 / Float(pictureWidth), 0.6)
  }

  func mesh(plateText: String) -> VehicleMesh {
    let nose = BodyFace(shape: shape, isNose: true)
    let tail = BodyFace(shape: shape, isNose: false)
    let plates = [nose.plate(side: "front"), model.tow.map(towPlate) ?? tail.plate(side: "back")]
    let wheel = wheelTexture()
    var parts = [
      shadow(wheel, from: 0, length: model.length, halfWidth: model.width / 2), skin(), face(nose), face(tail),
    ]
    for distance in [model.frontWheel, model.rearWheel] where distance < model.length {
      parts += wheels(wheel, at: distance, half: model.halfWidth(distance) + 0.004, radius: model.wheelRadius)
    }
    if let tow = model.tow { parts += self.tow(tow, wheel: wheel) }
    let letters = Array(plateText)
    let plateTexture = plateTexture(letters)
    for plate in plates {
      var part = VehicleMesh.Part(kind: .skin, texture: plateTexture)
      part.addGrid(
        rows: 2, columns: 2,
        place: { row, column in plate.corners[row == 0 ? column : 3 - column] },
        uv: { row, column in SIMD2(Float(column), Float(row)) }, outward: { _ in plate.normal })
      parts.append(part)
    }
    return VehicleMesh(parts: parts, plates: plates)
  }

  // MARK: skin

  private func skin() -> VehicleMesh.Part {
    var part = VehicleMesh.Part(kind: .skin, texture: skinTexture())
    // Fewer triangles where they would be smaller than a few pixels.
    let isFine = grain < 2.5 * Self.finestGrain
    let stations = isFine ? 64 : 48
    let around = isFine ? 48 : 36
    let spans = shape.ends - shape.begins
    let rings = (0..<stations).map { index -> (distance: Float, section: [SIMD2<Float>]) in
      let distance = shape.begins + spans * Float(index) / Float(stations - 1)
      return (distance, shape.section(distance))
    }
    part.addGrid(
      rows: stations, columns: around + 1,
      place: { row, column in
        BodyShape.place(rings[row].section, distance: rings[row].distance, around: Float(column) / Float(around))
      },
      uv: { row, column in
        SIMD2(Float(row) / Float(stations - 1), Float(column) / Float(around))
      },
      outward: { SIMD3(0, $0.y, $0.z - 0.55) })
    // Mirrors, in a spot of plain paint on the roof.
    let mirrorAt = model.windscreen.lowerBound + 0.32
    for side: Float in [-1, 1] {
      part.addBox(
        centre: SIMD3(-mirrorAt, side * (model.halfWidth(mirrorAt) + 0.07), model.belt + 0.08),
        size: SIMD3(0.11, 0.2, 0.14), uv: SIMD2(0.56, 0.46))
    }
    return part
  }

  private func skinTexture() -> Texture {
    let spans = shape.ends - shape.begins
    let width = max(Int(spans / grain), 64)
    let height = max(Int(4.2 / grain), 64)
    let paint = BodyPaint(shape: shape, noise: noise, grain: grain)
    let sections = (0..<width).map { shape.section(shape.begins + spans * (Float($0) + 0.5) / Float(width)) }
    let texture = Texture(width: width, height: height) { row, fill in
      let around = (Float(row) + 0.5) / Float(height)
      let isRoof = around > BodyShape.roofRail && around < 1 - BodyShape.roofRail
      for column in 0..<width {
        let distance = shape.begins + spans * (Float(column) + 0.5) / Float(width)
        let place = BodyShape.place(sections[column], distance: distance, around: around)
        fill(column, paint.skin(place, section: sections[column], isRoof: isRoof, column: column, row: row).texel)
      }
    }
    scratch(texture, count: 260)
    return texture.finish()
  }

  /// Fine scratches and stone chips, one or two texels wide: what sharpness is about.
  private func scratch(_ texture: Texture, count: Int) {
    var random = SeededRandom(seed: seed, stream: stream + " scratches")
    let width = Float(texture.levels[0].width)
    let height = Float(texture.levels[0].height)
    for _ in 0..<count {
      var x = random.unit() * width
      var y = random.unit() * height
      let length = random.within(0.02...0.35) / grain
      let lean = random.within(-0.5...0.5)
      let luma: Float = random.unit() < 0.7 ? 235 : 25
      let strength = random.within(0.25...0.75) * BodyPaint.fineness(grain)
      let wide = random.unit() < 0.3
      for _ in 0..<Int(length) {
        x += 1
        y += lean + random.within(-0.1...0.1)
        texture.blend(Int(x), Int(y), luma: luma, part: strength)
        if wide { texture.blend(Int(x), Int(y) + 1, luma: luma, part: strength * 0.6) }
      }
    }
    for _ in 0..<count * 4 {
      let x = Int(random.unit() * width)
      let y = Int(random.unit() * height)
      for offset in 0..<4 {
        texture.blend(x + offset % 2, y + offset / 2, luma: 30, part: 0.55 * BodyPaint.fineness(grain))
      }
    }
  }

  private func face(_ face: BodyFace) -> VehicleMesh.Part {
    let paint = BodyPaint(shape: shape, noise: noise, grain: grain)
    let half = model.width / 2
    let top = face.top
    let width = max(Int(2 * half / grain), 32)
    let height = max(Int((top - model.sill) / grain), 32)
    let texture = Texture(width: width, height: height) { row, fill in
      let at = top - (top - model.sill) * (Float(row) + 0.5) / Float(height)
      for column in 0..<width {
        let across = half - 2 * half * (Float(column) + 0.5) / Float(width)
        let colour = paint.face(
          isNose: face.isNose, across: across, height: at, top: top, half: face.half, column: column, row: row)
        fill(column, colour.texel)
      }
    }
    scratch(texture, count: 60)
    var part = VehicleMesh.Part(kind: .skin, texture: texture.finish())
    let columns = 13
    part.addGrid(
      rows: BodyFace.rows, columns: columns,
      place: { row, column in face.place(row: row, across: Float(column) / Float(columns - 1) * 2 - 1) },
      uv: { row, column in
        let at = face.place(row: row, across: Float(column) / Float(columns - 1) * 2 - 1)
        return SIMD2((half - at.y) / (2 * half), (top - at.z) / (top - model.sill))
      },
      outward: { _ in SIMD3(face.isNose ? 1 : -1, 0, 0) })
    return part
  }

  func plateTexture(_ text: [Character]) -> Texture {
    let fine = grain * 0.45
    let width = max(Int(LicencePlate.width / fine), 52)
    let height = max(Int(LicencePlate.height / fine), 12)
    return Texture(width: width, height: height) { row, fill in
      let y = (Float(row) + 0.5) / Float(height) * LicencePlate.height
      for column in 0..<width {
        let x = (Float(column) + 0.5) / Float(width) * LicencePlate.width
        fill(column, LicencePlate.colour(text, x, y, grain: LicencePlate.width / Float(width)).texel)
      }
    }.finish()
  }

  // MARK: wheels and shadow

  /// A pair of wheels, their outer sides `half` from the middle.
  func wheels(_ texture: Texture, at distance: Float, half: Float, radius: Float, thick: Float = 0.2) -> [VehicleMesh
    .Part]
  {
    var parts: [VehicleMesh.Part] = []
    for side: Float in [-1, 1] {
      let outer = side * half
      let axle = SIMD3<Float>(-distance, outer, radius)
      var part = VehicleMesh.Part(kind: .wheel(axle: axle, radius: radius), texture: texture)
      let steps = 28
      func rim(_ index: Int, _ reach: Float) -> SIMD3<Float> {
        let angle = Float(index) / Float(steps) * 2 * .pi
        return SIMD3(cosine(angle) * reach, 0, sine(angle) * reach)
      }
      part.addGrid(
        rows: 3, columns: steps + 1,
        place: { row, column in axle + rim(column, radius * Float(row) / 2) },
        uv: { row, column in
          let at = rim(column, 0.49 * Float(row) / 2)
          return SIMD2(0.5 - at.x * side, 0.5 - at.z)
        }, outward: { _ in SIMD3(0, side, 0) })
      part.addGrid(
        rows: 2, columns: steps + 1,
        place: { row, column in axle + rim(column, radius) - SIMD3(0, side * thick * Float(row), 0) },
        uv: { row, column in SIMD2(0.97 + 0.02 * Float(row), column % 2 == 0 ? 0.45 : 0.55) },
        outward: { ($0 - axle) * SIMD3(1, 0, 1) })
      // The inner side: seen under the vehicle, of the wheels across.
      part.addGrid(
        rows: 2, columns: steps + 1,
        place: { row, column in axle + rim(column, radius * Float(row)) - SIMD3(0, side * thick, 0) },
        uv: { _, _ in SIMD2(0.98, 0.5) }, outward: { _ in SIMD3(0, -side, 0) })
      parts.append(part)
    }
    return parts
  }

  func wheelTexture() -> Texture {
    let size = max(Int(2 * model.wheelRadius / grain), 32)
    let rubber = Colour(30, 30, 31, gloss: 0.05)
    let alloy = Colour(176, 178, 182, gloss: 0.6)
    let dark = Colour(16, 16, 17)
    let grain = 2 / Float(size)
    return Texture(width: size, height: size) { row, fill in
      for column in 0..<size {
        let x = (Float(column) + 0.5) / Float(size) * 2 - 1
        let y = (Float(row) + 0.5) / Float(size) * 2 - 1
        let away = (x * x + y * y).squareRoot()
        let angle = arcTangent(y, x)
        func inside(_ distance: Float) -> Float { clamp(distance / grain + 0.5, 0, 1) }
        var colour = rubber
        colour.luma += noise.grain(column, row) * 3 + (away > 0.9 ? noise.grain(Int(angle * 40 + 200), 3) * 8 : 0)
        // A line of letters on the tyre's wall, so that one sees it turn.
        let letters = noise.grain(Int(angle * 12 + 100), 9) > 0.3 && (angle > 0.4 && angle < 1.5)
        if letters { colour.luma += 60 * inside(0.05 - abs(away - 0.82)) }
        colour = colour.mixed(dark, inside(0.69 - away))
        let spoke = abs((angle / (2 * .pi) * 5 + 10).truncatingRemainder(dividingBy: 1) - 0.5) * 2 * .pi / 5 * away
        colour = colour.mixed(alloy, inside(0.07 + 0.05 * away - spoke) * inside(0.66 - away))
        colour = colour.mixed(alloy, inside(0.045 - abs(away - 0.65)))
        colour = colour.mixed(alloy, inside(0.17 - away))
        colour = colour.mixed(dark, inside(0.06 - away))
        fill(column, colour.texel)
      }
    }.finish()
  }

  /// The dark below something that begins `front` behind the nose.
  func shadow(_ texture: Texture, from front: Float, length: Float, halfWidth: Float) -> VehicleMesh.Part {
    var part = VehicleMesh.Part(kind: .shadow(length: length, halfWidth: halfWidth), texture: texture)
    let margin: Float = 0.5
    func corner(_ row: Int, _ column: Int) -> SIMD2<Float> {
      SIMD2(row == 0 ? margin : -length - margin, (column == 0 ? 1 : -1) * (halfWidth + margin))
    }
    part.addGrid(
      rows: 2, columns: 2,
      place: { row, column in
        let at = corner(row, column)
        return SIMD3(at.x - front, at.y, 0.004)
      },
      uv: corner, outward: { _ in SIMD3(0, 0, 1) })
    return part
  }
}
