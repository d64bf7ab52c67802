import Foundation
import Testing

@testable import CaptureDaemon

@Suite("JSON lines")
struct JSONLineTests {
  @Test("Members keep their order, and the line is JSON")
  func membersKeepTheirOrder() throws {
    let line = JSONLine.line(["event": .string("passage"), "b": .integer(1), "a": .array([.bool(true), .null])])
    #expect(line.text == #"{"event":"passage","b":1,"a":[true,null]}"#)
    let read = try JSONSerialization.jsonObject(with: Data(line.text.utf8)) as? [String: Any]
    #expect(read?["event"] as? String == "passage")
  }

  @Test(
    "Numbers are rounded and lose their trailing zeros",
    arguments: [(1.0, "1"), (1.5, "1.5"), (11.9604, "11.96"), (-0.0001, "0"), (.infinity, "null")])
  func numbers(value: Double, text: String) {
    #expect(JSONLine.seconds(value).text == text)
  }

  @Test("Whatever a string holds, it stays one line and reads back the same")
  func strings() throws {
    let nasty = "a\"b\\c\nd\u{1}e\u{2028}f\tg é 車"
    let text = JSONLine.array([.string(nasty)]).text
    #expect(!text.contains("\n") && !text.contains("\u{2028}"))
    #expect(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String] == [nasty])
  }
}
