import Glibc

/// A system call on a camera that the kernel refused.
struct V4L2Failure: Error, Equatable, CustomStringConvertible {
  /// V4L2's name of the call: "STREAMON".
  let call: String
  /// The error number, positive: `EBUSY`.
  let code: Int32

  init(_ call: String, _ code: Int32) {
    self.call = call
    self.code = code
  }

  /// "STREAMON failed: Device or resource busy".
  var description: String { "\(call) failed: \(reason)" }

  /// What the error number means.
  var reason: String { unsafe String(cString: strerror(code)) }

  /// Whether the device is not there any more.
  var meansGone: Bool { code == ENODEV || code == ENXIO || code == ENOENT }
}
