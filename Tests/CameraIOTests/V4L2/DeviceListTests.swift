import Foundation
import TestSupport
import Testing

@testable import CameraIO

@Suite("Which device is meant")
struct DeviceListTests {
  let ports = ScriptedPorts()

  func camera(_ serial: String?, _ bus: String, isCapture: Bool = true) -> ScriptedNode {
    let node = ScriptedNode()
    node.answer.serial = serial
    node.answer.busInfo = bus
    node.answer.isCapture = isCapture
    return node
  }

  @Test("A link, a port and a serial number lead to the node; nodes that do not capture are passed over and closed")
  func finding() throws {
    let meta = camera("0002", "usb-2", isCapture: false)
    let one = camera("0001", "usb-1")
    let two = camera("0002", "usb-2")
    for (path, node) in [("/dev/video0", one), ("/dev/video1", meta), ("/dev/video2", two)] { ports.plug(path, node) }
    ports.links = ["/dev/v4l/by-path/two": "/dev/video2"]
    #expect(try ports.devices.node(of: .path("/dev/v4l/by-path/two")).node === two)
    #expect(try ports.devices.node(of: .serial("0002")).node === two)
    #expect(meta.isClosed)
    #expect(try ports.devices.node(of: .bus("usb-1")).node === one)
    #expect(ports.devices.cameras().map(\.path) == ["/dev/video0", "/dev/video2"])
  }

  @Test("A device that is not there is told together with those that are")
  func absent() {
    #expect(throws: CameraError(.notFound, "serial:9", "is not there; no camera is connected")) {
      try ports.devices.node(of: .serial("9"))
    }
    ports.plug("/dev/video0", camera("0001", "usb-1"))
    let there = "is not there; connected are Simulated Camera (serial 0001) at usb-1 as /dev/video0"
    #expect(throws: CameraError(.notFound, "/dev/v4l/by-id/x", there)) {
      try ports.devices.node(of: .path("/dev/v4l/by-id/x"))
    }
    #expect(throws: CameraError(.notFound, "bus:usb-7", there)) { try ports.devices.node(of: .bus("usb-7")) }
  }

  @Test("When nodes may not be opened, that is told, and not that no camera is connected")
  func denied() {
    ports.plug("/dev/video0").failure = EACCES
    do {
      _ = try ports.devices.node(of: .serial("9"))
      Issue.record("it was found")
    } catch {
      #expect(error.kind == .denied)
      #expect(error.reason.contains("group video"))
    }
  }

  @Test(
    "Only a bare number is a number",
    arguments: [
      ("/dev/video0", true), ("/dev/video12", true), ("/dev/video", false), ("/dev/video0x", false),
      ("/dev/v4l/by-id/video0", false), ("/dev/videocam", false),
    ])
  func byNumber(path: String, isByNumber: Bool) {
    #expect(DeviceBinding.path(path).isByNumber == isByNumber)
  }

  @Test("The USB device behind a node is found above its interface, with or without a serial number")
  func usbDevice() throws {
    let folder = try TemporaryDirectory()
    func write(_ path: String, _ text: String) throws {
      let url = URL(fileURLWithPath: folder.file(path))
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    let device = "devices/pci0/usb1/1-1"
    try write("\(device)/idVendor", "0c45\n")
    try write("\(device)/idProduct", "6366\n")
    try write("\(device)/1-1:1.0/video4linux/video0/name", "cam\n")
    try write("devices/platform/vivid.0/video4linux/video1/name", "vivid\n")
    try FileManager.default.createDirectory(
      atPath: folder.file("dev/char"), withIntermediateDirectories: true)
    for (number, target) in [
      ("81:0", "\(device)/1-1:1.0/video4linux/video0"), ("81:1", "devices/platform/vivid.0/video4linux/video1"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file("dev/char/\(number)"), withDestinationPath: folder.file(target))
    }
    let found = try #require(USBDevice(ofCharacterDevice: "81:0", sysfs: folder.path))
    #expect(found.model == "0c45:6366")
    #expect(found.serial == nil)
    try write("\(device)/serial", "SN 7\n")
    #expect(USBDevice(ofCharacterDevice: "81:0", sysfs: folder.path)?.serial == "SN 7")
    #expect(USBDevice(ofCharacterDevice: "81:1", sysfs: folder.path) == nil)
    #expect(USBDevice(ofCharacterDevice: "81:9", sysfs: folder.path) == nil)
  }
}
