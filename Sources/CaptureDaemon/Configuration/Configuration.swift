import CameraIO
import FrameSelect
import Logging
import Uploader

/// Everything an operator may decide, with the built-in defaults: one immutable value that the whole daemon is started with.
///
/// `ConfigurationLoader` makes it from defaults, file, environment and command line; `SettingTable` says how each value is
/// written; `config/capture-daemon.yaml` is the reference for people.
struct Configuration: Sendable, Equatable {
  var unit = Unit()
  var cloud = Cloud()
  var storage = Storage()
  var status = Status()
  var cameras: [Camera] = []
  var captureSet = CaptureSet()
  var lane = Lane()
  var capture = Capture()
  var selection = Selection()
  var webp = WebP()
  var delivery = Delivery()
  var log = Log()

  /// Which unit this is.
  struct Unit: Sendable, Equatable {
    /// The capture unit's id in the cloud, a UUID; needed only by commands that talk to the cloud.
    var id: String?
    /// What part it plays where two units see the same vehicles.
    var role: UnitRole = .alone
  }

  /// Where the image sets go.
  struct Cloud: Sendable, Equatable {
    /// Origin and path prefix of the cloud API, without a trailing slash; https, or http for loopback addresses.
    var url: String?
    /// Absolute path of the file that holds the API key; the systemd credential `api-key` comes before it.
    var apiKeyFile: String?
    /// Absolute path of a PEM file with a private certificate authority; nil: the system's.
    var caFile: String?
  }

  /// What the daemon keeps on disk.
  struct Storage: Sendable, Equatable {
    /// Absolute path of the state folder: `outbox.sqlite` and `spool/`.
    var directory = "/var/lib/capture-daemon"
    /// The uuid in the folder's `meta.json`; another folder, or an empty one where the disk is not mounted, is refused. nil: any.
    var uuid: String?
    /// The most bytes that the state folder may take.
    var budgetBytes: Int64 = 20 << 30
  }

  /// The local status page.
  struct Status: Sendable, Equatable {
    /// Where it listens; nil: no page.
    var listen: ListenAddress? = ListenAddress(host: "127.0.0.1", port: 8080)
  }

  /// What the file says instead of the cloud; nil: what the cloud says holds.
  struct CaptureSet: Sendable, Equatable {
    /// Square pixels of the full frame.
    var minLicensePlateArea: Int?
    /// By name: `lens0`.
    var lenses: [String: Lens]?
    /// The most images of one passage, camera by camera; 0: none.
    var maxFramesForCameras: [CameraPosition: Int]?
    /// Two capital letters: country of the site.
    var countryCode: String?
    /// The tenant that gets every image set, a UUID.
    var tenantId: String?
  }

  /// One lens of the capture set, in the cloud's words.
  struct Lens: Sendable, Equatable {
    /// Millimetres.
    var focalLength: Double
    /// Pixels of the sensor's long side.
    var sensorResolution: Double
    /// Millimetres of the sensor's long side.
    var sensorSize: Double
  }

  /// How passages are found.
  struct Lane: Sendable, Equatable {
    /// How much of each camera's past is kept before anybody knows that a vehicle comes.
    var preRoll: Duration = .seconds(1)
  }

  /// What capturing may cost.
  struct Capture: Sendable, Equatable {
    /// The most bytes of frames in memory, all cameras together: the frame pool's budget.
    var memoryBytes = 1 << 30
  }

  /// Which frames become images.
  struct Selection: Sendable, Equatable {
    /// The most images of one passage from one camera, where the tenant sets no limit of its own.
    var framesPerCamera = 16
  }

  /// How pictures are encoded: libwebp's own parameters.
  struct WebP: Sendable, Equatable {
    /// 0 (small) to 100 (faithful).
    var quality = 80
    /// 0 (fast) to 6 (small).
    var method = 2
    /// The method of pictures that would come late: that queue for the encoder while the line waits for them.
    var hastyMethod = 0
    /// 0 (off, keeps texture) to 100: deblocking.
    var filterStrength = 0
    /// The most bytes of one image; what would be larger is encoded with less quality.
    var maximumBytes = 1 << 20

    /// The same in the encoder's words.
    var encoder: WebPEncoder {
      WebPEncoder(
        settings: WebPSettings(
          quality: Double(quality), method: method, filterStrength: filterStrength, maximumBytes: maximumBytes))
    }
  }

  /// How image sets reach the cloud.
  struct Delivery: Sendable, Equatable {
    /// Images sent at the same time.
    var parallelImages = 6
    /// The whole of a creation request, from connecting to the last byte of the answer.
    var createDeadline: Duration = .seconds(30)
    /// A transfer that moves no byte for this long is given up and tried again.
    var stallLimit: Duration = .seconds(30)
    /// How long to wait after a creation of unknown fate before asking the cloud for it.
    var reconcileGrace: Duration = .seconds(120)
    /// So much the times of one vehicle may differ between two units of a capture set.
    var pairWindow: Duration = .seconds(8)
    /// So long a follower waits for the leader's image set.
    var pairGrace: Duration = .seconds(60)
    /// The first delay after a failure; doubled with every further one.
    var backoffBase: Duration = .seconds(2)
    /// The longest delay after a failure.
    var backoffCap: Duration = .seconds(15 * 60)
    /// How long a delivered image set stays on disk.
    var keepDelivered: Duration = .seconds(48 * 3600)
    /// The most bytes a second that uploads may take; nil: what the line gives.
    var bandwidthBytesPerSecond: Int64?
    /// Hours of the day, local time, in which nothing is sent; nil: none.
    var quietHours: QuietHours?
    /// How often unit, capture set and tenant settings are fetched anew.
    var settingsRefresh: Duration = .seconds(15 * 60)
  }

  /// What the journal gets to read.
  struct Log: Sendable, Equatable {
    var level: Logger.Level = .info
  }
}
