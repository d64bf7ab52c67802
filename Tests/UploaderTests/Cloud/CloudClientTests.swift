import Foundation
import TestSupport
import Testing

@testable import Uploader

@Suite("The typed client: what it asks")
struct CloudRequestTests {
  private static let plate = LicensePlate(registrationNo: "kl 98-02", countryCode: "dk")

  struct Call: Sendable, CustomTestStringConvertible {
    let name: String
    let path: String
    let make: @Sendable (CloudClient) async -> Void
    var testDescription: String { name }
  }

  static let readCalls: [Call] = [
    Call(name: "units", path: "/v1/captureUnits?limit=100&page=1") { _ = await $0.captureUnits() },
    Call(name: "unit", path: "/v1/captureUnits/a%2F..%3Fb") { _ = await $0.captureUnit("a/..?b") },
    Call(name: "sets", path: "/v1/captureSets?limit=100&page=1") { _ = await $0.captureSets() },
    Call(name: "set", path: "/v1/captureSets/set-1") { _ = await $0.captureSet("set-1") },
    Call(name: "tenant", path: "/v1/auth/tenants/tenant-1") { _ = await $0.tenant("tenant-1") },
    Call(name: "images", path: "/v1/images?imageSetId=is-1") { _ = await $0.listImages(imageSetId: "is-1") },
    Call(name: "image set", path: "/v1/imageSets/is-1") { _ = await $0.imageSet("is-1") },
    Call(
      name: "cars", path: "/v1/cars?tenantId=t&countryCode=DK&registrationNo=KL9802&limit=1&page=1"
    ) { client in
      if let plate { _ = await client.owns(tenant: "t", plate: plate) }
    },
    Call(
      name: "look-up",
      path: "/v1/imageSets?tenantId=t&startDate=5&endDate=5&registrationNo=KL9802&countryCode=DK&limit=100&page=1"
    ) {
      _ = await $0.findImageSets(
        ImageSetQuery(made: NewImageSet(tenantId: "t", deviceSetId: "d", recDate: 5, plate: plate)))
    },
    Call(
      name: "second look", path: "/v1/imageSets?startDate=1&endDate=9&unassignedItems=true&limit=100&page=1"
    ) { _ = await $0.findImageSets(ImageSetQuery(tenantId: nil, startDate: 1, endDate: 9, unassigned: true)) },
  ]

  @Test(
    "Each read goes to its path with exactly the listed parameters, and the key in its header", arguments: readCalls)
  func reads(call: Call) async throws {
    let cloud = try ScriptedCloud(.data(#"{"items":[]}"#))
    await call.make(cloud.client)
    let request = try #require(cloud.transport.requests.first)
    #expect(cloud.transport.requests.count == 1)
    #expect(request.method == .get)
    #expect(request.path == call.path)
    #expect(request.address.origin == HTTPAddress.Origin(scheme: "https", host: "cloud.example", port: 443))
    #expect(request.body == .none)
    #expect(request.headers.contains(HTTPHeader("x-api-key", "canary-key", isSecret: true)))
    #expect(request.maximumResponseBytes == 1 << 20)
  }

  @Test("A creation is one JSON object with the listed members only, its recDate a string, on a fresh connection")
  func creation() async throws {
    let cloud = try ScriptedCloud(.data(#"{"items":[{"id":"cb5c706b-500e-48a2-b01b-7f3e1459d381"}]}"#, status: 201))
    let full = NewImageSet(
      tenantId: "t", deviceSetId: "d", recDate: 1_669_982_152, plate: Self.plate, vin: "JH4KA8162MC010197")
    let outcome = await cloud.client.createImageSet(full)
    #expect(outcome == .answered("cb5c706b-500e-48a2-b01b-7f3e1459d381"))
    _ = await cloud.client.createImageSet(NewImageSet(tenantId: "t", deviceSetId: "d", recDate: 7))
    let requests = cloud.transport.requests
    #expect(
      requests.map(\.bodyText) == [
        #"{"countryCode":"DK","deviceSetId":"d","recDate":"1669982152","registrationNo":"KL9802","tenantId":"t","vin":"JH4KA8162MC010197"}"#,
        #"{"deviceSetId":"d","recDate":"7","tenantId":"t"}"#,
      ])
    for request in requests {
      #expect(request.method == .post)
      #expect(request.path == "/v1/imageSets")
      #expect(request.connection == .freshAndClosed)
      #expect(request.headers.contains(HTTPHeader("Content-Type", "application/json")))
    }
  }

  @Test("An announcement has the shape of the contract, and its form is kept to the letter and in order")
  func announcement() async throws {
    let cloud = try ScriptedCloud(
      .data(
        #"{"url":"https://store.example/frames","fields":{"key":"k","zz":"1","acl":"x","policy":"p","aa":"\u00e4"}}"#,
        status: 201))
    let outcome = await cloud.client.announceImage(
      NewImage(
        imageSetId: "is", camera: "topRight", fileName: "topRight_23.webp", width: 1920, height: 1200, byteCount: 48213)
    )
    let fields = [("key", "k"), ("zz", "1"), ("acl", "x"), ("policy", "p"), ("aa", "ä")]
    #expect(
      outcome
        == .answered(
          PresignedForm(url: "https://store.example/frames", fields: fields.map { FormField($0.0, $0.1) })))
    let request = try #require(cloud.transport.requests.first)
    #expect(request.path == "/v1/images")
    #expect(request.connection == .reused)
    #expect(
      request.bodyText
        == #"{"camera":"topRight","contentLength":48213,"fileName":"topRight_23.webp","imageSetId":"is","parentType":"imagesets","size":{"height":1200,"width":1920}}"#
    )
  }

  @Test("An upload carries the form and the file, and never the key")
  func upload() async throws {
    let cloud = try ScriptedCloud(
      .response(status: 204, headers: [HTTPHeader("ETag", "\"0123456789abcdef0123456789ABCDEF\"")]))
    let form = PresignedForm(url: "https://store.example/frames?x=1", fields: [FormField("key", "k")])
    let file = FormFile(fileName: "a.webp", content: .bytes(Data("abc".utf8)))
    let outcome = await cloud.client.upload(file, with: form)
    guard case .answered(let stored) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(stored.agrees(withMD5: "0123456789ABCDEF0123456789abcdef") == true)
    #expect(stored.agrees(withMD5: "0123456789ABCDEF0123456789abcdee") == false)
    let request = try #require(cloud.transport.requests.first)
    #expect(request.headers.isEmpty)
    #expect(request.address.text == form.url)
    #expect(request.body == .form(MultipartForm(fields: form.fields, file: file)))
    #expect(request.maximumResponseBytes == 64 << 10)
  }

  @Test(
    "A form whose address is no https is not used",
    arguments: ["http://store.example/", "ftp://x/", "file:///etc/passwd", ""])
  func uploadToNowhere(url: String) async throws {
    let cloud = try ScriptedCloud(.response(status: 204))
    let outcome = await cloud.client.upload(
      FormFile(fileName: "a.webp", content: .bytes(Data())), with: PresignedForm(url: url, fields: []))
    guard case .notSent = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(cloud.transport.requests.isEmpty)
  }

  @Test("After a 401 the key file is read again, and another key goes out once more")
  func newKeyIsPickedUp() async throws {
    let directory = try TemporaryDirectory()
    let path = try ScriptedCloud.keyFile(in: directory, "old")
    let transport = ScriptedTransport { request, _ in
      request.headers.contains { $0.value == "new" }
        ? .data(#"{"items":[]}"#) : .json(#"{"success":false,"message":"no"}"#, status: 401)
    }
    let client = try CloudClient(url: "https://cloud.example", key: try APIKey(path: path), transport: transport)
    #expect(await client.listImages(imageSetId: "i") == .refused(status: 401, message: "no", retryAfterSeconds: nil))
    #expect(transport.requests.count == 1)
    _ = try ScriptedCloud.keyFile(in: directory, "new\n")
    #expect(await client.listImages(imageSetId: "i") == .answered([]))
    #expect(transport.requests.count == 3)
    try FileManager.default.removeItem(atPath: path)
    #expect(await client.listImages(imageSetId: "i") == .answered([]))
  }

  @Test("The server's time goes on by a clock that nobody sets")
  func serverTime() {
    var date = CloudClient.ServerDate(epochSeconds: 1_790_000_000, receivedAt: 5)
    date.receivedUptime = 100
    #expect(date.serverSeconds(uptime: 160.5) == 1_790_000_060.5)
  }

  @Test("The server's clock is read from every answer of the API")
  func serverDate() async throws {
    let date = HTTPHeader("date", "Fri, 15 Jan 2027 08:00:30 GMT")
    let cloud = try ScriptedCloud(.json("<html>", status: 502, headers: [date]))
    #expect(cloud.client.lastServerDate == nil)
    _ = await cloud.client.captureUnit("u")
    #expect(cloud.client.lastServerDate?.epochSeconds == 1_800_000_030)
    #expect(cloud.client.lastServerDate?.offsetSeconds == 30)
  }

  @Test(
    "The address of the cloud must be https, or http to this very machine",
    arguments: [
      ("https://cloud.example", true), ("https://cloud.example:8443/v1", true), ("http://127.0.0.1:8080", true),
      ("http://localhost:1/", true), ("http://[::1]:8080", true), ("HTTPS://Cloud.Example", true),
      ("http://cloud.example", false), ("http://127.0.0.1.evil.example", false),
      ("http://127.0.0.1@evil.example", false),
      ("https://user:pw@cloud.example", false), ("https://cloud.example/?a=b", false), ("https://", false),
      ("https://cloud.example#x", false), ("https://cloud.example:0", false), ("https://cloud.example:99999", false),
      ("https://cloud example", false), ("https://cloud.example\r\nX: y", false), ("cloud.example", false),
      ("http://127.1", false), ("http://0127.0.0.1", false), ("https://evil\\@cloud.example", false), ("", false),
    ])
  func addresses(text: String, isGood: Bool) {
    #expect(((try? CloudClient.baseAddress(text)) != nil) == isGood)
  }

  @Test("An address that is refused is named, without its query")
  func addressError() {
    #expect {
      _ = try HTTPAddress("http://cloud.example/x?signature=1")
    } throws: {
      "\($0)"
        == "http://cloud.example/x: is not encrypted: http is allowed to loopback addresses only; use https"
    }
  }
}
