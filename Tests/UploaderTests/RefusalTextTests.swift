import Foundation
import Testing

@testable import Uploader

@Suite struct RefusalTextTests {
  @Test(
    "What a refusal says becomes one short line, whoever wrote it",
    arguments: [
      (#"{"message": "no such unit"}"#, "no such unit"),
      (
        "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
        "AccessDenied: Request has expired"
      ),
      ("<Error><Code>SlowDown</Code></Error>", "SlowDown"),
      ("<html><body>502 Bad Gateway</body></html>", ""),
      (#"{"message": "one\r\ntwo\u2028three\u202Efour\u0007"}"#, "one  two three four"),
    ])
  func line(body: String, expected: String) {
    #expect(RefusalText.line(of: HTTPResponse(status: 403, body: Data(body.utf8))) == expected)
  }

  @Test(
    "No refusal makes an endless line, whatever its characters are made of",
    arguments: [
      // Two scalars that are one character, until they are cleaned; and one character without an end.
      String(repeating: "\r\n", count: 400), "x" + String(repeating: "\r\n", count: 199) + "y",
      "e" + String(repeating: "\u{301}", count: 4000),
    ])
  func endless(message: String) {
    let body = "<Error><Code>a\(message)b</Code></Error>"
    let line = RefusalText.line(of: HTTPResponse(status: 403, body: Data(body.utf8)))
    #expect(line.unicodeScalars.count <= RefusalText.maximumScalars)
    #expect(line.hasPrefix("a") || line.hasPrefix("á"))
  }
}
