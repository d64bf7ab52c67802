/// Lays the vehicles over the hall as a sensor sees them that collects light for a while: every pixel is spread along
/// the way it moves in the picture meanwhile.
///
/// The way is exact: a vehicle moves as one, and how near a pixel is was drawn with it. Where nothing was
/// drawn, the way of the nearest body close by is taken, so that edges blur outwards as much as inwards.
struct MotionBlur {
  let camera: PinholeCamera
  private let tile = 16
  private let longest: Float = 72
  private var tilesAcross = 0
  private var tilesDown = 0
  private var nearness: [Float] = []
  private var owners: [UInt8] = []
  private var spreadNearness: [Float] = []
  private var spreadOwners: [UInt8] = []

  init(camera: PinholeCamera) {
    self.camera = camera
    tilesAcross = (camera.width + tile - 1) / tile
    tilesDown = (camera.height + tile - 1) / tile
    nearness = Array(repeating: 0, count: tilesAcross * tilesDown)
    owners = Array(repeating: 0, count: tilesAcross * tilesDown)
    spreadNearness = nearness
    spreadOwners = owners
  }

  /// `ways[owner]`: how far each vehicle or figure moves while the shutter is open, metres.
  mutating func compose(_ canvas: Canvas, ways: [UInt8: SIMD3<Float>], onto planes: FramePlanes) {
    guard !canvas.dirty.isEmpty else { return }
    var steps = [SIMD3<Float>](repeating: SIMD3(), count: 128)
    for (owner, way) in ways where owner < 128 { steps[Int(owner)] = camera.turned(way) }
    let reach = measureTiles(canvas, steps)
    let margin = Int(min(reach, longest) / 2) + 2
    spreadTiles(by: (margin + tile - 1) / tile)
    let rect = canvas.dirty.grown(by: margin, within: canvas.width, canvas.height)
    let evenRect = PixelRect(
      left: rect.left & ~1, top: rect.top, right: min((rect.right + 1) & ~1, canvas.width), bottom: rect.bottom)
    for row in evenRect.rows { compose(row: row, evenRect, canvas, steps, planes) }
  }

  /// The nearest body in each tile; answers the longest way in pixels.
  private mutating func measureTiles(_ canvas: Canvas, _ steps: [SIMD3<Float>]) -> Float {
    for index in nearness.indices {
      nearness[index] = 0
      owners[index] = 0
    }
    for row in canvas.dirty.rows {
      let base = row * canvas.width
      let tileRow = row / tile * tilesAcross
      for column in canvas.dirty.left..<canvas.dirty.right {
        let near = unsafe canvas.nearness[base + column]
        let index = tileRow + column / tile
        if near > nearness[index] {
          nearness[index] = near
          owners[index] = unsafe canvas.owner[base + column] & ~Canvas.shadowFlag
        }
      }
    }
    var longestWay: Float = 0
    for row in 0..<tilesDown {
      for column in 0..<tilesAcross where nearness[row * tilesAcross + column] > 0 {
        let index = row * tilesAcross + column
        let at = SIMD2(Float(column * tile + tile / 2), Float(row * tile + tile / 2))
        let way = way(at, nearness[index], steps[Int(owners[index])])
        longestWay = max(longestWay, (way.x * way.x + way.y * way.y).squareRoot())
      }
    }
    return longestWay
  }

  private mutating func spreadTiles(by radius: Int) {
    for row in 0..<tilesDown {
      for column in 0..<tilesAcross {
        var best: Float = 0
        var owner: UInt8 = 0
        for nearRow in max(row - radius, 0)...min(row + radius, tilesDown - 1) {
          for nearColumn in max(column - radius, 0)...min(column + radius, tilesAcross - 1)
          where nearness[nearRow * tilesAcross + nearColumn] > best {
            best = nearness[nearRow * tilesAcross + nearColumn]
            owner = owners[nearRow * tilesAcross + nearColumn]
          }
        }
        spreadNearness[row * tilesAcross + column] = best
        spreadOwners[row * tilesAcross + column] = owner
      }
    }
  }

  /// How far a pixel moves in the picture, in pixels, when what it shows moves by `step` (camera coordinates).
  @inline(__always)
  private func way(_ pixel: SIMD2<Float>, _ near: Float, _ step: SIMD3<Float>) -> SIMD2<Float> {
    (SIMD2(step.x, step.y) * camera.focal - (pixel - camera.centre) * step.z) * near
  }

  private func compose(
    row: Int, _ rect: PixelRect, _ canvas: Canvas, _ steps: [SIMD3<Float>], _ planes: FramePlanes
  ) {
    let width = canvas.width
    let base = row * width
    let tileBase = row / tile * tilesAcross
    let isGrey = planes.isGrey
    var chroma = SIMD2<Int32>()
    unsafe spreadNearness.withUnsafeBufferPointer { spreadNearness in
      for column in rect.left..<rect.right {
        let tileIndex = tileBase + column / tile
        let isSecond = column & 1 == 1
        let at = base + column
        var cover: Int32 = 0
        var colour = SIMD4<Int32>()
        if unsafe spreadNearness[tileIndex] > 0 {
          let own = unsafe canvas.nearness[at]
          let near = unsafe own > 0 ? own : spreadNearness[tileIndex]
          let owner = unsafe own > 0 ? canvas.owner[at] & ~Canvas.shadowFlag : spreadOwners[tileIndex]
          let step = steps[Int(owner)]
          var way = way(SIMD2(Float(column) + 0.5, Float(row) + 0.5), near, step)
          let length = (way.x * way.x + way.y * way.y).squareRoot()
          if length > longest { way *= longest / length }
          colour = gather(canvas, column, row, way, min(length, longest))
          cover = colour.w
        }
        if cover > 0 {
          let rest = 256 - cover
          let luma = unsafe (colour.x + (Int32(planes.luma[at]) * rest) >> 8)
          unsafe planes.luma[at] = UInt8(truncatingIfNeeded: min(max(luma, 0), 255))
        }
        if isGrey { continue }
        let chromaAt = row * planes.chromaWidth + column / 2
        let backBlue = unsafe Int32(planes.blue[chromaAt]) - 128
        let backRed = unsafe Int32(planes.red[chromaAt]) - 128
        // Luma is in place at once; chroma when both pixels of the pair are known.
        chroma &+= SIMD2(colour.y &+ (backBlue * (256 - cover)) >> 8, colour.z &+ (backRed * (256 - cover)) >> 8)
        if isSecond {
          unsafe planes.blue[chromaAt] = UInt8(truncatingIfNeeded: min(max(chroma.x / 2 + 128, 0), 255))
          unsafe planes.red[chromaAt] = UInt8(truncatingIfNeeded: min(max(chroma.y / 2 + 128, 0), 255))
          chroma = SIMD2()
        }
      }
    }
  }

  /// The mean along the way, as many looks as it is pixels long; a resting edge is smoothed by its neighbours.
  @inline(__always)
  private func gather(_ canvas: Canvas, _ column: Int, _ row: Int, _ way: SIMD2<Float>, _ length: Float) -> SIMD4<Int32>
  {
    let width = canvas.width
    let height = canvas.height
    if length < 0.75 {
      let at = row * width + column
      let own = unsafe canvas.colour[at]
      guard column > 0, row > 0, column < width - 1, row < height - 1 else {
        return SIMD4<Int32>(truncatingIfNeeded: own)
      }
      let left = unsafe canvas.colour[at - 1]
      let right = unsafe canvas.colour[at + 1]
      let upper = unsafe canvas.colour[at - width]
      let lower = unsafe canvas.colour[at + width]
      if left.w &+ right.w &+ upper.w &+ lower.w == own.w &* 4 { return SIMD4<Int32>(truncatingIfNeeded: own) }
      let sum = left &+ right &+ upper &+ lower &+ (own &* 4)
      return SIMD4<Int32>(truncatingIfNeeded: sum &>> 3)
    }
    // Short ways need a look in every pixel that they touch; on long ones every second pixel is enough.
    let looks = min(min(Int32(length) + 3, Int32(length * 0.5) + 5), 40)
    let part = 1 / Float(looks)
    let start = SIMD2(Float(column) + 0.5, Float(row) + 0.5) - way * (0.5 - 0.5 * part)
    let last = start + way * (1 - part)
    let limit = SIMD2(Float(width) - 0.5, Float(height) - 0.5)
    let isInside =
      min(start.x, last.x) >= 0 && max(start.x, last.x) < limit.x && min(start.y, last.y) >= 0
      && max(start.y, last.y) < limit.y
    var sum = SIMD4<Int16>()
    if isInside {
      // Fixed point with sixteen bits of fraction; sixteen-bit sums hold 120 looks of at most 256.
      var x = Int32(start.x * 65536)
      var y = Int32(start.y * 65536)
      let stepX = Int32(way.x * part * 65536)
      let stepY = Int32(way.y * part * 65536)
      for _ in 0..<looks {
        unsafe sum &+= canvas.colour[Int(y >> 16) &* width &+ Int(x >> 16)]
        x &+= stepX
        y &+= stepY
      }
    } else {
      for look in 0..<looks {
        let at = start + way * (part * Float(look))
        let atX = Int(clamp(at.x, 0, limit.x))
        let atY = Int(clamp(at.y, 0, limit.y))
        unsafe sum &+= canvas.colour[atY * width + atX]
      }
    }
    let share = 65536 / looks
    return (SIMD4<Int32>(truncatingIfNeeded: sum) &* SIMD4<Int32>(repeating: share) &+ 32768) &>> 16
  }
}
