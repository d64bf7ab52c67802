import Foundation
import Testing

@testable import CloudStandIn

@Suite("Texts and headers")
struct TextTests {
  @Test(
    "JSON is read as it stands, numbers and texts apart",
    arguments: [
      ("1", JSONValue.integer(1)), ("1.0", .number(1)), ("1e2", .number(100)), ("-0", .integer(0)), ("\"1\"", "1"),
      (" [ 1 , true , null ] ", [1, true, nil]), (#"{"a":{"b":"\u00e9\ud83d\ude97\n"}}"#, ["a": ["b": "é🚗\n"]]),
      ("{}", .object([:])), ("[]", []),
    ] as [(String, JSONValue)])
  func reads(text: String, value: JSONValue) throws {
    #expect(try JSONParser.parse(Array(text.utf8)) == value)
    #expect(try JSONParser.parse(Array(value.text.utf8)) == value)
  }

  @Test(
    "Broken JSON is refused",
    arguments: [
      "", " ", "{", "[1", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "01", "1.", "+1", "--1", "tru", "nulll", "1 2",
      "\"a", "\"\\x\"", "\"\\ud800\"", "\"\\u12g4\"", "\"\t\"", "{\"a\":1,\"a\":2}", "1e999",
      String(repeating: "[", count: 33) + String(repeating: "]", count: 33),
    ])
  func refuses(text: String) {
    #expect(throws: JSONProblem.self) { try JSONParser.parse(Array(text.utf8)) }
  }

  @Test("Text that is no UTF-8 is no JSON")
  func refusesOtherBytes() {
    #expect(throws: JSONProblem.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
  }

  @Test("The size of a picture is read from each kind of WebP file")
  func readsWebP() throws {
    let lossy =
      "UklGRloAAABXRUJQVlA4IE4AAADwAQCdASoQAAgADMDOJbACdH8ADN1JGAAA/oZPjVOgGbfhbBNVFr3A8X4atX9ppoUjP2BfLWKUmoYWQRc5zHXNIiI8GJg3weE2pIdcAAA="
    let lossless = "UklGRhwAAABXRUJQVlA4TA8AAAAvEUACAAcQ9Y/+ByKi/wEA"
    let small = try WebPHeader(Array(#require(Data(base64Encoded: lossy))))
    let red = try WebPHeader(Array(#require(Data(base64Encoded: lossless))))
    let extended = try WebPHeader(Picture.webP(16383, 1))
    #expect(small.width == 16 && small.height == 8)
    #expect(red.width == 18 && red.height == 10)
    #expect(extended.width == 16383 && extended.height == 1)
  }

  @Test("What is no whole WebP file is told apart")
  func refusesOtherPictures() {
    let whole = Picture.webP(640, 400)
    #expect(throws: WebPHeader.Problem.self) { try WebPHeader([]) }
    #expect(throws: WebPHeader.Problem.self) { try WebPHeader(Array("\u{FF}\u{D8}".utf8) + whole) }
    #expect(throws: WebPHeader.Problem.self) { try WebPHeader(Array(whole.dropLast())) }
    #expect(throws: WebPHeader.Problem.self) { try WebPHeader(whole + [0]) }
  }

  @Test(
    "File names carry a camera and a frame without leading zeros",
    arguments: [
      ("roofLeft_57.webp", "roofLeft"), ("backRight_0.webp", "backRight"), ("topLeft_999999.webp", "topLeft"),
      ("topLeft_1000000.webp", nil), ("topLeft_007.webp", nil), ("topLeft_00.webp", nil), ("topLeft_.webp", nil),
      ("topLeft_-1.webp", nil), ("middleLeft_1.webp", nil), ("topLeft1.webp", nil), ("topLeft_1.WEBP", nil),
      ("topLeft_1.webp.webp", nil), ("../topLeft_1.webp", nil), ("topLeft_1٣.webp", nil),
    ] as [(String, String?)])
  func fileNames(name: String, camera: String?) {
    #expect(ContractText.camera(ofFileName: name) == camera)
  }

  @Test(
    "HTTP dates are those of the calendar",
    arguments: [
      (0.0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_798_761_599.9, "Thu, 31 Dec 2026 23:59:59 GMT"),
    ])
  func dates(seconds: Double, text: String) {
    #expect(HTTPDate.text(seconds) == text)
  }
}
