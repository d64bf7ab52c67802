import CameraIO

/// Why a frame could not be turned into a picture: what failed, on what, why.
public struct PictureError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The kinds that callers treat differently.
  public enum Kind: Sendable, Equatable {
    /// The bytes are not a whole picture: leave the frame out, the camera goes on.
    case damaged
    /// The bytes are a picture, but of a kind that is not read here: every frame of the camera will be.
    case unsupported
    /// The picture is fine and the encoder failed.
    case encoder
  }

  /// Which kind.
  public let kind: Kind
  /// One line: what failed, on what, why.
  public let reason: String

  /// An error that says `reason`.
  public init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }

  /// An error on `frame`.
  init(_ kind: Kind, _ frame: Frame, _ reason: String) {
    self.init(kind, "\(frame.camera.rawValue) frame \(frame.sequence) at \(frame.time): \(reason)")
  }

  /// The reason.
  public var description: String { reason }
}
