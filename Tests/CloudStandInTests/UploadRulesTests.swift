import Foundation
import Testing

@testable import CloudStandIn

@Suite("The rules of uploads")
struct UploadRulesTests {
  private static let file = Picture.webP(640, 400)

  /// A form as it should be, for a set of its own.
  private static func form(_ client: TestClient) throws -> TestForm {
    let set = try #require(client.createSet())
    return TestForm(try #require(client.announce(TestClient.imageBody(set, length: file.count))), file)
  }

  @Test("A form is stored, answered 204 with the MD5 in quotes, and can be posted again without doubling")
  func stores() throws {
    try withStandIn { server, client in
      let form = try Self.form(client)
      for _ in 0..<2 {
        let answer = client.upload(form).answer
        #expect(answer?.status == 204)
        #expect(answer?.headers["etag"] == "\"\(Digest.md5(Self.file))\"")
        #expect(answer?.body == [])
      }
      let books = server.ledger
      #expect(books.images.stored == 1 && books.images.listed == 1 && books.images.doubled == 0)
      #expect(books.imageSets.items[0].images[0].puts == 2)
      #expect(books.violations.isEmpty)
    }
  }

  /// A way to get a form wrong, and what the storage says.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let status: Int
    let code: String
    let make: @Sendable (inout TestForm) -> Void

    init(_ name: String, _ status: Int, _ code: String, _ make: @escaping @Sendable (inout TestForm) -> Void) {
      (testDescription, self.status, self.code, self.make) = (name, status, code, make)
    }

    static func without(_ field: String, _ status: Int = 403) -> Mistake {
      Mistake("without \(field)", status, status == 403 ? "AccessDenied" : "InvalidArgument") { form in
        form.parts.removeAll { $0.name == field }
      }
    }

    static func with(_ field: String, _ value: String, code: String = "AccessDenied") -> Mistake {
      Mistake("\(field) changed", 403, code) { form in
        for index in form.parts.indices where form.parts[index].name == field {
          form.parts[index].value = Array(value.utf8)
        }
      }
    }

    static let all: [Mistake] = [
      .without("key"), .without("acl"), .without("Content-Type"), .without("policy"), .without("signature"),
      .without("AWSAccessKeyId"), .without("x-amz-security-token"), .without("x-amz-meta-origin"),
      .without("file", 400),
      .with("key", "video_frames/other"), .with("acl", "public-read"), .with("Content-Type", "image/jpeg"),
      .with("x-amz-security-token", "other"), .with("signature", "AAAA", code: "SignatureDoesNotMatch"),
      .with("AWSAccessKeyId", "OTHER", code: "InvalidAccessKeyId"),
      .with("policy", "e30=", code: "SignatureDoesNotMatch"), .with("x-amz-meta-origin", "elsewhere"),
      Mistake("a field too many", 403, "AccessDenied") { $0.parts.insert(("x-amz-meta-more", [65]), at: 0) },
      Mistake("a field twice", 400, "InvalidArgument") { $0.parts.insert(("acl", [65]), at: 0) },
      Mistake("the file first", 403, "AccessDenied") { $0.parts.insert($0.parts.removeLast(), at: 0) },
      Mistake("a byte too many", 400, "EntityTooLarge") { $0.parts[$0.parts.count - 1].value.append(0) },
      Mistake("a byte too few", 400, "EntityTooSmall") { $0.parts[$0.parts.count - 1].value.removeLast() },
      Mistake("no form", 412, "PreconditionFailed") { $0.contentType = "application/x-www-form-urlencoded" },
      Mistake("no boundary", 412, "PreconditionFailed") { $0.contentType = "multipart/form-data" },
      Mistake("another boundary", 400, "MalformedPOSTRequest") { $0.contentType += "s" },
      Mistake("an endless field", 400, "MalformedPOSTRequest") {
        $0.parts.insert(("acl", [UInt8](repeating: 65, count: 20481)), at: 0)
      },
      Mistake("a hundred fields", 400, "MalformedPOSTRequest") {
        $0.parts.insert(contentsOf: (0..<100).map { ("f\($0)", []) }, at: 0)
      },
    ]
  }

  @Test("A form with a mistake is refused in XML, stored nowhere, and stands in the ledger", arguments: Mistake.all)
  func refuses(mistake: Mistake) throws {
    try withStandIn { server, client in
      var form = try Self.form(client)
      mistake.make(&form)
      let answer = client.upload(form).answer
      #expect(answer?.status == mistake.status)
      #expect(answer?.headers["content-type"] == "application/xml")
      #expect(answer?.text.contains("<Code>\(mistake.code)</Code>") == true)
      #expect(server.ledger.violations.map(\.rule) == [mistake.code])
      #expect(server.ledger.images.stored == 0 && server.ledger.images.missing == 1)
    }
  }

  @Test("Parts behind the file are ignored")
  func ignoresTheRest() throws {
    try withStandIn { _, client in
      var form = try Self.form(client)
      form.parts.append(("x-amz-meta-late", Array("x".utf8)))
      #expect(client.upload(form).status == 204)
    }
  }

  @Test("A form grows too old after an hour, which is no breach, and a new one for the same key works")
  func expires() throws {
    let clock = TestClock()
    try withStandIn(clock: clock) { server, client in
      let set = try #require(client.createSet())
      let body = TestClient.imageBody(set, length: Self.file.count)
      let old = try #require(client.announce(body))
      clock.advance(3600)
      #expect(client.upload(old, Self.file).status == 204)
      clock.advance(1)
      let answer = client.upload(old, Self.file).answer
      #expect(answer?.status == 403)
      #expect(answer?.text.contains("<Code>AccessDenied</Code>") == true)
      #expect(answer?.text.contains("Policy expired") == true)
      #expect(client.upload(try #require(client.announce(body)), Self.file).status == 204)
      #expect(server.ledger.violations.isEmpty)
      #expect(server.ledger.images.announced == 1 && server.ledger.images.doubled == 0)
    }
  }

  @Test("The policy says when it ends and what it fixes")
  func policy() throws {
    try withStandIn { _, client in
      let set = try #require(client.createSet())
      let fields = try #require(client.announce(TestClient.imageBody(set, length: 4711)))
      let bytes = try #require(Data(base64Encoded: fields["policy"] ?? ""))
      let policy = try JSONParser.parse(Array(bytes))
      #expect(policy["expiration"] == "2027-01-15T09:00:00Z")
      let conditions = try #require(policy["conditions"]?.arrayValue)
      #expect(conditions.contains(["content-length-range", 4711, 4711]))
      for name in ["key", "acl", "Content-Type", "x-amz-security-token", "x-amz-meta-origin"] {
        #expect(conditions.contains([name: .text(fields[name])]))
      }
    }
  }

  @Test("Without contentLength any file from 1 byte to 20 MiB is taken")
  func openLength() throws {
    try withStandIn { _, client in
      let set = try #require(client.createSet())
      let fields = try #require(client.announce(TestClient.imageBody(set)))
      #expect(client.upload(fields, []).status == 400)
      #expect(client.upload(fields, [UInt8](repeating: 0, count: 20_971_521)).status == 400)
      #expect(client.upload(fields, Picture.webP(640, 400, bytes: 1_000_000)).status == 204)
    }
  }

  @Test(
    "Success is answered as a field of the form asks",
    arguments: [("200", 200), ("201", 201), ("204", 204), ("999", 204)])
  func successStatus(wanted: String, status: Int) throws {
    var data = StandInData.standard()
    data.formExtras = ["success_action_status": wanted]
    try withStandIn(data: data) { _, client in
      let answer = client.upload(try Self.form(client)).answer
      #expect(answer?.status == status)
      #expect((answer?.text.contains("<PostResponse>") == true) == (status == 201))
    }
  }

  @Test(
    "The credential must not reach the storage: not in a header, not in the target, not in the form",
    arguments: ["x-api-key", "Authorization", "Cookie"])
  func credentials(header: String) throws {
    try withStandIn { server, client in
      let form = try Self.form(client)
      let headers = [("Content-Type", form.contentType), (header, "anything")]
      #expect(client.send("POST", "/frames", headers: headers, body: form.bytes, storage: true).status == 204)
      #expect(client.send("GET", "/redirected", headers: [(header, "x")], storage: true).status == 404)
      #expect(client.send("GET", "/frames/x?key=stand-in-key", storage: true).status == 403)
      #expect(server.ledger.violations.map(\.rule) == ["credential", "credential", "path", "credential"])
    }
  }

  @Test("A picture of another size than announced, and a file that is none, are stored and noted")
  func inspectsPictures() throws {
    try withStandIn { server, client in
      let set = try #require(client.createSet())
      for (frame, file) in [Picture.webP(640, 401), Array("no picture at all".utf8)].enumerated() {
        let fields = try #require(client.announce(TestClient.imageBody(set, frame: frame, length: file.count)))
        #expect(client.upload(fields, file).status == 204)
      }
      #expect(server.ledger.violations.map(\.rule) == ["size", "image/webp"])
      #expect(server.ledger.violations[0].what == "roofLeft_0.webp is 640x401, announced as 640x400")
    }
  }

  @Test("More images of a camera than the tenant allows are noted")
  func countsFrames() throws {
    var data = StandInData.standard()
    data.tenants[0].settings.maxFramesForCameras = ["roofLeft": 2, "topLeft": 0]
    try withStandIn(data: data) { server, client in
      let set = try #require(client.createSet())
      for frame in 0..<3 { client.deliver(set, frame: frame, content: UInt8(frame)) }
      client.deliver(set, "topLeft", content: 10)
      client.deliver(set, "backLeft", content: 11)
      #expect(server.ledger.violations.map(\.rule) == ["maxFramesForCameras", "maxFramesForCameras"])
      #expect(server.ledger.violations[1].what.hasPrefix("topLeft_57.webp is image 1 of its camera"))
    }
  }

  @Test("A Content-MD5 is held against the body")
  func contentMD5() throws {
    try withStandIn { server, client in
      let form = try Self.form(client)
      for (digest, status) in [("1B2M2Y8AsgTpgAmY7PhCfg==", 400), (Digest.md5Base64(form.bytes), 204)] {
        let headers = [("Content-Type", form.contentType), ("Content-MD5", digest)]
        #expect(client.send("POST", "/frames", headers: headers, body: form.bytes, storage: true).status == status)
      }
      #expect(server.ledger.violations.map(\.rule) == ["BadDigest"])
    }
  }

  @Test("Other methods and places of the storage are unknown")
  func otherPlaces() throws {
    try withStandIn { server, client in
      #expect(client.send("POST", "/elsewhere", body: [], storage: true).status == 404)
      #expect(client.send("GET", "/frames", storage: true).status == 404)
      #expect(server.ledger.violations.map(\.rule) == ["path", "path"])
    }
  }
}
