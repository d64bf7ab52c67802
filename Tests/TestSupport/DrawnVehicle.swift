/// The rear of a car, drawn with rectangles: body, window, lamps, bumper, and a plate with letters, or without.
public struct DrawnVehicle: Sendable {
  /// Pixels of a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Row after row, 0 black to 255 white.
  public let pixels: [UInt8]
  /// The plate's rectangle.
  public let plate: (x: Int, y: Int, width: Int, height: Int)

  private static let letters: [[UInt8]] = [
    [0x1E, 0x11, 0x11, 0x1E, 0x14, 0x12, 0x11], [0x11, 0x12, 0x14, 0x18, 0x14, 0x12, 0x11],
    [0x1F, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08], [0x0E, 0x11, 0x10, 0x16, 0x11, 0x11, 0x0E],
    [0x02, 0x06, 0x0A, 0x12, 0x1F, 0x02, 0x02], [0x0E, 0x11, 0x11, 0x11, 0x1F, 0x11, 0x11],
    [0x1E, 0x11, 0x11, 0x1E, 0x11, 0x11, 0x1E],
  ]

  /// A car whose plate is `plateWidth` pixels wide, its middle at `x`, `y`.
  public init(width: Int, height: Int, plateWidth: Int, x: Int, y: Int, hasPlate: Bool = true) {
    var pixels = [UInt8](repeating: 0, count: width * height)
    for row in 0..<height { for column in 0..<width { pixels[row * width + column] = row < height / 3 ? 150 : 118 } }
    let millimetre = Double(plateWidth) / 520
    func fill(_ left: Double, _ bottom: Double, _ across: Double, _ up: Double, _ value: UInt8) {
      // Millimetres from the plate's middle, up is positive.
      let from = (x: Double(x) + left * millimetre, y: Double(y) - (bottom + up) * millimetre)
      let right = min(width, Int((from.x + across * millimetre).rounded()))
      let foot = min(height, Int((from.y + up * millimetre).rounded()))
      let columns = stride(from: max(0, Int(from.x.rounded())), to: right, by: 1)
      let rows = stride(from: max(0, Int(from.y.rounded())), to: foot, by: 1)
      for row in rows { for column in columns { pixels[row * width + column] = value } }
    }
    fill(-850, -420, 1700, 250, 25)  // shadow and wheels
    fill(-850, -260, 1700, 720, 70)  // body
    fill(-700, 460, 1400, 480, 74)  // roof
    fill(-620, 480, 1240, 380, 30)  // window
    fill(-840, 60, 260, 240, 130)  // lamps
    fill(580, 60, 260, 240, 130)
    fill(-850, -250, 1700, 120, 48)  // bumper
    fill(-340, -90, 680, 180, 50)  // where the plate is bolted
    fill(-50, 220, 100, 70, 190)  // badge
    if hasPlate {
      fill(-260, -56, 520, 112, 232)
      fill(-260, -56, 45, 112, 70)
      for (index, rows) in Self.letters.enumerated() {
        for (line, bits) in rows.enumerated() {
          for column in 0..<5 where bits >> UInt8(4 - column) & 1 == 1 {
            fill(-195 + Double(index) * 63 + Double(column) * 9, 30 - Double(line) * 11, 10, 11, 25)
          }
        }
      }
    }
    self.width = width
    self.height = height
    self.pixels = pixels
    let tall = Int((112 * millimetre).rounded())
    plate = (x - plateWidth / 2, y - tall / 2, plateWidth, tall)
  }
}
