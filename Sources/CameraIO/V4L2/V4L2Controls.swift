/// The controls that the configuration names: set, read back, and watched while the camera runs.
public struct V4L2Controls: Equatable, Sendable {
  /// A control that is not as it was wished.
  public struct Deviation: Equatable, Sendable, CustomStringConvertible {
    /// The kernel's name.
    public let name: String
    /// What was wished.
    public let wished: Int64
    /// What the device has; nil when it cannot be told.
    public let found: Int64?
    /// Whether it has its wished value again.
    public var isMended = false
    /// One line: what is the matter, and what is allowed.
    public let description: String
  }

  /// What could not be had when the camera was opened.
  public let deviations: [Deviation]
  /// Those that took their value: they are watched.
  private var kept: [Kept]

  private struct Kept: Equatable, Sendable {
    let control: V4L2Control
    let value: Int64
    /// It was found changed and has not been found in place since: told already.
    var isTold = false
  }

  /// How the kernel's names of controls are written: "Exposure Time, Absolute" is `exposure_time_absolute`.
  static func word(_ name: String) -> String {
    var word = ""
    for character in name.lowercased() {
      if character.isASCII, character.isLetter || character.isNumber {
        word.append(character)
      } else if !word.hasSuffix("_"), !word.isEmpty {
        word.append("_")
      }
    }
    return word.hasSuffix("_") ? String(word.dropLast()) : word
  }

  /// Sets every wished control and reads it back.
  ///
  /// Modes come before values, because a value is inactive while its automatic is on; what was refused is tried once more when
  /// all others are set.
  init(applying wishes: [String: Int64], to node: any V4L2Node) {
    guard !wishes.isEmpty else {
      deviations = []
      kept = []
      return
    }
    let known = node.controls()
    var deviations: [String: Deviation] = [:]
    var kept: [Kept] = []
    let found = wishes.sorted { $0.key < $1.key }.compactMap { name, value -> (V4L2Control, Int64)? in
      guard let control = known.first(where: { $0.name == name }) else {
        deviations[name] = Deviation(name: name, wished: value, found: nil, description: Self.unknown(name, known))
        return nil
      }
      return (control, value)
    }
    let modesFirst = found.filter { $0.0.isMode } + found.filter { !$0.0.isMode }
    let refused = modesFirst.filter { !Self.set($0.1, $0.0, node) }
    for (control, value) in refused { _ = Self.set(value, control, node) }
    // Setting one control may have moved, freed or frozen others.
    let now = node.controls()
    for (control, value) in modesFirst {
      let current = now.first { $0.id == control.id } ?? control
      if let deviation = Self.deviation(of: current, wished: value, node) {
        deviations[control.name] = deviation
      } else {
        kept.append(Kept(control: current, value: value))
      }
    }
    self.deviations = deviations.sorted { $0.key < $1.key }.map(\.value)
    self.kept = kept
  }

  /// Reads the kept controls, modes first, and sets again what was changed. Returned is what nobody was told of yet: a control that
  /// the camera itself keeps moving is told once, until it is found in place.
  mutating func mend(on node: any V4L2Node) -> [Deviation] {
    var changed: [Deviation] = []
    for index in kept.indices {
      let (control, value) = (kept[index].control, kept[index].value)
      guard !control.isVolatile, !control.isWriteOnly, let found = try? node.value(of: control) else { continue }
      guard found != value else {
        kept[index].isTold = false
        continue
      }
      let isBack = Self.set(value, control, node) && (try? node.value(of: control)) == value
      guard !kept[index].isTold else { continue }
      kept[index].isTold = true
      changed.append(
        Deviation(
          name: control.name, wished: value, found: found, isMended: isBack,
          description: "\(control.name) was changed to \(found) by somebody else; "
            + (isBack ? "it is \(value) again" : "it cannot be set to \(value) again")))
    }
    return changed
  }

  private static func set(_ value: Int64, _ control: V4L2Control, _ node: any V4L2Node) -> Bool {
    // What does not fit would arrive as another value.
    guard control.kind == .integer64 || Int32(exactly: value) != nil else { return false }
    do throws(V4L2Failure) {
      try node.setValue(value, of: control)
      return true
    } catch {
      return false
    }
  }

  private static func deviation(of control: V4L2Control, wished: Int64, _ node: any V4L2Node) -> Deviation? {
    func deviation(_ found: Int64?, _ text: String) -> Deviation {
      Deviation(name: control.name, wished: wished, found: found, description: "\(control.name): \(text)")
    }
    if control.isReadOnly { return deviation(nil, "can only be read; take it out of the configuration") }
    // What cannot be read back is taken to be as it was set.
    if control.isWriteOnly { return nil }
    let found: Int64
    do throws(V4L2Failure) {
      found = try node.value(of: control)
    } catch {
      return deviation(nil, "cannot be read back (\(error.reason))")
    }
    guard found != wished else { return nil }
    guard (control.minimum...max(control.minimum, control.maximum)).contains(wished) else {
      return deviation(
        found, "\(wished) is out of range, it is \(found); allowed: \(control.minimum) ... \(control.maximum)")
    }
    if control.step > 1, wished.subtractingReportingOverflow(control.minimum).partialValue % control.step != 0 {
      return deviation(found, "\(wished) became \(found); it moves in steps of \(control.step) from \(control.minimum)")
    }
    if control.isInactive {
      return deviation(found, "stays \(found): another control has the say; switch its automatic off")
    }
    return deviation(found, "\(wished) was asked for and the device made \(found) of it")
  }

  private static func unknown(_ name: String, _ known: [V4L2Control]) -> String {
    let names = known.filter { !$0.isReadOnly && $0.kind != .other }.map(\.name)
    guard !names.isEmpty else { return "\(name): the camera has no controls" }
    return "\(name): the camera has no such control; it has \(names.joined(separator: ", "))"
  }
}

extension V4L2Control {
  /// Whether it switches a mode, such as an automatic on or off, rather than setting a value.
  fileprivate var isMode: Bool { kind == .menu || kind == .boolean }
}
