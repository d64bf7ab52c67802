import Foundation
import Testing

@testable import CameraIO

@Suite("Controls: set, read back, watched")
struct V4L2ControlsTests {
  let node = ScriptedNode()

  static let automatic = V4L2Control(
    id: 1, name: "auto_exposure", kind: .menu, minimum: 0, maximum: 3, step: 1)
  static let exposure = V4L2Control(
    id: 2, name: "exposure_time_absolute", kind: .integer, minimum: 1, maximum: 5000, step: 1)
  static let gain = V4L2Control(
    id: 3, name: "gain", kind: .integer, minimum: 0, maximum: 100, step: 10)

  init() { node.known = [Self.automatic, Self.exposure, Self.gain] }

  @Test(
    "The kernel's names are written as v4l2-ctl writes them",
    arguments: [
      ("Exposure Time, Absolute", "exposure_time_absolute"), ("Brightness", "brightness"),
      ("White Balance, Automatic", "white_balance_automatic"), ("Power Line Frequency", "power_line_frequency"),
      ("Focus (absolute)", "focus_absolute"), ("  Gain 2 ", "gain_2"), ("", ""),
    ])
  func words(name: String, word: String) {
    #expect(V4L2Controls.word(name) == word)
  }

  @Test("Modes are set before the values that they free, whatever their order in the configuration")
  func modesFirst() {
    node.failures["S_EXT_CTRLS"] = [0, 0]
    var order: [String] = []
    node.taking = { control, value in
      order.append(control.name)
      return value
    }
    let controls = V4L2Controls(applying: ["exposure_time_absolute": 50, "auto_exposure": 1], to: node)
    #expect(controls.deviations.isEmpty)
    #expect(order == ["auto_exposure", "exposure_time_absolute"])
    #expect(node.values == [1: 1, 2: 50])
  }

  @Test("What was refused is tried once more when all others are set")
  func secondTry() {
    node.failures["S_EXT_CTRLS"] = [EBUSY, 0, 0]
    let controls = V4L2Controls(applying: ["gain": 20, "exposure_time_absolute": 50], to: node)
    #expect(controls.deviations.isEmpty)
    #expect(node.values == [2: 50, 3: 20])
  }

  @Test("A control that the camera lacks is told with those that it has")
  func unknown() {
    let controls = V4L2Controls(applying: ["exposure_absolute": 50], to: node)
    #expect(
      controls.deviations.map(\.description) == [
        "exposure_absolute: the camera has no such control; it has auto_exposure, exposure_time_absolute, gain"
      ])
    node.known = []
    #expect(
      V4L2Controls(applying: ["gain": 5], to: node).deviations.first?.description == "gain: the camera has no controls")
  }

  @Test(
    "A value that the device made something else of is told with the reason",
    arguments: [
      (6000, "gain: 6000 is out of range, it is 100; allowed: 0 ... 100"),
      (25, "gain: 25 became 20; it moves in steps of 10 from 0"),
      (50, "gain: 50 was asked for and the device made 40 of it"),
    ] as [(Int64, String)])
  func readBack(value: Int64, text: String) {
    node.taking = { _, value in value == 50 ? 40 : min(100, value / 10 * 10) }
    #expect(V4L2Controls(applying: ["gain": value], to: node).deviations.map(\.description) == [text])
  }

  @Test("A control that is not in force, one that can only be read and one that cannot be read back are told")
  func states() {
    node.known[2].isInactive = true
    node.taking = { _, _ in 7 }
    #expect(
      V4L2Controls(applying: ["gain": 50], to: node).deviations.first?.description
        == "gain: stays 7: another control has the say; switch its automatic off")
    node.known[2].isReadOnly = true
    #expect(
      V4L2Controls(applying: ["gain": 50], to: node).deviations.first?.description.contains("only be read") == true)
    node.known[2].isReadOnly = false
    node.failures["G_EXT_CTRLS"] = [EIO]
    #expect(
      V4L2Controls(applying: ["gain": 50], to: node).deviations.first?.description.contains("cannot be read back")
        == true)
  }

  @Test("What somebody else changes is found, told once and set again")
  func drift() {
    var controls = V4L2Controls(applying: ["gain": 20, "exposure_time_absolute": 50], to: node)
    #expect(controls.mend(on: node).isEmpty)
    node.values[3] = 90
    #expect(
      controls.mend(on: node).map(\.description) == ["gain was changed to 90 by somebody else; it is 20 again"])
    #expect(node.values[3] == 20)
    #expect(controls.mend(on: node).isEmpty)
  }

  @Test("A control that cannot be set back is told once, not every time it is looked at")
  func stubborn() {
    var controls = V4L2Controls(applying: ["gain": 20], to: node)
    node.values[3] = 90
    node.taking = { _, _ in 90 }
    #expect(controls.mend(on: node).map(\.found) == [90])
    #expect(controls.mend(on: node).isEmpty)
    node.values[3] = 80
    #expect(controls.mend(on: node).isEmpty)
  }

  @Test(
    "A control that the camera itself keeps moving is set again every time and told once, until it is found in place")
  func moving() {
    var controls = V4L2Controls(applying: ["gain": 20], to: node)
    for value in [Int64(90), 80, 70] {
      node.values[3] = value
      #expect(controls.mend(on: node).count == (value == 90 ? 1 : 0))
      #expect(node.values[3] == 20)
    }
    #expect(controls.mend(on: node).isEmpty)
    node.values[3] = 60
    #expect(controls.mend(on: node).map(\.isMended) == [true])
  }

  @Test("A value whose automatic somebody switched on is back with the first look, since modes come first")
  func automaticSwitchedOn() {
    node.taking = { [unowned node] control, value in
      // While exposure is automatic its time does not move.
      control.id == 2 && node.values[1] != 1 ? node.values[2] ?? 0 : value
    }
    var controls = V4L2Controls(applying: ["exposure_time_absolute": 50, "auto_exposure": 1], to: node)
    #expect(controls.deviations.isEmpty)
    node.values[1] = 3
    node.values[2] = 333
    #expect(controls.mend(on: node).map(\.isMended) == [true, true])
    #expect(node.values == [1: 1, 2: 50])
  }

  @Test("A value that does not fit the control is not set as another one", arguments: [4_294_967_301, Int64.max, .min])
  func tooLarge(value: Int64) {
    let controls = V4L2Controls(applying: ["gain": value], to: node)
    #expect(controls.deviations.first?.description.contains("out of range") == true)
    #expect(node.values[3] == nil)
  }

  @Test("Controls that change by themselves are left alone")
  func volatileControls() {
    node.known[2].isVolatile = true
    var controls = V4L2Controls(applying: ["gain": 20], to: node)
    node.values[3] = 90
    #expect(controls.mend(on: node).isEmpty)
  }
}
