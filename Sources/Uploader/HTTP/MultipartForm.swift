import Foundation

/// A text field of a form: name and value, both verbatim. Values of presigned forms are secrets for an hour.
public struct FormField: Sendable, Equatable, Codable, CustomStringConvertible, CustomReflectable {
  /// As given by the cloud.
  public var name: String
  /// As given by the cloud.
  public var value: String

  /// A field.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// The name only.
  public var description: String { name }

  /// Shows no more than the description does.
  public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// The file of a form.
public struct FormFile: Sendable, Equatable {
  /// Where its bytes are.
  public enum Content: Sendable, Equatable {
    /// In memory: what was hashed is what is sent.
    case bytes(Data)
    /// On disk, streamed; a file of another length is not sent at all.
    case path(String, byteCount: Int)

    /// How many bytes there are.
    public var byteCount: Int {
      switch self {
      case .bytes(let data): data.count
      case .path(_, let byteCount): byteCount
      }
    }
  }

  /// The file name told to the server.
  public var fileName: String
  /// Its media type.
  public var contentType: String
  /// Its bytes.
  public var content: Content

  /// A file.
  public init(fileName: String, contentType: String = "image/webp", content: Content) {
    self.fileName = fileName
    self.contentType = contentType
    self.content = content
  }
}

/// A `multipart/form-data` body: text fields in order, then the file, last.
public struct MultipartForm: Sendable, Equatable {
  /// Sent first, in this order.
  public var fields: [FormField]
  /// The name of the part that holds the file.
  public var filePartName: String
  /// Sent last.
  public var file: FormFile

  /// A form.
  public init(fields: [FormField], filePartName: String = "file", file: FormFile) {
    self.fields = fields
    self.filePartName = filePartName
    self.file = file
  }

  /// Everything before the bytes of the file.
  func head(boundary: String) -> Data {
    var head = Data()
    for field in fields {
      head += Data("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(Self.quoted(field.name))\"\r\n\r\n".utf8)
      head += Data(field.value.utf8)
      head += Data("\r\n".utf8)
    }
    head += Data(
      """
      --\(boundary)\r\n\
      Content-Disposition: form-data; name="\(Self.quoted(filePartName))"; filename="\(Self.quoted(file.fileName))"\r\n\
      Content-Type: \(Self.quoted(file.contentType))\r\n\r\n
      """.utf8)
    return head
  }

  /// Everything after them.
  func tail(boundary: String) -> Data { Data("\r\n--\(boundary)--\r\n".utf8) }

  /// As browsers do it: a quote or a line end in a name cannot end the header it stands in.
  private static func quoted(_ text: String) -> String {
    text.replacing("\r", with: "%0D").replacing("\n", with: "%0A").replacing("\"", with: "%22")
  }
}
