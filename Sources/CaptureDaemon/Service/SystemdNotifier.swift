import Foundation
import Glibc

/// Tells systemd how the daemon is: `READY=1`, `WATCHDOG=1`, `STATUS=…`, `STOPPING=1`, by datagram to `$NOTIFY_SOCKET`.
///
/// Source: sd_notify(3). Outside systemd there is no socket, and nothing is sent.
struct SystemdNotifier: Sendable {
  private let socketPath: String?
  /// Seconds within which systemd wants a sign of life; nil when it does not watch.
  let watchdogSeconds: Double?

  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    socketPath = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
    let isForUs = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
    watchdogSeconds = isForUs ? environment["WATCHDOG_USEC"].flatMap(Double.init).map { $0 / 1e6 } : nil
  }

  func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }
  func alive() { send("WATCHDOG=1") }
  func stopping() { send("STOPPING=1\nSTATUS=stopping") }

  /// A lost datagram is no reason to stop capturing: systemd's own time-out tells in the end.
  private func send(_ message: String) {
    guard let socketPath else { return }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var path = Array(socketPath.utf8)
    guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
    if path.first == UInt8(ascii: "@") { path[0] = 0 }  // the abstract namespace
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let bytes = Array(message.utf8)
    unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
        _ = unsafe bytes.withUnsafeBytes { unsafe sendto(descriptor, $0.baseAddress, $0.count, 0, target, length) }
      }
    }
  }
}
