import Foundation
import Testing

@testable import Uploader

@Suite("A form that is kept until its image has arrived")
struct KeptFormTests {
  private let form = PresignedForm(
    url: "https://store.example/frames?x=1",
    fields: [
      FormField("key", "set/roofLeft_1.webp"), FormField("policy", "eyJhIjoxfQ=="), FormField("signature", "ab/c+"),
    ])

  @Test("It comes back as it was, and so does one that an earlier version kept")
  func whole() throws {
    #expect(PresignedForm.read(try form.sealed()) == form)
    #expect(PresignedForm.read(try JSONEncoder().encode(form)) == form)
    // An earlier version reads the new one, too.
    #expect(try JSONDecoder().decode(PresignedForm.self, from: form.sealed()) == form)
  }

  @Test("A bit that flips in it is seen: it is never sent as another form")
  func flipped() throws {
    let written = try form.sealed()
    var unreadable = 0
    for place in written.indices {
      for bit in 0..<8 {
        var damaged = written
        damaged[place] ^= 1 << UInt8(bit)
        let read = PresignedForm.read(damaged)
        #expect(read == nil || read == form, "bit \(bit) of byte \(place)")
        unreadable += read == nil ? 1 : 0
      }
    }
    #expect(unreadable > 7 * written.count)
  }
}
