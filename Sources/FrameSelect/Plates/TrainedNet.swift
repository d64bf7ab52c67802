extension PlateNet {
  /// What `Tools/PlateTraining` learned: half-precision numbers, little-endian, carried in the program itself, so that there
  /// is no file to be missed.
  static let trained: [Float] = {
    let bytes = PackageResources.plate_net_f16
    return (0..<bytes.count / 2).map { index in
      Float(Float16(bitPattern: UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8))
    }
  }()
}
