import Foundation

/// The meshes of all vehicles of a scenario, with their textures.
enum Fleet {
  /// In the order of the drives; side by side, because painting one takes longer than a picture.
  static func meshes(of scenario: Scenario, seed: UInt64, pictureWidth: Int) -> [VehicleMesh] {
    let built = Built()
    DispatchQueue.concurrentPerform(iterations: scenario.drives.count) { index in
      built.add(mesh(of: scenario.drives[index], seed: seed, pictureWidth: pictureWidth), at: index)
    }
    return built.inOrder
  }

  static func mesh(of drive: Scenario.Drive, seed: UInt64, pictureWidth: Int) -> VehicleMesh {
    VehicleBuilder(model: drive.model, vehicle: drive.vehicle, seed: seed, pictureWidth: pictureWidth)
      .mesh(plateText: drive.plateText)
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
