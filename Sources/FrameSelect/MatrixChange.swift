/// From BT.709's luma and chroma to BT.601's, without a detour over RGB: WebP knows BT.601 only.
///
/// Both matrices put the same RGB into Y, Cb, Cr by the weights of red and blue in luma (ITU-R BT.709-6, BT.601-7).
/// Chained, they leave Y with a little of both chromas added, and the chromas turned a little; grey stays grey.
struct MatrixChange: Sendable, Equatable {
  /// In 1/65536, for limited-range codes (219 steps of luma, 224 of chroma).
  let lumaFromBlue: Int32
  let lumaFromRed: Int32
  let blueFromBlue: Int32
  let blueFromRed: Int32
  let redFromBlue: Int32
  let redFromRed: Int32

  /// The one that is needed.
  static let bt709ToBT601 = MatrixChange(fromRed: 0.2126, blue: 0.0722, toRed: 0.299, blue: 0.114)

  init(fromRed kr: Double, blue kb: Double, toRed newKr: Double, blue newKb: Double) {
    let kg = 1 - kr - kb
    // One unit of Cb (then of Cr) at Y = 0, as red, green, blue.
    let ofBlue = (red: 0.0, green: -2 * (1 - kb) * kb / kg, blue: 2 * (1 - kb))
    let ofRed = (red: 2 * (1 - kr), green: -2 * (1 - kr) * kr / kg, blue: 0.0)
    func luma(_ color: (red: Double, green: Double, blue: Double)) -> Double {
      newKr * color.red + (1 - newKr - newKb) * color.green + newKb * color.blue
    }
    func fixed(_ factor: Double) -> Int32 { Int32((factor * 65536).rounded()) }
    lumaFromBlue = fixed(luma(ofBlue) * 219 / 224)
    lumaFromRed = fixed(luma(ofRed) * 219 / 224)
    blueFromBlue = fixed((ofBlue.blue - luma(ofBlue)) / (2 * (1 - newKb)))
    blueFromRed = fixed((ofRed.blue - luma(ofRed)) / (2 * (1 - newKb)))
    redFromBlue = fixed((ofBlue.red - luma(ofBlue)) / (2 * (1 - newKr)))
    redFromRed = fixed((ofRed.red - luma(ofRed)) / (2 * (1 - newKr)))
  }

  /// Changes a limited-range picture in place; values outside of a byte are cut off.
  ///
  /// A pixel's luma takes the chroma of its block of four: inside a colour that is exact, and on a border between two
  /// colours it is as fine as 4:2:0 knows colour at all.
  func apply(to picture: inout PlanarPicture) {
    let width = picture.width
    let height = picture.height
    let chromaWidth = picture.chromaWidth
    let chromaHeight = picture.chromaHeight
    let lumaStride = picture.lumaStride
    let chromaStride = picture.chromaStride
    unsafe picture.luma.withUnsafeMutableBufferPointer { luma in
      unsafe picture.blue.withUnsafeMutableBufferPointer { blue in
        unsafe picture.red.withUnsafeMutableBufferPointer { red in
          unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: chromaWidth) { scratch in
            guard let luma = luma.baseAddress, let blue = blue.baseAddress, let red = red.baseAddress,
              let more = scratch.baseAddress
            else { return }
            for row in 0..<chromaHeight {
              let start = row * chromaStride
              unsafe PlaneKernels.turnChroma(blue + start, red + start, by: self, more: more, count: chromaWidth)
              for line in (2 * row)..<min(2 * row + 2, height) {
                unsafe PlaneKernels.addToLuma(luma + line * lumaStride, more: more, width: width)
              }
            }
          }
        }
      }
    }
  }
}
