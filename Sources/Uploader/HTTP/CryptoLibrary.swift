import CCrypto

/// libcrypto, which is in use on several threads that end when they like.
public enum CryptoLibrary {
  /// Has it free nothing when the process ends; to be called before anything else uses it, libcurl included. False: it is not to be had.
  ///
  /// OpenSSL 3.0 tidies up in an exit handler, and a thread that ends at the same moment tidies up too: what both free is freed twice, and a
  /// command that had done all its work ends by SIGABRT (one in 3000 on a busy machine).
  public static func settle() -> Bool { ccrypto_leave_at_exit() == 1 }
}
