import CAVFormat

/// libav's codes and names as text for people, and paths as libav wants them.
enum AVFormatText {
  /// What an AVERROR code means: "Invalid data found when processing input".
  static func error(_ code: CInt) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let start = buffer.baseAddress else { return "error \(code)" }
      unsafe start.initialize(repeating: 0, count: buffer.count)
      unsafe cav_error_text(code, start, CInt(buffer.count))
      return unsafe String(cString: start)
    }
  }

  /// The path as a URL of libav: with its protocol, so that a colon in a file name never becomes one.
  static func url(_ path: String) -> String { "file:" + path }

  /// libav's name of a codec: "h264".
  static func codec(_ codec: CInt) -> String { unsafe String(cString: cav_codec_name(codec)) }

  /// libav's name of a pixel format: "yuv420p10le".
  static func pixels(_ format: CInt) -> String { unsafe String(cString: cav_pixels_name(format)) }
}
