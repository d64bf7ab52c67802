import Foundation
import Uploader

/// Is the clock right? A passage carries the second in which it began, and TLS fails when the year is wrong.
enum ClockCheck {
  /// No clock of a unit that runs this program can be earlier: 2026-01-01.
  static let earliest: Int64 = 1_767_225_600

  /// `cloudOffsetSeconds`: this clock minus the cloud's `Date`, nil when the cloud did not answer.
  static func finding(nowSeconds: Int64, isSynchronised: Bool?, cloudOffsetSeconds: Double?) -> Finding {
    var data: [JSONLine.Member] = [.init("nowSeconds", .integer(Int(nowSeconds)))]
    if let isSynchronised { data.append(.init("synchronised", .bool(isSynchronised))) }
    if let cloudOffsetSeconds { data.append(.init("cloudOffsetSeconds", .number(cloudOffsetSeconds, decimals: 1))) }
    guard nowSeconds >= earliest else {
      return Finding(
        "clock", .fail, "the clock stands at \(text(nowSeconds)), before this program was made",
        hint: "set up time synchronisation (systemd-timesyncd or chrony) or the hardware clock's battery", data: data)
    }
    if let offset = cloudOffsetSeconds, abs(offset) >= LiveCalendar.toleranceSeconds {
      let seconds = JSONLine.number(abs(offset), decimals: 0).text
      return Finding(
        "clock", .fail, "the clock is \(seconds) s \(offset > 0 ? "ahead of" : "behind") the cloud's",
        hint: "set up time synchronisation (systemd-timesyncd or chrony): passages would carry the wrong time",
        data: data)
    }
    if isSynchronised == false && cloudOffsetSeconds == nil {
      return Finding(
        "clock", .warn, "\(text(nowSeconds)), not synchronised, and no cloud to compare with",
        hint: "set up time synchronisation (systemd-timesyncd or chrony)", data: data)
    }
    let agreement = cloudOffsetSeconds.map { String(format: ", %.1f s from the cloud's", abs($0)) } ?? ""
    let source = isSynchronised == true ? "synchronised" : "synchronisation unknown"
    return Finding("clock", .pass, "\(text(nowSeconds)), \(source)\(agreement)", data: data)
  }

  /// What the kernel says, or the mark that systemd-timesyncd leaves when it has set the clock (in a container the kernel's word
  /// may be that of another clock discipline); nil when nobody can be asked.
  static func isSynchronised() -> Bool? {
    if FileManager.default.fileExists(atPath: "/run/systemd/timesync/synchronized") { return true }
    return ClockReading.isKernelSynchronised
  }

  private static func text(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }
}
