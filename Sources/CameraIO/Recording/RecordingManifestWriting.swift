import Foundation

extension RecordingManifest {
  /// The manifest as JSON text, always in the same order: the same manifest gives the same bytes.
  ///
  /// `truth` is JSON of the caller's own, put in as the member of that name; the pipeline never reads it.
  /// Throws `.broken` when `truth` is no JSON.
  public func json(truth: Data? = nil) throws(CameraError) -> Data {
    var members = ["\"format\": \(Self.quoted(Self.format))"]
    if let startedAtMs { members.append("\"startedAt\": \(Self.quoted(WallTime.iso8601(startedAtMs)))") }
    members.append("\"nominalRate\": \(Self.number(nominalRate))")
    let entries = cameras.sorted { $0.key < $1.key }.map { position, camera in
      "    \(Self.quoted(position.rawValue)): \(Self.object(camera))"
    }
    members.append("\"cameras\": {\n\(entries.joined(separator: ",\n"))\n  }")
    if !captureSet.isEmpty { members.append("\"captureSet\": \(Self.object(captureSet))") }
    if let truth {
      guard (try? JSONSerialization.jsonObject(with: truth, options: [.fragmentsAllowed])) != nil else {
        throw CameraError(.broken, Self.fileName, "the truth to be written is no JSON")
      }
      members.append("\"truth\": \(String(decoding: truth, as: UTF8.self))")
    }
    return Data("{\n  \(members.joined(separator: ",\n  "))\n}\n".utf8)
  }

  /// Writes `recording.json` into `folder`, whole or not at all.
  public func write(toFolder folder: String, truth: Data? = nil) throws(CameraError) {
    let path = folder + "/" + Self.fileName
    let json = try json(truth: truth)
    do {
      try json.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CameraError(.broken, path, "cannot be written (\(error.localizedDescription))")
    }
  }

  private static func object(_ camera: Camera) -> String {
    var members = ["\"file\": \(quoted(camera.file))"]
    if let lens = camera.lens { members.append("\"lens\": \(quoted(lens))") }
    if let zone = camera.zone {
      let points = zone.map { "[\(number($0.x)),\(number($0.y))]" }
      members.append("\"zone\": [\(points.joined(separator: ","))]")
    }
    return "{\(members.joined(separator: ", "))}"
  }

  private static func object(_ set: CaptureSetOverrides) -> String {
    var members: [String] = []
    if let area = set.minLicensePlateArea { members.append("\"minLicensePlateArea\": \(area)") }
    if !set.lenses.isEmpty {
      let lenses = set.lenses.sorted { $0.key < $1.key }.map { name, lens in
        "\(quoted(name)): {\"focalLength\": \(number(lens.focalLength)), "
          + "\"sensorResolution\": \(number(lens.sensorResolution)), \"sensorSize\": \(number(lens.sensorSize))}"
      }
      members.append("\"lenses\": {\(lenses.joined(separator: ", "))}")
    }
    if let country = set.countryCode { members.append("\"countryCode\": \(quoted(country))") }
    if let tenant = set.tenantId { members.append("\"tenantId\": \(quoted(tenant))") }
    if !set.maxFramesForCameras.isEmpty {
      let limits = set.maxFramesForCameras.sorted { $0.key < $1.key }.map { "\(quoted($0.key.rawValue)): \($0.value)" }
      members.append("\"maxFramesForCameras\": {\(limits.joined(separator: ", "))}")
    }
    return "{\(members.joined(separator: ", "))}"
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\u{0}"..<"\u{20}":
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
