/// Which of V4L2's formats are which of the pool's.
enum V4L2PixelFormat {
  /// The driver's names for a format, the usual one first; the others have a plane of memory for each plane of picture.
  static func names(of format: FrameFormat.PixelFormat) -> [FourCC] {
    let names: [String] =
      switch format {
      case .mjpeg: ["MJPG", "JPEG"]
      case .nv12: ["NV12", "NM12"]
      case .yuv420: ["YU12", "YM12"]
      case .yuv422: ["422P", "YM16"]
      case .yuv444: ["YM24"]
      default: [format.rawValue]
      }
    return names.map(FourCC.init)
  }

  /// The pool's format of a driver's; nil when nobody here can read it.
  static func pixelFormat(of fourCC: FourCC) -> FrameFormat.PixelFormat? {
    FrameFormat.PixelFormat.allCases.first { names(of: $0).contains(fourCC) }
  }
}
