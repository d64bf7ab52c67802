/// What an outcome means: what now. The single place that decides; whoever delivers only obeys.
public enum Verdict: Sendable, Equatable {
  /// It worked.
  case done
  /// Not done, or harmless to do again: the same again after a pause, not before `afterSeconds` (unclamped) if given.
  case retry(afterSeconds: Double?)
  /// A creation that may or may not have happened: look before creating again.
  case reconcile(afterSeconds: Double?)
  /// The form is of no use any more: announce the image again.
  case newForm(countsAsRefusal: Bool)
  /// The key is not accepted: send nothing at all, keep everything, probe rarely, tell people.
  case parkAuth
  /// The key is good, this tenant is not: keep the passage, look again after the next refresh of the settings.
  case hold
  /// The image set was removed in the cloud: the passage needs a decision, not a loop.
  case imageSetGone
  /// A defect that no repetition mends: keep it aside and report.
  case setAside
}

/// The kinds of calls that are judged differently.
public enum CloudOperation: Sendable, Equatable, CaseIterable {
  /// `POST /imageSets`.
  case createImageSet
  /// `POST /images`.
  case announceImage
  /// `GET /images`, `GET /imageSets/{id}`: reads about an image set of ours.
  case readImageSet
  /// `GET /imageSets`: the look-up after an ambiguous creation.
  case findImageSets
  /// Units, capture sets, tenants, cars.
  case readSettings
}

extension Verdict {
  /// Judges a call to the API.
  public static func of<Value>(_ operation: CloudOperation, _ outcome: CloudOutcome<Value>) -> Verdict {
    switch outcome {
    case .answered: return .done
    case .notSent: return .retry(afterSeconds: nil)
    case .unclear, .malformed: return again(operation, afterSeconds: nil)
    case .refused(let status, _, let retryAfter):
      switch status {
      case 401: return .parkAuth
      case 403: return .hold
      case 404: return operation == .announceImage || operation == .readImageSet ? .imageSetGone : .setAside
      case 408: return again(operation, afterSeconds: retryAfter)
      case 429: return .retry(afterSeconds: retryAfter)
      case 400..<500: return .setAside
      // Redirects are never followed, for the key would go along; whoever answered is not the API.
      default: return again(operation, afterSeconds: retryAfter)
      }
    }
  }

  private static func again(_ operation: CloudOperation, afterSeconds: Double?) -> Verdict {
    operation == .createImageSet ? .reconcile(afterSeconds: afterSeconds) : .retry(afterSeconds: afterSeconds)
  }

  /// Judges an upload. `md5` is that of the file, in hex; `refusedForms` and `wrongFiles` count the earlier verdicts
  /// of this image that said `newForm(countsAsRefusal: true)`, and its earlier answers with another MD5.
  public static func ofUpload(
    _ outcome: CloudOutcome<StoredFile>, md5: String?, refusedForms: Int, wrongFiles: Int
  ) -> Verdict {
    switch outcome {
    case .answered(let stored):
      guard let md5, stored.agrees(withMD5: md5) == false else { return .done }
      return wrongFiles == 0 ? .retry(afterSeconds: nil) : .setAside
    case .notSent, .unclear, .malformed: return .retry(afterSeconds: nil)
    case .refused(let status, let message, let retryAfter):
      switch status {
      // A redirect is not the storage's no: whoever answered, a network's sign-in page perhaps, stands between it and us.
      case 300..<400, 408, 409, 429, 500..<600: return .retry(afterSeconds: retryAfter)
      case 413: return .setAside
      case 400 where message.hasPrefix("RequestTimeout"): return .retry(afterSeconds: retryAfter)
      case 400 where message.hasPrefix("ExpiredToken"), 403 where isExpiry(message):
        return .newForm(countsAsRefusal: false)
      default: return refusedForms == 0 ? .newForm(countsAsRefusal: true) : .setAside
      }
    }
  }

  private static func isExpiry(_ message: String) -> Bool {
    let text = message.lowercased()
    return text.contains("policy expired") || text.contains("request has expired") || text.hasPrefix("expiredtoken")
  }
}
