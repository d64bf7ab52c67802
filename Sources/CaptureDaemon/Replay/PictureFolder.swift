import FrameSelect
import Foundation

/// Where `replay --output` puts pictures: one folder per passage, for people to look at. Not the spool: nothing here is owed to
/// anybody, so nothing is synced.
struct PictureFolder: Sendable {
  let path: String

  /// Makes the folder; pictures of an earlier replay into the same folder are replaced.
  init(path: String) throws {
    self.path = path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Complaint(.inputOutput, "\(path): the output folder cannot be made: \(error.fileReason)")
    }
  }

  /// Writes the images of one passage, and `coverage.json` beside them.
  func write(_ images: [EncodedImage], _ coverage: [CameraCoverage], of passage: String) throws {
    let folder = "\(path)/\(passage)"
    do {
      try? FileManager.default.removeItem(atPath: folder)
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data((CoverageLedger.text(of: coverage) + "\n").utf8).write(
        to: URL(fileURLWithPath: "\(folder)/coverage.json"))
      for image in images {
        try Data(image.bytes).write(to: URL(fileURLWithPath: "\(folder)/\(image.fileName)"))
      }
    } catch {
      throw Complaint(.inputOutput, "\(folder): the pictures cannot be written: \(error.fileReason)")
    }
  }

  /// Writes the page beside the pictures.
  func write(report html: String) throws {
    do {
      try Data(html.utf8).write(to: URL(fileURLWithPath: reportPath), options: .atomic)
    } catch {
      throw Complaint(.inputOutput, "\(reportPath): the report cannot be written: \(error.fileReason)")
    }
  }

  var reportPath: String { "\(path)/report.html" }
}
