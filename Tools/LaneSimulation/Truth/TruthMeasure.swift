/// Reads the truth of one picture off the canvas and the geometry: what is in the zone, how it moves, where plates are.
struct TruthMeasure {
  let camera: PinholeCamera
  /// 1 where the zone is, row by row.
  private let mask: [UInt8]

  init(camera: PinholeCamera) {
    self.camera = camera
    mask = Self.mask(camera.zone, width: camera.width, height: camera.height)
  }

  /// Every drive of which the canvas shows a part of the body inside the zone.
  func vehicles(
    _ canvas: Canvas, drives: [(drive: Scenario.Drive, mesh: VehicleMesh)], at time: Double, interval: Double
  ) -> [CameraTruth.Vehicle] {
    guard !canvas.dirty.isEmpty else { return [] }
    var counts = [Int](repeating: 0, count: 128)
    for row in canvas.dirty.rows {
      let base = row * canvas.width
      for column in canvas.dirty.left..<canvas.dirty.right where mask[base + column] == 1 {
        let owner = unsafe canvas.owner[base + column]
        if owner > 0, owner & Canvas.shadowFlag == 0 { counts[Int(owner)] += 1 }
      }
    }
    return drives.compactMap { drive, mesh in
      let count = counts[drive.vehicle]
      guard count > 0 else { return nil }
      let position = drive.motion.position(at: time)
      let step = position - drive.motion.position(at: time - interval)
      let shift = shift(canvas, vehicle: UInt8(drive.vehicle), step: Float(step))
      return CameraTruth.Vehicle(
        vehicle: drive.vehicle, position: rounded(position, 1e5), step: rounded(step, 1e6),
        speed: rounded(drive.motion.speed(at: time), 1e4),
        shift: [rounded(Double(shift.x), 1e6), rounded(Double(shift.y), 1e6)],
        share: rounded(Double(count) / Double(canvas.width * canvas.height), 1e5),
        plates: mesh.plates.compactMap { plate in
          guard let polygon = polygon(plate, position: Float(position), lateral: Float(drive.lateral)),
            isInSight(
              plate, canvas, vehicle: UInt8(drive.vehicle), position: Float(position), lateral: Float(drive.lateral))
          else { return nil }
          return CameraTruth.Plate(
            side: plate.side, text: drive.plateText,
            polygon: polygon.map { [rounded(Double($0.x), 100), rounded(Double($0.y), 100)] },
            area: rounded(Double(Self.area(polygon)), 10))
        })
    }
  }

  /// Whether the canvas shows any part of a vehicle's body inside the zone.
  func shows(_ vehicle: UInt8, _ canvas: Canvas) -> Bool {
    canvas.dirty.rows.contains { row in
      (canvas.dirty.left..<canvas.dirty.right).contains { column in
        let at = row * canvas.width + column
        return unsafe mask[at] == 1 && canvas.owner[at] == vehicle
      }
    }
  }

  /// The plate's corners in pixels; nil unless all are in the picture, in the hall, and its face looks here.
  func polygon(_ plate: VehicleMesh.Plate, position: Float, lateral: Float) -> [SIMD2<Float>]? {
    let places = plate.corners.map { $0 + SIMD3(position, lateral, 0) }
    guard dot(places[0] - camera.origin, plate.normal) < 0 else { return nil }
    guard places.allSatisfy({ abs($0.x) < LaneGeometry.curtain }) else { return nil }
    let pixels = places.compactMap { camera.pixel(of: $0) }
    guard pixels.count == 4, pixels.allSatisfy(camera.contains) else { return nil }
    return pixels
  }

  /// The shoelace formula.
  static func area(_ polygon: [SIMD2<Float>]) -> Float {
    var doubled: Float = 0
    for (index, one) in polygon.enumerated() {
      let next = polygon[(index + 1) % polygon.count]
      doubled += one.x * next.y - next.x * one.y
    }
    return abs(doubled) / 2
  }

  /// Whether nothing hides the plate's middle: what was drawn there is this vehicle, as near as the plate is.
  private func isInSight(
    _ plate: VehicleMesh.Plate, _ canvas: Canvas, vehicle: UInt8, position: Float, lateral: Float
  ) -> Bool {
    let middle = plate.corners.reduce(SIMD3(), +) / 4 + SIMD3(position, lateral, 0)
    guard let pixel = camera.pixel(of: middle) else { return false }
    let at = Int(pixel.y) * canvas.width + Int(pixel.x)
    let depth = camera.turned(middle - camera.origin).z
    return unsafe canvas.owner[at] == vehicle && abs(1 / canvas.nearness[at] - depth) < 0.05
  }

  private func shift(_ canvas: Canvas, vehicle: UInt8, step: Float) -> SIMD2<Float> {
    let moved = camera.turned(SIMD3(step, 0, 0))
    var sum = SIMD2<Float>()
    var count: Float = 0
    let stride = max(canvas.width / 240, 1)
    for row in Swift.stride(from: canvas.dirty.top, to: canvas.dirty.bottom, by: stride) {
      for column in Swift.stride(from: canvas.dirty.left, to: canvas.dirty.right, by: stride) {
        let at = row * canvas.width + column
        guard unsafe canvas.owner[at] == vehicle, mask[at] == 1 else { continue }
        let pixel = SIMD2(Float(column) + 0.5, Float(row) + 0.5)
        let near = unsafe canvas.nearness[at]
        sum += (SIMD2(moved.x, moved.y) * camera.focal - (pixel - camera.centre) * moved.z) * near
        count += 1
      }
    }
    return count > 0 ? sum / (count * Float(canvas.width)) : SIMD2()
  }

  /// Which pixels' centres lie in the polygon.
  static func mask(_ zone: [SIMD2<Float>], width: Int, height: Int) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: width * height)
    for row in 0..<height {
      // A zone's corners are pixels themselves, so whole numbers are what is held against it.
      let y = Float(row)
      var crossings: [Float] = []
      for (index, one) in zone.enumerated() {
        let next = zone[(index + 1) % zone.count]
        let low = min(one.y, next.y)
        let high = max(one.y, next.y)
        // The lowest row of the zone belongs to it, as its upper one does.
        guard y >= low, y < high || (y == high && row == height - 1), high > low else { continue }
        crossings.append(one.x + (next.x - one.x) * (y - one.y) / (next.y - one.y))
      }
      crossings.sort()
      for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
        let from = Int(clamp(crossings[pair].rounded(.up), 0, Float(width)))
        let to = Int(clamp(crossings[pair + 1].rounded(.down) + 1, 0, Float(width)))
        for column in from..<max(from, to) { mask[row * width + column] = 1 }
      }
    }
    return mask
  }
}
