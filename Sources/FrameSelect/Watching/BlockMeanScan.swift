import Foundation

/// Makes the grey picture of a baseline JPEG at an eighth of its size: a pixel is the mean of a block, which the file holds as such.
///
/// It is libjpeg's own picture at 1/8, to the last bit, for less than half of the work: no coefficient but the first of a luma block is
/// read, and all others are gone over several at a time. One per camera and thread: it keeps its memory and the camera's tables.
@safe final class BlockMeanScan {
  /// One block of a unit; its tables live as long as `used` holds them.
  @safe private struct Block {
    let dc: UnsafePointer<UInt16>
    let ac: UnsafePointer<UInt16>
    let steps: UnsafePointer<UInt16>
    /// Whose it is; 0 is luma.
    let component: Int
    /// From the unit's first pixel to the block's.
    let offset: Int
  }

  /// What the scan has read so far.
  private struct Cursor {
    /// The next byte of the stream.
    var next = 0
    /// The next bits of the stream, at the top.
    var bits: UInt64 = 0
    /// How many of them are known.
    var known = 0
    /// The last luma block's coefficient.
    var mean: Int32 = 0
    var column = 0
    var row = 0
  }

  /// Bytes that the blocks of a unit go over at most, rounded up: 10 blocks, 64 symbols of 16 bits with 15 more.
  private static let slack = 4096
  private static let blockLimit = 10

  private var dcTables: [HuffmanTable?] = [nil, nil, nil, nil]
  private var acTables: [HuffmanTable?] = [nil, nil, nil, nil]
  /// The tables of this picture, by component.
  private var used: [(dc: HuffmanTable, ac: HuffmanTable)] = []
  /// The coefficients as they were before the file's own markers were told from them.
  private let stream: CoefficientStream
  private let blocks = UnsafeMutablePointer<Block>.allocate(capacity: blockLimit)
  /// Means of all blocks, those beyond the picture's right and lower side included.
  private var means: [UInt8] = []

  init(sharing stream: CoefficientStream = CoefficientStream()) { self.stream = stream }

  deinit { unsafe blocks.deallocate() }

  /// The picture at an eighth of the size of the JPEG in `bytes`, sizes rounded up.
  ///
  /// Nil when it is a JPEG of another kind, or when anything about it is not as it should be: libjpeg must say then what it is.
  func picture(of bytes: UnsafeRawBufferPointer, _ head: JPEGHead) -> LumaImage? {
    guard unsafe prepareTables(bytes, head), let factor = head.dcFactors[head.components[0].quantTable] else {
      return nil
    }
    let luma = head.components[0]
    let columns = (head.width + 8 * luma.across - 1) / (8 * luma.across)
    let rows = (head.height + 8 * luma.down - 1) / (8 * luma.down)
    let stride = columns * luma.across
    guard listBlocks(head, stride: stride) else { return nil }
    let count = head.components.reduce(0) { $0 + $1.across * $1.down }
    if means.count != stride * rows * luma.down { means = [UInt8](repeating: 0, count: stride * rows * luma.down) }

    var at = head.scanStart
    var left = columns * rows
    var markers = 0
    var place = (column: 0, row: 0)
    while left > 0 {
      guard let end = unsafe unstuff(bytes, from: &at) else { return nil }
      let units = head.restartInterval > 0 ? min(head.restartInterval, left) : left
      var cursor = Cursor(column: place.column, row: place.row)
      let isWhole = unsafe means.withUnsafeMutableBufferPointer { target -> Bool in
        guard let target = target.baseAddress else { return false }
        return unsafe walk(
          &cursor, units: units, columns: columns, end: end, into: target, stride: stride,
          luma: luma, factor: factor, count: count)
      }
      let used = cursor.next * 8 - cursor.known
      guard isWhole, used <= end * 8 else { return nil }
      place = (cursor.column, cursor.row)
      left -= units
      guard at + 2 <= bytes.count else { return nil }
      let marker = unsafe bytes[at + 1]
      at += 2
      if left == 0 {
        // Before the end cameras may pad; whatever else follows is not for us to judge.
        guard marker == 0xd9 else { return nil }
      } else {
        guard marker == 0xd0 + UInt8(markers % 8), end * 8 - used < 8 else { return nil }
        markers += 1
      }
    }
    return crop(width: (head.width + 7) / 8, height: (head.height + 7) / 8, stride: stride)
  }

  // MARK: tables

  /// The camera's tables, made anew where they are others than in its last picture; those that the file leaves out are the standard ones.
  private func prepareTables(_ bytes: UnsafeRawBufferPointer, _ head: JPEGHead) -> Bool {
    for component in head.components {
      let (dc, ac) = (component.dcTable, component.acTable)
      unsafe Self.prepare(&dcTables[dc], dc, HuffmanTable.standardDC, bytes, head.dcDefinitions[dc], isAC: false)
      unsafe Self.prepare(&acTables[ac], ac, HuffmanTable.standardAC, bytes, head.acDefinitions[ac], isAC: true)
      guard dcTables[dc] != nil, acTables[ac] != nil else { return false }
    }
    return true
  }

  private static func prepare(
    _ table: inout HuffmanTable?, _ number: Int, _ standard: [HuffmanTable], _ bytes: UnsafeRawBufferPointer,
    _ definition: Range<Int>?, isAC: Bool
  ) {
    guard let definition else {
      table = number < standard.count ? standard[number] : nil
      return
    }
    let given = unsafe UnsafeRawBufferPointer(rebasing: bytes[definition])
    func isGiven(_ table: HuffmanTable) -> Bool { unsafe table.definition.elementsEqual(given) }
    if let table, isGiven(table) { return }
    let known = standard.first(where: isGiven)
    table = unsafe known ?? HuffmanTable([UInt8](given), isAC: isAC)
  }

  /// The blocks of a unit in the order of the file.
  private func listBlocks(_ head: JPEGHead, stride: Int) -> Bool {
    var count = 0
    used.removeAll(keepingCapacity: true)
    for (index, component) in head.components.enumerated() {
      guard let dc = dcTables[component.dcTable], let ac = acTables[component.acTable] else { return false }
      used.append((dc, ac))
      for down in 0..<component.down {
        for across in 0..<component.across {
          guard count < Self.blockLimit else { return false }
          unsafe (blocks + count).initialize(
            to: Block(
              dc: dc.first, ac: ac.first, steps: ac.steps, component: index,
              offset: down * stride + across))
          count += 1
        }
      }
    }
    return true
  }

  // MARK: the stream

  /// Copies the coefficients from `at` to the next marker into `stream`, where FF is FF again; how many bytes. `at` is then the marker's
  /// place. Nil when no marker follows.
  private func unstuff(_ bytes: UnsafeRawBufferPointer, from at: inout Int) -> Int? {
    guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
    stream.reserve(bytes.count - at + Self.slack)
    let copy = unsafe stream.bytes
    var target = unsafe copy
    while at < bytes.count {
      guard let found = unsafe memchr(start + at, 0xff, bytes.count - at) else { return nil }
      let run = unsafe UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - (start + at)
      unsafe memcpy(target, start + at, run)
      unsafe target += run
      at += run
      guard at + 1 < bytes.count else { return nil }
      guard unsafe start[at + 1] == 0 else {
        // What lies behind the end is from earlier pictures: whoever reads it has read too much, and that is noticed.
        return unsafe target - copy
      }
      unsafe target[0] = 0xff
      unsafe target += 1
      at += 2
    }
    return nil
  }

  /// Goes over `units` units; false when a code is none, or when the stream ends before them.
  private func walk(
    _ cursor: inout Cursor, units: Int, columns: Int, end: Int, into target: UnsafeMutablePointer<UInt8>,
    stride: Int, luma: JPEGHead.Component, factor: Int32, count: Int
  ) -> Bool {
    let blocks = unsafe self.blocks
    let (across, unitRow) = (luma.across, stride &* luma.down)
    let stepShift = UInt64(64 - HuffmanTable.stepBits)
    let firstShift = UInt64(64 - HuffmanTable.firstBits)
    // All that the loop changes lies in registers.
    let start = unsafe UnsafePointer(stream.bytes)
    let last = unsafe start + (end + 8)
    var next = unsafe start + cursor.next
    var bits = cursor.bits
    var known = cursor.known
    var mean = cursor.mean
    var column = cursor.column
    var row = cursor.row
    // Seven or eight bytes are always known after it; the bits beyond `known` are those of the stream, read again next time.
    @inline(__always) func fill() {
      let word = unsafe UInt64(bigEndian: UnsafeRawPointer(next).loadUnaligned(as: UInt64.self))
      bits |= word &>> UInt64(truncatingIfNeeded: known)
      unsafe next += (63 &- known) &>> 3
      known |= 56
    }
    @inline(__always) func drop(_ number: Int) {
      bits = bits &<< UInt64(truncatingIfNeeded: number)
      known = known &- number
    }
    for _ in 0..<units {
      // A unit reads at most `slack` bytes: from here on it stays in the stream's memory.
      guard unsafe next <= last else { return false }
      let pixel = unsafe target + (row &* unitRow &+ column &* across)
      for index in 0..<count {
        let block = unsafe blocks + index
        fill()
        var found = unsafe Int(block.pointee.dc[Int(bits &>> firstShift)])
        if found == 0 {
          found = longSymbol(bits, isAC: false, component: unsafe block.pointee.component)
          guard found > 0 else { return false }
        }
        let size = found & 15
        drop(found &>> 8)
        if unsafe block.pointee.component == 0 {
          let top = UInt32(truncatingIfNeeded: bits &>> 32)
          var difference = Int32(truncatingIfNeeded: UInt64(top) &>> UInt64(32 &- size))
          // Extra bits that begin with 0 stand for a negative number.
          let negative = Int32(bitPattern: ~top) &>> 31
          difference = difference &+ (negative & (1 &- (1 &<< Int32(size))))
          mean = mean &+ difference
          // libjpeg keeps coefficients in 16 bits, and its table of results repeats after 1024.
          let eighth = (Int32(Int16(truncatingIfNeeded: mean)) &* factor &+ 4) &>> 3
          let value = 128 &+ ((eighth &<< 22) &>> 22)
          unsafe pixel[block.pointee.offset] = UInt8(truncatingIfNeeded: value < 0 ? 0 : value > 255 ? 255 : value)
        }
        drop(size)
        let steps = unsafe block.pointee.steps
        var place: UInt32 = 1
        while true {
          fill()
          var step = unsafe UInt32(steps[Int(bits &>> stepShift)])
          var after = place &+ (step &>> 6)
          if after < 64 {
            place = after
            drop(Int(step & 63))
            // A step goes over 28 bits at most (`HuffmanTable.stepBits`): there are enough for another.
            step = unsafe UInt32(steps[Int(bits &>> stepShift)])
            after = place &+ (step &>> 6)
            if after < 64 {
              place = after
              drop(Int(step & 63))
              continue
            }
          }
          // The block's last coefficient, or an end within the block.
          if after == 64 || after &- 128 < 64 {
            drop(Int(step & 63))
            break
          }
          // One symbol, carefully.
          fill()
          var found = unsafe Int(block.pointee.ac[Int(bits &>> firstShift)])
          if found == 0 {
            found = longSymbol(bits, isAC: true, component: unsafe block.pointee.component)
            guard found > 0 else { return false }
          }
          let (run, size) = (UInt32(truncatingIfNeeded: found &>> 4) & 15, found & 15)
          drop(found &>> 8 &+ size)
          if size == 0, run != 15 { break }
          place = place &+ run &+ 1
          if place >= 64 { break }
        }
      }
      column = column &+ 1
      if column == columns {
        column = 0
        row = row &+ 1
        // libjpeg refuses what would not fit 32 bits; a row of the largest picture adds 2^28.
        guard abs(mean) < 1 << 30 else { return false }
      }
    }
    cursor.next = unsafe next - start
    cursor.bits = bits
    cursor.known = known
    cursor.mean = mean
    cursor.column = column
    cursor.row = row
    return true
  }

  /// A code that is too long for the first look.
  @inline(never) private func longSymbol(_ bits: UInt64, isAC: Bool, component: Int) -> Int {
    (isAC ? used[component].ac : used[component].dc).symbol(bits)
  }

  // MARK: the picture

  private func crop(width: Int, height: Int, stride: Int) -> LumaImage {
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: width * height) { buffer, count in
      unsafe means.withUnsafeBufferPointer { means in
        guard let target = buffer.baseAddress, let source = means.baseAddress else { return }
        for row in 0..<height { unsafe (target + row * width).update(from: source + row * stride, count: width) }
      }
      count = width * height
    }
    return LumaImage(width: width, height: height, pixels: pixels, scale: 8)
  }
}
