import CameraIO
import FrameSelect

/// What a recording came to: for people, for scripts, and whether it is a reason to complain.
struct RecordSummary: Sendable {
  let request: RecordRequest
  let reason: RecordingEnd.Reason
  let files: RecordingThread.Outcome
  /// Where passages were wanted.
  let lane: RecordingLane.Outcome?
  let counts: [CameraPosition: CameraCounters.Counts]
  /// The cameras that opened.
  let opened: [CameraPosition]
  let ended: [CameraPosition: CameraGrabber.Ending]

  /// A camera whose last picture is so many seconds older than the others' had fallen silent.
  static let silenceSeconds = 2.0

  /// All that were wanted, whether they opened or not.
  private var positions: [CameraPosition] { request.cameras.sorted() }

  var frames: Int { files.tallies.values.reduce(0) { $0 + $1.frames } }

  private var seconds: Double { files.tallies.values.compactMap(\.last).max() ?? 0 }

  /// One line for each thing that an engineer should know of and that did not end the recording.
  var remarks: [String] {
    var lines: [String] = []
    let newest = counts.values.compactMap(\.lastFrameAt).max()
    for position in opened.sorted() {
      let name = position.rawValue
      guard let last = counts[position]?.lastFrameAt, let newest else {
        lines.append("\(name): no picture came; it is not in the recording")
        continue
      }
      if ended[position] == .stopped, newest - last >= Self.silenceSeconds {
        lines.append("\(name): delivers nothing; its last picture came \(figure(newest - last)) s before the end")
      }
      let dropped = counts[position]?.droppedInAll ?? 0
      if dropped > 0 { lines.append("\(name): \(dropped) pictures were dropped\(reasons(counts[position]))") }
      if let leftOut = files.tallies[position]?.leftOut, leftOut > 0 {
        lines.append("\(name): \(leftOut) pictures did not fit into its file and were left out")
      }
      if let damaged = lane?.damaged[position], damaged > 0 {
        lines.append("\(name): \(damaged) pictures could not be read by the lane")
      }
    }
    if lane?.isPreRollShortened == true {
      lines.append("the pre-roll was shortened: it did not fit into half of capture.memory")
    }
    if let written = lane?.dismissedWritten, written > 0 {
      lines.append(
        "\(written) beginnings that were no vehicles are recorded: they did not fit into half of capture.memory")
    }
    return lines
  }

  private func reasons(_ counts: CameraCounters.Counts?) -> String {
    let words = (counts?.dropped ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }.map { reason, count in
      switch reason {
      case .pool: "\(count) for want of memory, see capture.memory"
      case .lane: "\(count) because \(lane == nil ? "writing" : "looking or writing") was too slow"
      case .damaged: "\(count) damaged"
      case .error: "\(count) spoilt, as the driver says"
      case .late: "\(count) overtaken by later ones"
      }
    }
    return words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
  }

  /// What ended it, where that is no fine ending.
  var complaint: Complaint? {
    let whole = frames == 0 ? "nothing was recorded" : "what is recorded up to then, \(figure(seconds)) s, is whole"
    switch reason {
    case .stopped: return nil
    case .complete: return frames == 0 ? nothingCame : nil
    case .camerasEnded:
      return counts.values.contains { $0.frames > 0 } ? nil : nothingCame
    case .noPicture: return nothingCame
    case .full(.budget):
      return Complaint(
        .inputOutput,
        "\(request.output): the budget of \(Quantity.write(Int64(request.budgetBytes), units: Quantity.sizes)) is used up; \(whole); --budget allows more"
      )
    case .full(.freeSpace):
      return Complaint(
        .inputOutput,
        "\(request.output): its disk has no more room but what must stay free; \(whole); make room or record elsewhere")
    case .failed(let text): return Complaint(.inputOutput, "\(text); \(whole)")
    }
  }

  private var nothingCame: Complaint {
    Complaint(
      .inputOutput,
      "\(request.output): nothing was recorded: no camera delivered a picture; diagnose camera tells more")
  }

  /// The last line for scripts.
  var line: JSONLine {
    .line([
      "event": .string("summary"), "ended": .string(reason.word), "frames": .integer(frames),
      "missed": .integer(positions.reduce(0) { $0 + Int(counts[$1]?.missed ?? 0) }),
      "dropped": .integer(positions.reduce(0) { $0 + Int(counts[$1]?.droppedInAll ?? 0) }),
      "passages": .optional(lane?.passages), "dismissed": .optional(lane?.dismissed), "seconds": .seconds(seconds),
      "bytes": .integer(files.byteCount),
      "cameras": .object(positions.map { .init($0.rawValue, line(of: $0)) }),
    ])
  }

  private func line(of position: CameraPosition) -> JSONLine {
    let tally = files.tallies[position]
    let counts = counts[position] ?? .init()
    return .line([
      "file": .optional(tally?.file), "frames": .integer(tally?.frames ?? 0), "missed": .integer(Int(counts.missed)),
      "dropped": .integer(Int(counts.droppedInAll)), "leftOut": .integer(tally?.leftOut ?? 0),
      "bytes": .integer(tally?.bytes ?? 0), "from": tally?.first.map { .seconds($0) } ?? .null,
      "to": tally?.last.map { .seconds($0) } ?? .null,
    ])
  }

  /// The same for people.
  var text: String {
    guard frames > 0 else { return "nothing was recorded" }
    let rows = files.tallies.sorted { $0.key < $1.key }.map { position, tally in
      "  \(tally.file): \(tally.frames) frames, \(figure(Double(tally.bytes) / 1e6)) MB, \(counts[position]?.missed ?? 0) missed"
    }
    let vehicles = lane.map { ", \($0.passages) passages" } ?? ""
    return "\(request.output): \(frames) frames in \(figure(seconds)) s\(vehicles)\n\(rows.joined(separator: "\n"))"
  }

  /// A vehicle that was recorded, for people.
  static func text(_ passage: Passage) -> String {
    "passage from \(passage.from) to \(passage.to), \(passage.direction.rawValue), seen by \(passage.cameras.map(\.rawValue).joined(separator: ", "))"
  }

  private func figure(_ value: Double) -> String { JSONLine.number(value, decimals: 1).text }
}
