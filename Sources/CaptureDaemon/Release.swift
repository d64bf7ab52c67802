/// Which release this is: in every manifest, in `--version`, in the log's first line.
enum Release {
  static let version = "0.1.0"
}
