/// One passage on the page: what is known of it, then camera by camera the time line and the pictures.
struct PassageSection: Sendable {
  let number: Int
  let passage: ReplayReport.PassageEntry

  var anchor: String { "passage-\(number)" }

  /// From the vehicle's first moment to its last, and all that was looked at around it.
  private var scale: TimeScale {
    TimeScale(
      covering: [passage.from, passage.to] + passage.cameras.flatMap { $0.considered.map(\.at) + $0.pictures.map(\.at) }
    )
  }

  var html: String {
    let scale = scale
    let cameras = passage.cameras.map { cameraRow($0, scale: scale) }.joined(separator: "\n")
    return """
      <section class="passage" id="\(anchor)">
      <header>
      <h2><a href="#\(anchor)">Passage \(number)</a></h2>
      <p class="when"><b>\(HTMLText.number(passage.from, 2)) – \(HTMLText.number(passage.to, 2)) s</b> \
      <span class="muted">\(HTMLText.duration(passage.to - passage.from))</span></p>
      <p class="chips">\(chips)</p>
      </header>
      \(facts)
      \(cameras.isEmpty ? "<p class=\"muted\">No camera saw it.</p>" : cameras)
      </section>
      """
  }

  private var chips: String {
    let arrow =
      switch passage.direction {
      case "forward": "→"
      case "backward": "←"
      case "turnedBack": "↩"
      default: "?"
      }
    var chips = [chip("\(arrow) \(words(passage.direction))"), chip("trigger: \(passage.trigger)")]
    if let area = passage.plateArea { chips.append(chip("plate: \(area) px²")) }
    if let upload = passage.upload { chips.append(chip(upload.headline, kind: upload.kind)) }
    return chips.joined(separator: " ")
  }

  /// `turnedBack` -> `turned back`.
  private func words(_ name: String) -> String {
    name.reduce(into: "") { result, character in
      result += character.isUppercase ? " \(character.lowercased())" : String(character)
    }
  }

  private func chip(_ text: String, kind: String = "") -> String {
    "<span class=\"chip \(kind)\">\(HTMLText.escaped(text))</span>"
  }

  private var facts: String {
    let images = passage.cameras.reduce(0) { $0 + $1.pictures.count }
    let bytes = passage.cameras.reduce(0) { $0 + $1.pictures.reduce(0) { $0 + $1.bytes } }
    var rows: [(String, String)] = [
      ("passage", passage.id),
      ("images", "\(images) from \(HTMLText.count(passage.cameras.count, "camera")), \(HTMLText.bytes(bytes))"),
    ]
    if let upload = passage.upload {
      rows.append(("image set", upload.imageSetId ?? "not created yet"))
      rows.append(("in the cloud", "\(upload.listed) of \(HTMLText.count(upload.images, "image")) listed"))
      if let reason = upload.reason { rows.append((upload.state, reason)) }
    }
    rows += passage.evidence.sorted { $0.key < $1.key }.map { (words($0.key), HTMLText.short($0.value)) }
    let items = rows.map { "<div><dt>\(HTMLText.escaped($0.0))</dt><dd>\(HTMLText.escaped($0.1))</dd></div>" }
    return "<dl class=\"facts\">\(items.joined())</dl>"
  }

  private func cameraRow(_ camera: ReplayReport.CameraEntry, scale: TimeScale) -> String {
    let drawing = CameraTimeLine(
      camera: camera, scale: scale, passage: passage.from...max(passage.from, passage.to))
    let bytes = camera.pictures.reduce(0) { $0 + $1.bytes }
    let pictures = camera.pictures.enumerated().map { figure($0.element, number: $0.offset + 1, of: camera) }
    var note =
      "\(camera.pictures.count) of \(HTMLText.count(camera.considered.count, "frame")) chosen · \(HTMLText.bytes(bytes))"
    if let covered = camera.covered { note += " · \(HTMLText.number(covered * 100, 0)) % of its way shown sharply" }
    if let reason = camera.coverageReason { note += " · \(HTMLText.escaped(reason))" }
    return """
      <article class="camera">
      <h3>\(HTMLText.escaped(camera.position)) <span class="muted">\(note)</span></h3>
      <div class="timeline">\(drawing.numbers)\(drawing.svg)\(scale.axis)</div>
      \(pictures.isEmpty ? "<p class=\"muted\">No picture chosen.</p>" : "<div class=\"pictures\">\n\(pictures.joined(separator: "\n"))\n</div>")
      </article>
      """
  }

  private func figure(_ picture: ReplayReport.Picture, number: Int, of camera: ReplayReport.CameraEntry) -> String {
    let link = HTMLText.link(picture.path)
    let name = picture.path.split(separator: "/").last.map(String.init) ?? picture.path
    let place = picture.displacement.map { " · \(HTMLText.number($0, 2)) widths" } ?? ""
    let alternative = HTMLText.escaped("\(camera.position) at \(HTMLText.number(picture.at, 2)) s")
    return """
      <figure><a href="\(link)"><img src="\(link)" width="\(picture.width)" height="\(picture.height)" loading="lazy" \
      alt="\(alternative)"><i>\(number)</i></a>
      <figcaption><b>\(HTMLText.number(picture.at, 2)) s</b> <span>\(HTMLText.bytes(picture.bytes))</span>
      <small>\(HTMLText.escaped(name))<br>\(picture.width)×\(picture.height) · sharpness \
      \(HTMLText.number(picture.sharpness, 2))\(place)</small>
      <em>\(HTMLText.escaped(picture.reason))</em></figcaption></figure>
      """
  }
}

extension ReplayReport.Upload {
  /// `delivered: 96 of 96 images listed`.
  var headline: String { images > 0 ? "\(state): \(listed) of \(images) listed" : state }

  /// Which colour it gets: delivered is only good when the cloud has listed every image.
  var kind: String {
    switch state {
    case "delivered": listed == images ? "good" : "bad"
    case "rejected": "bad"
    default: "open"
    }
  }
}
