import Foundation
import TestSupport
import Testing

@testable import Uploader

@Suite("Forms and lifetimes on the wire")
struct CurlUploadTests {
  private func form(_ content: FormFile.Content) -> MultipartForm {
    MultipartForm(
      fields: [
        FormField("key", "video_frames/ä/\"x\".webp"), FormField("Content-Type", "image/webp"),
        FormField("policy", "a\r\nb=="), FormField("empty", ""),
      ],
      file: FormFile(fileName: "roofLeft_57.webp", content: content))
  }

  private func expected(boundary: String, file: Data) -> Data {
    var body = Data()
    let fields = [
      ("key", "video_frames/ä/\"x\".webp"), ("Content-Type", "image/webp"), ("policy", "a\r\nb=="), ("empty", ""),
    ]
    for (name, value) in fields {
      body += Data("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }
    body += Data("--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; ".utf8)
    body += Data("filename=\"roofLeft_57.webp\"\r\nContent-Type: image/webp\r\n\r\n".utf8)
    return body + file + Data("\r\n--\(boundary)--\r\n".utf8)
  }

  private static let picture = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 251) })

  @Test(
    "A form goes out to the byte: fields verbatim and in order, the file last, the length exact",
    arguments: [true, false])
  func formIsExact(fromDisk: Bool) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("roofLeft_57.webp")
    try Self.picture.write(to: URL(fileURLWithPath: path))
    let server = RawServer { connection in
      while connection.readRequest() != nil { connection.answer("204 No Content") }
    }
    let transport = CurlTransport()
    defer {
      transport.close()
      server.stop()
    }
    let content: FormFile.Content = fromDisk ? .path(path, byteCount: Self.picture.count) : .bytes(Self.picture)
    let outcome = await transport.send(
      HTTPRequest(.post, try HTTPAddress(server.url + "/bucket"), body: .form(form(content))))
    guard case .response(let response) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(response.status == 204)
    let request = try #require(server.requests.first)
    let type = try #require(request.header("Content-Type"))
    let prefix = "multipart/form-data; boundary="
    #expect(type.hasPrefix(prefix))
    let body = expected(boundary: String(type.dropFirst(prefix.count)), file: Self.picture)
    #expect(request.header("Content-Length") == String(body.count))
    #expect(request.header("Transfer-Encoding") == nil)
    #expect(request.header("Expect") == nil)
    #expect(request.header("x-api-key") == nil)
    #expect(request.body == body)
  }

  @Test("Images share a kept-alive connection, and one that died in between costs no picture")
  func imagesShareAConnection() async throws {
    let server = RawServer { connection in
      var count = 0
      // The first connection dies, idle, after its third answer.
      while connection.readRequest() != nil {
        connection.answer("204 No Content")
        count += 1
        if connection.number == 0, count == 3 { return }
      }
    }
    let transport = CurlTransport()
    defer {
      transport.close()
      server.stop()
    }
    for _ in 0..<6 {
      let outcome = await transport.send(
        HTTPRequest(.post, try HTTPAddress(server.url + "/bucket"), body: .form(form(.bytes(Self.picture)))))
      guard case .response(let response) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(response.status == 204)
    }
    #expect(server.connections == 2)
    let lengths = Set(server.requests.map(\.body.count))
    #expect(lengths.count == 1)
    #expect(server.requests.filter { $0.connection == 0 }.count == 3)
  }

  @Test("A file that is missing, a link, or of another length is not sent, and nobody is called")
  func wrongFiles() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.webp")
    try Data("12345".utf8).write(to: URL(fileURLWithPath: path))
    let link = directory.file("link.webp")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    let server = RawServer { _ in }
    let transport = CurlTransport()
    defer {
      transport.close()
      server.stop()
    }
    for content in [
      FormFile.Content.path(path, byteCount: 4), .path(link, byteCount: 5), .path(path + "x", byteCount: 5),
      .path(directory.path, byteCount: 4096),
    ] {
      let outcome = await transport.send(
        HTTPRequest(.post, try HTTPAddress(server.url + "/bucket"), body: .form(form(content))))
      guard case .notSent = outcome else {
        Issue.record("\(content): \(outcome)")
        continue
      }
    }
    #expect(server.connections == 0)
  }

  @Test("The limit is one for all uploads together")
  func limit() async throws {
    let server = RawServer { connection in
      while connection.readRequest() != nil { connection.answer(body: "stored") }
    }
    var settings = CurlTransport.Settings()
    settings.maximumSendBytesPerSecond = 200_000
    let transport = CurlTransport(settings: settings)
    defer {
      transport.close()
      server.stop()
    }
    let url = server.url
    let start = ContinuousClock.now
    let answered = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<4 {
        group.addTask {
          let file = form(.bytes(Data(repeating: UInt8(number), count: 100_000)))
          let request = HTTPRequest(.post, try HTTPAddress("\(url)/bucket"), body: .form(file))
          if case .response = await transport.send(request) { return true }
          return false
        }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(answered == 4)
    // Each by itself at the whole rate would be done in half a second; together they cannot be before two.
    #expect(ContinuousClock.now - start > .seconds(1))
  }

  @Test("Many at once are all answered, on no more connections than allowed")
  func manyAtOnce() async throws {
    let server = RawServer { connection in
      while let request = connection.readRequest() { connection.answer(body: request.firstLine) }
    }
    var settings = CurlTransport.Settings()
    settings.connectionsPerHost = 3
    let transport = CurlTransport(settings: settings)
    defer {
      transport.close()
      server.stop()
    }
    let url = server.url
    let bodies = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<60 {
        group.addTask {
          let request = HTTPRequest(.get, try HTTPAddress("\(url)/\(number)"))
          guard case .response(let response) = await transport.send(request) else { return "none" }
          return String(decoding: response.body, as: UTF8.self)
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(bodies == Set((0..<60).map { "GET /\($0) HTTP/1.1" }))
    #expect((1...3).contains(server.connections))
  }

  @Test("A cancelled task ends its exchange: in doubt when the request had left, not sent when it had not")
  func cancellation() async throws {
    let server = RawServer { connection in
      guard connection.readRequest() != nil else { return }
      _ = connection.waitForClose()
    }
    let transport = CurlTransport()
    defer {
      transport.close()
      server.stop()
    }
    let request = HTTPRequest(.get, try HTTPAddress(server.url + "/"), deadlineSeconds: 600)
    let task = Task { await transport.send(request) }
    await server.waitForRequests(1)
    task.cancel()
    #expect(await task.value == .unclear(reason: "it was cancelled"))
    let early = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await transport.send(request)
    }
    #expect(await early.value == .notSent(reason: "it was cancelled"))
    #expect(server.requests.count == 1)
  }

  @Test("Closing ends what is under way, and afterwards nothing is sent")
  func closing() async throws {
    let server = RawServer { connection in
      guard connection.readRequest() != nil else { return }
      _ = connection.waitForClose()
    }
    defer { server.stop() }
    let transport = CurlTransport()
    let request = HTTPRequest(.get, try HTTPAddress(server.url + "/"), deadlineSeconds: 600)
    let task = Task { await transport.send(request) }
    await server.waitForRequests(1)
    transport.close()
    transport.close()
    #expect(await task.value == .unclear(reason: "the transport was closed"))
    #expect(await transport.send(request) == .notSent(reason: "the transport is closed"))
    #expect(server.connections == 1)
  }

  @Test("A header that could split the request is never sent", arguments: ["a\r\nX: y", "a\nb", "", "ä"])
  func headersCannotSplit(value: String) async throws {
    let server = RawServer { _ in }
    let transport = CurlTransport()
    defer {
      transport.close()
      server.stop()
    }
    let outcome = await transport.send(
      HTTPRequest(.get, try HTTPAddress(server.url + "/"), headers: [HTTPHeader("x-api-key", value)]))
    #expect(outcome == .notSent(reason: "the header \"x-api-key\" cannot be sent"))
    #expect(server.connections == 0)
  }

  @Test("A proxy in the environment is not used")
  func noProxyFromTheEnvironment() async {
    await #expect(processExitsWith: .success) {
      setenv("http_proxy", "http://127.0.0.1:1", 1)
      setenv("all_proxy", "http://127.0.0.1:1", 1)
      let server = RawServer { connection in
        while connection.readRequest() != nil { connection.answer() }
      }
      let transport = CurlTransport()
      defer {
        transport.close()
        server.stop()
      }
      let outcome = await transport.send(HTTPRequest(.get, try HTTPAddress(server.url + "/"), deadlineSeconds: 600))
      #expect(outcome == .response(status: 200, headers: [HTTPHeader("Content-Length", "0")]))
    }
  }
}
