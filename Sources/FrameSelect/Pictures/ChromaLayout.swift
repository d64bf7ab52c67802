import CameraIO

/// How a source's chroma lies under its luma, and from there to WebP's 4:2:0.
///
/// WebP's samples lie in the middle of their four pixels: libwebp makes them as the mean of four (`picture_csp_enc.c`) and its
/// decoder weighs the nearest four by 9, 3, 3, 1 (`upsampling.c`). So do JPEG's (JFIF 1.02, page 4) and those of V4L2's raw formats
/// ("Color Sample Location" of each format's page). Video puts them at the left pixel of its two (H.264, table E-4 and figure E-1;
/// BT.601): those are moved by half a pixel, three parts of the sample and one of the next.
struct ChromaLayout: Sendable, Equatable {
  /// Where samples of one kind lie.
  @unsafe struct Plane {
    let start: UnsafePointer<UInt8>
    let bytesPerLine: Int

    init(start: UnsafePointer<UInt8>, bytesPerLine: Int) {
      unsafe self.start = start
      unsafe self.bytesPerLine = bytesPerLine
    }

    /// The samples at `place` of a raw picture whose bytes begin at `bytes`.
    init(_ place: Place, of format: FrameFormat, _ bytes: UnsafePointer<UInt8>) {
      let plane = format.planes[place.plane]
      unsafe self.init(start: bytes + plane.offset + place.offset, bytesPerLine: plane.bytesPerLine)
    }
  }

  /// Where the first sample is: in which plane of the format, and how many bytes into it.
  struct Place: Sendable, Equatable {
    var plane = 0
    var offset = 0
  }

  /// Pixels of a row that share a sample: 1, 2 or 4.
  let across: Int
  /// Rows that share a sample: 1 or 2.
  let down: Int
  /// Bytes from one sample to the next.
  let step: Int
  /// The first Cb.
  let blue: Place
  /// The first Cr.
  let red: Place
  /// Where across a sample lies.
  let siting: FrameFormat.ChromaSiting

  /// Of a JPEG's planes; nil for one without colour.
  init?(_ subsampling: JPEGReader.Subsampling) {
    (step, siting) = (1, .middle)
    (blue, red) = (Place(plane: 1), Place(plane: 2))
    switch subsampling {
    case .none: (across, down) = (1, 1)
    case .horizontal: (across, down) = (2, 1)
    case .vertical: (across, down) = (1, 2)
    case .both: (across, down) = (2, 2)
    case .quarter: (across, down) = (4, 1)
    case .grey: return nil
    }
  }

  /// Of a raw format; nil for one without colour.
  init?(_ format: FrameFormat.PixelFormat, siting: FrameFormat.ChromaSiting = .middle) {
    self.siting = siting
    switch format {
    case .yuyv: (across, down, step, blue, red) = (2, 1, 4, Place(offset: 1), Place(offset: 3))
    case .uyvy: (across, down, step, blue, red) = (2, 1, 4, Place(offset: 0), Place(offset: 2))
    case .nv12: (across, down, step, blue, red) = (2, 2, 2, Place(plane: 1), Place(plane: 1, offset: 1))
    case .yuv420: (across, down, step, blue, red) = (2, 2, 1, Place(plane: 1), Place(plane: 2))
    case .yuv422: (across, down, step, blue, red) = (2, 1, 1, Place(plane: 1), Place(plane: 2))
    case .yuv444: (across, down, step, blue, red) = (1, 1, 1, Place(plane: 1), Place(plane: 2))
    case .mjpeg, .grey, .bggr8, .gbrg8, .grbg8, .rggb8, .h264: return nil
    }
  }

  /// Writes the limited-range 4:2:0 plane, `(width + 1) / 2` bytes a row, from a plane of this layout.
  ///
  /// The plane must hold `width` and `height` divided by `across` and `down` and rounded up.
  @unsafe func convert(
    _ plane: Plane, into target: UnsafeMutablePointer<UInt8>, width: Int, height: Int, range: FrameFormat.ColorRange
  ) {
    let count = (width + 1) / 2
    unsafe withUnsafeTemporaryAllocation(of: UInt16.self, capacity: count) { scratch in
      guard let sums = scratch.baseAddress else { return }
      for row in 0..<((height + 1) / 2) {
        let first = down == 2 ? row : 2 * row
        let second = down == 2 ? row : min(2 * row + 1, height - 1)
        let upper = unsafe plane.start + first * plane.bytesPerLine
        let lower = unsafe plane.start + second * plane.bytesPerLine
        switch across {
        case 2 where siting == .left: unsafe PlaneKernels.sumMoved(upper, lower, step: step, into: sums, count: count)
        case 1: unsafe PlaneKernels.sumWhole(upper, lower, width: width, into: sums)
        case 2: unsafe PlaneKernels.sumHalved(upper, lower, step: step, into: sums, count: count)
        default: unsafe PlaneKernels.sumQuartered(upper, lower, into: sums, count: count)
        }
        let line = unsafe target + row * count
        switch range {
        case .full: unsafe PlaneKernels.limitChroma(sums, into: line, count: count)
        case .limited: unsafe PlaneKernels.meanChroma(sums, into: line, count: count)
        }
      }
    }
  }
}
