/// One answer for each plate out of the many that the net gives: neighbouring cells and neighbouring scales see it too.
struct PlateGrouping {
  /// Answers that overlap the surest one by more than this share of both together are that one again, or its letters taken
  /// for another: plates do not overlap.
  static let same = 0.1
  /// Or by more than this share of the smaller: a part of a plate is no second one.
  static let part = 0.6
  /// Answers that agree with the surest one so well have a say in where the edges are.
  static let agreeing = 0.6

  /// The plates, the surest first; `answers` may be in any order.
  static func plates(_ answers: [Plate]) -> [Plate] {
    var left = answers.sorted { ($0.confidence, $1.x, $1.y) > ($1.confidence, $0.x, $0.y) }
    var plates: [Plate] = []
    while let best = left.first {
      plates.append(mean(of: left.filter { overlap(best, $0).union > agreeing }, confidence: best.confidence))
      left.removeAll {
        let overlap = overlap(best, $0)
        return $0 == best || overlap.union > same || overlap.smaller > part
      }
    }
    return plates
  }

  private static func mean(of answers: [Plate], confidence: Double) -> Plate {
    var (weight, left, top, right, bottom) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for answer in answers {
      let share = answer.confidence * answer.confidence
      weight += share
      left += share * answer.x
      top += share * answer.y
      right += share * (answer.x + answer.width)
      bottom += share * (answer.y + answer.height)
    }
    return Plate(
      x: left / weight, y: top / weight, width: (right - left) / weight, height: (bottom - top) / weight,
      confidence: confidence)
  }

  /// The area that two share: as a part of both together, and of the smaller one.
  static func overlap(_ a: Plate, _ b: Plate) -> (union: Double, smaller: Double) {
    let width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    let height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    guard width > 0, height > 0 else { return (0, 0) }
    let shared = width * height
    let (first, second) = (a.width * a.height, b.width * b.height)
    return (shared / (first + second - shared), shared / min(first, second))
  }
}
