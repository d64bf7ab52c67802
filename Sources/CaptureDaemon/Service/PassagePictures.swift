import CameraIO
import FrameSelect

/// The pictures of one passage, made while the vehicle still drives: encoded in the background, kept in groups, in the order in which they
/// were chosen.
///
/// What is made before the vehicle is certain waits to be kept until it is. Nobody waits but who finishes. What is under way is bounded by the
/// limits of the passage: a frame is chosen once, and there is one draft of the last ones.
actor PassagePictures {
  /// Pictures that share one wait for the disk.
  static let groupSize = 16
  /// How long after a group the next one waits to become larger: the first picture of all goes at once, for somebody may be waiting for it.
  static let patience = Duration.milliseconds(250)

  /// What became of all frames of a passage.
  struct Made {
    /// The pictures, if they were to be remembered.
    let images: [EncodedImage]
    let failures: [PictureStage.Failure]
    let plates: PlateEvidence
  }

  private typealias Outcome = Result<PictureStage.Picture, PictureStage.Failure>

  /// All that makes a difference to a picture of this passage.
  private struct Order: Hashable {
    let camera: CameraPosition
    let time: MonotonicTime
    let reason: String
    let fileName: String
    let looksForPlates: Bool
  }

  /// A picture that is made in case it is chosen.
  private struct Draft {
    let place: EncodePool.Draft
    let task: Task<Outcome, Never>
  }

  /// What the next pictures are called, and which of them are looked at for plates.
  private struct Numbering {
    var names: ImageName
    var byCamera: [CameraPosition: Int] = [:]

    mutating func next(_ selected: SelectedFrame) -> Order {
      let frame = selected.candidate.frame
      // In every other picture of a camera: a plate is in several, and each look costs a third of a picture.
      let looksForPlates = byCamera[frame.camera, default: 0].isMultiple(of: 2)
      byCamera[frame.camera, default: 0] += 1
      return Order(
        camera: frame.camera, time: frame.time, reason: selected.reason,
        fileName: names.next(camera: frame.camera, time: frame.time), looksForPlates: looksForPlates)
    }
  }

  private let passage: String
  private let stage: PictureStage
  private let patience: Duration
  private let isRemembering: Bool
  private let keep: @Sendable ([EncodedImage]) async throws -> Void

  private var numbering: Numbering
  private var isCertain: Bool
  /// Chosen so far, and how many of them, in that order, are kept or were no pictures.
  private var chosen = 0
  private var settled = 0
  /// Pictures that are made in case they are chosen.
  private var drafts: [Order: Draft] = [:]
  /// Cameras in the order in which they were drafted: so their pictures are made.
  private var draftedCameras: [CameraPosition] = []
  /// What was made and not kept yet, by its place in the order; nil: it turned out to be no picture.
  private var made: [Int: EncodedImage?] = [:]
  /// Whether a group went so lately that the next one waits for company.
  private var isResting = false
  private var isKeeping = false
  private var images: [EncodedImage] = []
  private var plates = PlateEvidence()
  private var failures: [PictureStage.Failure] = []
  private var error: (any Error)?
  private var finishing: CheckedContinuation<Void, Never>?
  private var isFinished = false

  /// Nothing yet of `passage`; names count from `began`. `keep` is given the pictures, one group after the other.
  ///
  /// `isRemembering`: `finish` gives all of them back, for people to look at. `isCertain`: it is a vehicle already.
  init(
    _ passage: String, began: MonotonicTime, stage: PictureStage, patience: Duration = PassagePictures.patience,
    isRemembering: Bool = false, isCertain: Bool = true, keep: @escaping @Sendable ([EncodedImage]) async throws -> Void
  ) {
    self.passage = passage
    self.stage = stage
    self.patience = patience
    self.isRemembering = isRemembering
    self.isCertain = isCertain
    self.keep = keep
    numbering = Numbering(names: ImageName(passageBegan: began, nominalRate: stage.nominalRate))
  }

  /// Has pictures made of these frames too; comes back at once.
  func add(_ frames: [SelectedFrame]) {
    for selected in frames {
      let order = numbering.next(selected)
      let number = chosen
      chosen += 1
      let draft = drafts.removeValue(forKey: order)
      if let draft { stage.pool.want(draft.place) }
      let picture = draft?.task ?? begin(order, selected)
      Task { take(await picture.value, number) }
    }
  }

  /// Has pictures made of frames that will be the last ones if the vehicle has left, when there is nothing else to do. They take the place of those
  /// that were drafted before; `finish` makes use of what was made of the frames that it is given.
  func draft(_ frames: [SelectedFrame]) {
    var ahead = numbering
    var kept: [Order: Draft] = [:]
    for selected in frames {
      let order = ahead.next(selected)
      if !draftedCameras.contains(order.camera) { draftedCameras.append(order.camera) }
      let place = EncodePool.Draft()
      kept[order] = drafts.removeValue(forKey: order) ?? Draft(place: place, task: begin(order, selected, as: place))
    }
    letGoOfDrafts()
    drafts = kept
  }

  private func begin(
    _ order: Order, _ selected: SelectedFrame, as draft: EncodePool.Draft? = nil
  ) -> Task<Outcome, Never> {
    Task { [stage, passage] in
      await stage.image(
        of: selected, named: order.fileName, passage: passage, looksForPlates: order.looksForPlates, as: draft)
    }
  }

  private func letGoOfDrafts() {
    for draft in drafts.values { draft.task.cancel() }
    drafts = [:]
  }

  /// Pictures that are made and wait to be kept.
  var waiting: Int { made.count }

  /// It is a vehicle: what was made of it is kept from here on.
  func confirm() {
    isCertain = true
    keepWhatIsDue()
  }

  /// The last frames of a vehicle; comes back when all pictures are made and kept. Throws when some could not be kept.
  ///
  /// Pictures, if they were to be remembered, come in order of camera and time.
  func finish(_ frames: [SelectedFrame]) async throws -> Made {
    // They are kept in this order: what is made by now waits for nothing that is not.
    add(draftedCameras.flatMap { camera in frames.filter { $0.candidate.frame.camera == camera } })
    add(frames.filter { !draftedCameras.contains($0.candidate.frame.camera) })
    letGoOfDrafts()
    isFinished = true
    confirm()
    if settled < chosen || isKeeping { await withCheckedContinuation { finishing = $0 } }
    if let error { throw error }
    return Made(
      images: images.sorted { ($0.camera, $0.time) < ($1.camera, $1.time) }, failures: failures, plates: plates)
  }

  private func take(_ result: Result<PictureStage.Picture, PictureStage.Failure>, _ number: Int) {
    switch result {
    case .success(let picture):
      made.updateValue(picture.image, forKey: number)
      stage.haste?.made(of: passage)
      if let seen = picture.plates { plates.take(seen) }
    case .failure(let failure):
      made.updateValue(nil, forKey: number)
      failures.append(failure)
    }
    keepWhatIsDue()
  }

  /// Begins to keep pictures unless somebody does.
  private func keepWhatIsDue() {
    guard isCertain, !isKeeping else { return }
    isKeeping = true
    Task {
      while let group = nextGroup() {
        rest()
        await store(group)
      }
      isKeeping = false
      if isFinished, settled == chosen {
        finishing?.resume()
        finishing = nil
      }
    }
  }

  private func rest() {
    guard !isResting else { return }
    isResting = true
    Task {
      // Cut short only by the end of the process.
      try? await Task.sleep(for: patience)
      isResting = false
      keepWhatIsDue()
    }
  }

  /// The next pictures that are due, in order; nil while none are.
  private func nextGroup() -> [EncodedImage]? {
    var count = 0
    var group: [EncodedImage] = []
    while group.count < Self.groupSize, let one = made[settled + count] {
      if let one { group.append(one) }
      count += 1
    }
    let isDue = group.count == Self.groupSize || !isResting || isFinished && settled + count == chosen
    guard count > 0, isDue else { return nil }
    for number in settled..<(settled + count) { made[number] = nil }
    settled += count
    return group
  }

  private func store(_ group: [EncodedImage]) async {
    if isRemembering { images += group }
    guard error == nil, !group.isEmpty else { return }
    do { try await keep(group) } catch { self.error = error }
  }
}
