import Foundation
import Glibc

/// The credential for the cloud: read from a file, and read again when the cloud stops accepting it, so that a new key
/// takes effect without a restart.
public final class APIKey: Sendable {
  /// Longest key file accepted.
  static let maximumBytes = 4096

  /// The file it comes from.
  public let path: String
  private let mayBeReadByOthers: Bool
  private let key: Locked<Secret>

  /// Reads the key from `path`, a file that nobody but its owner may read.
  public init(path: String) throws(CloudSetupError) {
    self.path = path
    mayBeReadByOthers = false
    key = Locked(try Self.read(path, mayBeReadByOthers: false))
  }

  /// Reads the systemd credential `api-key` out of the credentials directory, whose access the system guards.
  public init(credentialsDirectory: String) throws(CloudSetupError) {
    path = credentialsDirectory + "/api-key"
    mayBeReadByOthers = true
    key = Locked(try Self.read(path, mayBeReadByOthers: true))
  }

  /// The key: `$CREDENTIALS_DIRECTORY/api-key` when there is one, else the file at `path`.
  public static func find(
    path: String?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(CloudSetupError) -> APIKey {
    if let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty,
      FileManager.default.fileExists(atPath: directory + "/api-key")
    {
      return try APIKey(credentialsDirectory: directory)
    }
    guard let path else {
      throw CloudSetupError("API key", "is not configured; name its file in cloud.apiKeyFile")
    }
    return try APIKey(path: path)
  }

  /// The key in force.
  public var current: Secret { key.with { $0 } }

  /// Reads the file again; true when it holds another key than before, which is then in force. The old key stays in
  /// force when the file cannot be read.
  @discardableResult
  public func reread() throws(CloudSetupError) -> Bool {
    let fresh = try Self.read(path, mayBeReadByOthers: mayBeReadByOthers)
    return key.with { key in
      defer { key = fresh }
      return fresh != key
    }
  }

  private static func read(_ path: String, mayBeReadByOthers: Bool) throws(CloudSetupError) -> Secret {
    func fault(_ reason: String) -> CloudSetupError { CloudSetupError(path, reason) }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw fault("the API key cannot be read: \(errorText(errno)); check cloud.apiKeyFile and who owns the file")
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw fault("the API key must be in a regular file")
    }
    guard mayBeReadByOthers || status.st_mode & 0o077 == 0 else {
      throw fault("the API key may be read by others; run: chmod 600 \(path)")
    }
    var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
    var count = 0
    while count < bytes.count {
      let room = bytes.count - count
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + count }, room)
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw fault("the API key cannot be read: \(errorText(errno))") }
      if got == 0 { break }
      count += got
    }
    return try key(in: bytes.prefix(count), of: path)
  }

  /// The key in a file's bytes: one word of printable ASCII; blanks and line ends around it do not count.
  static func key(in bytes: some Collection<UInt8>, of path: String) throws(CloudSetupError) -> Secret {
    guard bytes.count <= maximumBytes else {
      throw CloudSetupError(path, "is longer than \(maximumBytes) bytes: this is no API key")
    }
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    let word = Array(bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    guard !word.isEmpty else { throw CloudSetupError(path, "is empty; write the API key into it") }
    guard word.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw CloudSetupError(path, "holds blanks, control or foreign characters inside the key; one word is expected")
    }
    return Secret(String(decoding: word, as: UTF8.self))
  }
}
