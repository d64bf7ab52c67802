import FrameSelect
import Foundation
import Uploader

/// Says when pictures are made faster, for a few bytes more: when they queue for the encoder and the line waits for them.
///
/// Measured: method 0 takes 0.83 of the time of method 2, for 17 % more bytes, and keeps 94.8 % of a scratch's contrast in place of 95.4.
/// Where the line is what pictures wait for, those bytes would cost more time than they save. So it learns how long an image takes on the line,
/// from those that follow each other while others wait.
final class Haste: Sendable {
  private let fasterMethod: Int
  private let enoughUnsent: Int
  private let lock = NSLock()
  nonisolated(unsafe) private var passage: String?  // guarded by `lock`, as are:
  nonisolated(unsafe) private var unsent = 0
  nonisolated(unsafe) private var busy: (since: Double, images: Int)?
  nonisolated(unsafe) private var secondsAnImage: Double?

  /// Pictures that queue beyond this come late: with those that are under way, a fifth of a second of two cores.
  private static let mostQueued = 4
  /// Seconds for which the line has enough to do. A vehicle is certain up to two seconds after its first pictures: what is made in them waits,
  /// though the line does not.
  private static let enoughSeconds = 0.4
  /// Images that must have followed each other for their pace to count.
  private static let leastImages = 8

  /// `fasterMethod`: libwebp's, where it is faster than the usual one. `enoughUnsent`: so many images keep a line busy of which nothing is known.
  init(fasterMethod: Int, enoughUnsent: Int) {
    self.fasterMethod = fasterMethod
    self.enoughUnsent = enoughUnsent
  }

  /// The encoder of the next picture, when `queued` others wait for one.
  func encoder(instead usual: WebPEncoder, queued: Int) -> WebPEncoder {
    guard queued > Self.mostQueued, lock.withLock({ !hasLineEnough }) else { return usual }
    var settings = usual.settings
    settings.method = min(settings.method, fasterMethod)
    return WebPEncoder(settings: settings)
  }

  private var hasLineEnough: Bool {
    guard let pace = unsafe secondsAnImage else { return unsafe unsent >= enoughUnsent }
    return unsafe Double(unsent) * pace >= Self.enoughSeconds
  }

  /// A picture of `passage` is made, and is to be sent once the vehicle is certain. Only the newest passage counts: of an older one somebody may be
  /// offline for days.
  func made(of passage: String) {
    lock.withLock {
      if unsafe self.passage != passage { unsafe (self.passage, unsent, busy) = (passage, 0, nil) }
      unsafe unsent += 1
    }
  }

  /// Delivery has done with an image, `seconds` after any moment.
  func note(_ event: DeliveryEvent, at seconds: Double) {
    switch event {
    case .stored(let passage, _, _):
      lock.withLock {
        guard unsafe self.passage == passage.description else { return }
        notePace(at: seconds)
        unsafe unsent -= 1
      }
    case .imageSetAside(let passage, _, _, _):
      lock.withLock { if unsafe self.passage == passage.description { unsafe unsent -= 1 } }
    default: break
    }
  }

  /// One more image is stored: while others wait for the line, the time since the last one is what it takes.
  private func notePace(at seconds: Double) {
    guard unsafe unsent > enoughUnsent, let last = unsafe busy else {
      unsafe busy = unsafe unsent > enoughUnsent ? (seconds, 0) : nil
      return
    }
    unsafe busy = (last.since, last.images + 1)
    if last.images + 1 >= Self.leastImages { unsafe secondsAnImage = (seconds - last.since) / Double(last.images + 1) }
  }
}
