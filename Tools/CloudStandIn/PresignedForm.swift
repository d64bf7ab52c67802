import Foundation

/// Makes and checks upload forms in the way of the storage: a policy, its signature, and the fields it fixes.
struct PresignedForm {
  static let accessKey = "STANDINACCESSKEY"
  static let bucket = "frames"
  /// Bytes of a file at most.
  static let maximumBytes = 20_971_520
  // A constant, so that forms outlive a restart; it guards nothing but the checks themselves.
  private static let secret = Array("stand-in-secret".utf8)

  /// The fields of a form for one object.
  static func fields(key: String, contentLength: Int?, expires: Double, extras: [String: String]) -> [String: String] {
    var fixed = extras
    fixed["key"] = key
    fixed["acl"] = "bucket-owner-full-control"
    fixed["Content-Type"] = "image/webp"
    fixed["x-amz-security-token"] = UUID().uuidString
    var conditions: [JSONValue] = [
      ["bucket": .string(bucket)],
      [
        "content-length-range", .integer(contentLength ?? 1), .integer(contentLength ?? maximumBytes),
      ],
    ]
    for (name, value) in fixed.sorted(by: { $0.key < $1.key }) { conditions.append([name: .string(value)]) }
    let expiration = Date(timeIntervalSince1970: expires.rounded(.down)).formatted(.iso8601)
    let policy: JSONValue = ["expiration": .string(expiration), "conditions": .array(conditions)]
    let encoded = Data(policy.text.utf8).base64EncodedString()
    fixed["policy"] = encoded
    fixed["signature"] = sign(encoded)
    fixed["AWSAccessKeyId"] = accessKey
    return fixed
  }

  static func sign(_ text: String) -> String {
    Data(Digest.hmacSHA1(key: secret, Array(text.utf8))).base64EncodedString()
  }

  /// Why the storage refuses a form; `isContractBreach` is false for a form that merely grew too old.
  struct Refusal: Error, Equatable {
    let status: Int
    let code: String
    let message: String
    var isContractBreach = true

    static let expired = Refusal(
      status: 403, code: "AccessDenied", message: "Invalid according to Policy: Policy expired.",
      isContractBreach: false)
  }

  private static func denied(_ what: String) -> Refusal {
    Refusal(status: 403, code: "AccessDenied", message: "Invalid according to Policy: \(what)")
  }

  /// The fields of a form that may be stored, by name.
  static func check(_ form: MultipartForm, now: Double) throws(Refusal) -> [String: String] {
    var fields: [String: String] = [:]
    for field in form.fields where fields.updateValue(field.value, forKey: field.name) != nil {
      throw Refusal(status: 400, code: "InvalidArgument", message: "Field \(field.name) stands twice.")
    }
    guard let policy = fields["policy"], let signature = fields["signature"], let access = fields["AWSAccessKeyId"]
    else {
      throw Refusal(status: 403, code: "AccessDenied", message: "policy, signature or AWSAccessKeyId is missing.")
    }
    guard access == accessKey else {
      throw Refusal(status: 403, code: "InvalidAccessKeyId", message: "The access key does not exist.")
    }
    guard signature == sign(policy) else {
      throw Refusal(status: 403, code: "SignatureDoesNotMatch", message: "The signature does not match the policy.")
    }
    guard let bytes = Data(base64Encoded: policy), let document = try? JSONParser.parse(Array(bytes)),
      let expiration = document["expiration"]?.stringValue, let date = try? Date(expiration, strategy: .iso8601),
      let conditions = document["conditions"]?.arrayValue
    else { throw Refusal(status: 400, code: "InvalidPolicyDocument", message: "Invalid Policy.") }
    guard now <= date.timeIntervalSince1970 else { throw .expired }
    guard let file = form.file else {
      throw Refusal(status: 400, code: "InvalidArgument", message: "POST requires exactly one file upload per request.")
    }
    try check(fields, file: file, against: conditions)
    return fields
  }

  private static func check(
    _ fields: [String: String], file: [UInt8], against conditions: [JSONValue]
  ) throws(Refusal) {
    var covered: Set<String> = ["policy", "signature", "AWSAccessKeyId"]
    for condition in conditions {
      for (name, wanted) in condition.objectValue ?? [:] where name != "bucket" {
        covered.insert(name)
        guard fields[name] == wanted.stringValue else {
          throw denied("Policy Condition failed: [\"eq\", \"$\(name)\", \"\(wanted.stringValue ?? "")\"]")
        }
      }
      if condition[0]?.stringValue == "content-length-range", let low = condition[1]?.integerValue,
        let high = condition[2]?.integerValue
      {
        guard file.count >= low else {
          throw Refusal(
            status: 400, code: "EntityTooSmall", message: "The file has \(file.count) bytes, the least is \(low).")
        }
        guard file.count <= high else {
          throw Refusal(
            status: 400, code: "EntityTooLarge", message: "The file has \(file.count) bytes, the most is \(high).")
        }
      }
    }
    let extra = fields.keys.filter { !covered.contains($0) }.sorted()
    guard extra.isEmpty else { throw denied("Extra input fields: \(extra.joined(separator: ", "))") }
  }
}
