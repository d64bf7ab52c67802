/// The answers of the cloud: which members are wanted, which may be missing. Unknown members are ignored, null is missing.
enum CloudAnswers {
  /// The answer lacks what the contract promises.
  struct Fault: Error, Equatable {
    let reason: String
  }

  static func id(_ json: JSONValue?, _ what: String) throws(Fault) -> String {
    guard let text = json?.string else { throw Fault(reason: "lacks the \(what)") }
    guard CloudID.isValid(text) else { throw Fault(reason: "has an impossible \(what)") }
    return text
  }

  /// An id that may be missing, and that is as good as missing when it is none.
  static func optionalID(_ json: JSONValue?) -> String? {
    json?.string.flatMap { CloudID.isValid($0) ? $0 : nil }
  }

  static func items(_ data: JSONValue?) throws(Fault) -> [JSONValue] {
    guard let items = data?["items"]?.items else { throw Fault(reason: "lacks data.items") }
    return items
  }

  static func captureUnit(_ json: JSONValue) throws(Fault) -> CaptureUnit {
    CaptureUnit(
      id: try id(json["id"], "id of the capture unit"), captureSetId: optionalID(json["captureSetId"]),
      relatedUnit: optionalID(json["relatedUnit"]),
      tenants: (json["tenants"]?.items ?? []).compactMap { item in
        optionalID(item["id"]).map { TenantReference(id: $0, name: item["name"]?.string) }
      },
      defaultTenant: optionalID(json["defaultTenant"]))
  }

  static func captureSet(_ json: JSONValue) throws(Fault) -> CaptureSet {
    var lenses: [String: CaptureSet.Lens] = [:]
    for member in json["lenses"]?.members ?? [] where member.value.members != nil {
      lenses[member.name] = CaptureSet.Lens(
        focalLength: member.value["focalLength"]?.double, sensorResolution: member.value["sensorResolution"]?.double,
        sensorSize: member.value["sensorSize"]?.double)
    }
    return CaptureSet(
      id: try id(json["id"], "id of the capture set"),
      units: (json["captureUnits"]?.items ?? []).compactMap { item in
        optionalID(item["unitId"]).map { CaptureSet.Member(unitId: $0, side: item["side"]?.string) }
      },
      camerasCount: json["camerasCount"]?.integer, lenses: lenses,
      minLicensePlateArea: json["minLicensePlateArea"]?.integer, countryCode: json["countryCode"]?.string,
      label: json["label"]?.string, location: json["location"]?.string, name: json["name"]?.string,
      modifiedAt: json["modifiedAt"]?.integer)
  }

  static func tenant(_ json: JSONValue) throws(Fault) -> TenantSettings {
    guard let settings = json["settings"], settings.members != nil else {
      throw Fault(reason: "lacks the settings of the tenant")
    }
    var limits: [String: Int] = [:]
    for member in settings["maxFramesForCameras"]?.members ?? [] {
      // A limit that is no number is no limit; below nothing there is nothing.
      if let limit = member.value.integer { limits[member.name] = max(0, limit) }
    }
    return TenantSettings(
      id: try id(json["id"], "id of the tenant"), name: json["name"]?.string, maxFramesForCameras: limits)
  }

  static func createdID(_ data: JSONValue?) throws(Fault) -> String {
    let items = try items(data)
    guard items.count == 1 else { throw Fault(reason: "names \(items.count) image sets instead of one") }
    return try id(items[0]["id"], "id of the image set")
  }

  static func form(_ data: JSONValue?) throws(Fault) -> PresignedForm {
    guard let url = data?["url"]?.string, let members = data?["fields"]?.members, !members.isEmpty else {
      throw Fault(reason: "lacks the address or the fields of the form")
    }
    do {
      _ = try HTTPAddress(url)
    } catch {
      throw Fault(reason: "has a form whose address \(error.reason)")
    }
    var fields: [FormField] = []
    for member in members {
      guard let value = member.value.string else { throw Fault(reason: "has a form field that is no text") }
      guard member.name != "file", !fields.contains(where: { $0.name == member.name }) else {
        throw Fault(reason: "has a form field twice")
      }
      fields.append(FormField(member.name, value))
    }
    return PresignedForm(url: url, fields: fields)
  }

  static func listedImage(_ json: JSONValue) throws(Fault) -> ListedImage {
    guard let fileName = json["fileName"]?.string, !fileName.isEmpty else {
      throw Fault(reason: "has an image without a file name")
    }
    // On a live image both marks are null, false or missing.
    let isDeleted = [json["deletedAt"], json["softDeleted"]].contains { $0 != nil && $0 != .bool(false) }
    return ListedImage(id: try id(json["id"], "id of an image"), fileName: fileName, isLive: !isDeleted)
  }

  static func imageSet(_ json: JSONValue) throws(Fault) -> RemoteImageSet {
    RemoteImageSet(
      id: try id(json["id"], "id of an image set"), tenantId: optionalID(json["tenantId"]),
      // A number by the document; the string of the creation would mean the same.
      recDate: json["recDate"]?.integer ?? json["recDate"]?.string.flatMap { Int($0) },
      createdAt: json["createdAt"]?.integer, prefixedPlate: json["carInfo"]?["registrationNo"]?.string,
      originId: optionalID(json["origin"]?["id"]), hasImages: json["hasImages"]?.bool)
  }
}
