import Foundation
import Uploader

/// A command's way to the outbox: its own when nobody holds it, else through the daemon that does.
struct OutboxAccess {
  private let loaded: LoadedConfiguration

  init(_ options: ConfigurationOptions) throws { loaded = try options.load() }

  init(_ loaded: LoadedConfiguration) { self.loaded = loaded }

  private var stateFolder: String { loaded.configuration.storage.directory }

  func ask(_ question: OutboxQuestion) async throws -> OutboxAnswer {
    let answer = try await askDirectlyOrThroughTheDaemon(question)
    if let complaint = answer.complaint { throw Complaint(.noInput, complaint) }
    return answer
  }

  private func askDirectlyOrThroughTheDaemon(_ question: OutboxQuestion) async throws -> OutboxAnswer {
    do {
      let outbox = try await open()
      let answer = try await OutboxDesk(outbox: outbox).answer(question)
      try await outbox.close()
      return answer
    } catch let error as StorageError {
      guard case .inUse = error, let answer = try await ControlSocket.ask(question, stateFolder: stateFolder) else {
        throw error
      }
      return answer
    }
  }

  /// Sends everything that is owed now.
  func deliver() async throws -> ExitStatus {
    let line = try CloudLine(loaded)
    defer { line.close() }
    let outbox = try await open()
    let ending = try await line.deliverAll(
      of: outbox, settings: DeliverySettings(loaded.configuration),
      onEvent: { event in
        if case .delivered(let passage, let imageSetId, let listed, let images) = event {
          printToStandardOutput(
            "passage \(passage): \(listed) of \(images) images listed by the cloud, image set \(imageSetId)")
        }
      })
    try await outbox.close()
    if let complaint = ending.complaint { throw complaint }
    printToStandardOutput("nothing is owed any more")
    return .fine
  }

  private func open() async throws -> Outbox {
    try await Outbox.open(
      StateFolder.open(stateFolder, uuid: loaded.configuration.storage.uuid),
      settings: OutboxSettings(loaded.configuration),
      at: WallClock.nowMs)
  }
}
