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

      How far away a plate is, and whether it is large enough, is told where lens and least area are known: by the options, else by the \
      configuration's captureSet, by the recording.json beside the file, or by what the cloud said to this unit last.
      """)

  @Argument(help: ArgumentHelp("Picture files.", valueName: "image"))
  var images: [String]

  @OptionGroup var options: ConfigurationOptions

  @Option(
    help: ArgumentHelp(
      "Tell how far each plate is away: the name of a lens of the capture set, or focal length in mm, pixels and mm of the sensor's long side: 6,1920,11.3.",
      valueName: "lens"))
  var lens: String?

  @Option(
    help: ArgumentHelp(
      "Say whether each plate is large enough to be read: the capture set's minLicensePlateArea.", valueName: "pixels"))
  var minimum: Int?

  @Option(
    help: ArgumentHelp(
      "Leave out plates smaller than so many square pixels of a 1920x1200 picture, and look at coarser scales only: a look costs less than half.",
      valueName: "pixels"))
  var areaAtLeast = 0

  @Flag(help: "One JSON object per image.")
  var json = false

  mutating func validate() throws {
    if images.isEmpty { throw ValidationError("name at least one image") }
    if areaAtLeast < 0 || areaAtLeast > 100_000_000 {
      throw ValidationError("--area-at-least \(areaAtLeast): expected 0 to 100000000 square pixels")
    }
    if let minimum, minimum < 0 || minimum > 100_000_000 {
      throw ValidationError("--minimum \(minimum): expected 0 to 100000000 square pixels")
    }
    if let lens, lens.contains(","), LensData(parsing: lens) == nil {
      throw ValidationError("--lens \"\(lens)\": expected FOCAL,PIXELS,SIZE, three numbers above 0")
    }
  }

  func run() async throws {
    try await reporting {
      let configuration = try configuration()
      let known = (try? CloudLine.settingsCache(of: configuration).load())?.captureSet
      let measures = PlateFileMeasures(configuration, lens: lens, minimum: minimum) { known }
      try measures.requireLens()
      let reading = PlateReading(areaAtLeast: areaAtLeast) { measures.measure(ofFile: $0) }
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

  /// One that nobody asked for and that cannot be read is left alone: pictures are looked at without it.
  private func configuration() throws -> Configuration {
    guard options.file == nil, options.settings.isEmpty else { return try options.load().configuration }
    return (try? options.loaded(isFileNeeded: false).configuration) ?? Configuration()
  }
}
