import CameraIO
import Testing

@testable import LaneSimulation

@Suite("Truth")
struct TruthTests {
  @Test(
    "A plate seen straight on has the area that the pinhole gives it", arguments: [1.0, 1.5549, 2.0, 4.0] as [Float])
  func plateArea(distance: Float) throws {
    let model = VehicleModel.hatchback
    let plate = BodyFace(shape: BodyShape(model: model), isNose: true).plate(side: "front")
    let middle = plate.corners.reduce(SIMD3(), +) / 4
    let mount = CameraRig.Mount(
      position: .frontLeft, lens: "lens0", origin: middle + SIMD3(distance, 0, 0), target: middle,
      zone: [SIMD2(0, 0), SIMD2(1, 0), SIMD2(1, 1), SIMD2(0, 1)])
    let lens = try #require(CameraRig.lenses["lens0"])
    let camera = PinholeCamera(mount: mount, lens: lens, width: 1920, height: 1200)
    let polygon = try #require(TruthMeasure(camera: camera).polygon(plate, position: 0, lateral: 0))
    let focal = Float(6 / 11.3 * 1920)
    let expected = 0.520 * 0.112 * focal * focal / (distance * distance)
    #expect(abs(TruthMeasure.area(polygon) / expected - 1) < 1e-3)
    // Upper left first, as one reads it.
    #expect(polygon[0].x < polygon[1].x && polygon[0].y < polygon[3].y)
  }

  @Test(
    "A plate comes large enough to be worth reading in front of each camera along the lane",
    arguments: [CameraPosition.frontLeft, .frontRight, .backLeft, .backRight])
  func plateGetsLarge(position: CameraPosition) {
    let camera = CameraRig.camera(position, width: 1920, height: 1200)
    let measure = TruthMeasure(camera: camera)
    for model in VehicleModel.all {
      let isNose = position == .frontLeft || position == .frontRight
      let plate = BodyFace(shape: BodyShape(model: model), isNose: isNose).plate(side: "plate")
      let areas = stride(from: Float(-5), to: 10, by: 0.05).compactMap {
        measure.polygon(plate, position: $0, lateral: 0).map(TruthMeasure.area)
      }
      #expect((areas.max() ?? 0) > Float(CameraRig.minLicensePlateArea), "\(model.name)")
    }
  }

  @Test("A plate that looks away, lies behind the curtain or outside of the picture has no polygon")
  func noPlate() {
    let camera = CameraRig.camera(.frontLeft, width: 1920, height: 1200)
    let measure = TruthMeasure(camera: camera)
    let shape = BodyShape(model: .saloon)
    let front = BodyFace(shape: shape, isNose: true).plate(side: "front")
    let back = BodyFace(shape: shape, isNose: false).plate(side: "back")
    #expect(measure.polygon(front, position: -1, lateral: 0) != nil)
    #expect(measure.polygon(front, position: -4.6, lateral: 0) == nil)
    #expect(measure.polygon(front, position: 1.4, lateral: 0) == nil)
    #expect(measure.polygon(back, position: 1, lateral: 0) == nil)
  }

  @Test(
    "Pixels change while the truth says that a vehicle is in the zone, and at no other time",
    arguments: [CameraPosition.frontLeft, .backRight, .bottomLeft])
  func truthAgainstPicture(position: CameraPosition) throws {
    let entry = try #require(ScenarioCatalogue.entry(named: "normal"))
    let scenario = entry.make(ScenarioOptions(seed: 3, vehicles: 1, kilometresPerHour: 12))
    let drive = scenario.drives[0]
    let pictures = Pictures(scenario, camera: position, rate: 5)
    let empty = pictures.luma(0).luma
    let mask = TruthMeasure.mask(pictures.renderer.camera.zone, width: 80, height: 50)
    // The shadow reaches half a metre ahead of the body and behind it; it is no part of the truth.
    let shadowSeconds = 0.5 / drive.motion.speed(at: drive.motion.startsAt + 1) + 0.2
    var seen: [Double] = []
    var changes: [(time: Double, count: Int)] = []
    for frame in 0..<Int(scenario.seconds * 5) {
      let picture = pictures.luma(frame)
      let changed = zip(zip(picture.luma, empty), mask).filter { abs($0.0 - $0.1) > 16 && $1 == 1 }.count
      changes.append((Double(frame) / 5, changed))
      if let truth = picture.truth {
        seen.append(truth.at)
        let share = truth.vehicles[0].share
        if share > 0.05 { #expect(Double(changed) > 0.25 * share * 4000, "\(truth.at)") }
      }
    }
    let first = try #require(seen.first)
    let last = try #require(seen.last)
    #expect(seen.count == Int(((last - first) * 5).rounded()) + 1)
    for change in changes where change.time < first - shadowSeconds || change.time > last + shadowSeconds {
      #expect(change.count <= 1, "\(change.time)")
    }
    #expect(first > scenario.drives[0].motion.startsAt && last < scenario.drives[0].motion.endsAt)
  }

  @Test("Steps add up to the way driven, and a step is the speed times the time between pictures")
  func steps() throws {
    let scenario = Pictures.passing(at: -1, metresPerSecond: 3)
    let pictures = Pictures(scenario, camera: .bottomRight, width: 48, height: 30)
    let truths = (0..<20).compactMap { pictures.luma($0).truth?.vehicles.first }
    #expect(truths.count == 20)
    for truth in truths {
      #expect(abs(truth.step - 0.1) < 1e-5)
      #expect(truth.speed == 3)
    }
    let way = truths.dropFirst().reduce(0) { $0 + $1.step }
    #expect(abs(way - (truths[19].position - truths[0].position)) < 1e-4)
  }

  @Test("The picture moves as far as the truth says")
  func shift() throws {
    let scenario = Pictures.passing(.van, at: 2.3, metresPerSecond: 1)
    let pictures = Pictures(scenario, camera: .bottomLeft, width: 240, height: 150)
    let before = pictures.luma(0).luma
    let after = pictures.luma(1)
    let truth = try #require(after.truth?.vehicles.first)
    let expected = truth.shift[0] * 240
    // Block matching on the door.
    var best = (error: Int.max, shift: 0)
    for shift in -15...15 {
      var error = 0
      for row in 30..<90 {
        for column in 95..<145 { error += abs(after.luma[row * 240 + column] - before[row * 240 + column - shift]) }
      }
      if error < best.error { best = (error, shift) }
    }
    #expect(abs(Double(best.shift) - expected) <= 1.5, "\(best.shift) \(expected)")
  }

  @Test("Seen from the left a vehicle drives to the left, seen from the right to the right")
  func direction() throws {
    for (position, isLeft) in [(CameraPosition.topLeft, true), (.topRight, false), (.roofLeft, true)] {
      let scenario = Pictures.passing(at: 2, metresPerSecond: 2)
      let pictures = Pictures(scenario, camera: position, width: 48, height: 30)
      let truth = try #require(pictures.luma(1).truth?.vehicles.first)
      #expect((truth.shift[0] < 0) == isLeft)
      #expect(abs(truth.shift[0]) > abs(truth.shift[1]))
    }
  }

  @Test("A passage spans the earliest and the latest camera")
  func passages() {
    func camera(_ name: String, _ times: [Double]) -> CameraTruth {
      let vehicle = CameraTruth.Vehicle(
        vehicle: 1, position: 0, step: 0, speed: 0, shift: [0, 0], share: 0.1, plates: [])
      return CameraTruth(
        camera: name, width: 160, height: 100,
        pictures: times.map { CameraTruth.Picture(frame: Int($0 * 10), at: $0, vehicles: [vehicle]) })
    }
    let scenario = Pictures.passing(at: 0, metresPerSecond: 1)
    let passages = RecordingTruth.passages(
      of: scenario, seenBy: [camera("frontLeft", [2.5, 3, 4]), camera("backLeft", [3.5, 5]), camera("roofLeft", [])])
    #expect(passages.count == 1)
    #expect(passages.first?.from == 2.5 && passages.first?.to == 5)
    #expect(passages.first?.cameras.keys.sorted() == ["backLeft", "frontLeft"])
    #expect(RecordingTruth.passages(of: scenario, seenBy: [camera("roofLeft", [])]).isEmpty)
  }

  @Test("A vehicle that another one hides is there all the same")
  func hidden() throws {
    let vehicle = CameraTruth.Vehicle(
      vehicle: 1, position: 0, step: 0, speed: 0, shift: [0, 0], share: 0.1, plates: [])
    let truth = CameraTruth(
      camera: "backRight", width: 160, height: 100,
      pictures: [
        CameraTruth.Picture(frame: 10, at: 1, vehicles: [vehicle]),
        CameraTruth.Picture(frame: 20, at: 2, vehicles: [], hidden: [1]),
        CameraTruth.Picture(frame: 30, at: 3, vehicles: [], hidden: [2]),
      ])
    let interval = try #require(truth.interval(of: 1))
    #expect(interval.from == 1 && interval.to == 2)
  }

  @Test("A zone is the pixels inside its polygon, corners included")
  func mask() {
    let mask = TruthMeasure.mask([SIMD2(2, 1), SIMD2(7, 1), SIMD2(7, 5), SIMD2(2, 5)], width: 10, height: 6)
    for row in 0..<6 {
      for column in 0..<10 {
        let inside = (2...7).contains(column) && (1...5).contains(row)
        #expect(mask[row * 10 + column] == (inside ? 1 : 0), "\(column),\(row)")
      }
    }
    let whole = CameraRig.camera(.topLeft, width: 160, height: 100)
    #expect(TruthMeasure.mask(whole.zone, width: 160, height: 100).allSatisfy { $0 == 1 })
  }
}
