extension ReplayReport {
  /// The whole page. Deterministic: the same report gives the same bytes.
  func html() -> String {
    let sections = passages.enumerated().map { PassageSection(number: $0.offset + 1, passage: $0.element).html }
    let nothing = "<p class=\"nothing\">No vehicle went through the lane in this recording.</p>"
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <title>\(HTMLText.escaped(title)): \(HTMLText.count(passages.count, "passage"))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>
      <header class="top">
      <p class="muted">capture-daemon replay</p>
      <h1>\(HTMLText.escaped(title))</h1>
      \(startedAt.map { "<p class=\"muted\">recorded \(HTMLText.escaped($0))</p>" } ?? "")
      </header>
      <div class="tiles">\(tiles)</div>
      \(overview)
      \(legend)
      \(sections.isEmpty ? nothing : sections.joined(separator: "\n"))
      \(dismissals)
      </main>
      </body>
      </html>

      """
  }

  private var tiles: String {
    let pictures = passages.flatMap(\.cameras).flatMap(\.pictures)
    let bytes = pictures.reduce(0) { $0 + $1.bytes }
    let uploads = passages.compactMap(\.upload)
    let cameras = Set(passages.flatMap(\.cameras).map(\.position)).count
    var tiles = [
      tile("\(passages.count)", passages.count == 1 ? "passage" : "passages", "in \(HTMLText.duration(seconds))"),
      tile(
        "\(pictures.count)", pictures.count == 1 ? "image" : "images",
        "\(HTMLText.count(cameras, "camera")), \(HTMLText.bytes(bytes))"),
      tile(
        "\(totals.frames)", totals.frames == 1 ? "frame" : "frames",
        totals.dropped == 0 ? "none dropped" : "\(totals.dropped) dropped", isBad: totals.dropped > 0),
    ]
    if !uploads.isEmpty {
      let whole = uploads.filter { $0.kind == "good" }.count
      let listed = uploads.reduce(0) { $0 + $1.listed }
      let images = uploads.reduce(0) { $0 + $1.images }
      tiles.append(
        tile(
          "\(whole) of \(uploads.count)", "delivered", "\(listed) of \(images) images listed",
          isBad: whole < uploads.count))
    }
    let speed = totals.wallSeconds > 0 ? seconds / totals.wallSeconds : 0
    tiles.append(
      tile("\(HTMLText.number(speed, 1))×", "real time", "\(HTMLText.number(totals.cpuSeconds, 1)) s of processor time")
    )
    tiles.append(
      tile(
        HTMLText.bytes(totals.peakMemoryBytes), "memory", "at most; \(HTMLText.duration(totals.wallSeconds)) of work"))
    return tiles.joined()
  }

  private func tile(_ figure: String, _ noun: String, _ note: String, isBad: Bool = false) -> String {
    """
    <div class="tile\(isBad ? " bad" : "")"><b>\(HTMLText.escaped(figure))</b> <span>\(noun)</span>\
    <small>\(HTMLText.escaped(note))</small></div>
    """
  }

  /// The whole recording in one line; a passage leads to its section.
  private var overview: String {
    let end = ([seconds] + passages.map(\.to) + dismissed.map(\.to)).reduce(1, max)
    let scale = TimeScale(from: 0, to: end)
    func bar(_ from: Double, _ to: Double, _ name: String, _ title: String) -> String {
      let x = scale.percent(from)
      return """
        <rect class="\(name)" x="\(HTMLText.short(x))" y="12" width="\(HTMLText.short(max(0.3, scale.percent(to) - x)))" \
        height="76"><title>\(HTMLText.escaped(title))</title></rect>
        """
    }
    let away = dismissed.map { bar($0.from, $0.to, "dismissed", "no vehicle: \($0.reason)") }
    let bars = passages.enumerated().map { index, passage in
      let title = "Passage \(index + 1), \(HTMLText.number(passage.from, 2)) – \(HTMLText.number(passage.to, 2)) s"
      return "<a href=\"#passage-\(index + 1)\">\(bar(passage.from, passage.to, "vehicle", title))</a>"
    }
    return """
      <div class="timeline overview"><svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" \
      aria-label="\(HTMLText.count(passages.count, "passage")) in \(HTMLText.duration(seconds))">\
      \((away + bars).joined())</svg>\(scale.axis)</div>
      """
  }

  private var legend: String {
    """
    <ul class="legend">
    <li><i class="k-chosen"></i>chosen; its height is its sharpness</li>
    <li><i class="k-outdone"></i>a sharper one of the same stretch was chosen</li>
    <li><i class="k-merged"></i>stretch merged with its neighbour</li>
    <li><i class="k-empty"></i>no vehicle in the picture</li>
    <li><i class="k-presence"></i>how much of the zone the vehicle fills</li>
    <li><i class="k-band"></i>the vehicle is in the lane</li>
    </ul>
    """
  }

  private var dismissals: String {
    guard !dismissed.isEmpty else { return "" }
    let rows = dismissed.map { entry in
      """
      <tr><td>\(HTMLText.number(entry.from, 2)) – \(HTMLText.number(entry.to, 2)) s</td>\
      <td>\(HTMLText.escaped(entry.reason))</td></tr>
      """
    }
    return """
      <section class="passage"><header><h2>No vehicle</h2>
      <p class="muted">What stirred and was not taken for a passage.</p></header>
      <table><tbody>\(rows.joined())</tbody></table></section>
      """
  }
}
