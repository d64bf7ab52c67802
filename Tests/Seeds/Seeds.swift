import Foundation

// The delivery simulation as a program: `seeds FIRST COUNT`. Built by Tests/Seeds/seeds with the sources of Uploader and of its
// simulation as one optimised module: about 0.1 processor seconds a story.

@main
struct Seeds {
  static func main() async throws {
    let words = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
    guard words.count == 2 else { fatalError("seeds FIRST COUNT") }
    var waiting = words[0]..<words[0] + words[1]
    var sum = DeliveryStory.Outcome()
    var wrong: [UInt64] = []
    // Two at a time: each is mostly one thread that waits for its own disk.
    try await withThrowingTaskGroup(of: (UInt64, DeliveryStory.Outcome).self) { group in
      func begin() {
        guard let seed = waiting.popFirst() else { return }
        group.addTask { (seed, try await DeliveryStory(seed, DeliveryStory.Weather()).run()) }
      }
      for _ in 0..<2 { begin() }
      while let (seed, outcome) = try await group.next() {
        if !outcome.isRight {
          wrong.append(seed)
          print("DELIVERY_SEED=\(seed): \(outcome)")
        }
        sum.add(outcome)
        begin()
      }
    }
    print(
      "\(wrong.isEmpty ? "ok  " : "FAIL") delivery simulation: \(words[1]) seeds from \(words[0]), \(wrong.count) wrong, \(sum)"
    )
    exit(wrong.isEmpty ? 0 : 1)
  }
}
