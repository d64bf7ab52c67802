/// Wind or a passing lorry that shakes the mast: the picture swings and comes to rest.
struct Gusts: PictureEffect {
  struct Gust: Sendable, Equatable {
    var at: Double
    /// Pixels of a picture 1920 pixels wide.
    var strength: Double
  }

  var gusts: [Gust]
  /// Swings a second, and seconds until a third is left.
  var frequency: Double
  var rest: Double

  /// Right and down, in pixels of a picture 1920 pixels wide.
  func offset(at time: Double, camera: Int) -> SIMD2<Double> {
    var sum = SIMD2<Double>()
    for gust in gusts where time > gust.at && time < gust.at + 6 * rest {
      let elapsed = time - gust.at
      let swing = gust.strength * Double(exponential(Float(-elapsed / rest)))
      let angle = 2 * Double.pi * frequency * elapsed
      sum.x += swing * Double(sine(Float(angle)))
      sum.y += 0.6 * swing * Double(sine(Float(angle * 1.27 + Double(camera))))
    }
    return sum
  }

  func painter(_ view: EffectView) -> any EffectPainter { Painter(effect: self, view: view) }

  private final class Painter: EffectPainter {
    let effect: Gusts
    let scale: Double
    let camera: Int
    var scratch: [UInt8] = []

    init(effect: Gusts, view: EffectView) {
      self.effect = effect
      scale = Double(view.scale)
      camera = view.camera.position.rawValue.utf8.reduce(0) { $0 + Int($1) } % 7
    }

    func paint(_ planes: FramePlanes, _ canvas: Canvas, at time: Double) {
      let offset = effect.offset(at: time, camera: camera) * scale
      guard max(abs(offset.x), abs(offset.y)) > 0.02 else { return }
      unsafe move(planes.luma, planes.width, planes.height, offset)
      unsafe move(planes.blue, planes.chromaWidth, planes.height, SIMD2(offset.x / 2, offset.y))
      unsafe move(planes.red, planes.chromaWidth, planes.height, SIMD2(offset.x / 2, offset.y))
    }

    private func move(_ plane: UnsafeMutablePointer<UInt8>, _ width: Int, _ height: Int, _ offset: SIMD2<Double>) {
      guard width > 0 else { return }
      scratch = unsafe Array(UnsafeBufferPointer(start: plane, count: width * height))
      let left = (-offset.x).rounded(.down)
      let up = (-offset.y).rounded(.down)
      let across = Int32((-offset.x - left) * 256)
      let down = Int32((-offset.y - up) * 256)
      unsafe scratch.withUnsafeBufferPointer { source in
        for row in 0..<height {
          let upper = min(max(row + Int(up), 0), height - 1) * width
          let lower = min(max(row + Int(up) + 1, 0), height - 1) * width
          for column in 0..<width {
            let one = min(max(column + Int(left), 0), width - 1)
            let next = min(max(column + Int(left) + 1, 0), width - 1)
            let high = unsafe Int32(source[upper + one]) * (256 - across) + Int32(source[upper + next]) * across
            let low = unsafe Int32(source[lower + one]) * (256 - across) + Int32(source[lower + next]) * across
            unsafe plane[row * width + column] = UInt8(truncatingIfNeeded: (high * (256 - down) + low * down) >> 16)
          }
        }
      }
    }
  }
}
