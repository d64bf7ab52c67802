import ArgumentParser
import CameraIO
import FrameSelect

/// `capture-daemon plates`: where the plates are in pictures, and how large.
struct PlatesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plates", abstract: "Where the licence plates are in pictures, and their area in pixels.",
    discussion: """
      IMAGE is a JPEG or WebP file, or any other whose first picture is stored as luma and chroma or as grey. An image that cannot be \
      read is told on standard error; the others are done, and the command ends with 66.
      """)

  @Argument(help: ArgumentHelp("Picture files.", valueName: "image"))
  var images: [String]

  @OptionGroup var options: ConfigurationOptions

  @Option(
    help: ArgumentHelp(
      "Tell how far each plate is away: a lens of the configuration's captureSet.lenses, or focal length in mm, pixels and mm of the sensor's long side: 6,1920,11.3.",
      valueName: "lens"))
  var lens: String?

  @Option(
    help: ArgumentHelp(
      "Leave out plates smaller than so many square pixels of a 1920x1200 picture, and look at coarser scales only: what the trigger does.",
      valueName: "pixels"))
  var areaAtLeast = 0

  @Flag(help: "One JSON object per image.")
  var json = false

  mutating func validate() throws {
    if images.isEmpty { throw ValidationError("name at least one image") }
    if areaAtLeast < 0 || areaAtLeast > 100_000_000 {
      throw ValidationError("--area-at-least \(areaAtLeast): expected 0 to 100000000 square pixels")
    }
    if let lens, lens.contains(","), LensData(parsing: lens) == nil {
      throw ValidationError("--lens \"\(lens)\": expected FOCAL,PIXELS,SIZE, three numbers above 0")
    }
  }

  func run() async throws {
    try await reporting {
      let lens = try lens.map(lensData)
      let reading = PlateReading(lens: lens, areaAtLeast: areaAtLeast)
      var status = ExitStatus.fine
      for image in images {
        do throws(CameraError) {
          let found = try reading.plates(ofFile: image)
          printToStandardOutput(json ? found.json.text : found.text)
        } catch {
          printToStandardError("capture-daemon: \(error.description.replacing("\n", with: "\\n"))")
          status = .noInput
        }
      }
      return status
    }
  }

  private func lensData(_ text: String) throws -> LensData {
    if let lens = LensData(parsing: text) { return lens }
    let lenses = try options.load(isFileNeeded: false).configuration.captureSet.lenses ?? [:]
    guard let lens = lenses[text] else {
      let names = lenses.keys.sorted().joined(separator: ", ")
      throw Complaint(
        .usage,
        "--lens \(text): there is no such lens in the configuration's captureSet.lenses"
          + (names.isEmpty ? "; give its numbers: --lens 6,1920,11.3" : " (\(names))"))
    }
    return LensData(
      focalLength: lens.focalLength, sensorResolution: lens.sensorResolution, sensorSize: lens.sensorSize)
  }
}
