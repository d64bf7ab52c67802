/// Which camera it is, as far as the device tells: its model, and its serial number if it has one.
public struct CameraIdentity: Equatable, Sendable, CustomStringConvertible {
  /// The driver's name of the model: "Simulated Camera".
  public let card: String
  /// "0c45:6366", vendor and product of the USB device; nil when it is none.
  public let usbModel: String?
  /// Serial number of the USB device; nil when it has none: such cameras are told apart by where they hang.
  public let serial: String?
  /// Where it hangs, V4L2's bus info: "usb-0000:00:14.0-1.2".
  public let busInfo: String

  /// An identity.
  public init(card: String, usbModel: String? = nil, serial: String? = nil, busInfo: String) {
    self.card = card
    self.usbModel = usbModel
    self.serial = serial
    self.busInfo = busInfo
  }

  init(_ facts: V4L2NodeFacts) {
    self.init(card: facts.card, usbModel: facts.usbModel, serial: facts.serial, busInfo: facts.busInfo)
  }

  /// Whether `other` can be the same camera, wherever it hangs now.
  public func isSame(as other: CameraIdentity) -> Bool {
    card == other.card && usbModel == other.usbModel && serial == other.serial
  }

  /// "Simulated Camera (serial 0001) at usb-0000:00:14.0-1.2".
  public var description: String {
    let number = serial.map { "serial \($0)" } ?? "without a serial number"
    return "\(card) (\(number)) at \(busInfo)"
  }
}

extension CameraError {
  /// The configuration names a serial number, and the device has another one.
  static func wrongSerial(_ subject: String, found: CameraIdentity, expected: String) -> CameraError {
    CameraError(
      .refused, subject,
      "another camera is there: \(found); serial \(expected) is expected: plug that one in, or change cameras[].serial")
  }
}
