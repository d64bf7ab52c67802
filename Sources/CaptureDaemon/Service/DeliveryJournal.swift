import Foundation
import Logging
import Uploader

/// What delivery does, in the log and in the metrics: one line per change, counters for the rest.
struct DeliveryJournal: Sendable {
  let log: Logger
  let metrics: Metrics

  func note(_ event: DeliveryEvent) {
    switch event {
    case .created(let passage, let imageSetId, let adopted):
      log.info("image set \(imageSetId) \(adopted ? "found" : "created") for passage \(passage)")
    case .stored(_, _, let bytes):
      metrics.add(
        Double(bytes), to: "capture_upload_bytes_total", help: "Bytes of images that the cloud's storage took.")
    case .imageSetAside(let passage, let fileName, let state, let reason):
      log.error("\(fileName) of passage \(passage) is not sent (\(state.rawValue)): \(reason)")
    case .delivered(let passage, let imageSetId, let listed, let images):
      log.info("passage \(passage) delivered: \(listed) of \(images) images listed in image set \(imageSetId)")
    case .postponed(let passage, let reason, _): log.debug("passage \(passage) waits: \(reason)")
    case .quarantined(let passage, let reason):
      log.error("passage \(passage) is set aside: \(reason); see outbox show, then outbox retry")
    case .duplicateRemote(let passage, let ids):
      log.error("the cloud has \(ids.count) image sets for passage \(passage): \(ids.joined(separator: ", "))")
    case .keyRefused(let message):
      log.error("the cloud refuses the API key: \(message); nothing is sent and nothing is lost until it is replaced")
    case .keyAccepted: log.notice("the cloud accepts the API key again")
    case .unreachable(let host, let reason): log.warning("\(host) cannot be reached: \(reason); probing")
    case .reachable(let host): log.notice("\(host) can be reached again")
    case .resting: break
    case .attempt(let operation, let verdict):
      metrics.add(
        to: "capture_upload_attempts_total", ["operation": operation, "verdict": verdict],
        help: "Exchanges with the cloud by what they meant.")
    }
  }
}
