import CameraIO

extension LensData {
  /// Focal length in pixels of a picture `width` pixels wide.
  func focalPixels(width: Int) -> Double { focalLength / sensorSize * Double(width) }
}

/// One camera of the rig: where it stands, where it looks, and the arithmetic from metres to pixels.
///
/// Camera coordinates: x to the right, y down, z into the picture, metres. Pixels: origin top left, centres at .5.
struct PinholeCamera: Sendable {
  let position: CameraPosition
  let lens: String
  let width: Int
  let height: Int
  /// In the lane's coordinates.
  let origin: SIMD3<Float>
  let right: SIMD3<Float>
  let down: SIMD3<Float>
  let forward: SIMD3<Float>
  let focal: Float
  /// Outside of this polygon (pixels) nothing counts.
  let zone: [SIMD2<Float>]

  var centre: SIMD2<Float> { SIMD2(Float(width) / 2, Float(height) / 2) }

  init(mount: CameraRig.Mount, lens: LensData, width: Int, height: Int) {
    position = mount.position
    self.lens = mount.lens
    self.width = width
    self.height = height
    origin = mount.origin
    forward = normalised(mount.target - mount.origin)
    right = normalised(cross(forward, SIMD3(0, 0, 1)))
    down = cross(forward, right)
    focal = Float(lens.focalPixels(width: width))
    zone = mount.zone.map { SIMD2($0.x * Float(width - 1), $0.y * Float(height - 1)) }
  }

  /// A direction or a difference of places, turned into camera coordinates.
  func turned(_ vector: SIMD3<Float>) -> SIMD3<Float> {
    SIMD3(dot(vector, right), dot(vector, down), dot(vector, forward))
  }

  /// The ray through a pixel with depth 1, in the lane's coordinates.
  func ray(_ pixel: SIMD2<Float>) -> SIMD3<Float> {
    let offset = (pixel - centre) / focal
    return forward + right * offset.x + down * offset.y
  }

  /// Where a place is seen; nil behind the lens.
  func pixel(of place: SIMD3<Float>) -> SIMD2<Float>? {
    let seen = turned(place - origin)
    guard seen.z > 0.01 else { return nil }
    return centre + SIMD2(seen.x, seen.y) * (focal / seen.z)
  }

  /// How something at the height of a wheel in the lane's middle moves in the picture when it drives: to the right, down.
  var forwardInPicture: SIMD2<Double> {
    let middle = origin + forward * (abs(forward.x) > 0.5 ? 2.2 : (origin.y / -forward.y))
    guard let from = pixel(of: middle - SIMD3(0.2, 0, 0)), let to = pixel(of: middle + SIMD3(0.2, 0, 0)) else {
      return SIMD2(1, 0)
    }
    return SIMD2(Double(to.x - from.x), Double(to.y - from.y))
  }

  func contains(_ pixel: SIMD2<Float>) -> Bool {
    pixel.x >= 0 && pixel.y >= 0 && pixel.x < Float(width) && pixel.y < Float(height)
  }
}

@inline(__always) func dot(_ one: SIMD3<Float>, _ other: SIMD3<Float>) -> Float {
  one.x * other.x + one.y * other.y + one.z * other.z
}

@inline(__always) func cross(_ one: SIMD3<Float>, _ other: SIMD3<Float>) -> SIMD3<Float> {
  SIMD3(
    one.y * other.z - one.z * other.y, one.z * other.x - one.x * other.z, one.x * other.y - one.y * other.x)
}

@inline(__always) func normalised(_ vector: SIMD3<Float>) -> SIMD3<Float> {
  vector / max(dot(vector, vector).squareRoot(), 1e-9)
}

@inline(__always) func clamp(_ value: Float, _ low: Float, _ high: Float) -> Float { min(max(value, low), high) }

/// 0 below `low`, 1 above `high`, smooth between.
@inline(__always) func smoothstep(_ low: Float, _ high: Float, _ value: Float) -> Float {
  let part = clamp((value - low) / (high - low), 0, 1)
  return part * part * (3 - 2 * part)
}

@inline(__always) func mix(_ one: Float, _ other: Float, _ part: Float) -> Float { one + (other - one) * part }
