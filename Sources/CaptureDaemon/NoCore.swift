import Foundation

/// No core of this program is left anywhere, however it is started: one would hold the API key and pictures of cars.
///
/// The hard limit stays, so that somebody who hunts a fault can ask for one: `prlimit --core=unlimited --pid PID`.
enum NoCore {
  static func settle() {
    let resource = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    var limit = rlimit()
    guard unsafe getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = 0
    _ = unsafe setrlimit(resource, &limit)
  }
}
