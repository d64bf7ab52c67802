// Images: announced, listed, fetched, withdrawn.
extension Cloud {
  func createImageUpload(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    _ = try QueryItems(request.query, known: [])
    let body = try BodyMembers(
      request.body,
      known: [
        "parentType", "imageSetId", "camera", "fileName", "size", "convertedSize", "generatedBy", "contentLength",
      ])
    let parent = try body.requiredText("parentType")
    guard parent == "imagesets" else { throw .member("parentType", "is not imagesets") }
    let imageSetId = try body.requiredText("imageSetId")
    let camera = try body.requiredText("camera")
    guard ContractText.cameras.contains(camera) else { throw .member("camera", "is none of the ten") }
    let fileName = try body.requiredText("fileName")
    guard let named = ContractText.camera(ofFileName: fileName) else {
      throw .member("fileName", "is not <camera>_<frame>.webp with a frame from 0 to 999999 without leading zeros")
    }
    guard named == camera else { throw .member("fileName", "names another camera than camera") }
    let size = try BodyMembers(try body.value("size"), known: ["width", "height"], prefix: "size")
    guard let width = try size.whole("width", in: 1...16383), let height = try size.whole("height", in: 1...16383)
    else {
      throw .member("size", "needs width and height")
    }
    let sizeClass =
      try body.text("convertedSize", ContractText.isPixelSize, "is not WxH") ?? "\(width)x\(height)"
    let generator = try body.text(
      "generatedBy", ContractText.isGenerator, "is not 1 to 64 letters, digits, _ and -")
    let length = try body.whole("contentLength", in: 1...PresignedForm.maximumBytes)
    let set = try liveSet(imageSetId, of: request.key)

    var key = "video_frames/\(set.tenantId)/\(set.id)/\(sizeClass)/\(fileName)"
    if let other = (state.keysOfSet[set.id] ?? []).compactMap({ state.announcements[$0] }).first(where: {
      $0.fileName == fileName && $0.convertedSize != sizeClass
    }) {
      throw .member("fileName", "is taken in this image set, for \(other.convertedSize)")
    }
    if request.twists.randomKey {
      key = "video_frames/\(set.tenantId)/\(set.id)/\(sizeClass)/\(Cloud.newID())_\(fileName)"
    }
    let time = now()
    record(
      .announced(
        Announcement(
          key: key, imageSetId: set.id, tenantId: set.tenantId, fileName: fileName, camera: camera, width: width,
          height: height, convertedSize: sizeClass, generatedBy: generator ?? "frameSelection", contentLength: length,
          announcedAt: time, forms: (state.announcements[key]?.forms ?? 0) + 1)))
    let fields = PresignedForm.fields(
      key: key, contentLength: length, expires: time + (request.twists.formLifetime ?? data.formLifetimeSeconds),
      extras: data.formExtras)
    return HTTPResponse(
      status: 201,
      json: [
        "data": [
          "url": .string("\(storageOrigin)/\(PresignedForm.bucket)"),
          "fields": .object(fields.mapValues(JSONValue.string)),
        ], "message": "Pre-signed URL successfully created", "success": true,
      ])
  }

  /// The images of a set that a list shows now, with what was announced of them.
  func listedImages(of setID: String, lag: Double = 0) -> [(announcement: Announcement, image: StoredImage)] {
    let time = now()
    return (state.keysOfSet[setID] ?? []).compactMap { key in
      guard let image = state.images[key], image.isListed(at: time), image.createdAt + lag <= time,
        let announcement = state.announcements[key]
      else { return nil }
      return (announcement, image)
    }
  }

  func listImages(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    let query = try QueryItems(request.query, known: ["imageSetId", "forReview"])
    let onlyDamaged = try query.flag("forReview") ?? false
    guard let id = try query.text("imageSetId") else { throw .member("imageSetId", "is required") }
    let set = try liveSet(id, of: request.key)
    let images = onlyDamaged ? [] : listedImages(of: set.id, lag: request.twists.listedAfter)
    let items = images.sorted { $0.image.id < $1.image.id }.map { announcement, image -> JSONValue in
      [
        "id": .string(image.id), "fileName": .string(announcement.fileName), "camera": .string(announcement.camera),
        "size": ["width": .integer(announcement.width), "height": .integer(announcement.height)],
        "convertedSize": .string(announcement.convertedSize), "key": .string(announcement.key),
        "imageSetId": .string(set.id), "tenantId": .string(set.tenantId), "parentType": "imagesets",
        "generatedBy": .string(announcement.generatedBy), "createdAt": .integer(Int(image.createdAt)),
        "deletedAt": nil, "softDeleted": nil, "hasDamages": nil,
      ]
    }
    return HTTPResponse(status: 200, json: ["data": ["items": .array(items)], "success": true])
  }

  func getImage(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    _ = try QueryItems(request.query, known: [])
    let image = try liveImage(request.id, of: request.key)
    let expires = Int(now() + data.formLifetimeSeconds)
    let signature = PresignedForm.sign("\(image.key)\n\(expires)")
    let query = "AWSAccessKeyId=\(PresignedForm.accessKey)&Expires=\(expires)&Signature=\(Cloud.escaped(signature))"
    return HTTPResponse(
      status: 302, json: ["message": "URL to the content in the Location header", "success": true],
      headers: [("Location", "\(storageOrigin)/\(PresignedForm.bucket)/\(image.key)?\(query)")])
  }

  func deleteImage(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    _ = try QueryItems(request.query, known: [])
    let image = try liveImage(request.id, of: request.key)
    record(.imageDeleted(key: image.key, at: now()))
    return HTTPResponse(
      status: 200, json: ["data": ["id": .string(image.id)], "message": "Image deleted successfully", "success": true])
  }

  private func liveImage(_ id: String, of key: StandInData.APIKey) throws(Refusal) -> StoredImage {
    guard let image = state.images.values.first(where: { $0.id == id }), image.isListed(at: now()),
      let announcement = state.announcements[image.key]
    else { throw .notFound("Image") }
    _ = try liveSet(announcement.imageSetId, of: key)
    return image
  }

  /// Base64 in a query.
  private static func escaped(_ text: String) -> String {
    text.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
  }
}
