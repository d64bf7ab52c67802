import Foundation
import TestSupport
import Testing

@testable import Uploader

@Suite("The API key")
struct APIKeyTests {
  @Test(
    "The key is the one word in its file",
    arguments: [("abc-123", "abc-123"), ("abc\n", "abc"), ("  abc\r\n\n", "abc"), ("\tabc=/+", "abc=/+")])
  func read(text: String, key: String) throws {
    let directory = try TemporaryDirectory()
    let read = try APIKey(path: try ScriptedCloud.keyFile(in: directory, text))
    #expect(read.current == Secret(key))
  }

  @Test(
    "A file that holds no key is refused in one line that does not show it",
    arguments: ["", "\n", "secret canary", "secret\ncanary", "secret\u{1}canary", "sécret-canary", "secret\0canary"])
  func refused(text: String) throws {
    let directory = try TemporaryDirectory()
    let path = try ScriptedCloud.keyFile(in: directory, text)
    #expect {
      _ = try APIKey(path: path)
    } throws: { error in
      let line = "\(error)"
      return line.hasPrefix("\(path): ") && !line.contains("\n") && !line.contains("canary")
    }
  }

  @Test("A key file beyond 4 KiB is no key file")
  func tooLong() throws {
    let directory = try TemporaryDirectory()
    let fits = try ScriptedCloud.keyFile(in: directory, String(repeating: "k", count: 4096))
    #expect(try APIKey(path: fits).current == Secret(String(repeating: "k", count: 4096)))
    let path = try ScriptedCloud.keyFile(in: directory, String(repeating: "k", count: 4097))
    #expect(throws: CloudSetupError(path, "is longer than 4096 bytes: this is no API key")) {
      _ = try APIKey(path: path)
    }
  }

  @Test("A key that others may read is refused", arguments: [0o640, 0o604, 0o644, 0o660, 0o602])
  func readableByOthers(mode: Int) throws {
    let directory = try TemporaryDirectory()
    let path = try ScriptedCloud.keyFile(in: directory, "key", mode: mode)
    #expect(throws: CloudSetupError(path, "the API key may be read by others; run: chmod 600 \(path)")) {
      _ = try APIKey(path: path)
    }
    // The credentials directory is guarded by the system.
    #expect(try APIKey(credentialsDirectory: directory.path).current == Secret("key"))
  }

  @Test("The credentials directory goes before the configured file")
  func order() throws {
    let credentials = try TemporaryDirectory()
    let configured = try TemporaryDirectory()
    let path = try ScriptedCloud.keyFile(in: configured, "file")
    let environment = ["CREDENTIALS_DIRECTORY": credentials.path]
    #expect(try APIKey.find(path: path, environment: environment).current == Secret("file"))
    _ = try ScriptedCloud.keyFile(in: credentials, "credential", mode: 0o440)
    #expect(try APIKey.find(path: path, environment: environment).current == Secret("credential"))
    #expect(try APIKey.find(path: nil, environment: environment).current == Secret("credential"))
    #expect(throws: CloudSetupError("API key", "is not configured; name its file in cloud.apiKeyFile")) {
      _ = try APIKey.find(path: nil, environment: [:])
    }
  }

  @Test("A directory, a missing file: one line each")
  func notAFile() throws {
    let directory = try TemporaryDirectory()
    #expect(throws: CloudSetupError(directory.path, "the API key must be in a regular file")) {
      _ = try APIKey(path: directory.path)
    }
    #expect(throws: CloudSetupError.self) { _ = try APIKey(path: directory.file("none")) }
  }

  @Test("A bad file does not displace the key in force")
  func rereading() throws {
    let directory = try TemporaryDirectory()
    let path = try ScriptedCloud.keyFile(in: directory, "one")
    let key = try APIKey(path: path)
    #expect(try key.reread() == false)
    _ = try ScriptedCloud.keyFile(in: directory, "")
    #expect(throws: CloudSetupError.self) { try key.reread() }
    #expect(key.current == Secret("one"))
    _ = try ScriptedCloud.keyFile(in: directory, "two")
    #expect(try key.reread())
    #expect(key.current == Secret("two"))
  }

  @Test("However it is printed, a secret does not show, and neither does a request that carries it")
  func printing() throws {
    let secret = Secret("canary")
    let request = HTTPRequest(
      .post, try HTTPAddress("https://x.example/a?signature=canary"),
      headers: [HTTPHeader("x-api-key", "canary", isSecret: true)],
      body: .form(
        MultipartForm(fields: [FormField("policy", "canary")], file: FormFile(fileName: "a", content: .bytes(Data())))))
    let form = PresignedForm(url: "https://x.example/a?signature=canary", fields: [FormField("policy", "canary")])
    var dumped = ""
    for thing in [secret, request, form, request.headers, request.body, request.address, [secret]] as [Any] {
      dumped += "\(thing) \(String(reflecting: thing)) "
      dump(thing, to: &dumped)
    }
    #expect(!dumped.contains("canary"))
    #expect("\(secret)" == "Secret(\(secret.fingerprint))")
    #expect(Secret("abc").fingerprint == "sha256:ba7816bf")
  }
}
