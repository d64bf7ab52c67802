import Foundation
import Testing

@testable import CameraIO

@Suite("A trial of one device")
struct DeviceTrialTests {
  let clock = ScriptedClock()
  let ports = ScriptedPorts()

  func trial(_ script: [ScriptedNode.Step], serial: String? = nil) throws(CameraError) -> (DeviceTrial, ScriptedNode) {
    let node = ScriptedNode(clock, script)
    ports.plug("/dev/cam", node)
    let device = ReopeningSource.Device(binding: .path("/dev/cam"), serial: serial, wish: .small)
    let trial = try DeviceTrial(
      of: device, camera: .topLeft, seconds: 3, clock: clock.paceClock, devices: ports.devices)
    return (trial, node)
  }

  @Test("It counts what came, measures the rate by the frames' own times, and leaves nothing behind")
  func counts() throws {
    let script = (0..<200).map { (index: Int) -> ScriptedNode.Step in
      let sequence = UInt32(index > 60 ? index + 2 : index)
      return .picture(index == 40 ? [] : smallJPEG, sequence: sequence, after: 0.04)
    }
    let (trial, node) = try trial(script)
    #expect(trial.frames == 75)
    #expect(trial.dropped == [.damaged: 1])
    #expect(trial.missed == 2)
    #expect(abs((trial.rate ?? 0) - 24.67) < 0.1, "74 distances in 75 of time, one picture was none")
    #expect(trial.failure == nil)
    #expect(node.isLeftAlone)
  }

  @Test("A device that is silent, and one that breaks, are told apart")
  func failures() throws {
    let (silent, _) = try trial([.silence(100)])
    #expect(silent.frames == 0)
    #expect(silent.failure == nil)
    let (broken, node) = try trial([.picture(smallJPEG, sequence: 0), .broken(EIO)])
    #expect(broken.frames == 1)
    #expect(broken.failure?.kind == .broken)
    #expect(node.isLeftAlone)
  }

  @Test("Another serial number than the configured one is refused before anything is set up")
  func refused() {
    do {
      _ = try trial([], serial: "0002")
      Issue.record("it was accepted")
    } catch {
      #expect(error.kind == .refused)
    }
  }
}
