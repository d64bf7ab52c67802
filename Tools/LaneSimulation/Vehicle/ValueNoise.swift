/// Smooth random unevenness over a plane: a table of random numbers, read between its points.
struct ValueNoise: Sendable {
  private let table: [Float]
  private static let side = 128
  /// A multiple of the side, larger than any place.
  private static let shift: Float = 4096

  init(seed: UInt64, stream: String) {
    var random = SeededRandom(seed: seed, stream: stream)
    table = (0..<Self.side * Self.side).map { _ in random.unit() * 2 - 1 }
  }

  /// -1...1, one bump per unit of `x` and `y`.
  func at(_ x: Float, _ y: Float) -> Float {
    // Shifted into the positive, where cutting off the fraction rounds down: a fraction of the cost of `floor`.
    let x = x + Self.shift
    let y = y + Self.shift
    let left = Int32(x)
    let low = Int32(y)
    let column = Int(left) & (Self.side - 1)
    let row = Int(low) & (Self.side - 1)
    let nextColumn = (column + 1) & (Self.side - 1)
    let nextRow = ((row + 1) & (Self.side - 1)) * Self.side
    let across = x - Float(left)
    let part = across * across * (3 - 2 * across)
    let up = y - Float(low)
    return unsafe table.withUnsafeBufferPointer { table in
      let one = unsafe mix(table[row * Self.side + column], table[row * Self.side + nextColumn], part)
      let other = unsafe mix(table[nextRow + column], table[nextRow + nextColumn], part)
      return mix(one, other, up * up * (3 - 2 * up))
    }
  }

  /// The raw table, one value per whole number.
  func grain(_ x: Int, _ y: Int) -> Float {
    table[(y & (Self.side - 1)) * Self.side + (x & (Self.side - 1))]
  }

  /// Three sizes of bumps at once, the largest one unit wide.
  func layered(_ x: Float, _ y: Float) -> Float {
    at(x, y) * 0.55 + at(x * 2.7 + 17, y * 2.7 + 5) * 0.3 + at(x * 7.1 + 3, y * 7.1 + 29) * 0.15
  }
}
