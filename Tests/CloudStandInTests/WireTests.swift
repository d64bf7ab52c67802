import Testing

@testable import CloudStandIn

@Suite("HTTP on the wire")
struct WireTests {
  private static let good = "GET /captureUnits?limit=1&page=1 HTTP/1.1\r\nHost: h\r\nx-api-key: stand-in-key\r\n"

  @Test("Several requests share a connection, also when they arrive at once and in pieces")
  func keepsAlive() throws {
    try withStandIn { server, _ in
      let connection = TestConnection(port: server.port)
      connection.send(WireTests.good + "\r\n" + WireTests.good)
      #expect(connection.receive().status == 200)
      connection.send("Connection: close\r\n\r\n")
      let last = connection.receive()
      #expect(last.status == 200)
      #expect(last.answer?.headers["connection"] == "close")
      #expect(connection.receive() == .cut([]))
    }
  }

  @Test(
    "What is no HTTP is refused and the connection closed",
    arguments: [
      ("GET /captureUnits\r\n\r\n", 400), ("GET captureUnits HTTP/1.1\r\nHost: h\r\n\r\n", 400),
      ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505), ("GET / HTTP/1.1\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", 400),
      ("POST /imageSets HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
      ("POST /imageSets HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400),
      ("POST /imageSets HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ])
  func refusesNonsense(text: String, status: Int) throws {
    try withStandIn { server, _ in
      let connection = TestConnection(port: server.port)
      connection.send(text)
      #expect(connection.receive().status == status)
      #expect(server.ledger.violations.map(\.rule) == ["HTTP"])
    }
  }

  @Test("A head without end is refused")
  func boundsHeads() throws {
    try withStandIn { server, _ in
      let connection = TestConnection(port: server.port)
      connection.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + String(repeating: "x", count: 70000))
      #expect(connection.receive().status == 431)
    }
  }

  @Test("A body without Content-Length is answered 411, on both ports")
  func wantsLength() throws {
    try withStandIn { server, client in
      let chunked = [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
      #expect(client.send("POST", "/imageSets", headers: chunked).status == 411)
      #expect(client.send("POST", "/imageSets").status == 411)
      let storage = client.send("POST", "/frames", headers: chunked, storage: true)
      #expect(storage.status == 411)
      #expect(storage.answer?.text.contains("<Code>MissingContentLength</Code>") == true)
      #expect(server.ledger.violations.map(\.rule) == ["Content-Length", "Content-Length", "Content-Length"])
      var stranger = client
      stranger.key = nil
      #expect(stranger.send("POST", "/imageSets", headers: chunked).status == 401)
    }
  }

  @Test("Bodies that are too long are refused before they are read")
  func boundsBodies() throws {
    try withStandIn { server, client in
      for (port, target, length, status) in [
        (server.port, "/imageSets", 65537, 413), (server.storagePort, "/frames", 20_971_520 + 65537, 400),
      ] {
        let connection = TestConnection(port: port)
        connection.send(
          "POST \(target) HTTP/1.1\r\nHost: h\r\nx-api-key: stand-in-key\r\nContent-Length: \(length)\r\n\r\n")
        #expect(connection.receive().status == status)
      }
    }
  }

  @Test("Who waits for 100 Continue is told to go on, and who breaks a rule is told so instead")
  func continues() throws {
    try withStandIn { server, _ in
      let body = TestClient.setBody.text
      let connection = TestConnection(port: server.port)
      connection.send(
        "POST /imageSets HTTP/1.1\r\nHost: h\r\nx-api-key: stand-in-key\r\nContent-Type: application/json\r\n"
          + "Expect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
      #expect(connection.take(25) == Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
      connection.send(body)
      #expect(connection.receive().status == 201)
      connection.send(
        "POST /imageSets HTTP/1.1\r\nHost: h\r\nx-api-key: stand-in-key\r\nExpect: 100-continue\r\nContent-Length: 70000\r\n\r\n"
      )
      #expect(connection.receive().status == 413)
    }
  }

  @Test("Every answer carries the server's time")
  func datesAnswers() throws {
    try withStandIn { _, client in
      #expect(client.get("/captureUnits").answer?.headers["date"] == "Fri, 15 Jan 2027 08:00:00 GMT")
    }
  }

  @Test("Stopping ends open connections and frees the ports")
  func stops() throws {
    let server = try StandInServer()
    server.start()
    let (port, storagePort) = (server.port, server.storagePort)
    let connection = TestConnection(port: port)
    connection.send(WireTests.good + "\r\n")
    #expect(connection.receive().status == 200)
    server.stop()
    #expect(connection.receive() == .cut([]))
    let second = try StandInServer(port: port, storagePort: storagePort)
    #expect(second.url == "http://127.0.0.1:\(port)")
  }

  @Test("A port that is taken is one clear problem")
  func portTaken() throws {
    let first = try StandInServer()
    #expect(throws: SocketProblem.self) { try StandInServer(port: first.port) }
  }
}
