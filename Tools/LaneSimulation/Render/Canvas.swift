/// What the vehicles of one moment look like to one camera, before motion and noise: colour, coverage, nearness, whose.
///
/// Rows by columns without padding. Colour is luma and chroma (around 0) times coverage, and coverage itself, 0...256.
/// Owned by one rendering thread.
@safe final class Canvas {
  let width: Int
  let height: Int
  let colour: UnsafeMutablePointer<SIMD4<Int16>>
  /// One over the depth; 0 where there is nothing.
  let nearness: UnsafeMutablePointer<Float>
  /// The vehicle whose body or shadow it is; `shadowFlag` is set for a shadow.
  let owner: UnsafeMutablePointer<UInt8>
  static let shadowFlag: UInt8 = 0x80

  /// What was drawn into since `clear`.
  private(set) var dirty = PixelRect.nothing

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    let count = width * height
    unsafe colour = .allocate(capacity: count)
    unsafe nearness = .allocate(capacity: count)
    unsafe owner = .allocate(capacity: count)
    unsafe colour.initialize(repeating: SIMD4(), count: count)
    unsafe nearness.initialize(repeating: 0, count: count)
    unsafe owner.initialize(repeating: 0, count: count)
  }

  deinit {
    unsafe colour.deallocate()
    unsafe nearness.deallocate()
    unsafe owner.deallocate()
  }

  func touch(_ rect: PixelRect) { dirty = dirty.union(rect) }

  func clear() {
    for row in dirty.rows {
      let from = row * width + dirty.left
      let count = dirty.right - dirty.left
      unsafe (colour + from).update(repeating: SIMD4(), count: count)
      unsafe (nearness + from).update(repeating: 0, count: count)
      unsafe (owner + from).update(repeating: 0, count: count)
    }
    dirty = .nothing
  }
}

/// Columns left..<right, rows top..<bottom.
struct PixelRect: Equatable {
  var left: Int
  var top: Int
  var right: Int
  var bottom: Int

  static let nothing = PixelRect(left: .max, top: .max, right: 0, bottom: 0)

  var isEmpty: Bool { left >= right || top >= bottom }
  var rows: Range<Int> { isEmpty ? 0..<0 : top..<bottom }

  func union(_ other: PixelRect) -> PixelRect {
    if isEmpty { return other }
    if other.isEmpty { return self }
    return PixelRect(
      left: min(left, other.left), top: min(top, other.top), right: max(right, other.right),
      bottom: max(bottom, other.bottom))
  }

  func grown(by margin: Int, within width: Int, _ height: Int) -> PixelRect {
    isEmpty
      ? self
      : PixelRect(
        left: max(left - margin, 0), top: max(top - margin, 0), right: min(right + margin, width),
        bottom: min(bottom + margin, height))
  }
}
