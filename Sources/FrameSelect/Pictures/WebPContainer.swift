import CWebP

/// The file around WebP's bitstream: takes an XMP packet in, by libwebpmux.
enum WebPContainer {
  /// The same picture with `packet` in it. Throws `encoder` when libwebpmux refuses.
  static func adding(xmp packet: String, to file: [UInt8]) throws(PictureError) -> [UInt8] {
    let text = Array(packet.utf8)
    var assembled = unsafe WebPData()
    defer { unsafe WebPDataClear(&assembled) }
    let code = unsafe file.withUnsafeBufferPointer { file -> WebPMuxError in
      unsafe text.withUnsafeBufferPointer { text in
        var picture = unsafe WebPData(bytes: file.baseAddress, size: file.count)
        var chunk = unsafe WebPData(bytes: text.baseAddress, size: text.count)
        guard let mux = unsafe WebPMuxCreate(&picture, 0) else { return WEBP_MUX_BAD_DATA }
        defer { unsafe WebPMuxDelete(mux) }
        let set = unsafe WebPMuxSetChunk(mux, "XMP ", &chunk, 0)
        return unsafe set == WEBP_MUX_OK ? WebPMuxAssemble(mux, &assembled) : set
      }
    }
    guard code == WEBP_MUX_OK else {
      throw PictureError(.encoder, "the picture's label cannot be put into its file: libwebpmux error \(code.rawValue)")
    }
    return unsafe [UInt8](UnsafeBufferPointer(start: assembled.bytes, count: assembled.size))
  }
}
