import Testing

@testable import CaptureDaemon

@Suite("The status page")
struct StatusPageTests {
  @Test(
    "On loopback only loopback names may ask, so that no web page elsewhere reads it through a browser",
    arguments: [
      ("127.0.0.1:8080", true), ("localhost:8080", true), ("localhost", true), ("[::1]:8080", true),
      ("evil.example:8080", false), ("", false), ("127.0.0.1.evil.example", false), ("[::2]:8080", false),
    ])
  func hosts(host: String, isAllowed: Bool) {
    #expect(
      StatusPage.isAllowed(host: host, listeningOn: ListenAddress(host: "127.0.0.1", port: 8080)) == isAllowed)
    #expect(StatusPage.isAllowed(host: host, listeningOn: ListenAddress(host: "192.0.2.1", port: 8080)))
  }
}
