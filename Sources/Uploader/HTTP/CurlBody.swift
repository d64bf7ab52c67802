import Foundation
import Glibc

/// The bytes of a request body, in order and as often as libcurl asks: some from memory, some from a file.
final class CurlBody {
  /// The body cannot be sent; nothing has been.
  struct Fault: Error {
    let reason: String
  }

  /// Exact length, sent as `Content-Length`.
  let byteCount: Int
  private let head: Data
  private let file: Int32
  private let fileCount: Int
  private let tail: Data
  private var position = 0

  /// A body in memory.
  init(_ bytes: Data) {
    head = bytes
    file = -1
    fileCount = 0
    tail = Data()
    byteCount = bytes.count
  }

  /// A form; its file is opened and its length held against what was promised.
  init(_ form: MultipartForm, boundary: String) throws(Fault) {
    let before = form.head(boundary: boundary)
    let after = form.tail(boundary: boundary)
    switch form.file.content {
    case .bytes(let bytes):
      head = before + bytes + after
      file = -1
      fileCount = 0
      tail = Data()
    case .path(let path, let count):
      head = before
      file = try Self.open(path, expecting: count)
      fileCount = count
      tail = after
    }
    byteCount = head.count + fileCount + tail.count
  }

  deinit {
    if file >= 0 { close(file) }
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

  /// Fills `buffer` as far as it goes; 0 at the end, nil when the file fails or has become shorter.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    let wanted = min(buffer.count, byteCount - position)
    guard wanted > 0 else { return 0 }
    let count: Int
    if position < head.count {
      count = unsafe Self.copy(head, from: position, into: buffer)
    } else if position < head.count + fileCount {
      let offset = position - head.count
      let got = unsafe pread(file, buffer.baseAddress, min(wanted, fileCount - offset), offset)
      guard got > 0 else { return nil }
      count = got
    } else {
      count = unsafe Self.copy(tail, from: position - head.count - fileCount, into: buffer)
    }
    position += count
    return count
  }

  private static func copy(_ data: Data, from offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let part = data.dropFirst(offset).prefix(buffer.count)
    unsafe buffer.copyBytes(from: part)
    return part.count
  }
}
