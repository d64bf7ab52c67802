import CCurl
import Foundation

/// One request under way: an easy handle, what goes out, what has come in. Lives on the curl thread.
///
/// Safe because the pointers it owns are made in `init`, freed in `deinit`, and never handed out for longer.
@safe final class CurlTransfer {
  /// The request cannot even be begun.
  struct Fault: Error {
    let reason: String
  }

  /// More than this many bytes of headers are no answer but an attack.
  static let maximumHeaderBytes = 64 << 10

  let order: CurlInbox.Order
  let deadline: ContinuousClock.Instant
  let handle: UnsafeMutableRawPointer
  private let errorBuffer: UnsafeMutablePointer<CChar>
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private let body: CurlBody?

  /// Whether libcurl has it; before that it waits for its turn.
  var isRunning = false
  /// Set just before libcurl writes the first byte of the request, on whichever connection; until then nothing left.
  private(set) var mayHaveLeft = false
  private var headers: [HTTPHeader] = []
  private var headerBytes = 0
  /// Whether the empty line after the headers came: without it libcurl takes half a head for an answer.
  private var isHeadWhole = false
  private var received = Data()
  private var isCut = false

  init(
    order: CurlInbox.Order, settings: CurlTransport.Settings, deadline: ContinuousClock.Instant
  ) throws(Fault) {
    let boundary = "----capture\(UUID().uuidString.filter { $0 != "-" })"
    do throws(CurlBody.Fault) {
      switch order.request.body {
      case .none: body = nil
      case .bytes(let bytes): body = CurlBody(bytes)
      case .form(let form): body = try CurlBody(form, boundary: boundary)
      }
    } catch {
      throw Fault(reason: error.reason)
    }
    guard let handle = unsafe curl_easy_init() else { throw Fault(reason: "libcurl has no memory for the request") }
    self.order = order
    self.deadline = deadline
    unsafe self.handle = handle
    unsafe errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    unsafe headerList = nil
    // From here on `deinit` cleans up, also after a throw.
    try configure(settings)
    try setHeaders(boundary: boundary)
    try setCallbacks()
  }

  deinit {
    unsafe curl_easy_cleanup(handle)
    unsafe curl_slist_free_all(headerList)
    unsafe errorBuffer.deallocate()
  }

  // MARK: settings

  private func check(_ code: CURLcode, _ what: String) throws(Fault) {
    guard code == CURLE_OK else {
      throw Fault(reason: unsafe "libcurl refuses \(what): \(String(cString: curl_easy_strerror(code)))")
    }
  }

  private func set(_ option: CURLoption, _ value: Int, _ what: String) throws(Fault) {
    try check(unsafe ccurl_set_long(handle, option, value), what)
  }

  private func set(_ option: CURLoption, _ value: String, _ what: String) throws(Fault) {
    try check(unsafe ccurl_set_text(handle, option, value), what)
  }

  private func configure(_ settings: CurlTransport.Settings) throws(Fault) {
    let request = order.request
    try set(CURLOPT_URL, request.address.text, "the address")
    try set(CURLOPT_PROTOCOLS_STR, request.address.origin.scheme, "the scheme")
    try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1), "HTTP/1.1")
    try set(CURLOPT_FOLLOWLOCATION, 0, "to ignore redirects")
    try set(CURLOPT_NOSIGNAL, 1, "to do without signals")
    try set(CURLOPT_SSL_VERIFYPEER, 1, "to check certificates")
    try set(CURLOPT_SSL_VERIFYHOST, 2, "to check certificates")
    try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2), "TLS 1.2")
    if let caFile = settings.caFile { try set(CURLOPT_CAINFO, caFile, "the certificate authority \(caFile)") }
    // An empty text, unlike none, keeps the environment's proxies out.
    try set(CURLOPT_PROXY, settings.proxy ?? "", "the proxy")
    try set(CURLOPT_NOPROXY, settings.proxy == nil ? "*" : "localhost,127.0.0.1,::1", "the proxy's exceptions")
    try set(CURLOPT_USERAGENT, settings.userAgent, "the user agent")
    // A look-up that hangs must not hold up the thread when its transfer is ended: its own thread is left alone.
    try set(CURLOPT_QUICK_EXIT, 1, "to leave look-ups alone")
    try set(CURLOPT_CONNECTTIMEOUT_MS, Int(max(0.001, settings.connectSeconds) * 1000), "the time to connect")
    if request.connection == .freshAndClosed {
      try set(CURLOPT_FRESH_CONNECT, 1, "a fresh connection")
      try set(CURLOPT_FORBID_REUSE, 1, "a connection used once")
    }
    if let stall = request.stall {
      try set(CURLOPT_LOW_SPEED_LIMIT, stall.bytesPerSecond, "the stall limit")
      try set(CURLOPT_LOW_SPEED_TIME, stall.seconds, "the stall limit")
    }
    switch request.method {
    case .get: try set(CURLOPT_HTTPGET, 1, "GET")
    case .post: try set(CURLOPT_POST, 1, "POST")
    case .delete: try set(CURLOPT_CUSTOMREQUEST, "DELETE", "DELETE")
    }
    if request.method == .post {
      let count = body?.byteCount ?? 0
      try check(unsafe ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, count), "the length")
    } else if body != nil {
      throw Fault(reason: "a \(request.method.rawValue) request has no body")
    }
  }

  /// Only files are held back; the API's own requests are too small to matter.
  var isUpload: Bool { if case .form = order.request.body { true } else { false } }

  /// This transfer's share of the line from now on, in bytes a second.
  func limit(to rate: Int) {
    // An unknown option is all that libcurl could refuse here.
    _ = unsafe ccurl_set_offset(handle, CURLOPT_MAX_SEND_SPEED_LARGE, max(1, rate))
  }

  private func setHeaders(boundary: String) throws(Fault) {
    var lines: [String] = []
    for header in order.request.headers {
      let isClean = (header.name + header.value).unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) }
      guard isClean, !header.name.isEmpty, !header.name.contains(":"), !header.value.isEmpty else {
        throw Fault(reason: "the header \(header.name.debugDescription) cannot be sent")
      }
      lines.append("\(header.name): \(header.value)")
    }
    if case .form = order.request.body { lines.append("Content-Type: multipart/form-data; boundary=\(boundary)") }
    // Servers that ignore the question would cost a second each.
    lines.append("Expect:")
    for line in lines {
      guard let longer = unsafe curl_slist_append(headerList, line) else {
        throw Fault(reason: "libcurl has no memory for the headers")
      }
      unsafe headerList = longer
    }
    try check(unsafe ccurl_set_list(handle, CURLOPT_HTTPHEADER, headerList), "the headers")
  }

  private func setCallbacks() throws(Fault) {
    // The loop owns this object and removes the handle before it lets go, so the pointer never outlives it.
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    try check(unsafe ccurl_set_error_buffer(handle, errorBuffer), "the error buffer")
    try check(unsafe ccurl_set_write(handle, receiveBody, receiveHeader, context), "callbacks")
    try check(unsafe ccurl_set_before_request(handle, requestIsAboutToLeave, context), "callbacks")
    try check(unsafe ccurl_set_read(handle, supplyBody, rewindBody, context), "callbacks")
  }

  // MARK: what the callbacks do

  fileprivate func aboutToLeave() { mayHaveLeft = true }

  fileprivate func take(header line: UnsafeRawBufferPointer) -> Bool {
    headerBytes += line.count
    guard headerBytes <= Self.maximumHeaderBytes else { return false }
    let text = unsafe String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      // An interim answer came before; only the last one counts.
      headers = []
      isHeadWhole = false
    } else if text == "\r\n" || text == "\n" {
      isHeadWhole = true
    } else if let colon = text.firstIndex(of: ":") {
      headers.append(
        HTTPHeader(text[..<colon].trimmingBlanks(), text[text.index(after: colon)...].trimmingBlanks()))
    }
    return true
  }

  fileprivate func take(body bytes: UnsafeRawBufferPointer) -> Bool {
    let room = max(0, order.request.maximumResponseBytes - received.count)
    unsafe received.append(contentsOf: bytes.prefix(room))
    isCut = bytes.count > room
    return !isCut
  }

  fileprivate func supply(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let body else { return 0 }
    return unsafe body.read(into: buffer) ?? Int(CURL_READFUNC_ABORT)
  }

  fileprivate func rewind(to offset: Int) -> Bool { body?.seek(to: offset) ?? (offset == 0) }

  // MARK: the outcome

  /// What came of it, by libcurl's result.
  func exchange(_ result: CURLcode) -> HTTPExchange {
    let status = unsafe ccurl_status(handle)
    if result == CURLE_OK || isCut, isHeadWhole, (200...599).contains(status) {
      return .response(
        HTTPResponse(status: status, headers: HTTPHeaders(headers), body: received, isCut: isCut))
    }
    let reason = reason(result, status: status)
    return mayHaveLeft ? .unclear(reason: reason) : .notSent(reason: reason)
  }

  private func reason(_ result: CURLcode, status: Int) -> String {
    let host = order.request.address.origin.host
    if result == CURLE_OK { return "\(host) answered with half a head, or with the impossible status \(status)" }
    if headerBytes > Self.maximumHeaderBytes { return "\(host) answered with endless headers" }
    let told = unsafe String(cString: errorBuffer)
    let text = told.isEmpty ? unsafe String(cString: curl_easy_strerror(result)) : told
    return "\(host): \(text.trimmingBlanks())"
  }
}

// MARK: C callbacks, passed by name

private func transfer(_ context: UnsafeMutableRawPointer) -> CurlTransfer {
  unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
}

private func receiveBody(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let context = unsafe context else { return 0 }
  let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  // Any other number than that of the bytes ends the transfer; for no bytes at all, 0 is fine.
  return unsafe transfer(context).take(body: buffer) ? buffer.count : (buffer.isEmpty ? 1 : 0)
}

private func receiveHeader(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let context = unsafe context else { return 0 }
  let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  return unsafe transfer(context).take(header: buffer) ? buffer.count : 0
}

private func supplyBody(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let context = unsafe context else { return 0 }
  return unsafe transfer(context).supply(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
}

private func rewindBody(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: Int32) -> Int32 {
  guard let context = unsafe context, origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
  return unsafe transfer(context).rewind(to: Int(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
}

private func requestIsAboutToLeave(
  _ context: UnsafeMutableRawPointer?, _ remoteAddress: UnsafeMutablePointer<CChar>?,
  _ localAddress: UnsafeMutablePointer<CChar>?, _ remotePort: Int32, _ localPort: Int32
) -> Int32 {
  guard let context = unsafe context else { return CURL_PREREQFUNC_ABORT }
  unsafe transfer(context).aboutToLeave()
  return CURL_PREREQFUNC_OK
}
