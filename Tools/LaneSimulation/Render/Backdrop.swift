/// The empty hall as one camera sees it: rendered once, reused for every picture.
///
/// Luma for every pixel, chroma for every second one in a row (4:2:2), full range.
struct Backdrop: Sendable {
  let luma: [UInt8]
  let blue: [UInt8]
  let red: [UInt8]

  init(camera: PinholeCamera, vignette: Vignette, look: HallLook, seed: UInt64) {
    let hall = Hall(seed: seed, grain: 1 / camera.focal, look: look)
    let width = camera.width
    let height = camera.height
    let half = (width + 1) / 2
    var luma = [UInt8](repeating: 0, count: width * height)
    var blue = [UInt8](repeating: 128, count: half * height)
    var red = [UInt8](repeating: 128, count: half * height)
    let looks = Self.looks(width: width)
    for row in 0..<height {
      var chroma = SIMD2<Float>()
      for column in 0..<width {
        var sum = SIMD3<Float>()
        for look in looks {
          let ray = camera.ray(SIMD2(Float(column), Float(row)) + look)
          let colour = hall.colour(from: camera.origin, along: ray)
          sum += SIMD3(min(colour.luma, 255), colour.blue, colour.red)
        }
        sum *= (vignette.rows[row] - vignette.columns[column]) / Float(looks.count)
        luma[row * width + column] = UInt8(clamp(sum.x + 0.5, 0, 255))
        chroma += SIMD2(sum.y, sum.z)
        if column % 2 == 1 || column == width - 1 {
          let count: Float = column % 2 == 1 ? 2 : 1
          blue[row * half + column / 2] = UInt8(clamp(chroma.x / count + 128.5, 0, 255))
          red[row * half + column / 2] = UInt8(clamp(chroma.y / count + 128.5, 0, 255))
          chroma = SIMD2()
        }
      }
    }
    self.luma = luma
    self.blue = blue
    self.red = red
  }
}

extension Backdrop {
  /// Where in a pixel it is looked: two looks on a slant, so that lines neither step nor shimmer; more where a pixel stands
  /// for many of a sensor's.
  static func looks(width: Int) -> [SIMD2<Float>] {
    if width > 800 { return [SIMD2(0.25, 0.3), SIMD2(0.75, 0.7)] }
    let side = width > 400 ? 3 : 4
    return (0..<side * side).map { index in
      (SIMD2(Float(index % side), Float(index / side)) + 0.5) / Float(side)
    }
  }
}
