import CameraIO

extension Notation<PictureSize> {
  static var pictureSize: Self {
    Notation(allowed: "WIDTHxHEIGHT like 1920x1200, 16x16 ... 16384x16384") { (text) throws(Unreadable) in
      let parts = text.split(separator: "x", omittingEmptySubsequences: false)
      guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]) else {
        throw Unreadable(what: "\(quoted(text)) is no picture size")
      }
      guard (16...16384).contains(width), (16...16384).contains(height) else {
        throw Unreadable(what: "\(width)x\(height) is out of range")
      }
      return PictureSize(width: width, height: height)
    }
  }
}

extension Notation<String> {
  /// Serial number of a USB device: whatever its maker printed into it.
  static var serialNumber: Self {
    Notation(allowed: "the serial number that `diagnose` shows, 1 to 126 characters") { (text) throws(Unreadable) in
      guard (1...126).contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
        throw Unreadable(what: "\(quoted(text)) is no serial number")
      }
      return text
    }
  }
}

extension Notation<Configuration.CameraSource> {
  /// A device's path, bus info or serial number, or `recording:PATH`.
  static var cameraSource: Self {
    Notation(
      allowed: "/dev/v4l/by-path/…, /dev/v4l/by-id/…, bus:BUSINFO, serial:NUMBER or recording:PATH",
      read: { (scalar) throws(Unreadable) in
        if scalar.text.hasPrefix("recording:") {
          let path = String(scalar.text.dropFirst("recording:".count))
          guard !path.isEmpty else { throw Unreadable(what: "'recording:' names no recording") }
          return .recording(path)
        }
        for (word, binding) in [("bus:", DeviceBinding.bus), ("serial:", DeviceBinding.serial)]
        where scalar.text.hasPrefix(word) {
          let name = String(scalar.text.dropFirst(word.count))
          guard !name.isEmpty else { throw Unreadable(what: "'\(word)' names no device") }
          return .device(binding(name))
        }
        guard scalar.text.hasPrefix("/") else {
          throw Unreadable(
            what: "\(quoted(scalar.text)) is neither an absolute path nor bus:…, serial:… or recording:PATH")
        }
        guard scalar.text.hasPrefix("/dev/"), !scalar.text.contains("/../") else {
          throw Unreadable(what: "\(quoted(scalar.text)) is no device; write recording:\(scalar.text) for a recording")
        }
        return .device(.path(scalar.text))
      },
      write: { source in
        switch source {
        case .device(let binding): .text(binding.description)
        case .recording(let path): .text("recording:\(path)")
        }
      })
  }
}

extension Polygon: CustomStringConvertible {
  /// `x,y x,y …`, the way `--zone` takes it.
  var description: String { points.map { "\(plain($0.x)),\(plain($0.y))" }.joined(separator: " ") }

  /// Reads `x,y x,y …`: the form of `--zone`, and one of the two forms in the file.
  init(text: String) throws(Unreadable) {
    var points: [ZonePoint] = []
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" }) {
      let parts = word.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, Quantity.isDecimal(parts[0]), Quantity.isDecimal(parts[1]), let x = Double(parts[0]),
        let y = Double(parts[1])
      else { throw Unreadable(what: "\(quoted(String(word))) is no point x,y") }
      points.append(ZonePoint(x: x, y: y))
    }
    try self.init(corners: points)
  }

  /// Checks that the corners enclose something and lie where pictures can be.
  init(corners: [ZonePoint]) throws(Unreadable) {
    guard corners.count >= 3 else {
      throw Unreadable(what: "\(corners.count) points are no polygon; at least 3 are needed")
    }
    guard corners.count <= 256 else { throw Unreadable(what: "\(corners.count) points are too many; at most 256") }
    if let outside = corners.first(where: { !(0...16384).contains($0.x) || !(0...16384).contains($0.y) }) {
      throw Unreadable(what: "the point \(plain(outside.x)),\(plain(outside.y)) lies outside of any picture")
    }
    let doubledArea = zip(corners, corners.dropFirst() + corners.prefix(1)).reduce(0) { sum, edge in
      sum + edge.0.x * edge.1.y - edge.1.x * edge.0.y
    }
    guard abs(doubledArea) >= 2 else { throw Unreadable(what: "the polygon encloses nothing") }
    self.init(points: corners)
  }
}

extension Notation<Polygon> {
  static var polygon: Self {
    Notation(allowed: "[[x, y], …] or \"x,y x,y …\" in pixels, at least 3 points") { (text) throws(Unreadable) in
      try Polygon(text: text)
    }
  }
}
