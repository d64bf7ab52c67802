import Glibc

/// Format, size and rate: asks the driver, reads back what it made of that, and says where it differs.
///
/// V4L2 drivers do not refuse a format or size that they lack, they give another one. A size that is near is taken and told;
/// a pixel format that nobody here can read is refused with the list of what the camera has.
struct V4L2Negotiation: Equatable {
  /// The format as the driver gave it.
  let driverFormat: V4L2Format
  /// How the pictures lie in its memory.
  let layout: V4L2PictureLayout
  /// Frames a second as the driver says; nil when it does not.
  let rate: Double?
  let isMultiPlanar: Bool
  let deviations: [String]

  /// A rate that differs by less is the same: 29.97 is 30.
  static let rateTolerance = 0.02

  init(_ node: any V4L2Node, _ facts: V4L2NodeFacts, _ wish: V4L2Wish, subject: String) throws(CameraError) {
    guard facts.isCapture || facts.isMultiPlanarCapture else {
      throw CameraError(
        .unreadable, subject, "\(facts.card) is no camera: it does not capture; name the camera's first node")
    }
    guard facts.isStreaming else {
      throw CameraError(.unreadable, subject, "\(facts.card) cannot stream into buffers; it is no camera for this")
    }
    let isMultiPlanar = !facts.isCapture
    let offered = node.formats(isMultiPlanar: isMultiPlanar)
    let wanted = V4L2PixelFormat.names(of: wish.pixelFormat)
    // A driver that lists nothing is asked for the usual name and judged by its answer.
    let asked = wanted.first { offered.contains($0) } ?? wanted[0]
    let size = V4L2Size(width: wish.width, height: wish.height)
    let given: V4L2Format
    do throws(V4L2Failure) {
      given = try node.setFormat(asked, size, isMultiPlanar: isMultiPlanar)
    } catch {
      throw Self.refused(error, asked, size, Self.offer(node, offered), subject)
    }
    guard let pixelFormat = V4L2PixelFormat.pixelFormat(of: given.fourCC) else {
      throw CameraError(
        .unreadable, subject,
        "gives \(given.fourCC), which cannot be read, in place of \(asked); it offers \(Self.offer(node, offered))")
    }
    guard let layout = V4L2PictureLayout(pixelFormat, given) else {
      throw CameraError(
        .unreadable, subject,
        "its \(given.fourCC) pictures of \(given.size) do not fit their own buffers, or are Bayer pictures with an odd side; ask for another size"
      )
    }
    var deviations: [String] = []
    if pixelFormat != wish.pixelFormat {
      deviations.append(
        "gives \(given.fourCC) in place of \(wish.pixelFormat.rawValue); it offers \(Self.offer(node, offered))")
    }
    if given.size != size {
      let sizes = node.sizes(of: given.fourCC).map(\.description).joined(separator: ", ")
      deviations.append(
        "gives \(given.size) in place of \(size)\(sizes.isEmpty ? "" : "; its sizes in \(given.fourCC) are \(sizes)")")
    }
    rate = try? node.setRate(wish.rate, isMultiPlanar: isMultiPlanar)
    if let rate, abs(rate - wish.rate) > wish.rate * Self.rateTolerance {
      deviations.append("promises \(Self.text(rate)) frames/s in place of \(Self.text(wish.rate))")
    }
    driverFormat = given
    self.layout = layout
    self.isMultiPlanar = isMultiPlanar
    self.deviations = deviations
  }

  private static func refused(
    _ failure: V4L2Failure, _ asked: FourCC, _ size: V4L2Size, _ offer: String, _ subject: String
  ) -> CameraError {
    switch failure.code {
    case EBUSY: return .busy(subject)
    case _ where failure.meansGone: return CameraError(.notFound, subject, "went away while it was set up")
    default:
      return CameraError(
        .unreadable, subject, "refuses \(asked) \(size) (\(failure.reason)); it offers \(offer)")
    }
  }

  /// "MJPG 1920x1200 1280x720, YUYV 640x480", short enough for one line.
  private static func offer(_ node: any V4L2Node, _ formats: [FourCC]) -> String {
    guard !formats.isEmpty else { return "nothing it would name" }
    let readable = formats.filter { V4L2PixelFormat.pixelFormat(of: $0) != nil }
    let shown = readable.prefix(6).map { format in
      let sizes = node.sizes(of: format).prefix(4).map(\.description).joined(separator: " ")
      return sizes.isEmpty ? format.description : "\(format) \(sizes)"
    }
    let others = formats.count - shown.count
    if shown.isEmpty { return "only \(formats.prefix(8).map(\.description).joined(separator: ", "))" }
    return shown.joined(separator: ", ") + (others > 0 ? " and \(others) more" : "")
  }

  /// With one decimal where that says more.
  static func text(_ rate: Double) -> String {
    let tenths = (rate * 10).rounded()
    return tenths.truncatingRemainder(dividingBy: 10) == 0 ? String(Int(tenths / 10)) : String(tenths / 10)
  }
}

extension CameraError {
  /// Somebody else streams from it.
  static func busy(_ subject: String) -> CameraError {
    CameraError(
      .busy, subject,
      "is in use by another program, or named twice in the configuration; while capture-daemon runs, the cameras are its own"
    )
  }
}
