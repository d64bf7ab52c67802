import Foundation
import Testing

@testable import Uploader

@Suite("Reading JSON that anybody may have written")
struct JSONReaderTests {
  private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)) }

  static let good: [(String, JSONValue)] = [
    ("null", .null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .number("0")),
    ("-1.5e+3", .number("-1.5e+3")),
    ("\"\"", .string("")), (#""a\"\\\/\b\f\n\r\t""#, .string("a\"\\/\u{8}\u{C}\n\r\t")), (#""\u00e4""#, .string("ä")),
    (#""\ud83d\ude97""#, .string("🚗")), ("\"ä🚗\"", .string("ä🚗")), ("[]", .array([])),
    ("[1,[null]]", .array([.number("1"), .array([.null])])),
    ("{}", .object([])),
    (
      #"{"b":1,"a":null,"c":{}}"#,
      .object([.init(name: "b", value: .number("1")), .init(name: "c", value: .object([]))])
    ),
  ]

  @Test("What is JSON is read", arguments: good)
  func reads(text: String, value: JSONValue) throws {
    #expect(try read(text) == value)
  }

  @Test(
    "What is none is refused",
    arguments: [
      "", " ", "nul", "tru", "True", "01", "1.", ".5", "+1", "1e", "-", "0x1", "\"", "\"a", "\"\\", "\"\\x\"",
      "\"\\u12\"",
      "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\u{1}\"", "\"a\nb\"", "[", "[1", "[1,",
      "[1,]", "[,1]",
      "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "1 2", "[]]", "'a'", "NaN",
      "Infinity",
      String(repeating: "9", count: 65),
    ])
  func refuses(text: String) {
    #expect(throws: JSONReader.Fault.self) { try read(text) }
  }

  @Test("64 levels are read and 65 are not, in lists and in objects")
  func depth() throws {
    func nested(_ depth: Int, _ open: String, _ close: String) -> String {
      String(repeating: open, count: depth - 1) + "1" + String(repeating: close, count: depth - 1)
    }
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      #expect(throws: Never.self) { try read(nested(64, open, close)) }
      #expect(throws: JSONReader.Fault.self) { try read(nested(65, open, close)) }
      #expect(throws: JSONReader.Fault.self) { try read(nested(200_000, open, close)) }
    }
  }

  @Test("Every beginning of an answer is refused, never a crash")
  func everyPrefix() {
    let text = Array(
      #"{"success":true,"data":{"items":[{"id":"\u00e4\ud83d\ude97","n":-1.5e3,"x":[null,false]}]}}"#.utf8)
    for count in 0..<text.count {
      #expect(throws: JSONReader.Fault.self) { try JSONReader.read(text.prefix(count)) }
    }
  }

  @Test("Bytes that were changed are refused or read, never a crash")
  func everyChange() {
    let text = Array(#"{"success":true,"data":{"items":[{"id":"a\u00e4","n":-1.5e3}]}}"#.utf8)
    var read = 0
    for index in text.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = text
        changed[index] = byte
        if (try? JSONReader.read(changed)) != nil { read += 1 }
      }
    }
    #expect(read > text.count)
  }

  @Test(
    "Whole numbers are whole numbers, however written",
    arguments: [
      ("5", 5), ("5.0", 5), ("5e3", 5000), ("-7", -7), ("5.5", nil), ("1e300", nil), ("99999999999999999999", nil),
    ]
      as [(String, Int?)])
  func integers(text: String, value: Int?) throws {
    #expect(try read(text).integer == value)
  }
}

@Suite("When a form ends")
struct PresignedFormTests {
  private func policy(_ json: String) -> [FormField] {
    [FormField("key", "k"), FormField("policy", Data(json.utf8).base64EncodedString())]
  }

  @Test("The expiration stands in the policy")
  func fromPolicy() {
    for (text, seconds) in [
      ("2027-01-15T08:00:00Z", 1_800_000_000), ("2027-01-15T08:00:00.999Z", 1_800_000_000),
      ("2028-02-29T00:00:00Z", 1_835_395_200), ("1970-01-01T00:00:00.000Z", 0),
    ] {
      let form = PresignedForm(url: "https://s.example", fields: policy(#"{"expiration":"\#(text)","conditions":[]}"#))
      #expect(form.expiresAt == seconds)
    }
  }

  @Test("Or follows from date and duration, among the fields or in the address")
  func fromDate() {
    let inFields = [FormField("X-Amz-Date", "20270115T080000Z"), FormField("x-amz-expires", "3600")]
    #expect(PresignedForm(url: "https://s.example", fields: inFields).expiresAt == 1_800_003_600)
    let url = "https://s.example/a?X-Amz-Expires=60&X-Amz-Date=20270115T080000Z"
    #expect(PresignedForm(url: url, fields: []).expiresAt == 1_800_000_060)
  }

  @Test(
    "A form that does not say is used until the answer tells",
    arguments: [
      "!!!", "", #"{"expiration":7}"#, #"{"expiration":"tomorrow"}"#, #"{"expiration":"2027-13-15T08:00:00Z"}"#,
    ])
  func unknown(json: String) {
    let form = PresignedForm(url: "https://s.example", fields: policy(json))
    #expect(form.expiresAt == nil)
    #expect(form.isGood(at: 1e12, forSeconds: 1e6))
    #expect(PresignedForm(url: "https://s.example", fields: [FormField("policy", "%%%")]).expiresAt == nil)
  }

  @Test("It must be good for as long as it is needed, by the server's clock")
  func isGood() {
    let form = PresignedForm(url: "https://s.example", fields: policy(#"{"expiration":"2027-01-15T08:00:00Z"}"#))
    #expect(form.isGood(at: 1_799_999_880, forSeconds: 120))
    #expect(!form.isGood(at: 1_799_999_881, forSeconds: 120))
  }

  @Test("Written down and read back it is the same, in the same order")
  func codable() throws {
    let form = PresignedForm(
      url: "https://s.example", fields: policy(#"{"expiration":"2027-01-15T08:00:00Z"}"#) + [FormField("a", "\r\n\"ä")])
    #expect(try JSONDecoder().decode(PresignedForm.self, from: JSONEncoder().encode(form)) == form)
  }
}

@Suite("Plates and ids")
struct LicensePlateTests {
  @Test(
    "A plate is brought into the cloud's form, or it is none",
    arguments: [
      ("kl 98-02", "dk", "DK#KL9802"), ("AB·123", "NO", "NO#AB123"), ("ABCDEFGH12345678", "de", "DE#ABCDEFGH12345678"),
      ("ABCDEFGH123456789", "DE", nil), ("", "NO", nil), (" - ", "NO", nil), ("A#1", "NO", "NO#A1"), ("A1", "N", nil),
      ("A1", "NOR", nil), ("A1", "N1", nil), ("A1", "", nil), ("A1", "ÆØ", nil),
    ] as [(String, String, String?)])
  func plates(number: String, country: String, prefixed: String?) {
    #expect(LicensePlate(registrationNo: number, countryCode: country)?.prefixed == prefixed)
  }

  @Test(
    "Ids are opaque, but harmless",
    arguments: [
      ("eb68886e-cbbb-4681-bef1-3a13a6c6dba6", true), ("12345678-wxyz-wxyz-wxyz-12345678", true), ("a_B-9", true),
      ("", false),
      ("a b", false), ("a/b", false), ("..", false), ("a\n", false), ("ä", false),
      (String(repeating: "a", count: 128), true),
      (String(repeating: "a", count: 129), false),
    ])
  func ids(text: String, isValid: Bool) {
    #expect(CloudID.isValid(text) == isValid)
  }
}
