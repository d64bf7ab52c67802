import Foundation
import Glibc

/// The bytes of a request body, in order and as often as libcurl asks: some from memory, some from a file.
final class CurlBody {
  /// The body cannot be sent; nothing has been.
  struct Fault: Error {
    let reason: String
  }

  private enum Piece {
    case bytes(Data)
    /// An open file and its length.
    case file(Int32, Int)

    var count: Int {
      switch self {
      case .bytes(let bytes): bytes.count
      case .file(_, let count): count
      }
    }
  }

  /// Exact length, sent as `Content-Length`.
  let byteCount: Int
  private let pieces: [Piece]
  private var position = 0

  private init(pieces: [Piece]) {
    self.pieces = pieces
    byteCount = pieces.reduce(0) { $0 + $1.count }
  }

  /// A body in memory.
  convenience init(_ bytes: Data) { self.init(pieces: [.bytes(bytes)]) }

  /// A form; its file is opened and its length held against what was promised. What is in memory already is not copied.
  convenience init(_ form: MultipartForm, boundary: String) throws(Fault) {
    let content: Piece
    switch form.file.content {
    case .bytes(let bytes): content = .bytes(bytes)
    case .path(let path, let count): content = .file(try Self.open(path, expecting: count), count)
    }
    self.init(pieces: [.bytes(form.head(boundary: boundary)), content, .bytes(form.tail(boundary: boundary))])
  }

  deinit {
    for case .file(let file, _) in pieces { close(file) }
  }

  private static func open(_ path: String, expecting count: Int) throws(Fault) -> Int32 {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw Fault(reason: "\(path) cannot be read: \(errorText(errno))") }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size == count else {
      close(descriptor)
      throw Fault(reason: "\(path) is no file of \(count) bytes any more")
    }
    return descriptor
  }

  /// Goes to `offset`, to send again from there.
  func seek(to offset: Int) -> Bool {
    guard (0...byteCount).contains(offset) else { return false }
    position = offset
    return true
  }

  /// Fills `buffer` as far as the piece goes that is next; 0 at the end, nil when the file fails or has become shorter.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    guard buffer.count > 0 else { return 0 }
    var offset = position
    for piece in pieces {
      guard offset >= piece.count else {
        guard let count = unsafe Self.read(piece, from: offset, into: buffer) else { return nil }
        position += count
        return count
      }
      offset -= piece.count
    }
    return 0
  }

  private static func read(_ piece: Piece, from offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    switch piece {
    case .bytes(let bytes):
      let part = bytes.dropFirst(offset).prefix(buffer.count)
      unsafe buffer.copyBytes(from: part)
      return part.count
    case .file(let file, let count):
      let got = unsafe pread(file, buffer.baseAddress, min(buffer.count, count - offset), offset)
      return got > 0 ? got : nil
    }
  }
}
