import Testing

@testable import CaptureDaemon

@Suite("Metrics")
struct MetricsTests {
  @Test("Counters add up, gauges are set, and labels are escaped")
  func exposition() {
    let metrics = Metrics()
    metrics.add(to: "capture_frames_total", ["camera": "roofLeft"], help: "Frames.")
    metrics.add(2, to: "capture_frames_total", ["camera": "roofLeft"])
    metrics.add(to: "capture_frames_total", ["camera": "a\"b\n"])
    metrics.set("capture_camera_up", ["camera": "roofLeft"], to: 0.5)
    #expect(
      metrics.exposition == """
        # HELP capture_frames_total Frames.
        # TYPE capture_frames_total counter
        capture_frames_total{camera="a\\"b\\n"} 1
        capture_frames_total{camera="roofLeft"} 3
        # TYPE capture_camera_up gauge
        capture_camera_up{camera="roofLeft"} 0.5

        """)
  }

  @Test("A histogram counts upwards to +Inf, which is its count")
  func histogram() {
    let metrics = Metrics()
    for seconds in [0.05, 0.3, 0.3, 1e6] { metrics.observe(seconds, in: "s", ["stage": "stored"]) }
    let lines = metrics.exposition.split(separator: "\n").map(String.init)
    #expect(lines.contains(#"s_bucket{stage="stored",le="0.1"} 1"#))
    #expect(lines.contains(#"s_bucket{stage="stored",le="0.5"} 3"#))
    #expect(lines.contains(#"s_bucket{stage="stored",le="600"} 3"#))
    #expect(lines.contains(#"s_bucket{stage="stored",le="+Inf"} 4"#))
    #expect(lines.contains(#"s_count{stage="stored"} 4"#))
  }
}
