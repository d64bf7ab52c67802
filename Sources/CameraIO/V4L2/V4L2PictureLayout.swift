/// How a picture lies in the driver's memory, and how it gets from there into the pool: once, without the driver's padding.
struct V4L2PictureLayout: Equatable {
  /// What the frame will be. Of compressed formats width and height are those that were agreed on.
  let format: FrameFormat
  /// Of a raw picture: its planes one by one, in the order of the pool's. Empty: compressed, as many bytes as came.
  private let sources: [Source]

  private struct Source: Equatable {
    /// Plane of the driver's memory.
    let memory: Int
    let offset: Int
    let bytesPerLine: Int
  }

  /// Nil when the driver's figures contradict each other (rows shorter than their picture, buffers smaller than it) or a Bayer picture has an odd side.
  init?(_ pixelFormat: FrameFormat.PixelFormat, _ given: V4L2Format) {
    guard (1...16_384).contains(given.size.width), (1...16_384).contains(given.size.height),
      let first = given.planes.first
    else { return nil }
    // A mosaic is made of cells of two by two; half a cell has no colour.
    if pixelFormat.mosaic != nil, given.size.width % 2 + given.size.height % 2 > 0 { return nil }
    // V4L2 takes grey pictures for limited range unless somebody says otherwise; cameras send them full.
    let range: FrameFormat.ColorRange =
      pixelFormat.isFullRangeByNature || (pixelFormat == .grey && !given.isLimitedStated) ? .full : given.range
    let matrix: FrameFormat.ColorMatrix = pixelFormat.isFullRangeByNature ? .bt601 : given.matrix
    format = FrameFormat(
      width: given.size.width, height: given.size.height, pixelFormat: pixelFormat, range: range, matrix: matrix)
    var sources: [Source] = []
    let planes = format.planes
    if given.planes.count > 1 {
      guard given.planes.count == planes.count else { return nil }
      for (index, plane) in given.planes.enumerated() {
        sources.append(
          Source(memory: index, offset: 0, bytesPerLine: max(plane.bytesPerLine, planes[index].rowBytes)))
      }
    } else {
      // In one plane of memory the chroma rows follow the luma rows, padded in proportion.
      var offset = 0
      let lumaLine = first.bytesPerLine == 0 ? (planes.first?.rowBytes ?? 0) : first.bytesPerLine
      for plane in planes {
        let isHalf = plane.rowBytes * 2 <= planes[0].rowBytes + 1 && plane != planes[0]
        let bytesPerLine = isHalf ? max((lumaLine + 1) / 2, plane.rowBytes) : lumaLine
        sources.append(Source(memory: 0, offset: offset, bytesPerLine: bytesPerLine))
        offset += bytesPerLine * plane.rows
      }
    }
    guard zip(sources, planes).allSatisfy({ $0.bytesPerLine >= $1.rowBytes }) else { return nil }
    self.sources = sources
    // A driver that states no sizes is judged by what it delivers.
    let sizes = given.planes.map(\.sizeImage)
    if sizes.allSatisfy({ $0 > 0 }), !isWhole(bytesUsed: sizes) { return nil }
  }

  /// Whether pictures are as long as they happen to be.
  var isCompressed: Bool { sources.isEmpty }

  /// Bytes that each plane of memory must hold for a whole picture; the last row need not be padded.
  func isWhole(bytesUsed: [Int]) -> Bool {
    zip(sources, format.planes).allSatisfy { source, plane in
      guard source.memory < bytesUsed.count, plane.rows > 0 else { return false }
      return source.offset + source.bytesPerLine * (plane.rows - 1) + plane.rowBytes <= bytesUsed[source.memory]
    }
  }

  /// Copies a whole raw picture; `memory` holds what the driver filled, plane by plane.
  func copy(_ memory: [MappedPlane], into destination: inout MutableRawSpan) {
    for (source, plane) in zip(sources, format.planes) {
      let from = memory[source.memory]
      if source.bytesPerLine == plane.bytesPerLine {
        let count = plane.bytesPerLine * (plane.rows - 1) + plane.rowBytes
        from.copy(count, from: source.offset, to: plane.offset, in: &destination)
        continue
      }
      for row in 0..<plane.rows {
        from.copy(
          plane.rowBytes, from: source.offset + row * source.bytesPerLine, to: plane.offset + row * plane.bytesPerLine,
          in: &destination)
      }
    }
  }
}

extension FrameFormat.PixelFormat {
  /// JPEG pictures and a sensor's own are full range whatever the driver says; luma and chroma of video are what it says.
  var isFullRangeByNature: Bool { self == .mjpeg || mosaic != nil }
}
