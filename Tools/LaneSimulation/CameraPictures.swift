import CameraIO

/// One camera's pictures of a scenario as the camera sends them, in any order, without files: what benchmarks measure with.
///
/// Owned by one thread.
package final class CameraPictures {
  package let width: Int
  package let height: Int
  private let renderer: CameraRenderer
  private let encoder: JPEGEncoder

  /// `quality` is that of the camera's JPEGs, 1 to 100.
  package init(
    _ scenario: Scenario, seed: UInt64, camera: CameraPosition, width: Int, height: Int, rate: Double, quality: Int
  ) throws {
    self.width = width
    self.height = height
    renderer = CameraRenderer(
      camera: CameraRig.camera(camera, width: width, height: height), scenario: scenario,
      meshes: Fleet(of: scenario, seed: seed, pictureWidth: width), seed: seed, style: .init(rate: rate))
    encoder = try JPEGEncoder(width: width, height: height, quality: quality)
  }

  /// The picture as a JPEG, 4:2:2, full range.
  package func jpeg(frame: Int) throws -> [UInt8] {
    _ = renderer.render(frame: frame)
    var bytes: [UInt8] = []
    try encoder.encode(renderer.planes) { picture in
      bytes = unsafe picture.withUnsafeBytes { unsafe [UInt8]($0) }
    }
    return bytes
  }

  /// The picture as it is when the camera does not compress: Y0 Cb Y1 Cr.
  package func yuyv(frame: Int) -> [UInt8] {
    _ = renderer.render(frame: frame)
    let planes = renderer.planes
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * planes.chromaWidth * height)
    for row in 0..<height {
      for pair in 0..<planes.chromaWidth {
        let (left, chroma) = (row * width + 2 * pair, row * planes.chromaWidth + pair)
        bytes.append(unsafe planes.luma[left])
        bytes.append(unsafe planes.blue[chroma])
        bytes.append(unsafe planes.luma[min(left + 1, row * width + width - 1)])
        bytes.append(unsafe planes.red[chroma])
      }
    }
    return bytes
  }

  /// The picture in grey at an eighth of the size, as the trigger sees it.
  package func smallGrey(frame: Int) -> [UInt8] {
    _ = renderer.render(frame: frame)
    let planes = renderer.planes
    var bytes: [UInt8] = []
    for row in 0..<(height / 8) {
      for column in 0..<(width / 8) {
        var sum = 32
        for y in 0..<8 {
          for x in 0..<8 { unsafe sum += Int(planes.luma[(8 * row + y) * width + 8 * column + x]) }
        }
        bytes.append(UInt8(sum / 64))
      }
    }
    return bytes
  }
}
