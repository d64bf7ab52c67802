import Foundation
import TestSupport
import Testing

@testable import CaptureDaemon

@Suite("Default, file, environment, command line")
struct ConfigurationLayersTests {
  @Test("The later layer wins, and every value says where it comes from")
  func precedence() throws {
    let text = "webp:\n  quality: 71\n  method: 1\n  filterStrength: 5\n"
    let loaded = try loaded(
      text, environment: ["CAPTURE_WEBP_QUALITY": "72", "CAPTURE_WEBP_METHOD": "3", "CAPTURE_LOG_LEVEL": ""],
      overrides: [ConfigurationOverride(key: "webp.quality", text: "73")])
    #expect(loaded.configuration.webp == .init(quality: 73, method: 3, filterStrength: 5))
    #expect(loaded.origin(of: "webp.quality") == .commandLine("--set"))
    #expect(loaded.origin(of: "webp.method") == .environment("CAPTURE_WEBP_METHOD"))
    #expect(loaded.origin(of: "webp.filterStrength") == .file("f.yaml", line: 4))
    #expect(loaded.origin(of: "log.level") == .builtIn)
    #expect(loaded.values.first { $0.key == "webp.method" }?.value == .integer(3))
  }

  @Test(
    "Every single value can be given by the environment and is named after its key",
    arguments: [
      ("cloud.apiKeyFile", "CAPTURE_CLOUD_API_KEY_FILE"), ("unit.id", "CAPTURE_UNIT_ID"),
      ("captureSet.minLicensePlateArea", "CAPTURE_CAPTURE_SET_MIN_LICENSE_PLATE_AREA"),
      ("lane.preRoll", "CAPTURE_LANE_PRE_ROLL"),
    ])
  func environmentNames(key: String, name: String) {
    #expect(SettingTable.environmentName(of: key) == name)
    #expect(SettingTable.configuration.contains { $0.key == key })
  }

  @Test(
    "An override that is wrong is refused with its name",
    arguments: [
      (
        ["CAPTURE_WEBP_QUALITY": "900"],
        "environment: CAPTURE_WEBP_QUALITY: webp.quality: 900 is out of range; allowed: a whole number 0...100"
      ),
      (
        ["CAPTURE_CLOUD_URI": "x"], "environment: CAPTURE_CLOUD_URI: unknown variable (did you mean CAPTURE_CLOUD_URL?)"
      ),
      (
        ["CAPTURE_CAMERAS": "x"],
        "environment: CAPTURE_CAMERAS: cameras: is a list or map, which the configuration file alone can give"
      ),
      (
        ["CAPTURE_CAPTURE_SET_LENSES": "x"],
        "environment: CAPTURE_CAPTURE_SET_LENSES: captureSet.lenses: is a list or map, which the configuration file alone can give"
      ),
    ])
  func wrongEnvironment(environment: [String: String], line: String) {
    #expect(problems("", environment: environment) == [line])
  }

  @Test(
    "The API key itself is taken neither from the environment nor from the command line, nor repeated",
    arguments: [
      "CAPTURE_API_KEY", "CAPTURE_CLOUD_API_KEY", "CAPTURE_CLOUD_APIKEY", "CAPTURE_CLOUD_TOKEN",
    ])
  func keyInEnvironment(name: String) {
    let lines = problems("", environment: [name: "hunter2"])
    #expect(lines.count == 1 && lines.joined().contains("cloud.apiKeyFile"))
    #expect(!lines.joined().contains("hunter2"))
    let set = problems("", overrides: [ConfigurationOverride(key: "cloud.apiKey", text: "hunter2")])
    #expect(set.count == 1 && !set.joined().contains("hunter2"))
  }

  @Test("A variable of somebody else is a warning, no reason to stay down")
  func foreignVariable() throws {
    let loaded = try loaded("", environment: ["CAPTURE_FOO": "1", "PATH": "/bin"])
    #expect(loaded.warnings.map(\.description) == ["environment: CAPTURE_FOO: unknown variable, not used"])
  }

  @Test("KEY=VALUE is taken apart at the first equals sign")
  func overrideArgument() {
    #expect(
      ConfigurationOverride(argument: "cloud.url=https://a/?b=c") == .init(key: "cloud.url", text: "https://a/?b=c"))
    #expect(ConfigurationOverride(argument: "lens=")?.text == "")
    #expect(ConfigurationOverride(argument: "=x") == nil)
    #expect(ConfigurationOverride(argument: "x") == nil)
    #expect(
      problems("", overrides: [.init(key: "webp.qualit", text: "3")])
        == ["command line: --set: webp.qualit: unknown key (did you mean 'webp.quality'?)"])
  }

  @Test("What talks to the cloud says all that it misses, and everything else does without")
  func requireCloud() throws {
    let empty = try loaded("cloud:\n  url: null\n")
    let error = #expect(throws: ConfigurationProblems.self) { try empty.requireCloud() }
    #expect(
      error?.problems.map(\.description) == [
        "f.yaml: unit.id: is needed to talk to the cloud; allowed: a UUID like 49578ed9-2ea7-42b4-9d2b-79a098265197",
        "f.yaml:2: cloud.url: is needed to talk to the cloud; allowed: https://HOST[:PORT][/PATH], or http:// for a loopback address",
        "f.yaml: cloud.apiKeyFile: is needed to talk to the cloud; allowed: an absolute path",
      ])
    let text = "unit: {id: 49578ed9-2ea7-42b4-9d2b-79a098265197}\ncloud: {url: 'https://a', apiKeyFile: /k}"
    #expect(
      try loaded(text).requireCloud()
        == CloudAccess(unitID: "49578ed9-2ea7-42b4-9d2b-79a098265197", url: "https://a", caFile: nil))
  }

  @Test("Without cloud.apiKeyFile the systemd credential will do")
  func credential() throws {
    let directory = try TemporaryDirectory()
    let text = "unit: {id: 49578ed9-2ea7-42b4-9d2b-79a098265197}\ncloud: {url: 'https://a'}"
    let environment = ["CREDENTIALS_DIRECTORY": directory.path]
    #expect(throws: ConfigurationProblems.self) { try loaded(text, environment: environment).requireCloud() }
    try "k".write(toFile: directory.file("api-key"), atomically: true, encoding: .utf8)
    #expect(try loaded(text, environment: environment).requireCloud().url == "https://a")
  }
}
