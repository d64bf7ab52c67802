import Foundation

/// What can still be told of a picture whose passage was cut short: only whole files are worth keeping.
enum ImageSetSalvage {
  /// Pixel size of a WebP file that is all there; nil for one that is cut off or is none.
  static func size(ofWebP bytes: Data) -> (width: Int, height: Int)? {
    let bytes = [UInt8](bytes)
    func word(_ at: Int) -> Int { Int(bytes[at]) | Int(bytes[at + 1]) << 8 }
    guard bytes.count >= 30, bytes[0..<4].elementsEqual("RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8) else {
      return nil
    }
    // RIFF counts what follows its own eight bytes; a file that ends earlier was cut off.
    guard word(4) | word(6) << 16 == bytes.count - 8 else { return nil }
    switch String(decoding: bytes[12..<16], as: UTF8.self) {
    case "VP8 ":
      guard bytes[23] == 0x9d, bytes[24] == 0x01, bytes[25] == 0x2a else { return nil }
      return (word(26) & 0x3fff, word(28) & 0x3fff)
    case "VP8L":
      guard bytes[20] == 0x2f else { return nil }
      let bits = word(21) | word(23) << 16
      return (bits & 0x3fff + 1, (bits >> 14) & 0x3fff + 1)
    case "VP8X":
      return ((word(24) | Int(bytes[26]) << 16) + 1, (word(27) | Int(bytes[29]) << 16) + 1)
    default: return nil
    }
  }

  /// Every whole picture in a folder: those of the journal by their digests; others, which nobody was told of yet, described as well as their
  /// names and bytes allow (`at` is not known of them).
  static func images(in folder: String, from: Double) throws -> [ImageSetManifest.Image] {
    let journal = try ImageSetJournal.read(in: folder)
    var images = try journal.filter { image in
      let path = folder + "/" + image.fileName
      guard DurableFiles.size(path) == image.bytes, let bytes = try DurableFiles.read(path) else { return false }
      return Digest.sha256(bytes) == image.sha256
    }
    let known = Set(journal.map(\.fileName))
    for name in try DurableFiles.names(in: folder) where ImageFile.isFit(fileName: name) && !known.contains(name) {
      guard let split = name.lastIndex(of: "_"), let bytes = try DurableFiles.read(folder + "/" + name),
        let size = size(ofWebP: bytes)
      else { continue }
      let digest = Digest(of: bytes)
      images.append(
        ImageSetManifest.Image(
          fileName: name, camera: String(name[..<split]), width: size.width, height: size.height, bytes: bytes.count,
          sha256: digest.sha256, md5: digest.md5, at: from))
    }
    return images
  }

  /// Writes the manifest of a committed image set anew after its own was damaged or lost; what is left of that one stays beside it.
  ///
  /// From what was known when the vehicle came, and from the pictures that are whole. Partial, for nobody knows what is missing.
  static func manifest(of id: PassageID, in folder: String, at nowMs: Int64) throws -> ImageSetManifest {
    let trigger = try DurableFiles.read(folder + "/trigger.json", limit: 1 << 16)
    let announced = trigger.flatMap { try? JSONDecoder().decode(PassageFacts.self, from: $0) }
    let facts =
      announced.flatMap { $0.id == id ? $0 : nil }
      ?? PassageFacts(id: id, recordedAtMs: nowMs, clock: .guess, from: 0)
    let manifest = ImageSetManifest(
      facts: facts, recDate: facts.recordedAtMs / 1000, partial: true, images: try images(in: folder, from: facts.from))
    let path = folder + "/manifest.json"
    if DurableFiles.exists(path) { try DurableFiles.rename(path, to: path + ".damaged") }
    try DurableFiles.replaceDurably(path, try manifest.sealed())
    return manifest
  }
}
