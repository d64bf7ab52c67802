import Foundation

/// The bodies of the requests: only the listed members, never null, never empty.
enum CloudBodies {
  static func creation(of new: NewImageSet) -> Data {
    struct Body: Encodable {
      let tenantId: String
      let deviceSetId: String
      /// A STRING of digits at creation, a number everywhere else.
      let recDate: String
      let registrationNo: String?
      let countryCode: String?
      let vin: String?
    }
    return encoded(
      Body(
        tenantId: new.tenantId, deviceSetId: new.deviceSetId, recDate: String(new.recDate),
        registrationNo: new.plate?.registrationNo, countryCode: new.plate?.countryCode, vin: new.vin))
  }

  static func announcement(of new: NewImage) -> Data {
    struct Size: Encodable {
      let width: Int
      let height: Int
    }
    struct Body: Encodable {
      let parentType = "imagesets"
      let imageSetId: String
      let camera: String
      let fileName: String
      let size: Size
      let contentLength: Int
    }
    return encoded(
      Body(
        imageSetId: new.imageSetId, camera: new.camera, fileName: new.fileName,
        size: Size(width: new.width, height: new.height), contentLength: new.byteCount))
  }

  private static func encoded(_ body: some Encodable) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return try encoder.encode(body)
    } catch {
      // Strings and integers always encode.
      preconditionFailure("a request body does not encode: \(error)")
    }
  }
}
