import Foundation
import TestSupport
import Testing

@testable import CameraIO

@Suite("The header of a JPEG")
struct JPEGHeaderTests {
  /// SOI, a comment, SOF0 of 640x480, SOS, some data, EOI.
  static let start: [UInt8] = [0xFF, 0xD8, 0xFF, 0xFE, 0, 4, 1, 2]
  static func frameHeader(_ width: Int, _ height: Int, marker: UInt8 = 0xC0) -> [UInt8] {
    [
      0xFF, marker, 0, 11, 8, UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8), UInt8(width & 255), 1, 1,
      0x11, 0,
    ]
  }
  static let scan: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34, 0xFF, 0x00, 0x56]
  static let end: [UInt8] = [0xFF, 0xD9]

  static func read(_ bytes: [UInt8]) -> [Int]? {
    bytes.withUnsafeBytes { JPEGHeader($0.bytes) }.map { [$0.width, $0.height] }
  }

  static let whole: [(String, [UInt8], [Int])] = [
    ("baseline", start + frameHeader(640, 480) + scan + end, [640, 480]),
    ("progressive", start + frameHeader(1920, 1200, marker: 0xC2) + scan + end, [1920, 1200]),
    ("largest", start + frameHeader(16383, 16383) + scan + end, [16383, 16383]),
    ("fill bytes before a marker", start + [0xFF, 0xFF] + frameHeader(64, 48) + scan + end, [64, 48]),
    ("zeros after the end", start + frameHeader(64, 48) + scan + end + [UInt8](repeating: 0, count: 4000), [64, 48]),
    (
      "a thumbnail's end inside a segment",
      [0xFF, 0xD8, 0xFF, 0xE1, 0, 4, 0xFF, 0xD9] + frameHeader(64, 48) + scan + end, [64, 48]
    ),
  ]

  @Test("A whole picture tells its size", arguments: whole)
  func readsSize(name: String, bytes: [UInt8], size: [Int]) { #expect(Self.read(bytes) == size, "\(name)") }

  static let broken: [(String, [UInt8])] = [
    ("nothing", []), ("only a start", [0xFF, 0xD8]), ("text", Array("this is no picture at all".utf8)),
    ("zeros", [UInt8](repeating: 0, count: 100)),
    ("no start", Array((start + frameHeader(6, 4) + scan + end).dropFirst(2))),
    ("no end", start + frameHeader(64, 48) + scan),
    ("end too far from the end", start + frameHeader(64, 48) + scan + end + [UInt8](repeating: 1, count: 5000)),
    ("end only inside a segment", [0xFF, 0xD8, 0xFF, 0xE1, 0, 4, 0xFF, 0xD9] + frameHeader(64, 48) + scan),
    ("no frame header", start + scan + end), ("no picture data", start + frameHeader(64, 48) + end),
    ("no picture data at all", start + frameHeader(64, 48)),
    ("width 0", start + frameHeader(0, 48) + scan + end), ("height 0", start + frameHeader(64, 0) + scan + end),
    ("too wide", start + frameHeader(16384, 48) + scan + end),
    ("too high", start + frameHeader(48, 65535) + scan + end),
    ("two frame headers", start + frameHeader(64, 48) + frameHeader(64, 48) + scan + end),
    ("a segment longer than the file", [0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF] + scan + end),
    ("a segment of length 1", [0xFF, 0xD8, 0xFF, 0xE0, 0, 1, 0, 0] + frameHeader(64, 48) + scan + end),
    ("a frame header too short", [0xFF, 0xD8, 0xFF, 0xC0, 0, 4, 8, 0] + scan + end),
    ("garbage between segments", start + [0x00] + frameHeader(64, 48) + scan + end),
  ]

  @Test("What is no whole picture has no size", arguments: broken)
  func refuses(name: String, bytes: [UInt8]) { #expect(Self.read(bytes) == nil, "\(name)") }

  @Test("A real picture is refused wherever it is cut off, and damage never reads beyond the end")
  func survivesDamage() throws {
    let directory = try TemporaryDirectory()
    let picture = try #require(try Fixtures.jpegs(1, in: directory).first)
    #expect(Self.read(picture) == [64, 48])
    for length in 0..<picture.count { #expect(Self.read(Array(picture.prefix(length))) == nil, "cut at \(length)") }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      var damaged = picture
      for _ in 0..<8 {
        damaged[Int.random(in: 2..<min(700, picture.count), using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if let size = Self.read(damaged) { #expect(size.allSatisfy { (1...16383).contains($0) }) }
    }
  }
}
