import Foundation

/// The USB device behind a node, as sysfs tells: what V4L2 itself does not say, and what tells two cameras of one model apart.
struct USBDevice: Equatable, Sendable {
  /// Its serial number; nil when the maker gave it none.
  let serial: String?
  /// "0c45:6366": vendor and product.
  let model: String

  /// Nil when the node is of no USB device, or is gone. `number` is "major:minor".
  init?(ofCharacterDevice number: String, sysfs: String = "/sys") {
    var folder = URL(fileURLWithPath: "\(sysfs)/dev/char/\(number)").resolvingSymlinksInPath()
    // The interface's folder lies in that of the device, which has the numbers.
    for _ in 0..<6 where folder.path != "/" {
      folder.deleteLastPathComponent()
      if let vendor = Self.text(folder, "idVendor"), let product = Self.text(folder, "idProduct") {
        model = "\(vendor):\(product)"
        serial = Self.text(folder, "serial")
        return
      }
    }
    return nil
  }

  private static func text(_ folder: URL, _ name: String) -> String? {
    guard let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) else { return nil }
    let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return trimmed.isEmpty ? nil : trimmed
  }
}
