import Foundation
import Glibc
import TestSupport
import Testing

@testable import CaptureDaemon

@Suite("Notices to systemd")
struct SystemdNotifierTests {
  @Test("Readiness and signs of life arrive as datagrams at the notify socket")
  func datagramsArrive() throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("notify")
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)

    let notifier = SystemdNotifier(environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "30000000"])
    #expect(notifier.watchdogSeconds == 30)
    notifier.ready("4 cameras")
    notifier.alive()
    var received: [String] = []
    var buffer = [UInt8](repeating: 0, count: 512)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count <= 0 { break }
      received.append(String(decoding: buffer[..<count], as: UTF8.self))
    }
    #expect(received == ["READY=1\nSTATUS=4 cameras", "WATCHDOG=1"])
  }

  @Test("Outside systemd nothing is watched, and a watchdog meant for another process is not ours")
  func outsideSystemd() {
    #expect(SystemdNotifier(environment: [:]).watchdogSeconds == nil)
    #expect(SystemdNotifier(environment: ["WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"]).watchdogSeconds == nil)
  }
}
