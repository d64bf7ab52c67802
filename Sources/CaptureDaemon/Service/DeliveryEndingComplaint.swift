import Uploader

extension DeliveryEnding {
  /// What a person has to be told, and the exit status; nil when nothing is owed any more.
  var complaint: Complaint? {
    switch self {
    case .nothingOwed: nil
    case .keyRefused(let message):
      Complaint(
        .configuration,
        "the cloud refuses the API key (\(message)); nothing is lost, all is kept: put the right key into its file")
    case .unreachable(let reason):
      Complaint(.unavailable, "the cloud cannot be reached (\(reason)); nothing is lost, all is kept: try again later")
    case .heldBack(let count, let reason): Complaint(.notFine, "\(count) image sets are held back: \(reason)")
    case .quarantined(let count):
      Complaint(.notFine, "\(count) image sets are set aside: see outbox list, mend the cause, then outbox retry")
    case .stopped: Complaint(.notFine, "stopped before everything was sent")
    }
  }
}
