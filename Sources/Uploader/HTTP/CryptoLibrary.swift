import CCrypto

/// libcrypto, which is in use on several threads that end when they like.
public enum CryptoLibrary {
  /// Has it free nothing when the process ends; to be called before anything else uses it, libcurl included.
  ///
  /// OpenSSL 3.0 tidies up in an exit handler, and a thread that ends at the same moment tidies up too: what both free is freed twice, and a
  /// command that had done all its work ends by SIGABRT. Where it is refused that stays as rare as it was.
  public static func settle() { _ = ccrypto_leave_at_exit() }
}
