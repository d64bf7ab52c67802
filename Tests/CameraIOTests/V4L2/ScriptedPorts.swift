import Foundation

@testable import CameraIO

/// Ports with cameras in them, and what happens when one is opened.
///
/// Sendable: tests use it on one thread.
final class ScriptedPorts: @unchecked Sendable {
  /// A place where a camera can be.
  final class Port {
    /// What is opened next; the last one is opened again and again.
    var nodes: [ScriptedNode]
    /// What opening fails with.
    var failure: Int32?

    init(_ nodes: [ScriptedNode]) { self.nodes = nodes }
  }

  private var ports: [String: Port] = [:]
  /// Links beside the nodes themselves.
  var links: [String: String] = [:]
  /// When somebody tried to open something.
  private(set) var openedAt: [MonotonicTime] = []
  private let clock: ScriptedClock

  init(_ clock: ScriptedClock = ScriptedClock()) { self.clock = clock }

  /// Puts cameras to a port: one now, and another one for every further time that it is opened.
  @discardableResult
  func plug(_ path: String, _ nodes: [ScriptedNode]) -> Port {
    let port = Port(nodes)
    ports[path] = port
    return port
  }

  @discardableResult
  func plug(_ path: String, _ nodes: ScriptedNode...) -> Port { plug(path, nodes) }

  func unplug(_ path: String) { ports[path] = nil }

  var devices: DeviceList {
    DeviceList(
      open: { (path) throws(V4L2Failure) in try self.open(self.links[path] ?? path) },
      paths: { self.ports.keys.sorted() }, exists: { self.ports[self.links[$0] ?? $0] != nil })
  }

  private func open(_ path: String) throws(V4L2Failure) -> any V4L2Node {
    guard let port = ports[path] else { throw V4L2Failure("open", ENOENT) }
    openedAt.append(clock.now)
    if let failure = port.failure { throw V4L2Failure("open", failure) }
    return port.nodes.count > 1 ? port.nodes.removeFirst() : port.nodes[0]
  }
}
