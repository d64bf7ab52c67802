// Image sets: created, looked for in doubt, read, withdrawn.
extension Cloud {
  func createImageSet(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    _ = try QueryItems(request.query, known: [])
    let body = try BodyMembers(
      request.body, known: ["tenantId", "deviceSetId", "recDate", "registrationNo", "countryCode", "vin"])
    let tenantId = try body.requiredText("tenantId")
    let deviceSetId = try body.text("deviceSetId")
    let recDate = try body.text("recDate", ContractText.isRecDate, "is no string of 1 to 11 digits")
    let plate = try body.text("registrationNo", ContractText.isPlate, ContractText.plateRule)
    let country = try body.text("countryCode", ContractText.isCountry, "is not two letters")
    let vin = try body.text("vin", ContractText.isVIN, "is not 1 to 20 letters and digits")
    guard data.tenant(tenantId) != nil else { throw .notFound("Tenant") }
    if let deviceSetId, data.captureSet(deviceSetId) == nil { throw .notFound("Capture set") }
    _ = try tenant(tenantId, of: request.key)
    remark(deviceSetId: deviceSetId, recDate: recDate, plate: plate, country: country)

    let time = now()
    let twists = request.twists
    var assigned = tenantId
    if twists.reassignsTenant, let other = request.key.tenants.first(where: { $0 != tenantId }) { assigned = other }
    let existsFrom = time + twists.existsAfter
    func makeSet() -> ImageSetRecord {
      ImageSetRecord(
        id: Cloud.newID(), tenantId: assigned, deviceSetId: deviceSetId,
        recDate: recDate.flatMap { Int($0) } ?? Int(time),
        plate: plate.map { "\((country ?? "NO").uppercased())#\($0)" }, vin: vin, createdAt: existsFrom,
        existsFrom: existsFrom, listedFrom: existsFrom + twists.listedAfter)
    }
    let earlier = state.setOrder.first { state.sets[$0]?.isLive(at: time) ?? false }
    let set = makeSet()
    record(.setCreated(set))
    if twists.duplicate { record(.setCreated(makeSet())) }
    let answered = twists.foreignID ? earlier ?? set.id : set.id
    return HTTPResponse(
      status: 201,
      json: [
        "data": ["items": [["id": .string(answered)]]], "message": "Successfully added new image set", "success": true,
      ])
  }

  /// What is accepted, yet against a rule for devices.
  private func remark(deviceSetId: String?, recDate: String?, plate: String?, country: String?) {
    let name = "createImageSet"
    if deviceSetId == nil { recordViolation(name, "deviceSetId", "to be sent always: without it there is no origin") }
    if recDate == nil { recordViolation(name, "recDate", "to be sent always: the server's time was taken") }
    if let plate {
      if country == nil { recordViolation(name, "countryCode", "to be sent with every plate: NO was taken") }
      if !ContractText.isNormalPlate(plate) {
        recordViolation(name, "registrationNo", "is not upper case without separators")
      }
    }
  }

  static let listParameters: Set<String> = [
    "tenantId", "ids", "limit", "page", "registrationNo", "countryCode", "unassignedItems", "isManualProcessingSkipped",
    "haveImages", "haveNewDamagesDetected", "startDate", "endDate", "captureSetLocation", "captureSetName",
    "searchByCaptureSetLocation", "searchByCaptureSetName", "searchByRegistrationNo", "groupByRegistrationNo",
    "returnImageCount", "forManualAnnotation", "forManualReview",
  ]

  func listImageSets(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    let query = try QueryItems(request.query, known: Cloud.listParameters)
    let paging = try query.paging(default: 10)
    let filter = try ImageSetFilter(query)
    let withCount = try query.flag("returnImageCount") ?? false
    let grouped = try query.flag("groupByRegistrationNo") ?? false
    let annotates = try query.flag("forManualAnnotation") ?? false
    let reviews = try query.flag("forManualReview") ?? false
    let tenant = try tenant(filter.tenantId, of: request.key)
    guard !annotates, !reviews else { throw .forbidden("Only annotators and reviewers may ask for jobs") }

    let time = now()
    let lag = request.twists.listedAfter
    // Sorted by id, which is random: the order is undocumented, and nobody shall rely on it.
    var sets = state.sets.values.filter { set in
      set.tenantId == tenant.id && set.isListed(at: time) && set.createdAt + lag <= time
        && filter.admits(
          set, origin: set.deviceSetId.flatMap { data.captureSet($0) }, hasImages: !listedImages(of: set.id).isEmpty)
    }.sorted { $0.id < $1.id }
    var groups: [String: Int] = [:]
    if grouped {
      for set in sets { groups[set.plate ?? "", default: 0] += 1 }
      var latest: [String: ImageSetRecord] = [:]
      for set in sets where set.recDate >= latest[set.plate ?? ""]?.recDate ?? 0 { latest[set.plate ?? ""] = set }
      sets = latest.values.sorted { $0.id < $1.id }
    }
    let items = sets.map { set -> JSONValue in
      var members = imageSetJSON(set)
      if withCount { members["imageCount"] = .integer(listedImages(of: set.id).count) }
      if grouped {
        members["imageSetCount"] = .integer(groups[set.plate ?? ""] ?? 0)
        members["lastRecDate"] = .integer(set.recDate)
      }
      return .object(members)
    }
    return page(items, request, query, paging)
  }

  func getImageSet(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    _ = try QueryItems(request.query, known: [])
    let set = try liveSet(request.id, of: request.key)
    return HTTPResponse(status: 200, json: ["data": .object(imageSetJSON(set)), "success": true])
  }

  func deleteImageSet(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    _ = try QueryItems(request.query, known: [])
    let set = try liveSet(request.id, of: request.key)
    record(.setDeleted(id: set.id, at: now()))
    return HTTPResponse(
      status: 200, json: ["data": ["id": .string(set.id)], "message": "The image set is removed", "success": true])
  }

  /// Unknown or deleted: 404; of a foreign tenant: 403.
  func liveSet(_ id: String, of key: StandInData.APIKey) throws(Refusal) -> ImageSetRecord {
    guard let set = state.sets[id], set.isLive(at: now()) else { throw .notFound("Image set") }
    guard key.tenants.contains(set.tenantId) else { throw .forbidden() }
    return set
  }

  private func imageSetJSON(_ set: ImageSetRecord) -> [String: JSONValue] {
    let origin = set.deviceSetId.flatMap { data.captureSet($0) }
    var carInfo: JSONValue = .null
    if set.plate != nil || set.vin != nil { carInfo = ["registrationNo": .text(set.plate), "vin": .text(set.vin)] }
    return [
      "id": .string(set.id), "tenantId": .string(set.tenantId), "recDate": .integer(set.recDate),
      "createdAt": .integer(Int(set.createdAt)), "carInfo": carInfo,
      "origin": origin.map {
        [
          "id": .string($0.id), "label": .text($0.label), "location": .text($0.location), "name": .text($0.name),
          "type": "device",
        ]
      } ?? .null,
      "hasImages": .bool(!listedImages(of: set.id).isEmpty), "passageId": nil, "carId": nil, "appraisalId": nil,
      "relatedImageSetId": nil, "manualProcessing": nil, "mlProcessing": nil, "pipeline": nil,
      "limitedTenantFields": ["isAvailable": false, "isTriggered": false],
    ]
  }
}

/// Which image sets are wanted.
struct ImageSetFilter {
  let tenantId: String?
  private let ids: Set<String>?
  private let plate: String?
  private let dates: ClosedRange<Int>
  private let haveImages: Bool?
  private let texts: [String: String]
  private let admitsAssigned: Bool

  init(_ query: QueryItems) throws(Refusal) {
    tenantId = try query.text("tenantId")
    ids = try query.list("ids").map(Set.init)
    let country = try query.country()
    plate = try query.plate().map { "\(country)#\($0)" }
    let seconds = 0...99_999_999_999
    let start = try query.whole("startDate", in: seconds) ?? seconds.lowerBound
    let end = try query.whole("endDate", in: seconds) ?? seconds.upperBound
    guard start <= end else { throw .member("startDate", "is after endDate") }
    dates = start...end
    haveImages = try query.flag("haveImages")
    // Every set here has a tenant, none was skipped, none has damages.
    let unassigned = try query.flag("unassignedItems") ?? false
    let skipped = try query.flag("isManualProcessingSkipped") ?? false
    let damaged = try query.flag("haveNewDamagesDetected") ?? false
    admitsAssigned = !unassigned && !skipped && !damaged
    var texts: [String: String] = [:]
    for name in [
      "captureSetLocation", "captureSetName", "searchByCaptureSetLocation", "searchByCaptureSetName",
      "searchByRegistrationNo",
    ] {
      texts[name] = try query.text(name)
    }
    self.texts = texts
  }

  func admits(_ set: ImageSetRecord, origin: StandInData.CaptureSet?, hasImages: Bool) -> Bool {
    func contains(_ name: String, _ text: String?) -> Bool {
      guard let wanted = texts[name] else { return true }
      return text?.lowercased().contains(wanted.lowercased()) ?? false
    }
    return admitsAssigned && (ids?.contains(set.id) ?? true) && (plate == nil || plate == set.plate)
      && dates.contains(set.recDate) && (haveImages == nil || haveImages == hasImages)
      && (texts["captureSetLocation"] == nil || texts["captureSetLocation"] == origin?.location)
      && (texts["captureSetName"] == nil || texts["captureSetName"] == origin?.name)
      && contains("searchByCaptureSetLocation", origin?.location)
      && contains("searchByCaptureSetName", origin?.name) && contains("searchByRegistrationNo", set.plate)
  }
}
