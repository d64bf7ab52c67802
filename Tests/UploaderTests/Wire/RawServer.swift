import Foundation
import Glibc

/// A server of plain sockets on loopback that does exactly what a test tells it to, and remembers every byte it was sent.
final class RawServer: @unchecked Sendable {
  /// One request as it came over the wire.
  struct Request: Sendable {
    let connection: Int
    let head: String
    let body: Data

    var firstLine: String { head.components(separatedBy: "\r\n")[0] }

    func header(_ name: String) -> String? {
      for line in head.components(separatedBy: "\r\n").dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts.count == 2, parts[0].lowercased() == name.lowercased() {
          return parts[1].trimmingCharacters(in: .whitespaces)
        }
      }
      return nil
    }
  }

  /// One accepted connection, in the hands of the test's script.
  final class Connection: @unchecked Sendable {
    let number: Int
    private let socket: Int32
    private let server: RawServer
    private var pending = Data()

    fileprivate init(number: Int, socket: Int32, server: RawServer) {
      self.number = number
      self.socket = socket
      self.server = server
    }

    /// The next request with its whole body; nil when the client has closed.
    func readRequest() -> Request? {
      while true {
        if let end = pending.range(of: Data("\r\n\r\n".utf8)) {
          let head = String(decoding: pending[pending.startIndex..<end.lowerBound], as: UTF8.self)
          let bare = Request(connection: number, head: head, body: Data())
          let length = bare.header("Content-Length").flatMap { Int($0) } ?? 0
          let total = end.upperBound - pending.startIndex + length
          while pending.count < total { guard receive() else { return nil } }
          let body = Data(pending.dropFirst(total - length).prefix(length))
          pending = Data(pending.dropFirst(total))
          let request = Request(connection: number, head: head, body: body)
          server.note(request)
          return request
        }
        guard receive() else { return nil }
      }
    }

    /// False when the client is gone.
    @discardableResult
    func write(_ text: String) -> Bool { write(Data(text.utf8)) }

    @discardableResult
    func write(_ bytes: Data) -> Bool {
      var rest = bytes
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }

    func answer(_ status: String = "200 OK", headers: [String] = [], body: String = "") {
      let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers + ["", body]
      write(lines.joined(separator: "\r\n"))
    }

    /// Waits until the client closes, or `milliseconds` are over; true when it has closed.
    func waitForClose(milliseconds: Int32 = 60_000) -> Bool {
      var poll = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      guard Glibc.poll(&poll, 1, milliseconds) > 0 else { return false }
      return !receive()
    }

    /// Ends the connection with a reset instead of an orderly close.
    func reset() {
      var linger = linger(l_onoff: 1, l_linger: 0)
      setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    private func receive() -> Bool {
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { return false }
      pending.append(contentsOf: buffer.prefix(count))
      return true
    }
  }

  let port: Int
  var url: String { "http://127.0.0.1:\(port)" }
  private let listener: Int32
  private let lock = NSLock()
  private var noted: [Request] = []
  private var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  private var accepted = 0
  private var open: Set<Int32> = []
  private var isStopped = false

  /// Runs `script` on a thread of its own for every connection; the connection is closed when it returns.
  init(_ script: @escaping @Sendable (Connection) -> Void) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        _ = bind(listener, generic, length)
        _ = getsockname(listener, generic, &length)
      }
    }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    listen(listener, 64)
    Thread { [weak self] in
      while true {
        let socket = Glibc.accept(listener, nil, nil)
        guard socket >= 0, let self, let number = self.register(socket) else {
          if socket >= 0 { close(socket) }
          // Closed here and nowhere else: closed by `stop`, its number might be another server's by the next accept.
          close(listener)
          return
        }
        Thread {
          script(Connection(number: number, socket: socket, server: self))
          self.release(socket)
        }.start()
      }
    }.start()
  }

  /// A port of loopback where nobody listens.
  static func deadPort() -> Int {
    let server = RawServer { _ in }
    server.stop()
    return server.port
  }

  /// Every whole request so far.
  var requests: [Request] { locked { noted } }

  /// How many connections were opened so far.
  var connections: Int { locked { accepted } }

  /// Returns when `count` whole requests have come, without holding a thread of the pool meanwhile.
  func waitForRequests(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = locked {
        if noted.count < count { waiters.append((count, continuation)) }
        return noted.count >= count
      }
      if isThere { continuation.resume() }
    }
  }

  func stop() {
    locked {
      guard !isStopped else { return }
      isStopped = true
      shutdown(listener, Int32(SHUT_RDWR))
      for socket in open { shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }

  private func register(_ socket: Int32) -> Int? {
    locked {
      guard !isStopped else { return nil }
      open.insert(socket)
      accepted += 1
      return accepted - 1
    }
  }

  private func release(_ socket: Int32) {
    locked {
      _ = open.remove(socket)
      close(socket)
    }
  }

  private func note(_ request: Request) {
    let ready = locked {
      noted.append(request)
      let ready = waiters.filter { $0.count <= noted.count }
      waiters.removeAll { $0.count <= noted.count }
      return ready
    }
    for waiter in ready { waiter.continuation.resume() }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return body()
  }
}
