import Foundation

/// A form that was sent as `multipart/form-data`: the fields before the part named `file`, and the file.
struct MultipartForm {
  private(set) var fields: [(name: String, value: String)] = []
  /// nil when no part is named `file`. Parts behind it are ignored.
  private(set) var file: [UInt8]?

  struct Problem: Error, Equatable { let what: String }

  /// Longer field values are refused.
  static let maximumField = 20480
  static let maximumParts = 64

  /// The boundary that a Content-Type names; nil when it is no `multipart/form-data` with one.
  static func boundary(_ contentType: String?) -> String? {
    guard let contentType, contentType.lowercased().hasPrefix("multipart/form-data") else { return nil }
    for parameter in contentType.split(separator: ";").dropFirst() {
      let parts = parameter.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces).lowercased() == "boundary" else { continue }
      let value = parts[1].trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
      return (1...70).contains(value.utf8.count) ? value : nil
    }
    return nil
  }

  init(_ body: [UInt8], boundary: String) throws(Problem) {
    let delimiter = Array("\r\n--\(boundary)".utf8)
    // The first delimiter needs no line end before it.
    guard body.starts(with: delimiter.dropFirst(2)) else {
      throw Problem(what: "the body does not begin with the boundary")
    }
    var position = delimiter.count - 2
    for _ in 0..<MultipartForm.maximumParts {
      if body[position...].starts(with: "--".utf8) { return }
      guard body[position...].starts(with: "\r\n".utf8) else { throw Problem(what: "no line end behind a boundary") }
      guard let headEnd = MultipartForm.find(Array("\r\n\r\n".utf8), in: body, from: position) else {
        throw Problem(what: "a part without an empty line")
      }
      guard let end = MultipartForm.find(delimiter, in: body, from: headEnd + 2) else {
        throw Problem(what: "a part without a boundary behind it")
      }
      let start = headEnd + 4
      guard start <= end || end == headEnd + 2 else { throw Problem(what: "a part without content") }
      let content = start <= end ? Array(body[start..<end]) : []
      let head = position + 2 <= headEnd ? Array(body[position + 2..<headEnd]) : []
      try add(name: MultipartForm.name(of: head), content)
      if file != nil { return }
      position = end + delimiter.count
    }
    throw Problem(what: "more than \(MultipartForm.maximumParts) parts")
  }

  private mutating func add(name: String?, _ content: [UInt8]) throws(Problem) {
    guard let name else { throw Problem(what: "a part without a name") }
    if name == "file" {
      file = content
      return
    }
    guard content.count <= MultipartForm.maximumField, let value = String(validating: content, as: UTF8.self) else {
      throw Problem(what: "field \(name) is too long or no UTF-8")
    }
    fields.append((name, value))
  }

  /// The name in the Content-Disposition of a part.
  private static func name(of head: [UInt8]) -> String? {
    guard let text = String(validating: head, as: UTF8.self) else { return nil }
    for line in text.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
      for parameter in line.split(separator: ";").dropFirst() {
        let parts = parameter.trimmingCharacters(in: .whitespaces).split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0] == "name", parts[1].count >= 2, parts[1].first == "\"", parts[1].last == "\""
        else {
          continue
        }
        return String(parts[1].dropFirst().dropLast())
      }
    }
    return nil
  }

  /// Where a pattern begins. `memchr` carries it over the picture's bytes: a loop of our own takes seconds a passage.
  static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return nil }
      var position = start
      while position + pattern.count <= buffer.count {
        guard
          let hit = unsafe memchr(base + position, Int32(pattern[0]), buffer.count - position - pattern.count + 1)
        else { return nil }
        position = unsafe UnsafeRawPointer(hit) - base
        if unsafe memcmp(base + position, pattern, pattern.count) == 0 { return position }
        position += 1
      }
      return nil
    }
  }
}
