/// The measures of a vehicle, from which its shape and paint are made. Metres; places along it are distances behind the nose.
struct VehicleModel: Sendable {
  let name: String
  /// `car`, `van`, `lorry`, `trailer` (a car with one), `motorcycle`: the truth's word.
  let kind: String
  let length: Float
  let width: Float
  /// Height of the body's upper edge in the middle, from nose to tail: bonnet, windscreen, roof, boot.
  let top: [SIMD2<Float>]
  /// Height of the line below the side windows.
  let belt: Float
  let sill: Float
  let wheelRadius: Float
  let frontWheel: Float
  let rearWheel: Float
  let windscreen: ClosedRange<Float>
  let rearWindow: ClosedRange<Float>?
  /// Panes of the side, each from and to.
  let sideWindows: [ClosedRange<Float>]
  let doorGaps: [Float]
  /// Half width of the roof as a part of the half width of the body.
  let roofPart: Float
  var paint = Colour(150, 155, 160)
  /// What rolls behind it and belongs to it.
  var tow: Tow?

  /// From the nose to the very end, with what it tows.
  var lengthMetres: Double { Double(length + (tow?.reach ?? 0)) }

  /// With something behind it, and what it is called then.
  func towing(_ tow: Tow, name: String, kind: String) -> VehicleModel {
    VehicleModel(
      name: name, kind: kind, length: length, width: width, top: top, belt: belt, sill: sill,
      wheelRadius: wheelRadius, frontWheel: frontWheel, rearWheel: rearWheel, windscreen: windscreen,
      rearWindow: rearWindow, sideWindows: sideWindows, doorGaps: doorGaps, roofPart: roofPart, paint: paint, tow: tow)
  }

  func painted(_ colour: Colour) -> VehicleModel {
    var copy = self
    copy.paint = colour
    return copy
  }

  /// Height of the upper edge at `distance` behind the nose.
  func topHeight(_ distance: Float) -> Float {
    var before = top[0]
    for after in top.dropFirst() {
      if distance <= after.x {
        let part = (distance - before.x) / (after.x - before.x)
        return mix(before.y, after.y, clamp(part, 0, 1))
      }
      before = after
    }
    return before.y
  }

  /// Half of the body's width there: rounder at nose and tail.
  func halfWidth(_ distance: Float) -> Float {
    let nose = clamp(1 - distance / 0.7, 0, 1)
    let tail = clamp(1 - (length - distance) / 0.6, 0, 1)
    return width / 2 * (1 - 0.17 * nose * nose - 0.11 * tail * tail)
  }

  static let colours: [Colour] = [
    Colour(178, 182, 186), Colour(34, 52, 110), Colour(150, 26, 30), Colour(52, 54, 58), Colour(222, 222, 218),
    Colour(40, 92, 72), Colour(196, 120, 40),
  ]
}
