/// What a camera is asked for.
public struct V4L2Wish: Equatable, Sendable {
  /// In which format its pictures are wanted.
  public var pixelFormat: FrameFormat.PixelFormat
  /// Pixels of a row.
  public var width: Int
  /// Rows.
  public var height: Int
  /// Frames a second.
  public var rate: Double
  /// Controls by the kernel's names; what is not named stays as it is.
  public var controls: [String: Int64]
  /// Whether H.264 stays as it comes, to be recorded; otherwise its pictures are decoded in order.
  public var keepsCoded: Bool

  /// A wish.
  public init(
    pixelFormat: FrameFormat.PixelFormat, width: Int, height: Int, rate: Double, controls: [String: Int64] = [:],
    keepsCoded: Bool = false
  ) {
    self.pixelFormat = pixelFormat
    self.width = width
    self.height = height
    self.rate = rate
    self.controls = controls
    self.keepsCoded = keepsCoded
  }
}

/// What the driver really gave, which may be something else than was asked for.
public struct V4L2Grant: Equatable, Sendable {
  /// The format of the frames.
  public let format: FrameFormat
  /// Frames a second; nil when the driver does not say.
  public let rate: Double?
  /// Buffers that the driver fills.
  public let buffers: Int
  /// What differs from the wish, one line each, for people.
  public let deviations: [String]
}
