import Foundation
import Yams

/// A YAML value with the line it stands on: what the strict reader walks through.
///
/// Scalars stay the text that was written. What a text means is the business of the key it belongs to, so that `NO` is a
/// country and `1e3` is not silently a number.
struct YAMLValue: Sendable, Equatable {
  enum Content: Sendable, Equatable {
    /// `isQuoted`: written in quotes or as a block, so that it is text even when it looks like `null`.
    case scalar(String, isQuoted: Bool)
    case list([YAMLValue])
    case map([Entry])
  }

  struct Entry: Sendable, Equatable {
    let key: String
    let line: Int
    let value: YAMLValue
  }

  let content: Content
  /// From 1.
  let line: Int

  /// Nothing was written, or `null`.
  var isNull: Bool {
    guard case .scalar(let text, isQuoted: false) = content else { return false }
    return ScalarText.isNull(text)
  }

  /// For errors: what stands there.
  var kind: String {
    switch content {
    case .scalar(let text, _): isNull ? "nothing" : "the text \(quoted(text))"
    case .list: "a list"
    case .map: "a map of keys"
    }
  }
}

/// The configuration file as a tree of values, or the one line that says why it cannot be read.
///
/// Made to stand any bytes: size and nesting are bounded, anchors and aliases (with which a few lines become gigabytes)
/// are refused.
enum ConfigurationFile {
  /// Real files are a few kilobytes.
  static let maxBytes = 1 << 20
  /// Real files are nested four deep.
  static let maxDepth = 32

  /// Reads the regular file `path`.
  static func read(_ path: String) throws(ConfigurationProblem) -> YAMLValue {
    func problem(_ what: String, allowed: String? = nil) -> ConfigurationProblem {
      ConfigurationProblem(place: .file(path, line: nil), key: nil, what: what, allowed: allowed)
    }
    let attributes: [FileAttributeKey: Any]
    do {
      // The file behind a symbolic link counts.
      let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      attributes = try FileManager.default.attributesOfItem(atPath: target)
    } catch {
      let isMissing = !FileManager.default.fileExists(atPath: path)
      throw problem(
        isMissing
          ? "no such configuration file; create it, or name another one with --config FILE"
          : "cannot be read (\(error.fileReason))")
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else { throw problem("is not a regular file") }
    let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
    guard size <= maxBytes else { throw problem("has \(size) bytes", allowed: "at most \(maxBytes) bytes") }
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw problem("cannot be read (\(error.fileReason))")
    }
    return try parse(bytes, name: path)
  }

  /// Reads bytes that came from the file `name`.
  static func parse(_ bytes: Data, name: String) throws(ConfigurationProblem) -> YAMLValue {
    func problem(_ what: String, line: Int? = nil, key: String? = nil, allowed: String? = nil) -> ConfigurationProblem {
      ConfigurationProblem(place: .file(name, line: line), key: key, what: what, allowed: allowed)
    }
    guard bytes.count <= maxBytes else {
      throw problem("has \(bytes.count) bytes", allowed: "at most \(maxBytes) bytes")
    }
    guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]) else {
      throw problem("is UTF-16", allowed: "UTF-8")
    }
    guard var text = String(data: bytes, encoding: .utf8) else {
      throw problem("is not UTF-8", line: firstBadLine(bytes), allowed: "UTF-8 text")
    }
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    text = text.replacingOccurrences(of: "\r\n", with: "\n")
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let isBinary = line.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" && $0 != "\r" || $0.value == 0x7F }
      if isBinary { throw problem("has control characters: this is no YAML text", line: index + 1) }
      if hasAnchorOrAlias(line) { throw problem("anchors (&) and aliases (*) are not used here", line: index + 1) }
    }
    do {
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      guard let root = try parser.singleRoot() else {
        return YAMLValue(content: .scalar("", isQuoted: false), line: 1)
      }
      // Nodes know their anchors only as long as the parser lives.
      return try withExtendedLifetime(parser) { try value(of: root, depth: 0, name: name) }
    } catch let error as ConfigurationProblem {
      throw error
    } catch let error as YamlError {
      throw syntaxProblem(error, name: name, text: text)
    } catch {
      throw problem("cannot be read (\(error.fileReason))")
    }
  }

  private static func value(of node: Node, depth: Int, name: String) throws -> YAMLValue {
    let line = node.mark?.line ?? 1
    func problem(_ what: String, allowed: String? = nil) -> ConfigurationProblem {
      ConfigurationProblem(place: .file(name, line: line), key: nil, what: what, allowed: allowed)
    }
    guard depth <= maxDepth else { throw problem("is nested more than \(maxDepth) deep") }
    guard node.anchor == nil else { throw problem("anchors (&) and aliases (*) are not used here") }
    switch node {
    case .scalar(let scalar):
      return YAMLValue(content: .scalar(scalar.string, isQuoted: scalar.style != .plain), line: line)
    case .sequence(let sequence):
      return YAMLValue(content: .list(try sequence.map { try value(of: $0, depth: depth + 1, name: name) }), line: line)
    case .mapping(let mapping):
      let entries = try mapping.map { pair in
        guard case .scalar(let key) = pair.key else { throw problem("a key is a list or a map", allowed: "a word") }
        return YAMLValue.Entry(
          key: key.string, line: pair.key.mark?.line ?? line,
          value: try value(of: pair.value, depth: depth + 1, name: name))
      }
      return YAMLValue(content: .map(entries), line: line)
    case .alias:
      throw problem("anchors (&) and aliases (*) are not used here")
    }
  }

  /// Anchors are looked for before parsing, because the parser expands them as it goes.
  private static func hasAnchorOrAlias(_ line: Substring) -> Bool {
    var before: Character = " "
    var quote: Character?
    for (character, next) in zip(line, line.dropFirst()) {
      defer { before = character }
      let startsToken = before == " " || before == "\t" || before == "[" || before == "{" || before == ","
      if let open = quote {
        if character == open { quote = nil }
        continue
      }
      guard startsToken else { continue }
      if character == "#" { return false }
      if character == "\"" || character == "'" { quote = character }
      let isName = next.isLetter || next.isNumber || next == "_" || next == "-"
      if (character == "&" || character == "*") && isName { return true }
    }
    return false
  }

  private static func syntaxProblem(_ error: YamlError, name: String, text: String) -> ConfigurationProblem {
    func problem(_ what: String, line: Int?, key: String? = nil) -> ConfigurationProblem {
      ConfigurationProblem(place: .file(name, line: line), key: key, what: what, allowed: nil)
    }
    switch error {
    case .scanner(let context, let what, let mark, _), .parser(let context, let what, let mark, _),
      .composer(let context, let what, let mark, _):
      let during = context.map { " (\($0.text) in line \($0.mark.line))" } ?? ""
      return problem("is not YAML: \(what)\(during)", line: mark.line)
    case .duplicatedKeysInMapping(let keys, let context):
      let key = keys.first ?? "?"
      let first = context.mark
      let again = lineOfRepetition(of: key, after: first, in: text)
      let earlier = again == nil ? "" : ", first in line \(first.line)"
      return problem(
        "is given twice\(earlier); keep one of them", line: again ?? first.line,
        key: String(quoted(key).dropFirst().dropLast()))
    case .reader(let what, _, _, _):
      return problem("is not YAML: \(what)", line: nil)
    default:
      return problem("is not YAML", line: nil)
    }
  }

  /// The parser says where a key stood first; people look for where it stands again.
  private static func lineOfRepetition(of key: String, after mark: Mark, in text: String) -> Int? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated().dropFirst(mark.line) {
      let rest = line.drop { $0 == " " || $0 == "-" }
      if line.count - rest.count + 1 == mark.column, rest.hasPrefix("\(key):") { return index + 1 }
    }
    return nil
  }

  private static func firstBadLine(_ bytes: Data) -> Int? {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    return lines.firstIndex { String(data: $0, encoding: .utf8) == nil }.map { $0 + 1 }
  }
}
