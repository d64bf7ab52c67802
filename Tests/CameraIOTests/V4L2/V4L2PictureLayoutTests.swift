import Testing

@testable import CameraIO

@Suite("How raw pictures come out of the driver's memory")
struct V4L2PictureLayoutTests {
  /// One byte a sample, all different from their neighbours; `pad` bytes of 0xEE behind each row.
  static func rows(_ count: Int, _ bytes: Int, pad: Int, seed: Int) -> [UInt8] {
    (0..<count).flatMap { row in
      (0..<bytes).map { UInt8(truncatingIfNeeded: seed + row * 31 + $0 * 7) } + [UInt8](repeating: 0xEE, count: pad)
    }
  }

  struct Case: CustomTestStringConvertible {
    let name: String
    let format: FrameFormat.PixelFormat
    let width: Int
    let height: Int
    let pad: Int
    let isSplit: Bool
    var testDescription: String { "\(name) \(width)x\(height), padded by \(pad)\(isSplit ? ", split" : "")" }
  }

  static let cases: [Case] =
    [
      ("YUYV", .yuyv), ("UYVY", .uyvy), ("GREY", .grey), ("NV12", .nv12), ("YU12", .yuv420), ("422P", .yuv422),
    ].flatMap { name, format in
      [(8, 6, 0), (8, 6, 8), (10, 4, 6)].map { width, height, pad in
        Case(name: name, format: format, width: width, height: height, pad: pad, isSplit: false)
      }
    }
    + [("NM12", .nv12), ("YM12", .yuv420), ("YM16", .yuv422)].flatMap { name, format in
      [0, 8].map { Case(name: name, format: format, width: 8, height: 6, pad: $0, isSplit: true) }
    }

  @Test(
    "Every format keeps every byte, with and without padding, in one piece of memory and in several", arguments: cases)
  func everyByte(one: Case) throws {
    let format = FrameFormat(width: one.width, height: one.height, pixelFormat: one.format)
    var expected: [UInt8] = []
    var pieces: [[UInt8]] = []
    for (index, plane) in format.planes.enumerated() {
      expected += Self.rows(plane.rows, plane.rowBytes, pad: 0, seed: index * 50)
      // Half as wide chroma has half the padding.
      let isHalf = plane.rowBytes * 2 <= format.planes[0].rowBytes && index > 0
      pieces.append(
        Self.rows(plane.rows, plane.rowBytes, pad: isHalf && !one.isSplit ? one.pad / 2 : one.pad, seed: index * 50))
    }
    let memories = one.isSplit ? pieces : [pieces.flatMap { $0 }]
    let given = V4L2Format(
      fourCC: FourCC(one.name), size: V4L2Size(width: one.width, height: one.height),
      planes: memories.enumerated().map { index, bytes in
        .init(bytesPerLine: format.planes[index].rowBytes + one.pad, sizeImage: bytes.count)
      }, range: .full, matrix: .bt601)
    let layout = try #require(V4L2PictureLayout(one.format, given))
    #expect(layout.isWhole(bytesUsed: memories.map(\.count)))
    #expect(
      !layout.isWhole(bytesUsed: memories.dropLast().map(\.count) + [memories[memories.count - 1].count - one.pad - 1]))
    let pool = FramePool(byteBudget: 1 << 20)
    guard var lease = pool.lease(capacity: format.byteCount ?? 0) else {
      Issue.record("no room")
      return
    }
    let buffers = memories.map { UnsafeMutableRawBufferPointer.allocate(byteCount: $0.count, alignment: 16) }
    defer { for buffer in buffers { buffer.deallocate() } }
    for index in buffers.indices { buffers[index].copyBytes(from: memories[index]) }
    let planes = buffers.map { MappedPlane(start: UnsafeRawPointer($0.baseAddress!), count: $0.count) }
    lease.withBytes { layout.copy(planes, into: &$0) }
    let frame = lease.seal(
      byteCount: expected.count, camera: .topLeft, sequence: 0, time: MonotonicTime(nanoseconds: 0), format: format)
    let found = frame.withBytes { bytes in
      (0..<bytes.byteCount).map { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
    }
    #expect(found == expected)
  }
}
