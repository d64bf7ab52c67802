import Testing

@testable import CameraIO

@Suite("The driver's count made one that only grows")
struct SequenceCountTests {
  @Test(
    "Wraps, gaps, overtaken buffers and counts that begin anew",
    arguments: [
      ([0, 1, 2], [0, 1, 2]),
      ([7, 8, 10], [0, 1, 3]),
      ([UInt32.max - 1, UInt32.max, 0, 1], [0, 1, 2, 3]),
      ([UInt32.max - 127, UInt32.max, 3], [0, 127, 131]),
      ([16, 18, 17, 19], [0, 2, nil, 3]),
      ([5, 5, 6], [0, 1, 2]),
      ([0, 0, 0, 0], [0, 1, 2, 3]),
      ([1000, 1001, 0, 1], [0, 1, 2, 3]),
      ([0, 155], [0, 155]),
    ] as [([UInt32], [UInt64?])])
  func steps(numbers: [UInt32], expected: [UInt64?]) {
    var count = SequenceCount()
    let found = numbers.map { number -> UInt64? in
      if case .number(let number) = count.take(number) { return number }
      return nil
    }
    #expect(found == expected)
  }

  @Test("A stream that is opened again goes on where the last one ended, whatever its driver begins with")
  func goesOn() {
    var count = SequenceCount(first: 41)
    #expect(count.take(155) == .number(41))
    #expect(count.take(157) == .number(43))
    #expect(count.next == 44)
  }
}
