import CameraIO
import Testing

@testable import FrameSelect

@Suite("The pixel kernels are their formulas")
struct PlaneKernelTests {
  @Test("Full-range luma is 16 + Y x 219/255, rounded, for all 256 values")
  func luma() {
    let source = (0...255).map { UInt8($0) }
    var target = [UInt8](repeating: 0, count: 256)
    source.withUnsafeBufferPointer { source in
      target.withUnsafeMutableBufferPointer { target in
        if let from = source.baseAddress, let into = target.baseAddress {
          PlaneKernels.limitLuma(from, into: into, count: 256)
        }
      }
    }
    let exact = source.map { value -> Double in 16 + Double(value) * 219 / 255 }
    #expect(target == exact.map { UInt8($0.rounded()) })
  }

  @Test("Chroma of eight parts of full-range samples is 128 + (mean - 128) x 224/255, rounded once, for all 2041 sums")
  func chroma() {
    let sums = (0...2040).map { UInt16($0) }
    var limited = [UInt8](repeating: 0, count: sums.count)
    var means = limited
    sums.withUnsafeBufferPointer { sums in
      guard let from = sums.baseAddress else { return }
      limited.withUnsafeMutableBufferPointer { target in
        if let into = target.baseAddress { PlaneKernels.limitChroma(from, into: into, count: sums.count) }
      }
      means.withUnsafeMutableBufferPointer { target in
        if let into = target.baseAddress { PlaneKernels.meanChroma(from, into: into, count: sums.count) }
      }
    }
    let exactMeans = sums.map { Double($0) / 8 }
    let exactLimited = exactMeans.map { mean -> Double in 128 + (mean - 128) * 224 / 255 }
    #expect(limited == exactLimited.map { UInt8($0.rounded()) })
    #expect(means == exactMeans.map { UInt8($0.rounded()) })
  }

  @Test("The matrix change has the factors of the detour over RGB, and leaves grey alone")
  func matrix() {
    let change = MatrixChange.bt709ToBT601
    // From the standards' matrices multiplied out elsewhere.
    let factors = [
      (change.lumaFromBlue, 0.099312), (change.lumaFromRed, 0.191700), (change.blueFromBlue, 0.989854),
      (change.blueFromRed, -0.110653), (change.redFromBlue, -0.072453), (change.redFromRed, 0.983398),
    ]
    for (found, expected) in factors { #expect(abs(Double(found) / 65536 - expected) < 2e-5) }

    var grey = PlanarPicture(width: 5, height: 3) { planes in
      for x in 0..<15 { planes.luma[x] = UInt8(16 + 14 * x) }
      planes.blue.update(repeating: 128, count: 6)
      planes.red.update(repeating: 128, count: 6)
    }
    let before = grey
    change.apply(to: &grey)
    #expect(grey.luma == before.luma && grey.blue == before.blue && grey.red == before.red)
  }
}
