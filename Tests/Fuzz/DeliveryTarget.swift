import Foundation

// The whole of delivery. Built by Tests/Fuzz/fuzz with the sources of Uploader and of its simulation as one module, on top of the modules
// of an ordinary build.

/// The control: a delivery that does not wait before it looks whether a creation happened. It doubles passages, and that has to be found.
private let isControl = ProcessInfo.processInfo.environment["FUZZ_CONTROL"] != nil

/// The bytes are the dice of a story: what the cloud, the disk, the clock and the power supply do next. Nothing may be lost or doubled, and the
/// books balance, whatever they say.
func fuzzDelivery(_ bytes: [UInt8]) {
  let finished = DispatchSemaphore(value: 0)
  Task {
    var weather = DeliveryStory.Weather()
    weather.passages = 2
    if isControl {
      weather.graceSeconds = 0
      weather.faultsPerMille = 500
    }
    do {
      let outcome = try await DeliveryStory(dice: Dice(bytes: bytes), weather).run()
      // Not a precondition: an optimised one dies without a word.
      if !outcome.isRight { fatalError("\(outcome)") }
    } catch {
      fatalError("the story does not come to its end: \(error)")
    }
    finished.signal()
  }
  finished.wait()
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  fuzzDelivery(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
