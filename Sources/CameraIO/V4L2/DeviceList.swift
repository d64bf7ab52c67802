import Foundation

/// The video nodes of this machine, and which of them a binding means.
public struct DeviceList: Sendable {
  /// A camera that is there now.
  public struct Entry: Equatable, Sendable {
    /// `/dev/video0`.
    public let path: String
    /// Which camera it is.
    public let identity: CameraIdentity
  }

  /// Opens nodes; the kernel's, or a test's.
  let open: @Sendable (String) throws(V4L2Failure) -> any V4L2Node
  /// The paths of all video nodes, sorted by number.
  let paths: @Sendable () -> [String]
  /// Whether something is at a path now, links followed.
  let exists: @Sendable (String) -> Bool

  init(
    open: @escaping @Sendable (String) throws(V4L2Failure) -> any V4L2Node,
    paths: @escaping @Sendable () -> [String], exists: @escaping @Sendable (String) -> Bool
  ) {
    self.open = open
    self.paths = paths
    self.exists = exists
  }

  /// The devices of this machine.
  public static let kernel = DeviceList(
    open: { (path) throws(V4L2Failure) in try V4L2KernelNode(path: path) }, paths: { nodePaths() },
    exists: { FileManager.default.fileExists(atPath: $0) })

  /// Every camera that is there now. Opens each node for a moment, which disturbs nobody who streams from it.
  public func cameras() -> [Entry] {
    paths().compactMap { path in
      guard let node = try? open(path) else { return nil }
      defer { node.close() }
      guard let facts = try? node.facts(), facts.isCapture || facts.isMultiPlanarCapture else { return nil }
      return Entry(path: path, identity: CameraIdentity(facts))
    }
  }

  /// What changes whenever a camera may have come or gone: cheap enough to be looked at a few times a second.
  func presence(of binding: DeviceBinding) -> [String] {
    if case .path(let path) = binding { return exists(path) ? [path] : [] }
    return paths()
  }

  /// Opens the device that `binding` means now. Throws `.notFound`, `.busy` or `.broken`, one line.
  func node(of binding: DeviceBinding) throws(CameraError) -> (node: any V4L2Node, facts: V4L2NodeFacts) {
    guard case .path(let path) = binding else { return try searched(binding) }
    guard exists(path) else {
      throw CameraError(.notFound, path, "is not there; \(Self.listing(cameras()))")
    }
    return try opened(path, subject: path)
  }

  private func searched(_ binding: DeviceBinding) throws(CameraError) -> (any V4L2Node, V4L2NodeFacts) {
    var others: [Entry] = []
    var refusal: CameraError?
    for path in paths() {
      let node: any V4L2Node
      let facts: V4L2NodeFacts
      do throws(CameraError) {
        (node, facts) = try opened(path, subject: path)
      } catch {
        if error.kind != .notFound { refusal = refusal ?? error }
        continue
      }
      guard facts.isCapture || facts.isMultiPlanarCapture else {
        node.close()
        continue
      }
      let isMeant =
        switch binding {
        case .bus(let info): facts.busInfo == info
        case .serial(let serial): facts.serial == serial
        case .path: false
        }
      if isMeant { return (node, facts) }
      node.close()
      others.append(Entry(path: path, identity: CameraIdentity(facts)))
    }
    if let refusal {
      throw CameraError(refusal.kind, binding.description, "is not among the cameras that open; \(refusal)")
    }
    throw CameraError(.notFound, binding.description, "is not there; \(Self.listing(others))")
  }

  private func opened(_ path: String, subject: String) throws(CameraError) -> (any V4L2Node, V4L2NodeFacts) {
    do throws(V4L2Failure) {
      let node = try open(path)
      do throws(V4L2Failure) {
        return (node, try node.facts())
      } catch {
        node.close()
        throw error
      }
    } catch {
      throw CameraError(error, subject)
    }
  }

  /// The other cameras, for whoever has to find out which is which.
  static func listing(_ cameras: [Entry]) -> String {
    guard !cameras.isEmpty else { return "no camera is connected" }
    return "connected are \(cameras.map { "\($0.identity) as \($0.path)" }.joined(separator: "; "))"
  }

  private static func nodePaths() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/sys/class/video4linux")) ?? []
    let numbers = names.compactMap { name in name.hasPrefix("video") ? Int(name.dropFirst(5)) : nil }
    return numbers.sorted().map { "/dev/video\($0)" }
  }
}
