import CameraIO
import Foundation

/// Does each camera open, and do its frames come? A recording that plays camera is read for a moment and left as it is; for
/// devices see `DeviceChecks`.
enum CameraChecks {
  /// How many frames are enough to say that they come.
  static let frames = 30

  /// What came of one camera.
  struct Checked {
    let findings: [Finding]
    /// The last frame that came; nil when none did, or when the running daemon was asked.
    var newest: Frame?
  }

  /// `running`: what the daemon that runs says of its cameras, twice; nil when none runs.
  static func look(at camera: Configuration.Camera, running: RunningCameras?) -> Checked {
    switch camera.source {
    case .recording(let path): return look(at: camera, recording: path)
    case .device(let binding):
      let checks = DeviceChecks(camera: camera, binding: binding)
      guard let (first, second) = running?.statuses(of: camera.position), let running else { return checks.tried() }
      return Checked(findings: checks.told(first, second, seconds: running.seconds))
    }
  }

  private static func look(at camera: Configuration.Camera, recording path: String) -> Checked {
    let name = "camera.\(camera.position.rawValue)"
    let recording: Recording
    let source: RecordingSource
    do {
      recording = try Recording.open(path: path, camera: camera.position)
      source = try recording.source(of: recording.cameras[0])
    } catch {
      return Checked(findings: [
        Finding(
          "\(name).open", .fail, Complaint(about: error).text,
          hint: "check cameras[].device in the configuration, and that the daemon's user may read it"),
        Finding("\(name).frames", .skip, "not looked at: the camera did not open"),
      ])
    }
    let opened = Finding("\(name).open", .pass, "\(recording.path) opens as a recording that plays camera")
    var newest: Frame?
    let frames = frames(source, name, &newest)
    return Checked(findings: [opened, frames], newest: newest)
  }

  private static func frames(_ source: RecordingSource, _ name: String, _ newest: inout Frame?) -> Finding {
    let name = "\(name).frames"
    let pool = FramePool(byteBudget: 256 << 20)
    var came = 0
    var dropped = 0
    var size = ""
    do throws(CameraError) {
      reading: while came < Self.frames {
        switch try source.next(into: pool, waitingAtMost: 2) {
        case .frame(let frame):
          came += 1
          newest = frame
          size = "\(frame.format.width)x\(frame.format.height) \(frame.format.pixelFormat.rawValue)"
        case .dropped: dropped += 1
        case .nothing, .endOfStream: break reading
        }
      }
    } catch {
      return Finding(
        name, .fail, "after \(came) frames: \(error)", hint: "record it again, or name another recording")
    }
    let data: [JSONLine.Member] = [.init("frames", .integer(came)), .init("damaged", .integer(dropped))]
    guard came > 0 else {
      return Finding(
        name, .fail, "no frame comes (\(dropped) were damaged)", hint: "record it again, or name another recording",
        data: data)
    }
    if dropped > 0 {
      return Finding(
        name, .warn, "\(came) frames \(size), \(dropped) damaged", hint: "record it again: pictures would be missing",
        data: data)
    }
    return Finding(name, .pass, "frames come: \(size), \(source.nominalRate.formatted()) a second", data: data)
  }
}
