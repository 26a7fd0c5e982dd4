// swift-tools-version: 6.2
import PackageDescription

/// One row of the table of layers: a target, the targets of lower floors it may import, and the outside products it uses.
struct Layer {
    let name: String
    var imports: [String] = []
    var products: [Target.Dependency] = []
    /// Files that the binary carries.
    var embedded: [String] = []
    /// Whether debug builds optimise it and its tests too: kernels that tests run ten thousand times.
    var isKernel = false
    /// Whether its asynchronous functions run where their callers do (SE-0461): a request goes through forty of them, and
    /// each would ask twice where to run.
    var staysOnCaller = true

    var settings: [SwiftSetting] {
        strict + (staysOnCaller ? onCaller : [])
            + (isKernel ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : [])
    }
}

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let grdbSQLite = product(name: "GRDBSQLite", package: "GRDB.swift")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let logging = product(name: "Logging", package: "swift-log")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioWebSocket = product(name: "NIOWebSocket", package: "swift-nio")
    static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
    static let yams = product(name: "Yams", package: "Yams")
}

// The floors of the house, lowest first. A target imports lower floors only, and only what its row names;
// `scripts/test` has the compiler check it.
let layers: [Layer] = [
    // 0: the vocabulary
    Layer(name: "Chat"),
    // 1: pure, but for sockets (CurlTransport) and files (Records)
    Layer(name: "Wire", imports: ["Chat"]),
    Layer(name: "CurlTransport", imports: ["CCurl", "Chat"]),
    Layer(name: "Guardrails", imports: ["Chat"], isKernel: true),
    Layer(name: "Records", imports: ["Chat", "CZlib"]),
    Layer(name: "Retrieval", imports: ["CVectors", "Chat"], isKernel: true),
    Layer(name: "Scoring", imports: ["Chat"], isKernel: true),
    Layer(name: "Statistics", isKernel: true),
    Layer(
        name: "HTTPServing", imports: ["Chat"],
        products: [.hummingbird, .hummingbirdCore, .logging, .nioCore, .nioHTTP1, .nioWebSocket]),
    // 2
    Layer(
        name: "Providers", imports: ["Chat", "CurlTransport", "Records", "Wire"],
        embedded: ["Prices/prices.json"]),
    Layer(name: "Store", imports: ["Chat"], products: [.grdb, .grdbSQLite]),
    Layer(name: "Telemetry", imports: ["Chat", "CurlTransport"], products: [.logging]),
    // 3
    Layer(name: "Gateway", imports: ["Chat", "Guardrails", "Retrieval", "Store"], products: [.crypto]),
    Layer(
        name: "Experiments", imports: ["Chat", "Records", "Retrieval", "Scoring", "Statistics", "Store"],
        products: [.crypto, .yams]),
    // 4
    Layer(
        name: "Reports", imports: ["Chat", "Experiments", "Records"], products: [.crypto, .subprocess],
        embedded: ["Page/report.css", "Page/report.js"]),
    // 5
    Layer(
        name: "Server", imports: ["Chat", "HTTPServing", "Telemetry", "Wire"],
        products: [.crypto, .hummingbird, .logging, .nioCore]),
    Layer(
        name: "Simulator", imports: ["Chat", "HTTPServing", "Records", "Wire"],
        products: [.hummingbird, .nioCore, .yams], staysOnCaller: false),
]

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let onCaller: [SwiftSetting] = [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

let libraries: [Target] = layers.map { layer in
    .target(
        name: layer.name,
        dependencies: layer.imports.map { .init(stringLiteral: $0) } + layer.products,
        resources: layer.embedded.map { .embedInCode($0) },
        swiftSettings: layer.settings)
}

// Each library is tested by the target of its name, which may also use what stands beside it here.
let alsoTestedWith: [String: [String]] = [
    "CurlTransport": ["CCurl"],
    "Experiments": ["Gateway", "Providers"],
    "Providers": ["Simulator"],
    "Retrieval": ["Scoring"],
    "Server": ["CurlTransport", "Gateway", "Providers", "Simulator", "Store"],
]

let tests: [Target] =
    layers.map { layer in
        .testTarget(
            name: layer.name + "Tests",
            dependencies: ([layer.name] + layer.imports.filter { !["CCurl", "CVectors", "CZlib"].contains($0) }
                + alsoTestedWith[layer.name, default: []]).map { .init(stringLiteral: $0) },
            swiftSettings: layer.settings)
    } + [
        .testTarget(name: "HouseTests", swiftSettings: strict),
        .testTarget(
            name: "NexusTests",
            dependencies: ["nexus", "Chat", "Gateway", "Records", "Simulator", "Store"].map { .init(stringLiteral: $0) },
            swiftSettings: strict + onCaller),
    ]

let package = Package(
    name: "nexus",
    products: [.executable(name: "nexus", targets: ["nexus"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CVectors"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .executableTarget(
            name: "nexus",
            dependencies: layers.map { .init(stringLiteral: $0.name) } + [.argumentParser, .logging],
            swiftSettings: strict),
    ] + libraries + tests
)
