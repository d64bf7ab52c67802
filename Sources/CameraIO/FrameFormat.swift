/// How the bytes of a frame are to be read: size, pixel format, range and matrix.
///
/// Raw pictures lie in the pool plane after plane without padding between planes; `planes` says where.
public struct FrameFormat: Hashable, Sendable {
  /// The pixel formats that enter the pool, by their usual FourCC names.
  public enum PixelFormat: String, Hashable, Sendable, CaseIterable {
    /// A JPEG picture as the camera made it.
    case mjpeg = "MJPG"
    /// Packed 4:2:2, Y0 Cb Y1 Cr.
    case yuyv = "YUYV"
    /// Packed 4:2:2, Cb Y0 Cr Y1.
    case uyvy = "UYVY"
    /// 4:2:0, luma plane, then interleaved Cb Cr.
    case nv12 = "NV12"
    /// Planar 4:2:0: Y, Cb, Cr.
    case yuv420 = "YU12"
    /// Planar 4:2:2: Y, Cb, Cr.
    case yuv422 = "422P"
    /// Planar 4:4:4: Y, Cb, Cr.
    case yuv444 = "444P"
    /// Luma alone.
    case grey = "GREY"
    /// One colour a pixel, as the sensor has them: B G in even rows, G R in odd ones.
    case bggr8 = "BA81"
    /// One colour a pixel: G B, then R G.
    case gbrg8 = "GBRG"
    /// One colour a pixel: G R, then B G.
    case grbg8 = "GRBG"
    /// One colour a pixel: R G, then G B.
    case rggb8 = "RGGB"
    /// One access unit of an H.264 stream, Annex B. Recorded as it is; never in the lane, because it does not stand alone.
    case h264 = "H264"

    /// Whether the bytes are compressed: every frame has its own number of them, and no planes.
    public var isCoded: Bool { self == .mjpeg || self == .h264 }

    /// The colours of the first two pixels of the first two rows, row after row; nil when every pixel has all colours.
    public var mosaic: [MosaicColor]? {
      switch self {
      case .bggr8: [.blue, .green, .green, .red]
      case .gbrg8: [.green, .blue, .red, .green]
      case .grbg8: [.green, .red, .blue, .green]
      case .rggb8: [.red, .green, .green, .blue]
      case .mjpeg, .yuyv, .uyvy, .nv12, .yuv420, .yuv422, .yuv444, .grey, .h264: nil
      }
    }
  }

  /// What one pixel of a Bayer sensor sees.
  public enum MosaicColor: Hashable, Sendable { case red, green, blue }

  /// Which values stand for black and white: 0...255 (`full`, JPEG cameras) or 16...235 (`limited`, video).
  public enum ColorRange: String, Hashable, Sendable { case full, limited }

  /// Which matrix made luma and chroma: BT.601 (JPEG, most USB cameras) or BT.709 (high-definition video).
  public enum ColorMatrix: String, Hashable, Sendable { case bt601, bt709 }

  /// Where across two pixels the chroma sample that they share lies: in the middle (JPEG, V4L2's raw formats) or at the left one
  /// (video: H.264 unless it says otherwise, BT.601).
  public enum ChromaSiting: String, Hashable, Sendable { case middle, left }

  /// One plane of a raw picture.
  public struct Plane: Hashable, Sendable {
    /// First byte of the plane in the frame's bytes.
    public let offset: Int
    /// Bytes from one row to the next.
    public let bytesPerLine: Int
    /// Bytes of a row that carry picture.
    public let rowBytes: Int
    /// Rows.
    public let rows: Int
  }

  /// Pixels of a row.
  public let width: Int
  /// Rows of the picture.
  public let height: Int
  /// What the bytes are.
  public let pixelFormat: PixelFormat
  /// Full or limited range.
  public let range: ColorRange
  /// The matrix behind luma and chroma.
  public let matrix: ColorMatrix
  /// Where chroma lies.
  public let siting: ChromaSiting

  /// A format. A JPEG is full range BT.601 by definition (JFIF), and so are the defaults. Bayer pictures are full range RGB
  /// and have no matrix yet: the defaults are theirs.
  public init(
    width: Int, height: Int, pixelFormat: PixelFormat, range: ColorRange = .full, matrix: ColorMatrix = .bt601,
    siting: ChromaSiting = .middle
  ) {
    self.width = width
    self.height = height
    self.pixelFormat = pixelFormat
    self.range = range
    self.matrix = matrix
    self.siting = siting
  }

  /// Where the planes of a raw picture lie; empty for what is coded, whose size is in its own header.
  public var planes: [Plane] {
    let halfWidth = (width + 1) / 2
    let halfHeight = (height + 1) / 2
    let shapes: [(rowBytes: Int, rows: Int)]
    switch pixelFormat {
    case .mjpeg, .h264: shapes = []
    case .yuyv, .uyvy: shapes = [(halfWidth * 4, height)]
    case .nv12: shapes = [(width, height), (halfWidth * 2, halfHeight)]
    case .yuv420: shapes = [(width, height), (halfWidth, halfHeight), (halfWidth, halfHeight)]
    case .yuv422: shapes = [(width, height), (halfWidth, height), (halfWidth, height)]
    case .yuv444: shapes = [(width, height), (width, height), (width, height)]
    case .grey, .bggr8, .gbrg8, .grbg8, .rggb8: shapes = [(width, height)]
    }
    var offset = 0
    return shapes.map { shape in
      defer { offset += shape.rowBytes * shape.rows }
      return Plane(offset: offset, bytesPerLine: shape.rowBytes, rowBytes: shape.rowBytes, rows: shape.rows)
    }
  }

  /// Bytes of a raw picture; nil for what is coded, where every frame has its own.
  public var byteCount: Int? {
    pixelFormat.isCoded ? nil : planes.reduce(0) { $0 + $1.bytesPerLine * $1.rows }
  }
}
