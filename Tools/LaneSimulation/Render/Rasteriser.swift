/// Draws vehicles into a canvas as one camera sees them: perspective-correct textures, a depth buffer, soft light from
/// above, and the hall mirrored in paint and glass.
struct Rasteriser {
  /// A corner on its way to the picture: camera coordinates and the place along the lane in `at`, then u, v, normal.
  private struct Corner {
    var at: SIMD4<Float>
    var carried: SIMD8<Float>
  }

  let camera: PinholeCamera
  let vignette: Vignette
  private let nearest: Float = 0.12
  private let crispness: Float
  private var corners: [Corner] = []

  init(camera: PinholeCamera, vignette: Vignette) {
    self.camera = camera
    self.vignette = vignette
    crispness = min((Float(camera.width) / 1920).squareRoot(), 1)
  }

  /// Draws one vehicle or figure where it is.
  mutating func draw(_ mesh: VehicleMesh, owner: UInt8, pose: Pose, into canvas: Canvas) {
    for (part, box) in zip(mesh.parts, mesh.boxes) where isInSight(box, pose) {
      place(part, pose)
      for triangle in part.triangles {
        // Turned over, what was clockwise is not.
        let (second, third) = pose.isMirrored ? (triangle.z, triangle.y) : (triangle.y, triangle.z)
        draw(
          corners[Int(triangle.x)], corners[Int(second)], corners[Int(third)], of: part, owner: owner, into: canvas)
      }
    }
  }

  /// Whether any of a box may be in the picture: no when all of its corners are beyond one edge, behind the lens, or behind
  /// one of the curtains.
  private func isInSight(_ box: (low: SIMD3<Float>, high: SIMD3<Float>), _ pose: Pose) -> Bool {
    let heading = (cosine: cosine(pose.heading), sine: sine(pose.heading))
    var most = (left: -Float.infinity, right: -Float.infinity, up: -Float.infinity, down: -Float.infinity)
    var deepest = -Float.infinity
    var range = (first: Float.infinity, last: -Float.infinity)
    for corner in 0..<8 {
      let at = SIMD3(
        corner & 1 == 0 ? box.low.x : box.high.x, corner & 2 == 0 ? box.low.y : box.high.y,
        corner & 4 == 0 ? box.low.z : box.high.z)
      var place = pose.turned(at, heading.cosine, heading.sine) + pose.at
      if pose.isMirrored { place.z = -place.z }
      let seen = camera.turned(place - camera.origin)
      let aside = camera.centre * (seen.z / camera.focal)
      most.left = max(most.left, seen.x + aside.x)
      most.right = max(most.right, aside.x - seen.x)
      most.up = max(most.up, seen.y + aside.y)
      most.down = max(most.down, aside.y - seen.y)
      deepest = max(deepest, seen.z)
      range = (min(range.first, place.x), max(range.last, place.x))
    }
    let limit = LaneGeometry.curtain
    return min(min(most.left, most.right), min(most.up, most.down)) > 0 && deepest > nearest && range.first < limit
      && range.last > -limit
  }

  private mutating func place(_ part: VehicleMesh.Part, _ pose: Pose) {
    corners.removeAll(keepingCapacity: true)
    // Turns about axes across the vehicle, the innermost first: each with its joint, sine and cosine.
    var turns: [(joint: SIMD3<Float>, sine: Float, cosine: Float)] = []
    switch part.kind {
    case .skin, .shadow: break
    case .wheel(let axle, let radius):
      // Rolling forward (+x) turns the top of the wheel forward.
      turns = [(axle, -sine(pose.way / radius), cosine(pose.way / radius))]
    case .limb(let swings):
      turns = swings.map { swing in
        let angle = swing.angle(pose)
        return (swing.joint, angle.sine, angle.cosine)
      }
    }
    let heading = pose.heading == 0 ? nil : (cosine: cosine(pose.heading), sine: sine(pose.heading))
    for index in part.positions.indices {
      var at = part.positions[index]
      var normal = part.normals[index]
      for turn in turns {
        let off = at - turn.joint
        at = turn.joint + SIMD3(off.x * turn.cosine - off.z * turn.sine, off.y, off.z * turn.cosine + off.x * turn.sine)
        normal = SIMD3(
          normal.x * turn.cosine - normal.z * turn.sine, normal.y, normal.z * turn.cosine + normal.x * turn.sine)
      }
      if let heading {
        at = pose.turned(at, heading.cosine, heading.sine)
        normal = pose.turned(normal, heading.cosine, heading.sine)
      }
      var place = at + pose.at
      if pose.isMirrored {
        place.z = -place.z
        normal.z = -normal.z
      }
      let seen = camera.turned(place - camera.origin)
      let uv = part.uvs[index]
      corners.append(
        Corner(
          at: SIMD4(seen.x, seen.y, seen.z, place.x),
          carried: SIMD8(0, uv.x, uv.y, normal.x, normal.y, normal.z, 0, 0)))
    }
  }

  private func draw(
    _ one: Corner, _ two: Corner, _ three: Corner, of part: VehicleMesh.Part, owner: UInt8, into canvas: Canvas
  ) {
    let a = SIMD3(one.at.x, one.at.y, one.at.z)
    let face = cross(SIMD3(two.at.x, two.at.y, two.at.z) - a, SIMD3(three.at.x, three.at.y, three.at.z) - a)
    guard dot(face, a) < 0 else { return }
    let depths = SIMD3(one.at.z, two.at.z, three.at.z)
    let places = SIMD3(one.at.w, two.at.w, three.at.w)
    let limit = LaneGeometry.curtain
    if depths.max() <= nearest || places.min() >= limit || places.max() <= -limit { return }
    if depths.min() > nearest && places.max() < limit && places.min() > -limit {
      fill(one, two, three, part, owner, canvas)
      return
    }
    // Cut off what is behind the lens and what is behind the curtains.
    var outline = [one, two, three]
    outline = Self.clip(outline) { $0.at.z - nearest }
    outline = Self.clip(outline) { limit - $0.at.w }
    outline = Self.clip(outline) { $0.at.w + limit }
    guard outline.count >= 3 else { return }
    for index in 1..<(outline.count - 1) {
      fill(outline[0], outline[index], outline[index + 1], part, owner, canvas)
    }
  }

  private static func clip(_ outline: [Corner], _ inside: (Corner) -> Float) -> [Corner] {
    var kept: [Corner] = []
    for index in outline.indices {
      let from = outline[index]
      let to = outline[(index + 1) % outline.count]
      let before = inside(from)
      let after = inside(to)
      if before >= 0 { kept.append(from) }
      if (before >= 0) != (after >= 0) {
        let part = before / (before - after)
        kept.append(
          Corner(at: from.at + (to.at - from.at) * part, carried: from.carried + (to.carried - from.carried) * part))
      }
    }
    return kept
  }

  private func fill(
    _ one: Corner, _ two: Corner, _ three: Corner, _ part: VehicleMesh.Part, _ owner: UInt8, _ canvas: Canvas
  ) {
    func project(_ corner: Corner) -> (at: SIMD2<Float>, carried: SIMD8<Float>) {
      let near = 1 / corner.at.z
      var carried = corner.carried * near
      carried[0] = near
      return (SIMD2(corner.at.x, corner.at.y) * (camera.focal * near) + camera.centre, carried)
    }
    let (p, a) = project(one)
    let (q, b) = project(two)
    let (r, c) = project(three)
    let low = min(p.y, min(q.y, r.y))
    let high = max(p.y, max(q.y, r.y))
    let leftmost = min(p.x, min(q.x, r.x))
    let rightmost = max(p.x, max(q.x, r.x))
    // Pixels whose middles lie between; of a small triangle often none.
    let width = Float(canvas.width)
    let height = Float(canvas.height)
    let rect = PixelRect(
      left: Int(clamp(leftmost + 0.5, 0, width)), top: Int(clamp(low + 0.5, 0, height)),
      right: Int(clamp(rightmost + 0.5, 0, width)), bottom: Int(clamp(high + 0.5, 0, height)))
    guard !rect.isEmpty else { return }
    let area = (q.x - p.x) * (r.y - p.y) - (r.x - p.x) * (q.y - p.y)
    guard abs(area) > 1e-4 else { return }
    canvas.touch(rect)
    let across = ((b - a) * (r.y - p.y) - (c - a) * (q.y - p.y)) / area
    let down = ((c - a) * (q.x - p.x) - (b - a) * (r.x - p.x)) / area
    let shader = SpanShader(
      camera: camera, vignette: vignette, part: part, across: across, down: down,
      middle: (a + b + c) / 3, owner: owner,
      crispness: crispness)
    for row in rect.rows {
      let middle = Float(row) + 0.5
      var from = Float.infinity
      var to = -Float.infinity
      func meet(_ start: SIMD2<Float>, _ end: SIMD2<Float>) {
        guard (start.y <= middle) != (end.y <= middle) else { return }
        let x = start.x + (end.x - start.x) * (middle - start.y) / (end.y - start.y)
        from = min(from, x)
        to = max(to, x)
      }
      meet(p, q)
      meet(q, r)
      meet(r, p)
      let begin = Int(clamp(from + 0.5, 0, Float(canvas.width)))
      let end = Int(clamp(to + 0.5, 0, Float(canvas.width)))
      guard begin < end else { continue }
      let start = a + across * (Float(begin) + 0.5 - p.x) + down * (middle - p.y)
      shader.fill(row: row, columns: begin..<end, from: start, into: canvas)
    }
  }
}
