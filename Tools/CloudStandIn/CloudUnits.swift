// Capture units, capture sets, tenants, cars: what a unit reads at start, and whose car it saw.
extension Cloud {
  func listCaptureUnits(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    let query = try QueryItems(request.query, known: ["limit", "page"])
    let paging = try query.paging(default: 10)
    let items = data.captureUnits.map { unit in
      guard case .object(var members) = unitJSON(unit) else { return JSONValue.null }
      // The two members that the single read lacks.
      members["captureSetId"] = .text(unit.captureSetId)
      members["relatedUnit"] = .text(unit.relatedUnit)
      return .object(members)
    }
    return page(items, request, query, paging)
  }

  func getCaptureUnit(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    _ = try QueryItems(request.query, known: [])
    guard let unit = data.captureUnits.first(where: { $0.id == request.id }) else { throw .notFound("Capture unit") }
    return HTTPResponse(
      status: 200,
      json: ["data": unitJSON(unit), "message": "Fetched capture unit details successfully", "success": true])
  }

  private func unitJSON(_ unit: StandInData.CaptureUnit) -> JSONValue {
    [
      "id": .string(unit.id), "balenaId": .text(unit.balenaId), "defaultTenant": .text(unit.defaultTenant),
      "isVirtual": false, "recCount": 0,
      "tenants": .array(
        unit.tenants.map { id in ["id": .string(id), "name": .text(data.tenant(id)?.name)] }),
    ]
  }

  func listCaptureSets(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    let query = try QueryItems(request.query, known: ["virtual", "logos", "fromAllTenants", "limit", "page"])
    let virtual = try query.flag("virtual")
    _ = try query.flag("logos")
    let all = try query.flag("fromAllTenants") ?? false
    let paging = try query.paging(default: 10)
    guard !all else { throw .forbidden("Only the vendor may ask for the capture sets of all tenants") }
    let items = data.captureSets.filter { virtual == nil || $0.isVirtual == virtual }.map { captureSetJSON($0) }
    return page(items, request, query, paging)
  }

  func getCaptureSet(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    _ = try QueryItems(request.query, known: [])
    guard let set = data.captureSet(request.id) else { throw .notFound("Capture set") }
    guard case .object(var members) = captureSetJSON(set) else { throw .notFound("Capture set") }
    members["minLicensePlateArea"] = set.minLicensePlateArea.map(JSONValue.integer)
    return HTTPResponse(
      status: 200, json: ["data": .object(members), "message": "Get capture set details", "success": true])
  }

  /// As in the list: without `minLicensePlateArea`.
  private func captureSetJSON(_ set: StandInData.CaptureSet) -> JSONValue {
    var members: [String: JSONValue] = [
      "id": .string(set.id), "isVirtual": .bool(set.isVirtual), "createdAt": .integer(set.createdAt),
      "modifiedAt": .integer(set.modifiedAt),
    ]
    members["camerasCount"] = set.camerasCount.map(JSONValue.integer)
    members["countryCode"] = set.countryCode.map(JSONValue.string)
    members["label"] = set.label.map(JSONValue.string)
    members["location"] = set.location.map(JSONValue.string)
    members["name"] = set.name.map(JSONValue.string)
    members["priority"] = set.priority.map(JSONValue.integer)
    members["pipelineMask"] = set.pipelineMask.map { .array($0.map(JSONValue.string)) }
    members["captureUnits"] = set.captureUnits.map { units in
      .array(
        units.map { unit in
          [
            "unitId": .string(unit.unitId), "side": .string(unit.side),
            "tenantIds": .array(unit.tenantIds.map(JSONValue.string)),
          ]
        })
    }
    members["lenses"] = set.lenses.map { lenses in
      .object(
        lenses.mapValues { lens in
          [
            "focalLength": .plain(lens.focalLength), "sensorResolution": .integer(lens.sensorResolution),
            "sensorSize": .plain(lens.sensorSize),
          ]
        })
    }
    return .object(members)
  }

  func getTenant(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    _ = try QueryItems(request.query, known: [])
    let tenant = try tenant(request.id, of: request.key)
    return HTTPResponse(
      status: 200,
      json: [
        "data": [
          "id": .string(tenant.id), "name": .string(tenant.name), "settings": Cloud.settingsJSON(tenant.settings),
        ], "success": true,
      ])
  }

  private static func settingsJSON(_ settings: StandInData.Tenant.Settings) -> JSONValue {
    var members: [String: JSONValue] = [:]
    members["maxFramesForCameras"] = settings.maxFramesForCameras.map { .object($0.mapValues(JSONValue.integer)) }
    members["faceblurServiceEnabled"] = settings.faceblurServiceEnabled.map { .object($0.mapValues(JSONValue.bool)) }
    members["expiryAfter"] = settings.expiryAfter.map(JSONValue.integer)
    members["damageDetectionServiceEnabled"] = settings.damageDetectionServiceEnabled.map(JSONValue.bool)
    members["isHandicapped"] = settings.isHandicapped.map(JSONValue.bool)
    members["manualAnnotationEnabled"] = settings.manualAnnotationEnabled.map(JSONValue.bool)
    members["manualReviewEnabled"] = settings.manualReviewEnabled.map(JSONValue.bool)
    members["newDamageNotification"] = settings.newDamageNotification.map(JSONValue.bool)
    members["turnaroundConfiguration"] = settings.turnaroundConfiguration.map {
      ["isEnabled": .bool($0.isEnabled), "threshold": .integer($0.threshold)]
    }
    return .object(members)
  }

  func listCars(_ request: CloudRequest) throws(Refusal) -> HTTPResponse {
    let query = try QueryItems(
      request.query,
      known: ["limit", "page", "hasDamages", "carIds", "passageIds", "countryCode", "registrationNo", "tenantId"])
    _ = try query.flag("hasDamages")
    _ = try query.list("carIds")
    _ = try query.list("passageIds")
    let country = try query.country()
    let plate = try query.plate()
    let paging = try query.paging(default: 100)
    let tenantId = try query.text("tenantId")
    let tenant = try tenant(tenantId, of: request.key)
    if tenantId == nil {
      recordViolation("listCars", "tenantId", "to be sent always: the key's current tenant was taken")
    }
    let items = data.cars.filter { car in
      guard car.tenantId == tenant.id else { return false }
      if let plate { return car.registrationNo == "\(country)#\(plate)" }
      return !query.has("countryCode") || car.registrationNo.hasPrefix("\(country)#")
    }
    return page(
      items.map { car in
        [
          "registrationNo": .string(car.registrationNo), "tenantId": .string(car.tenantId),
          "deviceSetId": .text(car.deviceSetId), "createdAt": .integer(car.createdAt), "inUse": .bool(car.inUse),
        ]
      }, request, query, paging)
  }
}

extension JSONValue {
  /// 6 rather than 6.0, as in the documented answers.
  static func plain(_ value: Double) -> JSONValue {
    value == value.rounded() && abs(value) < 1e15 ? .integer(Int(value)) : .number(value)
  }
}
