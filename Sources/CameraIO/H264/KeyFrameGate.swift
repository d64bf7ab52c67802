/// Says of each access unit of an H.264 stream whether its picture can be decoded: from a key frame on, and after a lost
/// unit from the next key frame on. What lies between is predicted from pictures that nobody has: smeared, no evidence.
///
/// The numbers of the pictures show when a unit that others need was lost, even where the driver does not say so.
/// Key frames are IDR pictures.
public struct KeyFrameGate: Sendable {
  /// What an access unit is to the decoder and to a recording.
  public enum Admission: Sendable, Equatable {
    /// A picture that needs no other one.
    case keyFrame
    /// A picture whose predecessors all came.
    case picture
    /// No picture, but what the next ones need: parameter sets, delimiters.
    case noPicture
    /// A picture that cannot be decoded: the next key frame must come first.
    case mustWait
  }

  private var sequences: [Int: (parameters: SequenceParameters, bytes: [UInt8])] = [:]
  private var pictures: [Int: (sequence: Int, bytes: [UInt8])] = [:]
  private var isOpen = false
  private var lastReference = 0

  /// A gate that waits for the first key frame.
  public init() {}

  /// Waits for the next key frame: something was lost.
  public mutating func close() { isOpen = false }

  /// The parameter sets that came so far, Annex B: what a container wants in its header. Empty until both kinds came.
  public var parameterSets: [UInt8] {
    guard !sequences.isEmpty, !pictures.isEmpty else { return [] }
    let sorted =
      sequences.sorted { $0.key < $1.key }.map(\.value.bytes) + pictures.sorted { $0.key < $1.key }.map(\.value.bytes)
    return sorted.flatMap { [0, 0, 0, 1] + $0 }
  }

  /// Looks at the next access unit; the units must come in the order of the stream.
  public mutating func admit(_ bytes: RawSpan) -> Admission {
    var at = 0
    while let unit = NALUnit.first(in: bytes, from: at) {
      switch unit.kind {
      case .sequenceParameters:
        if let parameters = SequenceParameters(NALBits(unit, in: bytes, limit: 1024)) {
          sequences[parameters.id] = (parameters, unit.copy(from: bytes))
        }
      case .pictureParameters:
        var bits = NALBits(unit, in: bytes, limit: 16)
        let (id, sequence) = (bits.number(), bits.number())
        if !bits.isBeyondEnd, id < 256 { pictures[id] = (sequence, unit.copy(from: bytes)) }
      case .keySlice, .slice: return admit(unit, in: bytes)
      case nil: break
      }
      at = unit.range.upperBound
    }
    // Bytes without any unit are no access unit at all: something else came in its place.
    guard at > 0 else {
      close()
      return .mustWait
    }
    return .noPicture
  }

  /// By the header of the picture's first slice.
  private mutating func admit(_ slice: NALUnit, in bytes: RawSpan) -> Admission {
    var bits = NALBits(slice, in: bytes, limit: 32)
    _ = bits.number()  // first macroblock
    _ = bits.number()  // type
    guard let picture = pictures[bits.number()], let sequence = sequences[picture.sequence]?.parameters else {
      close()
      return .mustWait
    }
    if sequence.hasSeparatePlanes { _ = bits.bits(2) }
    let number = bits.bits(sequence.frameNumberBits)
    guard !bits.isBeyondEnd else {
      close()
      return .mustWait
    }
    if slice.kind == .keySlice {
      isOpen = true
      lastReference = number
      return .keyFrame
    }
    let next = (lastReference + 1) % (1 << sequence.frameNumberBits)
    if !sequence.allowsGaps, number != lastReference, number != next { close() }
    guard isOpen else { return .mustWait }
    if slice.isReference { lastReference = number }
    return .picture
  }
}
