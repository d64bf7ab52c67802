import CameraIO

extension Configuration {
  /// One camera: where it sits, where its frames come from, and how it is set up.
  struct Camera: Sendable, Equatable {
    /// Where it sits; one camera each.
    var position: CameraPosition
    /// Where its frames come from.
    var source: CameraSource
    /// The only serial number that the device may have; nil: whatever is there when the daemon starts.
    var serial: String?
    /// What the device is asked for; a recording has its own.
    var format: FrameFormat.PixelFormat = .mjpeg
    /// What the device is asked for; a recording has its own.
    var size = PictureSize(width: 1920, height: 1200)
    /// Frames a second that the device is asked for; a recording has its own.
    var rate: Double = 30
    /// Which lens of the capture set it has: `lens0`; nil: unknown, so nothing is computed from lens data.
    var lens: String?
    /// Outside of it nothing counts; nil: the whole picture.
    var zone: Polygon?
    /// Whether licence plates are looked for in its pictures; nil: where it sits decides, see `PlatePlan`.
    var plates: Bool?
    /// The kernel's controls by the kernel's names; what is not named stays as it is.
    var controls: [String: Int64] = [:]
    /// What happens at the end of a recording; `once` for a device, which has no end.
    var playback: Playback = .once
    /// Which way a vehicle that drives forward through the lane moves in the picture; nil: found out, or unknown.
    var forward: Forward?

    /// Whether its frames come from a device, and not from a recording.
    var isDevice: Bool {
      if case .device = source { return true }
      return false
    }
  }

  /// Where a camera's frames come from.
  enum CameraSource: Sendable, Equatable {
    /// A V4L2 device.
    case device(DeviceBinding)
    /// A recording folder or video file, by absolute path.
    case recording(String)
  }

  /// What happens at the end of a recording.
  enum Playback: String, Sendable, Equatable, CaseIterable {
    /// The camera has nothing more to say.
    case once
    /// It begins again.
    case loop
  }

  /// A direction in the picture.
  enum Forward: String, Sendable, Equatable, CaseIterable {
    case right, left, down, up
  }
}

/// Width and height of a picture in pixels: `1920x1200`.
struct PictureSize: Sendable, Equatable, CustomStringConvertible {
  var width: Int
  var height: Int

  var description: String { "\(width)x\(height)" }
}

/// A polygon in pixels of the full frame, origin top left; the last point joins the first.
struct Polygon: Sendable, Equatable {
  /// At least three.
  var points: [ZonePoint]
}

/// An address and port to listen on: `127.0.0.1:8080`, `[::1]:8080`.
struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
  /// A numeric address, IPv6 without brackets.
  var host: String
  /// 0: any free port.
  var port: UInt16

  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
