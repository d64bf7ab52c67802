/// The bodies that there are.
extension VehicleModel {
  /// What drives through most of the time.
  static let all: [VehicleModel] = [hatchback, van, saloon, offRoader]

  static let hatchback = VehicleModel(
    name: "hatchback", kind: "car", length: 4.28, width: 1.8,
    top: [
      [0, 0.70], [0.12, 0.78], [0.35, 0.85], [0.7, 0.92], [1.15, 0.99], [1.3, 1.05], [1.9, 1.38], [2.1, 1.43],
      [2.5, 1.46], [3.0, 1.46], [3.5, 1.42], [3.7, 1.38], [4.12, 1.08], [4.28, 0.98],
    ],
    belt: 0.93, sill: 0.2, wheelRadius: 0.315, frontWheel: 0.85, rearWheel: 3.48, windscreen: 1.22...1.98,
    rearWindow: 3.68...4.1, sideWindows: [1.62...2.52, 2.6...3.32, 3.4...3.72], doorGaps: [1.36, 2.56, 3.42],
    roofPart: 0.72)

  static let saloon = VehicleModel(
    name: "saloon", kind: "car", length: 4.76, width: 1.84,
    top: [
      [0, 0.66], [0.12, 0.75], [0.4, 0.83], [0.8, 0.9], [1.3, 0.97], [1.45, 1.02], [2.1, 1.34], [2.35, 1.4],
      [2.7, 1.44], [3.1, 1.43], [3.4, 1.39], [3.55, 1.35], [4.05, 1.1], [4.2, 1.06], [4.6, 1.04], [4.76, 0.96],
    ],
    belt: 0.92, sill: 0.18, wheelRadius: 0.325, frontWheel: 0.9, rearWheel: 3.73, windscreen: 1.38...2.16,
    rearWindow: 3.5...4.06, sideWindows: [1.82...2.64, 2.72...3.46], doorGaps: [1.5, 2.68, 3.6], roofPart: 0.7)

  static let offRoader = VehicleModel(
    name: "off-roader", kind: "car", length: 4.5, width: 1.86,
    top: [
      [0, 0.84], [0.1, 0.94], [0.4, 1.02], [0.8, 1.07], [1.2, 1.12], [1.32, 1.17], [1.85, 1.55], [2.1, 1.62],
      [2.6, 1.66], [3.6, 1.65], [3.95, 1.6], [4.32, 1.22], [4.5, 1.1],
    ],
    belt: 1.08, sill: 0.27, wheelRadius: 0.36, frontWheel: 0.88, rearWheel: 3.56, windscreen: 1.26...1.92,
    rearWindow: 3.94...4.3, sideWindows: [1.6...2.5, 2.58...3.4, 3.48...3.9], doorGaps: [1.4, 2.54, 3.5],
    roofPart: 0.78)

  static let van = VehicleModel(
    name: "van", kind: "van", length: 5.0, width: 1.92,
    top: [
      [0, 0.86], [0.08, 1.0], [0.4, 1.1], [0.75, 1.18], [0.9, 1.26], [1.5, 1.84], [1.75, 1.94], [2.2, 1.98],
      [4.6, 1.97], [4.85, 1.93], [4.95, 1.7], [5.0, 1.2],
    ],
    belt: 1.12, sill: 0.24, wheelRadius: 0.34, frontWheel: 0.95, rearWheel: 4.0, windscreen: 0.84...1.56,
    rearWindow: nil, sideWindows: [1.25...2.1, 2.2...3.3], doorGaps: [1.12, 2.15, 3.36], roofPart: 0.86)

  /// A panel van: longer than a field of view, and smooth behind its cab.
  static let transporter = VehicleModel(
    name: "transporter", kind: "van", length: 5.95, width: 2.02,
    top: [
      [0, 0.92], [0.08, 1.06], [0.4, 1.16], [0.8, 1.28], [0.95, 1.38], [1.65, 2.2], [1.95, 2.42], [2.4, 2.5],
      [5.6, 2.5], [5.8, 2.46], [5.9, 2.2], [5.95, 1.4],
    ],
    belt: 1.2, sill: 0.26, wheelRadius: 0.35, frontWheel: 1.0, rearWheel: 4.6, windscreen: 0.9...1.75,
    rearWindow: nil, sideWindows: [1.35...2.2], doorGaps: [1.2, 2.25, 3.5], roofPart: 0.9)

  /// The cab of a lorry; it never drives without its box.
  static let cab = VehicleModel(
    name: "cab", kind: "lorry", length: 1.9, width: 2.1,
    top: [
      [0, 1.3], [0.06, 1.45], [0.14, 1.6], [0.42, 2.34], [0.55, 2.48], [0.9, 2.56], [1.75, 2.56], [1.85, 2.5],
      [1.9, 2.2],
    ],
    belt: 1.45, sill: 0.36, wheelRadius: 0.42, frontWheel: 1.05, rearWheel: 9, windscreen: 0.1...0.46,
    rearWindow: nil, sideWindows: [0.55...1.35], doorGaps: [0.42, 1.45], roofPart: 0.93)

  /// A lorry: a gap between cab and box, and all of it one vehicle.
  static let lorry = cab.towing(.cargoBox, name: "lorry", kind: "lorry")

  /// Of a motorcycle only length, wheels and paint count; `MotorcycleBuilder` makes the rest.
  static let motorcycle = VehicleModel(
    name: "motorcycle", kind: "motorcycle", length: 2.1, width: 0.66, top: [[0, 0.9], [2.1, 0.9]], belt: 0.8, sill: 0.3,
    wheelRadius: 0.31, frontWheel: 0.32, rearWheel: 1.74, windscreen: 0.4...0.5, rearWindow: nil, sideWindows: [],
    doorGaps: [], roofPart: 0.9)
}
