import Foundation

extension RecordingManifest {
  /// Reads a manifest from its file's bytes; `path` is for messages only.
  ///
  /// Unknown members are ignored and so is `truth`. Any defect is `.unreadable` with one line: which member, what is wrong,
  /// what is expected.
  public init(json: Data, path: String) throws(CameraError) {
    let members: KnownMembers
    do {
      members = try JSONDecoder().decode(KnownMembers.self, from: json)
    } catch DecodingError.dataCorrupted(let context) {
      let detail = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
      throw CameraError(.unreadable, path, "is not JSON: \(Self.oneLine(detail ?? context.debugDescription))")
    } catch {
      throw CameraError(.unreadable, path, "is not a recording's manifest: a JSON object is expected")
    }
    do {
      self = try Self.checked(members)
    } catch {
      throw CameraError(.unreadable, path, error.line)
    }
  }

  private static func checked(_ members: KnownMembers) throws(Defect) -> RecordingManifest {
    let format = try Member("format", members["format"]).required().string("\"\(RecordingManifest.format)\"")
    guard format == RecordingManifest.format else {
      throw Defect("format", "is \"\(format)\"", "\"\(RecordingManifest.format)\"")
    }
    var manifest = RecordingManifest(cameras: [:])
    if let started = Member("startedAt", members["startedAt"]).present {
      let expected = "a time such as \"2026-11-23T12:00:00.000Z\""
      let text = try started.string(expected)
      guard let milliseconds = WallTime.milliseconds(iso8601: text) else {
        throw Defect("startedAt", "is \"\(text)\"", expected)
      }
      manifest.startedAtMs = milliseconds
    }
    if let rate = Member("nominalRate", members["nominalRate"]).present {
      let expected = "frames a second, above 0 and up to 1000"
      let value = try rate.number(expected)
      guard value > 0, value <= 1000 else { throw Defect("nominalRate", "is \(value)", expected) }
      manifest.nominalRate = value
    }
    manifest.cameras = try cameras(Member("cameras", members["cameras"]).required())
    if let captureSet = Member("captureSet", members["captureSet"]).present {
      manifest.captureSet = try overrides(captureSet)
    }
    return manifest
  }

  private static func cameras(_ member: Member) throws(Defect) -> [CameraPosition: Camera] {
    let entries = try member.members("an object with one entry per camera, such as {\"frontLeft\": {\"file\": \"…\"}}")
    guard !entries.isEmpty else { throw Defect("cameras", "is empty", "at least one camera") }
    var cameras: [CameraPosition: Camera] = [:]
    for entry in entries {
      let position = try cameraPosition(entry)
      var camera = Camera(file: try fileName(try entry.required("file")))
      if let lens = try entry.optional("lens") { camera.lens = try lens.string("the name of a lens") }
      if let zone = try entry.optional("zone") { camera.zone = try polygon(zone) }
      cameras[position] = camera
    }
    return cameras
  }

  private static func cameraPosition(_ entry: Member) throws(Defect) -> CameraPosition {
    guard let position = CameraPosition(rawValue: entry.name) else {
      let known = CameraPosition.allCases.sorted().map(\.rawValue).joined(separator: ", ")
      throw Defect(entry.path, "is no camera position", "one of \(known)")
    }
    return position
  }

  private static func fileName(_ member: Member) throws(Defect) -> String {
    let expected = "the name of a video file inside the folder"
    let name = try member.string(expected)
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.isEmpty, !name.utf8.contains(0), !parts.contains(""), !parts.contains(".."), !parts.contains(".") else {
      throw Defect(member.path, "is \"\(oneLine(name))\"", expected + " (no absolute path, no \"..\")")
    }
    return name
  }

  private static func polygon(_ member: Member) throws(Defect) -> [ZonePoint] {
    let expected = "at least three points in pixels, such as [[0,200],[1919,200],[1919,1199]]"
    let list = try member.list(expected)
    var points: [ZonePoint] = []
    for item in list {
      guard case .array(let pair) = item, pair.count == 2, case .number(let x) = pair[0], case .number(let y) = pair[1],
        abs(x) <= 100_000, abs(y) <= 100_000
      else { throw Defect(member.path, "has a point that is no pair of numbers in pixels", expected) }
      points.append(ZonePoint(x: x, y: y))
    }
    guard points.count >= 3 else { throw Defect(member.path, "has \(points.count) points", expected) }
    return points
  }

  private static func overrides(_ member: Member) throws(Defect) -> CaptureSetOverrides {
    var overrides = CaptureSetOverrides()
    if let area = try member.optional("minLicensePlateArea") {
      overrides.minLicensePlateArea = try area.whole("square pixels, a whole number from 0")
    }
    if let lenses = try member.optional("lenses") {
      for lens in try lenses.members("an object of lenses by name") {
        overrides.lenses[lens.name] = LensData(
          focalLength: try lens.required("focalLength").positive("millimetres above 0"),
          sensorResolution: try lens.required("sensorResolution").positive("pixels of the long side, above 0"),
          sensorSize: try lens.required("sensorSize").positive("millimetres of the long side, above 0"))
      }
    }
    if let country = try member.optional("countryCode") {
      overrides.countryCode = try country.string("two letters, such as \"NO\"")
    }
    if let tenant = try member.optional("tenantId") { overrides.tenantId = try tenant.string("the id of a tenant") }
    if let limits = try member.optional("maxFramesForCameras") {
      for limit in try limits.members("an object of whole numbers by camera position") {
        overrides.maxFramesForCameras[try cameraPosition(limit)] = try limit.whole("a whole number from 0")
      }
    }
    return overrides
  }

  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline || $0 == "\0" ? " " : $0 })
  }
}

/// What is wrong with which member, and what is expected instead.
private struct Defect: Error {
  let line: String
  init(_ path: String, _ wrong: String, _ expected: String) { line = "\(path) \(wrong); expected: \(expected)" }
}

/// The members of the manifest that mean something; the rest, `truth` above all, is not even looked at.
private struct KnownMembers: Decodable {
  private enum Key: String, CodingKey, CaseIterable { case format, startedAt, nominalRate, cameras, captureSet }
  private var values: [String: JSONValue] = [:]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in Key.allCases where container.contains(key) {
      values[key.rawValue] = try container.decode(JSONValue.self, forKey: key)
    }
  }

  subscript(name: String) -> JSONValue? { values[name] }
}

/// A value with its place in the manifest, so that a defect can say where it is.
private struct Member {
  let path: String
  let name: String
  let value: JSONValue?

  init(_ path: String, _ value: JSONValue?, name: String? = nil) {
    self.path = path
    self.name = name ?? path
    self.value = value
  }

  /// Nil when it is not there or null.
  var present: Member? { value == nil || value == .null ? nil : self }

  func required() throws(Defect) -> Member {
    guard value != nil else { throw Defect(path, "is missing", "it is one of the members every recording needs") }
    return self
  }

  func string(_ expected: String) throws(Defect) -> String {
    guard case .string(let text)? = value else { throw wrongKind(expected) }
    return text
  }

  func number(_ expected: String) throws(Defect) -> Double {
    guard case .number(let number)? = value else { throw wrongKind(expected) }
    return number
  }

  func positive(_ expected: String) throws(Defect) -> Double {
    let number = try number(expected)
    guard number > 0, number < 1e9 else { throw Defect(path, "is \(number)", expected) }
    return number
  }

  func whole(_ expected: String) throws(Defect) -> Int {
    let number = try number(expected)
    guard number >= 0, number < 1e9, number == number.rounded() else { throw Defect(path, "is \(number)", expected) }
    return Int(number)
  }

  func list(_ expected: String) throws(Defect) -> [JSONValue] {
    guard case .array(let list)? = value else { throw wrongKind(expected) }
    return list
  }

  /// The members by name, in alphabetical order, so that of two defects always the same one is reported.
  func members(_ expected: String) throws(Defect) -> [Member] {
    guard case .object(let object)? = value else { throw wrongKind(expected) }
    return object.sorted { $0.key < $1.key }.map { Member("\(path).\($0.key)", $0.value, name: $0.key) }
  }

  func optional(_ name: String) throws(Defect) -> Member? {
    guard case .object(let object)? = value else { throw wrongKind("an object") }
    return Member("\(path).\(name)", object[name], name: name).present
  }

  func required(_ name: String) throws(Defect) -> Member {
    guard let member = try optional(name) else { throw Defect("\(path).\(name)", "is missing", "every entry needs it") }
    return member
  }

  private func wrongKind(_ expected: String) -> Defect {
    Defect(path, "is \(value?.kind ?? "missing")", expected)
  }
}
