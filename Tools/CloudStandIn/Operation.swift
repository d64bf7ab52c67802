/// What a request asks for; named as in the API's description, so that faults and counters read like it.
enum Operation: String, CaseIterable, Sendable, Codable {
  case listCaptureUnits, getCaptureUnit, listCaptureSets, getCaptureSet, getTenant, listCars
  case createImageSet, listImageSets, getImageSet, deleteImageSet
  case createImageUpload, listImages, getImage, deleteImage
  /// The two of the storage, which is another host.
  case uploadToPresignedUrl, downloadImage

  /// Method and path; `{id}` stands for one segment.
  var route: (method: String, path: String) {
    switch self {
    case .listCaptureUnits: ("GET", "/captureUnits")
    case .getCaptureUnit: ("GET", "/captureUnits/{id}")
    case .listCaptureSets: ("GET", "/captureSets")
    case .getCaptureSet: ("GET", "/captureSets/{id}")
    case .getTenant: ("GET", "/auth/tenants/{id}")
    case .listCars: ("GET", "/cars")
    case .createImageSet: ("POST", "/imageSets")
    case .listImageSets: ("GET", "/imageSets")
    case .getImageSet: ("GET", "/imageSets/{id}")
    case .deleteImageSet: ("DELETE", "/imageSets/{id}")
    case .createImageUpload: ("POST", "/images")
    case .listImages: ("GET", "/images")
    case .getImage: ("GET", "/images/{id}")
    case .deleteImage: ("DELETE", "/images/{id}")
    case .uploadToPresignedUrl: ("POST", "/frames")
    case .downloadImage: ("GET", "/frames/{id}")
    }
  }

  var isOfStorage: Bool { self == .uploadToPresignedUrl || self == .downloadImage }

  /// Does it change anything in the cloud?
  var writes: Bool { route.method != "GET" }
}

/// Where a request of the API leads.
enum Route: Equatable {
  case operation(Operation, id: String)
  case wrongMethod(allowed: [String])
  case unknown

  /// The route of a path of the API; `segments` are percent-decoded.
  static func find(method: String, segments: [String]) -> Route {
    var allowed: [String] = []
    for operation in Operation.allCases where !operation.isOfStorage {
      guard let id = match(operation.route.path, segments) else { continue }
      if operation.route.method == method { return .operation(operation, id: id) }
      allowed.append(operation.route.method)
    }
    return allowed.isEmpty ? .unknown : .wrongMethod(allowed: allowed.sorted())
  }

  private static func match(_ template: String, _ segments: [String]) -> String? {
    let parts = template.split(separator: "/")
    guard parts.count == segments.count else { return nil }
    var id = ""
    for (part, segment) in zip(parts, segments) {
      if part == "{id}", !segment.isEmpty { id = segment } else if part != segment { return nil }
    }
    return id
  }
}
