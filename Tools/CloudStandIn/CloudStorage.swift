import Foundation

// The port of the storage: another host, which must never see the key.
extension Cloud {
  /// Bytes of an upload at most: the file and the form around it.
  static let maximumUpload = PresignedForm.maximumBytes + 65536

  static func storageOperation(_ head: HTTPHead) -> Operation? {
    let path = head.rawPath
    if head.method == "POST", path == "/\(PresignedForm.bucket)" { return .uploadToPresignedUrl }
    if head.method == "GET", path.hasPrefix("/\(PresignedForm.bucket)/") { return .downloadImage }
    return nil
  }

  func answerStorage(_ head: HTTPHead, body: [UInt8], fired: FiredFaults) -> HTTPResponse {
    lock.withLock {
      let operation = Cloud.storageOperation(head)
      let name = operation?.rawValue ?? "storage: \(head.method) \(head.rawPath)"
      watchForCredentials(head, body, name)
      var response: HTTPResponse
      if let answer = fired.answer, !answer.commits {
        response = HTTPResponse(status: 500)
      } else {
        switch operation {
        case .uploadToPresignedUrl: response = upload(head, body: body, fired: fired)
        case .downloadImage: response = download(head)
        default:
          recordViolation(name, "path", "no such place on the storage")
          response = .storageProblem(404, "NoSuchKey", "The specified key does not exist.")
        }
      }
      if let rule = fired.answer { bend(&response, rule, isStorage: true) }
      recordAnswer(name, response, body: body)
      return response
    }
  }

  func refuseStorage(_ head: HTTPHead, _ problem: BodyProblem) -> HTTPResponse {
    lock.withLock {
      let name = Cloud.storageOperation(head)?.rawValue ?? "storage: \(head.method) \(head.rawPath)"
      watchForCredentials(head, [], name)
      let response: HTTPResponse
      switch problem {
      case .lengthMissing:
        recordViolation(name, "Content-Length", "411: an upload needs Content-Length, chunked is refused")
        response = .storageProblem(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
      case .tooLarge:
        recordViolation(name, "contentLength", "400: the upload is too long")
        response = .storageProblem(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.")
      }
      recordAnswer(name, response, body: [])
      return response
    }
  }

  /// No key, no token, no cookie may come here, whatever the path: forms and redirects lead to this port.
  private func watchForCredentials(_ head: HTTPHead, _ body: [UInt8], _ name: String) {
    for header in ["x-api-key", "authorization", "cookie"] where head.value(header) != nil {
      recordViolation(name, "credential", "header \(header) was sent to another host than the API's")
    }
    if data.apiKeys.contains(where: { key in
      [Array(head.target.utf8), body].contains { MultipartForm.find(Array(key.key.utf8), in: $0, from: 0) != nil }
    }) {
      recordViolation(name, "credential", "the key stands in a request to another host than the API's")
    }
  }

  private func upload(_ head: HTTPHead, body: [UInt8], fired: FiredFaults) -> HTTPResponse {
    let name = Operation.uploadToPresignedUrl.rawValue
    do {
      guard let boundary = MultipartForm.boundary(head.value("content-type")) else {
        throw PresignedForm.Refusal(
          status: 412, code: "PreconditionFailed",
          message: "Bucket POST must be of the enclosure-type multipart/form-data")
      }
      if let digest = head.value("content-md5"), digest != Digest.md5Base64(body) {
        throw PresignedForm.Refusal(
          status: 400, code: "BadDigest", message: "The Content-MD5 you specified did not match what we received.")
      }
      let form: MultipartForm
      do { form = try MultipartForm(body, boundary: boundary) } catch {
        throw PresignedForm.Refusal(status: 400, code: "MalformedPOSTRequest", message: error.what)
      }
      let fields = try PresignedForm.check(form, now: now())
      if fired.twist(.expiredForm) != nil { throw PresignedForm.Refusal.expired }
      guard let file = form.file, let key = fields["key"], let announcement = state.announcements[key] else {
        throw PresignedForm.Refusal(status: 400, code: "InvalidArgument", message: "The key was never announced.")
      }
      let etag = try store(file, for: announcement, twists: Twists(fired))
      return Cloud.stored(etag: etag, key: key, action: fields["success_action_status"])
    } catch let refusal as PresignedForm.Refusal {
      if refusal.isContractBreach {
        recordViolation(name, refusal.code, "\(refusal.status): \(refusal.message)")
      }
      return .storageProblem(refusal.status, refusal.code, refusal.message)
    } catch {
      FileHandle.standardError.write(Data("cloud-stand-in: an image cannot be written: \(error)\n".utf8))
      return .storageProblem(500, "InternalError", "We encountered an internal error. Please try again.")
    }
  }

  private func store(_ file: [UInt8], for announcement: Announcement, twists: Twists) throws -> String {
    let time = now()
    let md5 = Digest.md5(file)
    inspect(file, announcement)
    try objects.put(file, for: announcement)
    let exists = time + twists.existsAfter
    let previous = state.images[announcement.key].flatMap { $0.deletedAt == nil ? $0 : nil }
    var image =
      previous
      ?? StoredImage(
        id: Cloud.newID(), key: announcement.key, bytes: 0, md5: "", puts: 0, contents: [], createdAt: exists,
        listedFrom: exists + twists.listedAfter)
    image.bytes = file.count
    image.md5 = md5
    image.puts += 1
    if !image.contents.contains(md5) { image.contents.append(md5) }
    record(.stored(image))
    if previous == nil { countAgainstLimit(announcement) }
    return md5
  }

  /// The storage takes any bytes; the books say when they are not the announced picture.
  private func inspect(_ file: [UInt8], _ announcement: Announcement) {
    let name = Operation.uploadToPresignedUrl.rawValue
    do {
      let header = try WebPHeader(file)
      if header.width != announcement.width || header.height != announcement.height {
        recordViolation(
          name, "size",
          "\(announcement.fileName) is \(header.width)x\(header.height), announced as \(announcement.width)x\(announcement.height)"
        )
      }
    } catch {
      recordViolation(name, "image/webp", "\(announcement.fileName): \(error.what)")
    }
  }

  private func countAgainstLimit(_ announcement: Announcement) {
    guard let limit = data.tenant(announcement.tenantId)?.settings.maxFramesForCameras?[announcement.camera] else {
      return
    }
    let count = (state.keysOfSet[announcement.imageSetId] ?? []).filter { key in
      state.announcements[key]?.camera == announcement.camera && state.images[key].map { $0.deletedAt == nil } ?? false
    }.count
    if count > limit {
      recordViolation(
        Operation.uploadToPresignedUrl.rawValue, "maxFramesForCameras",
        "\(announcement.fileName) is image \(count) of its camera in image set \(announcement.imageSetId), the tenant allows \(limit)"
      )
    }
  }

  private static func stored(etag: String, key: String, action: String?) -> HTTPResponse {
    let headers = [(name: "ETag", value: "\"\(etag)\"")]
    switch action {
    case "200": return HTTPResponse(status: 200, headers: headers)
    case "201":
      let xml = """
        <?xml version="1.0" encoding="UTF-8"?>
        <PostResponse><Bucket>\(PresignedForm.bucket)</Bucket><Key>\(key)</Key><ETag>"\(etag)"</ETag></PostResponse>
        """
      return HTTPResponse(status: 201, headers: headers + [("Content-Type", "application/xml")], body: Array(xml.utf8))
    default: return HTTPResponse(status: 204, headers: headers)
    }
  }

  private func download(_ head: HTTPHead) -> HTTPResponse {
    let denied = HTTPResponse.storageProblem(403, "AccessDenied", "Request has expired or is not signed.")
    guard let query = try? QueryItems(head.rawQuery, known: ["AWSAccessKeyId", "Expires", "Signature"]),
      let expires = query.values["Expires"].flatMap(Double.init), expires >= now()
    else { return denied }
    let key = String(head.rawPath.dropFirst(PresignedForm.bucket.utf8.count + 2))
    guard query.values["Signature"] == PresignedForm.sign("\(key)\n\(query.values["Expires"] ?? "")") else {
      return denied
    }
    do {
      guard let announcement = state.announcements[key], let bytes = try objects.get(announcement) else {
        return .storageProblem(404, "NoSuchKey", "The specified key does not exist.")
      }
      return HTTPResponse(
        status: 200, headers: [("Content-Type", "image/webp"), ("ETag", "\"\(Digest.md5(bytes))\"")], body: bytes)
    } catch {
      return .storageProblem(404, "NoSuchKey", "The specified key does not exist.")
    }
  }
}

extension HTTPResponse {
  /// Answers of the storage are XML, never the envelope of the API.
  static func storageProblem(_ status: Int, _ code: String, _ message: String) -> HTTPResponse {
    let text = message.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    let xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>\(code)</Code><Message>\(text)</Message></Error>"
    return HTTPResponse(status: status, headers: [("Content-Type", "application/xml")], body: Array(xml.utf8))
  }
}
