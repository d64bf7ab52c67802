/// The paths of the cloud. Most were reconstructed, so they stand in this one place; ids become single path elements
/// whatever they hold.
enum CloudPaths {
  static let captureUnits = "/captureUnits"
  static let captureSets = "/captureSets"
  static let cars = "/cars"
  static let imageSets = "/imageSets"
  static let images = "/images"

  static func captureUnit(_ id: String) -> String { captureUnits + "/" + HTTPAddress.encoded(id) }
  static func captureSet(_ id: String) -> String { captureSets + "/" + HTTPAddress.encoded(id) }
  static func tenant(_ id: String) -> String { "/auth/tenants/" + HTTPAddress.encoded(id) }
  static func imageSet(_ id: String) -> String { imageSets + "/" + HTTPAddress.encoded(id) }
}
