/// What became of every frame of one camera, in few bytes a frame, and of no more frames than a report can show.
///
/// When there are too many, every second one is left out and counted, and so is every second one from then on.
struct ConsideredLog: Sendable {
  /// More than two minutes at 30 frames a second; a vehicle takes a few seconds.
  static let usualBound = 4096

  private struct Record: Sendable {
    let serial: Int
    var frame: ConsideredFrame
  }

  /// How many frames were left out.
  private(set) var leftOut = 0
  private let bound: Int
  private var records: [Record] = []
  private var step = 1

  init(bound: Int) { self.bound = bound }

  /// The records with what became of the frames that were held to the end; oldest first.
  func frames(settling late: [Int: ConsideredFrame.Disposition]) -> [ConsideredFrame] {
    let frames = records.map { record in
      late[record.serial].map(record.frame.becoming) ?? record.frame
    }
    // Sorting is stable: frames of one moment stay in the order in which they came.
    return frames.sorted { $0.time < $1.time }
  }

  /// Writes a frame down. Serials only grow.
  mutating func note(_ candidate: Candidate, serial: Int, as disposition: ConsideredFrame.Disposition) {
    records.append(
      Record(
        serial: serial,
        frame: ConsideredFrame(
          camera: candidate.frame.camera, time: candidate.frame.time, score: candidate.score,
          displacement: candidate.displacement, presence: candidate.presence, disposition: disposition)))
  }

  /// Says later what became of frame `serial`.
  mutating func settle(_ serial: Int, as disposition: ConsideredFrame.Disposition) {
    var low = 0
    var high = records.count
    while low < high {
      let middle = (low + high) / 2
      if records[middle].serial < serial { low = middle + 1 } else { high = middle }
    }
    guard low < records.count, records[low].serial == serial else { return }
    records[low].frame = records[low].frame.becoming(disposition)
  }

  /// Brings the log back under its bound; frames in `held` stay, they may still be chosen.
  mutating func thin(keeping held: @autoclosure () -> Set<Int>) {
    if step > 1, let last = records.last, !last.serial.isMultiple(of: step), !held().contains(last.serial) {
      records.removeLast()
      leftOut += 1
    }
    guard records.count > bound else { return }
    let held = held()
    step *= 2
    let before = records.count
    records.removeAll { !$0.serial.isMultiple(of: step) && !held.contains($0.serial) }
    leftOut += before - records.count
  }
}

extension ConsideredFrame {
  /// The same frame, with what became of it.
  func becoming(_ disposition: Disposition) -> ConsideredFrame {
    ConsideredFrame(
      camera: camera, time: time, score: score, displacement: displacement, presence: presence,
      disposition: disposition)
  }
}
