import CameraIO
import FrameSelect
import Uploader

extension Complaint {
  /// What an error of one of the modules means to the one who ran the command.
  init(about error: any Error) {
    switch error {
    case let complaint as Complaint: self = complaint
    case let error as CameraError:
      let status: ExitStatus =
        switch error.kind {
        case .notFound, .unreadable, .refused, .denied: .noInput
        case .broken, .silent, .noBandwidth: .inputOutput
        case .busy: .locked
        }
      self.init(status, error.description)
    case let error as PictureError: self.init(.bug, error.description)
    case let error as CloudSetupError: self.init(.configuration, error.description)
    case let error as StorageError: self.init(ExitStatus(rawValue: error.exitCode) ?? .inputOutput, error.description)
    default: self.init(.bug, "\(error)")
    }
  }
}
