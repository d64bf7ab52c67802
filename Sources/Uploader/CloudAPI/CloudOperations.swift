extension CloudClient {
  /// Start: every physical unit; only this list says which capture set a unit belongs to.
  public func captureUnits() async -> CloudOutcome<[CaptureUnit]> {
    await all(CloudPaths.captureUnits, isStrict: false) { json throws(CloudAnswers.Fault) in
      try CloudAnswers.captureUnit(json)
    } id: {
      $0.id
    }
  }

  /// Start: one unit with its tenants.
  public func captureUnit(_ id: String) async -> CloudOutcome<CaptureUnit> {
    await call(.get, CloudPaths.captureUnit(id)).reading { json throws(CloudAnswers.Fault) in
      try CloudAnswers.captureUnit(json["data"] ?? .null)
    }
  }

  /// Start: every capture set, for a unit whose own entry does not name its set.
  public func captureSets() async -> CloudOutcome<[CaptureSet]> {
    await all(CloudPaths.captureSets, isStrict: false) { json throws(CloudAnswers.Fault) in
      try CloudAnswers.captureSet(json)
    } id: {
      $0.id
    }
  }

  /// Start: one capture set with lenses and plate area.
  public func captureSet(_ id: String) async -> CloudOutcome<CaptureSet> {
    await call(.get, CloudPaths.captureSet(id)).reading { json throws(CloudAnswers.Fault) in
      try CloudAnswers.captureSet(json["data"] ?? .null)
    }
  }

  /// Start: what a tenant wants.
  public func tenant(_ id: String) async -> CloudOutcome<TenantSettings> {
    await call(.get, CloudPaths.tenant(id)).reading { json throws(CloudAnswers.Fault) in
      try CloudAnswers.tenant(json["data"] ?? .null)
    }
  }

  /// A passing: whether the plate is in the tenant's car list.
  public func owns(tenant: String, plate: LicensePlate) async -> CloudOutcome<Bool> {
    let query = [
      (name: "tenantId", value: tenant), ("countryCode", plate.countryCode), ("registrationNo", plate.registrationNo),
      ("limit", "1"), ("page", "1"),
    ]
    return await call(.get, CloudPaths.cars, query: query).reading { json throws(CloudAnswers.Fault) in
      !(try CloudAnswers.items(json["data"])).isEmpty
    }
  }

  /// A passing: makes the image set and answers its id. Never repeat it blindly: a second call makes a second one.
  public func createImageSet(_ new: NewImageSet) async -> CloudOutcome<String> {
    let body = CloudBodies.creation(of: new)
    return await call(.post, CloudPaths.imageSets, body: body, connection: .freshAndClosed)
      .reading { json throws(CloudAnswers.Fault) in try CloudAnswers.createdID(json["data"]) }
  }

  /// A passing: gets the form with which one image may be stored. Harmless to repeat.
  public func announceImage(_ new: NewImage) async -> CloudOutcome<PresignedForm> {
    await call(.post, CloudPaths.images, body: CloudBodies.announcement(of: new))
      .reading { json throws(CloudAnswers.Fault) in try CloudAnswers.form(json["data"]) }
  }

  /// Proof: every image of an image set, at once. Only live ones are answered.
  public func listImages(imageSetId: String) async -> CloudOutcome<[ListedImage]> {
    await call(.get, CloudPaths.images, query: [("imageSetId", imageSetId)])
      .reading { json throws(CloudAnswers.Fault) in
        var images: [ListedImage] = []
        for item in try CloudAnswers.items(json["data"]) {
          let image = try CloudAnswers.listedImage(item)
          if image.isLive { images.append(image) }
        }
        return images
      }
  }

  /// Doubt: every image set that fits. Malformed when the pages do not fit together, since then one may be missing.
  public func findImageSets(_ query: ImageSetQuery) async -> CloudOutcome<[RemoteImageSet]> {
    var filter: [(name: String, value: String)] = []
    if let tenant = query.tenantId { filter.append(("tenantId", tenant)) }
    filter += [("startDate", String(query.startDate)), ("endDate", String(query.endDate))]
    if let plate = query.plate {
      filter += [("registrationNo", plate.registrationNo), ("countryCode", plate.countryCode)]
    }
    if let unassigned = query.unassigned { filter.append(("unassignedItems", String(unassigned))) }
    return await all(CloudPaths.imageSets, query: filter, isStrict: true) { json throws(CloudAnswers.Fault) in
      try CloudAnswers.imageSet(json)
    } id: {
      $0.id
    }
  }

  /// Doubt: one image set.
  public func imageSet(_ id: String) async -> CloudOutcome<RemoteImageSet> {
    await call(.get, CloudPaths.imageSet(id)).reading { json throws(CloudAnswers.Fault) in
      try CloudAnswers.imageSet(json["data"] ?? .null)
    }
  }

  /// Every page of a list.
  private func all<Item: Sendable>(
    _ path: String, query: [(name: String, value: String)] = [], isStrict: Bool,
    read: (JSONValue) throws(CloudAnswers.Fault) -> Item, id: (Item) -> String
  ) async -> CloudOutcome<[Item]> {
    var paging = CloudPaging(isStrict: isStrict)
    var everything: [Item] = []
    var page = 1
    while true {
      let asked = query + [("limit", String(CloudPaging.limit)), ("page", String(page))]
      let outcome = await call(.get, path, query: asked).reading { json throws(CloudAnswers.Fault) in
        var items: [Item] = []
        for item in try CloudAnswers.items(json["data"]) { items.append(try read(item)) }
        return Page(items: items, meta: json["meta"])
      }
      guard case .answered(let answer) = outcome else {
        return outcome.reading { _ throws(CloudAnswers.Fault) in [] }
      }
      everything += answer.items
      switch paging.take(ids: answer.items.map(id), meta: answer.meta) {
      case .complete: return .answered(everything)
      case .askForPage(let next): page = next
      case .inconsistent(let reason): return .malformed(status: 200, reason: reason)
      }
    }
  }

  private struct Page<Item: Sendable>: Sendable {
    let items: [Item]
    let meta: JSONValue?
  }
}
