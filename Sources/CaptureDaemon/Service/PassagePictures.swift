import CameraIO
import FrameSelect

/// The pictures of one passage, made while the vehicle still drives: encoded in the background, kept in groups, in the order in which they
/// were chosen.
///
/// What is made before the vehicle is certain waits to be kept until it is. Nobody waits but who finishes. What is under way is bounded by the
/// limits of the passage: a frame is chosen once.
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

  private let passage: String
  private let stage: PictureStage
  private let patience: Duration
  private let isRemembering: Bool
  private let keep: @Sendable ([EncodedImage]) async throws -> Void

  private var names: ImageName
  private var isCertain: Bool
  /// Chosen so far, and how many of them, in that order, are kept or were no pictures.
  private var chosen = 0
  private var settled = 0
  private var byCamera: [CameraPosition: Int] = [:]
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
    names = ImageName(passageBegan: began, nominalRate: stage.nominalRate)
  }

  /// Has pictures made of these frames too; comes back at once.
  func add(_ frames: [SelectedFrame]) {
    for selected in frames {
      let frame = selected.candidate.frame
      let name = names.next(camera: frame.camera, time: frame.time)
      let number = chosen
      chosen += 1
      // In every other picture of a camera: a plate is in several, and each look costs a third of a picture.
      let looksForPlates = byCamera[frame.camera, default: 0].isMultiple(of: 2)
      byCamera[frame.camera, default: 0] += 1
      Task { [stage, passage] in
        take(
          await stage.image(of: selected, named: name, passage: passage, looksForPlates: looksForPlates), number)
      }
    }
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
    add(frames)
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
