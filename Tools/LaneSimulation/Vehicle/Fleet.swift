import Foundation

/// The meshes of all vehicles and figures of a scenario, with their textures.
struct Fleet: Sendable {
  /// In the order of the scenario's drives.
  let vehicles: [VehicleMesh]
  /// In the order of its figures.
  let figures: [VehicleMesh]

  init(vehicles: [VehicleMesh], figures: [VehicleMesh]) {
    self.vehicles = vehicles
    self.figures = figures
  }

  /// Builds them one after the other.
  init(of scenario: Scenario, seed: UInt64, pictureWidth: Int) {
    vehicles = scenario.drives.map { Self.mesh(of: $0, seed: seed, pictureWidth: pictureWidth) }
    figures = Self.figures(of: scenario, seed: seed)
  }

  /// Builds vehicles side by side: painting one for a large picture takes longer than the picture.
  static func sideBySide(of scenario: Scenario, seed: UInt64, pictureWidth: Int) -> Fleet {
    let built = Built()
    DispatchQueue.concurrentPerform(iterations: scenario.drives.count) { index in
      built.add(mesh(of: scenario.drives[index], seed: seed, pictureWidth: pictureWidth), at: index)
    }
    return Fleet(vehicles: built.inOrder, figures: figures(of: scenario, seed: seed))
  }

  private static func mesh(of drive: Scenario.Drive, seed: UInt64, pictureWidth: Int) -> VehicleMesh {
    if drive.model.kind == "motorcycle" {
      return MotorcycleBuilder(model: drive.model, vehicle: drive.vehicle, seed: seed, pictureWidth: pictureWidth)
        .mesh(plateText: drive.plateText)
    }
    return VehicleBuilder(model: drive.model, vehicle: drive.vehicle, seed: seed, pictureWidth: pictureWidth)
      .mesh(plateText: drive.plateText)
  }

  private static func figures(of scenario: Scenario, seed: UInt64) -> [VehicleMesh] {
    scenario.figures.enumerated().map { $1.mesh(seed: seed, number: $0) }
  }

  /// Vehicles as they are finished.
  ///
  /// `@unchecked Sendable`: the only member is read and written under the lock.
  private final class Built: @unchecked Sendable {
    private let lock = NSLock()
    private var byIndex: [Int: VehicleMesh] = [:]

    func add(_ mesh: VehicleMesh, at index: Int) { lock.withLock { byIndex[index] = mesh } }

    var inOrder: [VehicleMesh] { lock.withLock { byIndex.sorted { $0.key < $1.key }.map(\.value) } }
  }
}
