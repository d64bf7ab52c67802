import CameraIO
import FrameSelect
import Foundation
import TestSupport
import Testing

@testable import CaptureDaemon

@Suite("The report of a replay")
struct ReplayReportTests {
  /// Every attribute value of that name, in the order of the page.
  private func values(of attribute: String, in html: String) -> [String] {
    html.components(separatedBy: " \(attribute)=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
  }

  /// Reads the page the way XML is read; the page keeps to what both agree on, but for the elements that HTML never closes.
  private func openElements(of html: String) -> [String] {
    let never: Set<String> = ["meta", "img", "br", "link"]
    var open: [String] = []
    var rest = html[...]
    if let styleEnd = rest.range(of: "</style>"), let styleStart = rest.range(of: "<style>") {
      rest = (String(rest[..<styleStart.upperBound]) + String(rest[styleEnd.lowerBound...]))[...]
    }
    while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("!") || tag.hasSuffix("/") { continue }
      let name = String(tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber })
      if tag.hasPrefix("/") {
        guard open.last == name else { return open + ["/" + name] }
        open.removeLast()
      } else if !never.contains(name) {
        open.append(name)
      }
    }
    return open
  }

  @Test("Every chosen picture is shown once, links to its file, and says why it was chosen")
  func pictures() {
    let report = ReplayReportSample.report()
    let html = report.html()
    let pictures = report.passages.flatMap(\.cameras).flatMap(\.pictures)
    #expect(pictures.count == 48)
    #expect(values(of: "src", in: html) == pictures.map(\.path))
    #expect(values(of: "href", in: html).filter { !$0.hasPrefix("#") } == pictures.map(\.path))
    for picture in pictures { #expect(html.contains("<em>\(HTMLText.escaped(picture.reason))</em>")) }
  }

  @Test("Every considered frame is drawn, by what became of it")
  func timeLine() throws {
    let camera = try #require(ReplayReportSample.report().passages.first?.cameras.last)
    let drawing = CameraTimeLine(camera: camera, scale: TimeScale(from: 11, to: 17), passage: 11.96...15.72).svg
    for disposition in ["empty", "outdone", "merged"] {
      let path = drawing.components(separatedBy: "class=\"dot \(disposition)\" d=\"").last?.prefix { $0 != "\"" } ?? ""
      let count = camera.considered.count { $0.disposition.rawValue == disposition }
      #expect(count > 0 && path.components(separatedBy: "h0").count - 1 == count)
    }
    let chosen = drawing.components(separatedBy: "class=\"dot chosen\" d=\"").last?.prefix { $0 != "\"" } ?? ""
    #expect(chosen.components(separatedBy: "h0").count - 1 == camera.pictures.count)
  }

  @Test("A long passage is drawn with fewer dots, and still with every chosen picture")
  func thinned() throws {
    var camera = try #require(ReplayReportSample.report().passages.first?.cameras.last)
    camera.considered = (0..<100_000).map {
      .init(at: Double($0) / 30, presence: 0.5, sharpness: 0.5, disposition: $0 % 25_000 == 7 ? .chosen : .outdone)
    }
    let drawing = CameraTimeLine(camera: camera, scale: TimeScale(from: 0, to: 3400), passage: 0...3400)
    #expect(drawing.svg.utf8.count < 80_000)
    #expect(drawing.svg.components(separatedBy: "class=\"dot chosen\"").count == 2)
  }

  @Test("The page says times, direction, trigger, evidence, and how far the delivery is")
  func facts() {
    let html = ReplayReportSample.report().html()
    for text in [
      "11.96 – 15.72 s", "→ forward", "↩ turned back", "trigger: motion", "plate: 31250 px²", "peak presence", "0.834",
      "5f0c1a52-3f1e-4a43-9c5f-8c2f54a5b001", "24 of 24 images listed", "the cloud refuses the API key (401)",
      "1 of 2", "light changed everywhere at once", "chip good\">delivered: 24 of 24 listed",
      "chip open\">held: 0 of 24 listed",
    ] { #expect(html.contains(text), "\(text)") }
  }

  @Test(
    "Delivered is only good when the cloud has listed every image",
    arguments: [
      ("delivered", 3, "good"), ("delivered", 2, "bad"), ("queued", 0, "open"), ("held", 3, "open"),
      ("rejected", 0, "bad"),
    ])
  func uploadKinds(state: String, listed: Int, kind: String) {
    #expect(ReplayReport.Upload(state: state, imageSetId: nil, listed: listed, images: 3, reason: nil).kind == kind)
  }

  @Test("Text of any kind stays text")
  func escaping() {
    let evil = "<script>alert(\"1\")</script>&'\u{202E}\u{0}\n"
    var report = ReplayReportSample.report()
    report.title = evil
    report.startedAt = evil
    report.dismissed[0].reason = evil
    report.passages[0].id = evil
    report.passages[0].direction = evil
    report.passages[0].trigger = evil
    report.passages[0].evidence = [evil: .nan]
    report.passages[0].upload = .init(state: evil, imageSetId: evil, listed: 0, images: 1, reason: evil)
    report.passages[0].cameras[0].position = evil
    report.passages[0].cameras[0].pictures[0].reason = evil
    report.passages[0].cameras[0].pictures[0].path = "javascript:alert(1)//\"><script>"
    let html = report.html()
    #expect(!html.contains("<script"))
    #expect(!html.contains("javascript:alert(1)//\""))
    #expect(values(of: "src", in: html)[0] == "javascript%3Aalert%281%29//%22%3E%3Cscript%3E")
    #expect(html.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;"))
    #expect(!html.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{0}" })
    #expect(openElements(of: html) == [])
  }

  @Test("The page stands alone: nothing is fetched, nothing runs")
  func standsAlone() {
    let html = ReplayReportSample.report().html()
    #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("url("))
    #expect(!html.contains("<script") && !html.contains("<link") && !html.contains("@import"))
    #expect(html.hasPrefix("<!doctype html>\n"))
  }

  @Test("What is opened is closed, anchors are unique, and every link inside the page leads somewhere")
  func structure() {
    let html = ReplayReportSample.report().html()
    #expect(openElements(of: html) == [])
    let anchors = values(of: "id", in: html)
    #expect(Set(anchors).count == anchors.count && anchors == ["passage-1", "passage-2"])
    let inner = values(of: "href", in: html).filter { $0.hasPrefix("#") }.map { String($0.dropFirst()) }
    #expect(!inner.isEmpty && Set(inner).isSubset(of: anchors))
  }

  @Test("A recording without vehicles, a camera without pictures, and figures that are none still make a page")
  func edges() {
    var report = ReplayReportSample.report()
    report.passages[0].cameras[0].pictures = []
    report.passages[0].cameras[1].considered = []
    report.passages[1].cameras = []
    report.passages[1].from = .nan
    report.passages[0].cameras[2].considered[0].sharpness = .infinity
    report.passages[0].cameras[2].considered[1].presence = .nan
    report.passages[0].cameras[2].considered[2].at = -.infinity
    let html = report.html()
    #expect(openElements(of: html) == [])
    #expect(html.contains("No picture chosen.") && html.contains("No camera saw it."))
    #expect(!html.contains("nan") && !html.contains("inf"))
    report.passages = []
    report.seconds = 0
    report.totals.wallSeconds = 0
    #expect(report.html().contains("No vehicle went through the lane"))
  }

  @Test("The same report gives the same bytes")
  func deterministic() {
    #expect(ReplayReportSample.report().html() == ReplayReportSample.report().html())
  }

  @Test("A passage of the lane becomes an entry: cameras sorted, also those without pictures")
  func fromLane() {
    let passage = Passage(
      number: 1, from: MonotonicTime(seconds: 1), to: MonotonicTime(seconds: 3), direction: .backward,
      trigger: "motion",
      plateArea: nil, cameras: [.roofLeft, .frontLeft], evidence: [:])
    let frames = [2.0, 1.5].map {
      ConsideredFrame(
        camera: .topLeft, time: MonotonicTime(seconds: $0), score: FrameScore(sharpness: 0.5, exposure: 1),
        displacement: nil, presence: 0.25, disposition: .chosen)
    }
    let picture = ReplayReport.Picture(
      path: "a/roofLeft_3.webp", at: 1.1, width: 8, height: 8, bytes: 10, sharpness: 0.5, displacement: nil,
      reason: "only one")
    let entry = ReplayReport.PassageEntry(
      id: "a", passage: passage, considered: frames, pictures: [(camera: "roofLeft", picture: picture)])
    #expect(entry.cameras.map(\.position) == ["frontLeft", "roofLeft", "topLeft"])
    #expect(entry.cameras.map(\.pictures.count) == [0, 1, 0])
    #expect(entry.cameras[2].considered.map(\.at) == [1.5, 2.0])
    #expect(entry.from == 1 && entry.to == 3 && entry.direction == "backward")
  }
}
