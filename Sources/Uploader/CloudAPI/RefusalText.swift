import Foundation

/// One line for people out of the body of a refusal, whoever wrote it: the API's JSON, the file store's XML, or a
/// gateway's HTML, of which nothing is worth showing.
enum RefusalText {
  /// Longest line, in Unicode scalars: one character may have any number of them.
  static let maximumScalars = 200

  static func line(of response: HTTPResponse) -> String {
    if let json = try? JSONReader.read(response.body), let message = json["message"]?.string {
      return clean(message)
    }
    let text = String(decoding: response.body.prefix(8192), as: UTF8.self)
    if let code = element("Code", in: text) {
      return clean(element("Message", in: text).map { "\(code): \($0)" } ?? code)
    }
    return ""
  }

  /// The text of the first XML element of that name; the file store's errors are flat.
  private static func element(_ name: String, in text: String) -> String? {
    guard let start = text.range(of: "<\(name)>"),
      let end = text.range(of: "</\(name)>", range: start.upperBound..<text.endIndex)
    else { return nil }
    return String(text[start.upperBound..<end.lowerBound])
  }

  /// One line, not endless, and nothing in it that a terminal obeys.
  private static func clean(_ text: String) -> String {
    let line = text.unicodeScalars.prefix(maximumScalars).map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: Character(" ")
      default: Character(scalar)
      }
    }
    return String(line).trimmingBlanks()
  }
}
