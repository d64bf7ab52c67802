import FrameSelect
import Foundation

@testable import CaptureDaemon

/// A report with two passages, four cameras, and what can go wrong.
enum ReplayReportSample {
  static let positions = ["backRight", "bottomLeft", "frontLeft", "roofLeft"]

  static func report() -> ReplayReport {
    ReplayReport(
      title: "lane-2026-11-23", startedAt: "2026-11-23T12:00:00Z", seconds: 42.5,
      totals: .init(frames: 5100, dropped: 0, wallSeconds: 9.1, cpuSeconds: 15.04, peakMemoryBytes: 201_326_592),
      passages: [
        passage(
          "0198f0aa-0001-7000-8000-000000000001", from: 11.96, seconds: 3.76, direction: "forward",
          upload: .init(
            state: "delivered", imageSetId: "5f0c1a52-3f1e-4a43-9c5f-8c2f54a5b001", listed: 24, images: 24, reason: nil)
        ),
        passage(
          "0198f0aa-0002-7000-8000-000000000002", from: 24.3, seconds: 7.9, direction: "turnedBack",
          upload: .init(
            state: "held", imageSetId: nil, listed: 0, images: 24, reason: "the cloud refuses the API key (401)")),
      ],
      dismissed: [
        .init(from: 3.2, to: 4.1, reason: "a person: 0.08 of the zone"),
        .init(from: 36.0, to: 36.9, reason: "light changed everywhere at once"),
      ])
  }

  private static func passage(
    _ id: String, from: Double, seconds: Double, direction: String, upload: ReplayReport.Upload
  ) -> ReplayReport.PassageEntry {
    let cameras = positions.enumerated().map { index, position in
      camera(position, id: id, from: from + Double(index) * 0.12, seconds: seconds * 0.85, pictures: index == 0 ? 3 : 7)
    }
    return ReplayReport.PassageEntry(
      id: id, from: from, to: from + seconds, direction: direction, trigger: "motion", plateArea: 31250,
      evidence: ["peakPresence": 0.8342, "confirmedAfterSeconds": 0.41, "travelled": 2.75], cameras: cameras,
      upload: upload)
  }

  private static func camera(
    _ position: String, id: String, from: Double, seconds: Double, pictures count: Int
  ) -> ReplayReport.CameraEntry {
    let frames = stride(from: from - 0.5, to: from + seconds + 0.5, by: 1.0 / 30).map { at -> ReplayReport.Considered in
      let part = (at - from) / seconds
      let presence = part > 0 && part < 1 ? min(1, 5 * min(part, 1 - part)) * (0.8 + 0.05 * sin(at * 9)) : 0.01
      let sharpness = presence > 0.05 ? 0.35 + 0.25 * sin(at * 23) + 0.2 * sin(at * 61) : 0.1
      let disposition: ConsideredFrame.Disposition =
        presence < 0.05 ? .empty : Int(at * 30) % 17 == 3 ? .merged : .outdone
      return .init(at: at, presence: presence, sharpness: max(0.05, sharpness), disposition: disposition)
    }
    let stretch = seconds / Double(count)
    var considered = frames
    let chosen = (0..<count).compactMap { index -> ReplayReport.Picture? in
      let stretchFrom = from + Double(index) * stretch
      let inside = considered.indices.filter { (stretchFrom..<(stretchFrom + stretch)).contains(considered[$0].at) }
      guard let best = inside.max(by: { considered[$0].sharpness < considered[$1].sharpness }) else { return nil }
      considered[best].disposition = .chosen
      let at = considered[best].at
      return .init(
        path: "\(id)/\(position)_\(Int(((at - from) * 30).rounded())).webp", at: at, width: 1920, height: 1200,
        bytes: 140_000 + index * 9_731, sharpness: considered[best].sharpness, displacement: Double(index) * 0.31,
        reason:
          "sharpest of \(inside.count) in \(HTMLText.number(stretchFrom, 2))–\(HTMLText.number(stretchFrom + stretch, 2)) s"
      )
    }
    return ReplayReport.CameraEntry(position: position, considered: considered, pictures: chosen)
  }
}
