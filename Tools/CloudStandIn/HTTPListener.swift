import Foundation

/// One port of 127.0.0.1: a thread that accepts, and a thread for each connection.
// Sendable: `connections`, `running` and `isStopped` are only touched under `condition`; the rest never changes.
final class HTTPListener: @unchecked Sendable {
  let port: UInt16
  private let socket: Socket
  private let service: any HTTPService
  private let condition = NSCondition()
  private var connections: [ObjectIdentifier: Socket] = [:]
  private var running = 0
  private var isStopped = false

  /// Listens from here on: connections queue up in the kernel until `start`.
  init(port: UInt16, service: any HTTPService) throws {
    (socket, self.port) = try Socket.listening(port: port)
    self.service = service
  }

  func start(name: String) {
    spawn(name) { [self] in
      while let accepted = socket.accept() {
        guard register(accepted) else { break }
        spawn("\(name)-connection") { [self] in
          var connection = HTTPConnection(socket: accepted, service: service)
          connection.serve()
          unregister(accepted)
        }
      }
      socket.close()
    }
  }

  /// Ends every connection and returns when the last thread is done.
  func stop() {
    condition.withLock {
      isStopped = true
      socket.interrupt()
      for connection in connections.values { connection.interrupt() }
      while running > 0 { condition.wait() }
    }
    socket.close()
  }

  private func spawn(_ name: String, _ work: @escaping @Sendable () -> Void) {
    condition.withLock { running += 1 }
    let thread = Thread { [self] in
      work()
      condition.withLock {
        running -= 1
        condition.broadcast()
      }
    }
    thread.name = name
    thread.start()
  }

  private func register(_ connection: Socket) -> Bool {
    condition.withLock {
      if !isStopped { connections[ObjectIdentifier(connection)] = connection }
      return !isStopped
    }
  }

  private func unregister(_ connection: Socket) {
    condition.withLock { _ = connections.removeValue(forKey: ObjectIdentifier(connection)) }
  }
}
