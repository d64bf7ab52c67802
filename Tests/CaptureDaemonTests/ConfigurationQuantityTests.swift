import Testing

@testable import CaptureDaemon

@Suite("Numbers with units")
struct ConfigurationQuantityTests {
  @Test(
    "Durations are read exactly",
    arguments: [
      ("1.5 s", 1_500_000_000), ("0.1 s", 100_000_000), ("250 ms", 250_000_000), ("2 min", 120_000_000_000),
      ("48 h", 172_800_000_000_000), ("7 d", 604_800_000_000_000), ("1s", 1_000_000_000), ("0", 0), ("0.0", 0),
      ("0.000000001 s", 1), ("1.2500 ms", 1_250_000),
    ])
  func times(text: String, nanoseconds: Int64) throws {
    #expect(try Quantity.read(text, units: Quantity.times, example: "1 s") == nanoseconds)
  }

  @Test(
    "Sizes are read exactly",
    arguments: [
      ("20 GiB", 20 << 30), ("1.5 GiB", 3 << 29), ("512 MiB", 512 << 20), ("1 kB", 1000), ("3 B", 3),
      ("2 TB", 2_000_000_000_000),
    ])
  func sizes(text: String, bytes: Int64) throws {
    #expect(try Quantity.read(text, units: Quantity.sizes, example: "1 MiB") == bytes)
  }

  @Test(
    "What is no number with a unit is refused",
    arguments: [
      "", " ", "s", "1", "1 S", "1 seconds", "-1 s", "+1 s", "1e3 s", "1,5 s", "1. s", ".5 s", "1.5.5 s", "0x10 s",
      "1 s s",
      "99999999999999999999 s", "9223372036854775807 h", "1 m", "٣ s", "inf s", "nan s",
    ])
  func refused(text: String) {
    #expect(throws: Unreadable.self) { try Quantity.read(text, units: Quantity.times, example: "1 s") }
  }

  @Test(
    "Values print in the largest unit that needs no fraction",
    arguments: [
      (Duration.seconds(120), "2 min"), (.seconds(48 * 3600), "48 h"), (.milliseconds(1500), "1500 ms"),
      (.seconds(90), "90 s"),
      (.zero, "0 ms"),
    ])
  func printed(value: Duration, text: String) {
    #expect(Quantity.write(value) == text)
  }

  @Test(
    "The nearest known word is found, and none when none is near",
    arguments: [
      ("qualty", "quality"), ("Quality", "quality"), ("mehtod", "method"), ("zebra", nil), ("", nil),
    ])
  func nearestWord(word: String, expected: String?) {
    #expect(nearest(to: word, among: ["quality", "method", "filterStrength"]) == expected)
  }
}
