// swift-tools-version: 6.2
import PackageDescription

// The map of modules: who may use whom. `HouseTests` holds the import lines of the sources against it.
//
//     CaptureDaemon -> CameraIO, FrameSelect, Uploader
//     FrameSelect   -> CameraIO
//     Uploader      -> (nothing of ours: it ships image sets and does not know what a frame is)
//
// Each C library is a thin target nested inside the one module that owns it.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// Test code pokes at pointers and fixtures freely; everything else is as strict as the product.
let relaxed: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "capture-daemon",
  products: [
    .executable(name: "capture-daemon", targets: ["CaptureDaemon"]),
    .executable(name: "lane-simulator", targets: ["LaneSimulator"]),
    .executable(name: "lane-accuracy", targets: ["LaneAccuracy"]),
    .executable(name: "cloud-stand-in", targets: ["CloudStandIn"]),
    .executable(name: "camera-probe", targets: ["CameraProbe"]),
    .executable(name: "outbox-probe", targets: ["OutboxProbe"]),
    .executable(name: "picture-benchmark", targets: ["PictureBenchmark"]),
    .executable(name: "benchmark", targets: ["Benchmarks"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
  ],
  targets: [
    // MARK: from /dev/video (or a recording) to Frame
    .systemLibrary(
      name: "CAVFormat", path: "Sources/CameraIO/CAVFormat",
      pkgConfig: "libavformat libavcodec libavutil",
      providers: [.apt(["libavformat-dev", "libavcodec-dev"])]),
    .systemLibrary(name: "CV4L2", path: "Sources/CameraIO/CV4L2"),
    .target(
      name: "CameraIO", dependencies: ["CAVFormat", "CV4L2"], exclude: ["CAVFormat", "CV4L2"],
      swiftSettings: strict),

    // MARK: from frames to the best pictures of a passage
    .systemLibrary(
      name: "CTurboJPEG", path: "Sources/FrameSelect/CTurboJPEG",
      pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(
      name: "CJPEG", path: "Sources/FrameSelect/CJPEG",
      pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
    .systemLibrary(
      name: "CWebP", path: "Sources/FrameSelect/CWebP",
      pkgConfig: "libwebpmux", providers: [.apt(["libwebp-dev"])]),
    .systemLibrary(
      name: "CSwscale", path: "Sources/FrameSelect/CSwscale",
      pkgConfig: "libswscale libavutil", providers: [.apt(["libswscale-dev"])]),
    .target(
      name: "FrameSelect", dependencies: ["CameraIO", "CTurboJPEG", "CJPEG", "CWebP", "CSwscale"],
      exclude: ["CTurboJPEG", "CJPEG", "CWebP", "CSwscale"],
      resources: [.embedInCode("Plates/plate-net.f16")],
      // Without optimisation a look for plates takes a hundred times as long, and tests of whole programs with it.
      swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]),

    // MARK: from pictures to "the cloud has it"
    .systemLibrary(
      name: "CCurl", path: "Sources/Uploader/CCurl",
      pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CCrypto", path: "Sources/Uploader/CCrypto",
      pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CTimex", path: "Sources/Uploader/CTimex"),
    .systemLibrary(name: "CSync", path: "Sources/Uploader/CSync"),
    .target(
      name: "Uploader",
      dependencies: ["CCurl", "CCrypto", "CTimex", "CSync", .product(name: "GRDB", package: "GRDB.swift")],
      exclude: ["CCurl", "CCrypto", "CTimex", "CSync"],
      swiftSettings: strict),

    // MARK: the daemon: wires the modules, owns threads and tasks, talks to people and systemd
    .systemLibrary(name: "CMalloc", path: "Sources/CaptureDaemon/CMalloc"),
    .executableTarget(
      name: "CaptureDaemon",
      dependencies: [
        "CMalloc", "CameraIO", "FrameSelect", "Uploader",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
        .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ],
      exclude: ["CMalloc"],
      swiftSettings: strict),

    // MARK: for development and demonstration, not shipped
    .target(
      name: "LaneSimulation", dependencies: ["CameraIO", "CTurboJPEG"], path: "Tools/LaneSimulation",
      swiftSettings: strict),
    .executableTarget(
      name: "LaneAccuracy",
      dependencies: [
        "CameraIO", "FrameSelect", "LaneSimulation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tools/LaneAccuracy", swiftSettings: strict),
    .executableTarget(
      name: "LaneSimulator",
      dependencies: [
        "CameraIO", "LaneSimulation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tools/LaneSimulator", swiftSettings: strict),
    .executableTarget(
      name: "CloudStandIn",
      dependencies: [
        "CCrypto",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tools/CloudStandIn", swiftSettings: strict),

    .executableTarget(
      name: "OutboxProbe",
      dependencies: ["Uploader", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Tools/OutboxProbe", swiftSettings: strict),

    .executableTarget(
      name: "CameraProbe",
      dependencies: ["CameraIO", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Tools/CameraProbe", swiftSettings: strict),

    // MARK: figures
    .executableTarget(
      name: "PictureBenchmark",
      dependencies: [
        "CameraIO", "FrameSelect", "LaneSimulation", "CTurboJPEG", "CWebP",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/PictureBenchmark", swiftSettings: strict),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "CameraIO", "FrameSelect", "LaneSimulation", "CTurboJPEG",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks",
      exclude: ["baseline.json", "PictureBenchmark", "streaming", "peer-pipeline", "allocations.c"],
      swiftSettings: strict),

    // MARK: tests
    .target(
      name: "TestSupport", dependencies: ["CameraIO"], path: "Tests/TestSupport",
      swiftSettings: relaxed),
    .testTarget(
      name: "CameraIOTests", dependencies: ["CameraIO", "TestSupport"], swiftSettings: relaxed),
    .testTarget(
      name: "FrameSelectTests",
      dependencies: ["FrameSelect", "CameraIO", "CTurboJPEG", "CWebP", "TestSupport"],
      swiftSettings: relaxed),
    .testTarget(
      name: "UploaderTests", dependencies: ["Uploader", "TestSupport"], swiftSettings: relaxed),
    .testTarget(
      name: "CaptureDaemonTests", dependencies: ["CaptureDaemon", "TestSupport"],
      swiftSettings: relaxed),
    .testTarget(
      name: "LaneSimulatorTests",
      dependencies: ["LaneSimulation", "LaneSimulator", "LaneAccuracy", "CameraIO", "TestSupport"],
      swiftSettings: relaxed),
    .testTarget(
      name: "CloudStandInTests", dependencies: ["CloudStandIn", "TestSupport"],
      swiftSettings: relaxed),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["CaptureDaemon", "CloudStandIn", "LaneSimulator", "Uploader", "TestSupport"],
      swiftSettings: relaxed),
    .testTarget(name: "HouseTests", dependencies: ["TestSupport"], swiftSettings: relaxed),
  ]
)
