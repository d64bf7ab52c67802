/// Goes through the pages of a list and knows when it has seen everything, or that it cannot be sure.
struct CloudPaging {
  /// The largest page that may be asked for.
  static let limit = 100
  /// More pages than this are no list but a trap.
  static let maximumPages = 1000

  /// What is known after a page.
  enum Step: Equatable {
    case askForPage(Int)
    case complete
    /// The pages do not fit together: items may be missing or doubled.
    case inconsistent(String)
  }

  /// Whether totals must agree and ids must not repeat: where something hangs on the list being whole.
  let isStrict: Bool
  private var page = 0
  private var count = 0
  private var total: Int?
  private var seen: Set<String> = []

  init(isStrict: Bool) { self.isStrict = isStrict }

  /// Takes the ids of the next page, and its `meta`.
  mutating func take(ids: [String], meta: JSONValue?) -> Step {
    page += 1
    count += ids.count
    let lastPage = meta?["lastPage"]?.integer
    let totalItems = meta?["totalItems"]?.integer
    if isStrict {
      if let current = meta?["currentPage"]?.integer, current != page {
        return .inconsistent("page \(page) was asked for and page \(current) came")
      }
      if let total, let totalItems, total != totalItems {
        return .inconsistent("the list changed while it was read")
      }
      total = totalItems ?? total
      for id in ids where !seen.insert(id).inserted { return .inconsistent("\(id) is listed twice") }
    }
    let isLast = lastPage.map { page >= $0 } ?? (ids.count < Self.limit)
    if !isLast, !ids.isEmpty {
      return page < Self.maximumPages ? .askForPage(page + 1) : .inconsistent("the list has no end")
    }
    if isStrict, let total, total != count {
      return .inconsistent("\(total) items are promised and \(count) came")
    }
    return .complete
  }
}
