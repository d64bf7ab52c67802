/// How the configuration names a camera's device: by something that stays the same when cables and numbers change.
public enum DeviceBinding: Hashable, Sendable, CustomStringConvertible {
  /// A path: `/dev/v4l/by-path/…` (the port), `/dev/v4l/by-id/…` (the camera), a udev link of the site's own.
  case path(String)
  /// `bus:usb-0000:00:14.0-1.2`, V4L2's bus info: the port.
  case bus(String)
  /// `serial:0001`, the USB device's serial number: the camera.
  case serial(String)

  /// As it is written in the configuration.
  public var description: String {
    switch self {
    case .path(let path): path
    case .bus(let info): "bus:\(info)"
    case .serial(let serial): "serial:\(serial)"
    }
  }

  /// Whether it is a bare `/dev/videoN`, which names another camera after the next reboot.
  public var isByNumber: Bool {
    guard case .path(let path) = self, path.hasPrefix("/dev/video") else { return false }
    let number = path.dropFirst("/dev/video".count)
    return !number.isEmpty && number.allSatisfy(\.isNumber)
  }
}
