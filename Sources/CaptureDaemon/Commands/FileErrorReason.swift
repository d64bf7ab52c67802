import Foundation

extension Error {
  /// Why something with a file failed, in the system's own few words instead of Foundation's sentences.
  var fileReason: String {
    let error = self as NSError
    if let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError, cause.domain == NSPOSIXErrorDomain {
      return unsafe String(cString: strerror(Int32(cause.code)))
    }
    return error.code == NSFileReadNoPermissionError ? "permission denied" : error.localizedDescription
  }
}
