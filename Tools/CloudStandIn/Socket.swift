import Foundation

/// A system call on a socket that did not work.
struct SocketProblem: Error, CustomStringConvertible {
  let what: String
  let code: Int32
  var description: String { unsafe "\(what): \(String(cString: strerror(code)))" }
}

/// A TCP socket of 127.0.0.1, blocking.
// Sendable: `descriptor` never changes, and `isOpen` is only touched under `lock`, so that no other thread can shut a
// number that the kernel has meanwhile given to somebody else.
final class Socket: @unchecked Sendable {
  let descriptor: Int32
  private let lock = NSLock()
  private var isOpen = true

  init(descriptor: Int32) {
    self.descriptor = descriptor
    // A child process of the test that holds a copy would keep the connection alive.
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close() }

  /// Ends whatever a thread waits for on this socket; the descriptor stays until `close`.
  func interrupt() {
    lock.withLock { if isOpen { _ = shutdown(descriptor, Int32(SHUT_RDWR)) } }
  }

  func close() {
    lock.withLock {
      guard isOpen else { return }
      isOpen = false
      _ = Glibc.close(descriptor)
    }
  }

  /// Closes with RST instead of FIN: what was sent but not read is lost to the peer.
  func reset() {
    let now = linger(l_onoff: 1, l_linger: 0)
    setOption(SO_LINGER, now)
    close()
  }

  private func setOption<Value>(_ name: Int32, _ value: Value, level: Int32 = SOL_SOCKET) {
    unsafe withUnsafePointer(to: value) {
      _ = unsafe setsockopt(descriptor, level, name, $0, socklen_t(MemoryLayout<Value>.size))
    }
  }

  /// Up to 64 KiB more; empty at the end of the stream, nil when nothing came in time or the connection broke.
  func receive() -> [UInt8]? {
    var failed = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
      var received = -1
      repeat {
        received = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
      } while received < 0 && errno == EINTR
      failed = received < 0
      count = max(0, received)
    }
    return failed ? nil : bytes
  }

  /// Sends everything, or says false when the peer has gone.
  func send(_ bytes: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[offset...])
        let sent = unsafe Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
        if sent < 0 && errno == EINTR { continue }
        guard sent > 0 else { return false }
        offset += sent
      }
      return true
    }
  }

  /// Waits until the peer closes its side, somebody interrupts, or the time is over; true when the time is over.
  func wait(seconds: Double) -> Bool {
    // POLLRDHUP: a GNU name, which the Glibc module leaves out.
    var entry = pollfd(fd: descriptor, events: 0x2000, revents: 0)
    return unsafe poll(&entry, 1, Int32(min(max(0, seconds), 1_000_000) * 1000)) == 0
  }

  func setReceiveTimeout(seconds: Int) { setOption(SO_RCVTIMEO, timeval(tv_sec: seconds, tv_usec: 0)) }

  func sendWithoutDelay() { setOption(TCP_NODELAY, Int32(1), level: Int32(IPPROTO_TCP)) }
}

// MARK: - Listening

extension Socket {
  /// Listens on 127.0.0.1; port 0 takes a free one.
  static func listening(port: UInt16) throws -> (socket: Socket, port: UInt16) {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw SocketProblem(what: "socket", code: errno) }
    let socket = Socket(descriptor: descriptor)
    socket.setOption(SO_REUSEADDR, Int32(1))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> Bool in
        unsafe bind(descriptor, generic, size) == 0 && listen(descriptor, 128) == 0
          && getsockname(descriptor, generic, &size) == 0
      }
    }
    guard bound else { throw SocketProblem(what: "listening on 127.0.0.1:\(port)", code: errno) }
    return (socket, UInt16(bigEndian: address.sin_port))
  }

  /// The next connection; nil once the socket was interrupted.
  func accept() -> Socket? {
    while true {
      let accepted = Glibc.accept(descriptor, nil, nil)
      if accepted >= 0 { return Socket(descriptor: accepted) }
      if errno != EINTR && errno != ECONNABORTED { return nil }
    }
  }
}
