import Foundation

/// `images.jsonl`: the pictures of an image set that is being filled, one sealed line for each group; the manifest before there is one.
enum ImageSetJournal {
  static let fileName = "images.jsonl"

  private struct Group: Codable {
    var images: [ImageSetManifest.Image]
  }

  /// Its bytes; 0 when there is none.
  static func size(in folder: String) -> Int { DurableFiles.size(folder + "/" + fileName) ?? 0 }

  /// Adds a group; durable once file and folder are synced.
  static func append(_ images: [ImageSetManifest.Image], in folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = SealedJSON.seal(try encoder.encode(Group(images: images)))
    try DurableFiles.append(folder + "/" + fileName, line)
  }

  /// Undoes what came after the first `size` bytes.
  static func takeBack(to size: Int, in folder: String) throws {
    let path = folder + "/" + fileName
    if DurableFiles.exists(path) { try DurableFiles.truncate(path, to: size) }
  }

  /// Every picture of every whole line, in order; none when there is no journal. A line that was cut off ends it.
  static func read(in folder: String) throws -> [ImageSetManifest.Image] {
    guard let data = try DurableFiles.read(folder + "/" + fileName) else { return [] }
    var images: [ImageSetManifest.Image] = []
    for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      guard let body = SealedJSON.unseal(Data(line) + Data("\n".utf8)),
        let group = try? JSONDecoder().decode(Group.self, from: body)
      else { break }
      images += group.images.filter { ImageFile.isFit(fileName: $0.fileName) }
    }
    return images
  }
}
