import CameraIO
import FrameSelect
import Glibc

extension LensData {
  /// "6,1920,11.3": focal length in mm, pixels and mm of the sensor's long side; nil when it is not three numbers above 0.
  init?(parsing text: String) {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? 0 }
    guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    self.init(focalLength: numbers[0], sensorResolution: numbers[1], sensorSize: numbers[2])
  }
}

/// The plates of picture files, one after the other.
struct PlateReading {
  private let measure: (String) -> PlateMeasure
  private let detector = PlateDetector()
  private let pool = FramePool(byteBudget: 1 << 30)

  private let areaAtLeast: Int

  /// `areaAtLeast`: square pixels of a picture of 1920 x 1200 below which a plate is of no interest; `measure` says by what the plates of a
  /// file are judged.
  init(areaAtLeast: Int, measure: @escaping (String) -> PlateMeasure) {
    self.measure = measure
    self.areaAtLeast = areaAtLeast
  }

  /// What was found in one file.
  struct Found {
    let file: String
    let width: Int
    let height: Int
    let plates: [Plate]
    let metres: [Double?]
    /// Processor time of decoding and detection.
    let milliseconds: Double
    /// The least area in square pixels of this picture; nil: nobody said.
    var minimum: Int?

    var json: JSONLine {
      .line([
        "file": .string(file), "width": .integer(width), "height": .integer(height),
        "plates": .array(
          zip(plates, metres).map { plate, metres in
            let box = plate.wholePixels
            let area = box.width * box.height
            var members = [
              JSONLine.Member("x", .integer(box.x)), JSONLine.Member("y", .integer(box.y)),
              JSONLine.Member("width", .integer(box.width)), JSONLine.Member("height", .integer(box.height)),
              JSONLine.Member("area", .integer(area)),
              JSONLine.Member("confidence", .number(plate.confidence, decimals: 3)),
            ]
            if let metres { members.append(JSONLine.Member("metres", .number(metres, decimals: 2))) }
            if let minimum {
              members += [
                JSONLine.Member("minimum", .integer(minimum)), JSONLine.Member("isLargeEnough", .bool(area >= minimum)),
              ]
            }
            return .object(members)
          }),
        "milliseconds": .number(milliseconds, decimals: 1),
      ])
    }

    /// For people: the picture, then a line for each plate.
    var text: String {
      let count = plates.isEmpty ? "no plate" : plates.count == 1 ? "1 plate" : "\(plates.count) plates"
      let time = JSONLine.number(milliseconds, decimals: 1).text
      let lines = zip(plates, metres).map { plate, metres in
        let box = plate.wholePixels
        let area = box.width * box.height
        let sure = Int((plate.confidence * 100).rounded())
        let far = metres.map { ", \(JSONLine.number($0, decimals: 2).text) m away" } ?? ""
        let verdict = minimum.map { ", \(PlateSighting.verdict(area, of: $0))" } ?? ""
        return "  \(box.width)x\(box.height) at \(box.x),\(box.y): \(area) px², \(sure) % sure\(far)\(verdict)"
      }
      return (["\(file): \(width)x\(height), \(count), \(time) ms"] + lines).joined(separator: "\n")
    }
  }

  /// Reads the first picture of the file; throws one line that says why it cannot.
  func plates(ofFile path: String) throws(CameraError) -> Found {
    let source = try RecordingSource(path: path, camera: .frontLeft, timeOrigin: .firstFrame)
    let begin = Self.processorTime
    guard case .frame(let frame) = try source.next(into: pool, waitingAtMost: 1) else {
      throw CameraError(.unreadable, path, "has no whole picture in it")
    }
    let (width, height) = (frame.format.width, frame.format.height)
    let least = PlateDistance.scaled(area: areaAtLeast, width: width, height: height)
    let plates: [Plate]
    do throws(PictureError) {
      plates = try detector.detect(in: frame, areaAtLeast: least)
    } catch {
      throw CameraError(.unreadable, path, "is no whole picture (\(error.reason))")
    }
    let milliseconds = (Self.processorTime - begin) * 1000
    let measure = measure(path)
    return Found(
      file: path, width: width, height: height, plates: plates,
      metres: plates.map { plate in
        measure.lens.flatMap { PlateDistance.metres(area: plate.area, lens: $0, width: width, height: height) }
      }, milliseconds: milliseconds, minimum: measure.minimum(width: width, height: height))
  }

  /// Seconds of processor time of this thread.
  private static var processorTime: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
