/// A piece of the driver's memory that is mapped into ours: one plane of one buffer, or the filled part of it.
///
/// Safe by construction of its owner: `V4L2Stream` lets nobody read a plane after it was unmapped.
@safe struct MappedPlane {
  private let start: UnsafeRawPointer
  /// Bytes.
  let count: Int

  /// `count` bytes from `start` on.
  init(start: UnsafeRawPointer, count: Int) {
    unsafe self.start = start
    self.count = max(0, count)
  }

  /// The part from `offset` up to `end`, cut to what there is.
  func part(from offset: Int, to end: Int) -> MappedPlane {
    let end = min(max(0, end), count)
    let offset = min(max(0, offset), end)
    return unsafe MappedPlane(start: start + offset, count: end - offset)
  }

  /// The bytes; the span is valid inside `body` only.
  func withBytes<Result, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
    return try unsafe body(bytes.bytes)
  }

  /// Copies `count` bytes from `offset` on to `target` in `destination`; all three must lie within.
  func copy(_ count: Int, from offset: Int, to target: Int, in destination: inout MutableRawSpan) {
    precondition(offset >= 0 && count >= 0 && offset + count <= self.count, "outside of the driver's memory")
    unsafe destination.withUnsafeMutableBytes { bytes in
      unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[target..<target + count])
        .copyMemory(from: UnsafeRawBufferPointer(start: start + offset, count: count))
    }
  }

  /// Where it begins, for whoever has to give the memory back.
  var address: UnsafeRawPointer { unsafe start }
}
