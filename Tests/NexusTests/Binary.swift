import Chat
import Foundation
import Testing

/// The program as built, run as a user runs it.
struct Binary {
    struct Outcome {
        var status: Int32
        var output: String
        var error: String

        var lastErrorLine: String { error.split(separator: "\n").last.map(String.init) ?? "" }

        var json: JSONValue? { try? JSONValue.parse(output) }
    }

    /// The working folder of the runs.
    let folder: URL
    var environment: [String: String] = [:]

    /// The built `nexus`, beside the bundle of tests.
    static let path: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        var folder = URL(filePath: bundle).deletingLastPathComponent()
        while folder.path.count > 1, !FileManager.default.isExecutableFile(atPath: folder.appending(path: "nexus").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder.path.count > 1 ? folder.appending(path: "nexus").path : built
    }()

    /// Where the package manager puts it, for test runners that live elsewhere.
    private static let built: String = {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: ".build/debug/nexus").path
    }()

    /// A process that was started and not waited for.
    /// - Parameter errors: the file that takes its standard error; nil drops it.
    func start(_ arguments: [String], errors: String? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Binary.path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError =
            try errors.map { try FileHandle(forWritingTo: folder.appending(path: $0)) } ?? FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Runs to the end. What is printed goes through files, so that no pipe can fill up.
    func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    func run(_ arguments: [String]) throws -> Outcome {
        let name = UUID().uuidString
        let (output, error) = (folder.appending(path: ".\(name).out"), folder.appending(path: ".\(name).err"))
        defer { for file in [output, error] { try? FileManager.default.removeItem(at: file) } }
        for file in [output, error] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        let process = Process()
        process.executableURL = URL(filePath: Binary.path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: error)
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            output: try String(contentsOf: output, encoding: .utf8),
            error: try String(contentsOf: error, encoding: .utf8))
    }

    func write(_ text: String, to file: String) throws {
        try text.write(to: folder.appending(path: file), atomically: true, encoding: .utf8)
    }

    func read(_ file: String) throws -> String {
        try String(contentsOf: folder.appending(path: file), encoding: .utf8)
    }

    func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: folder.appending(path: file).path) }
}

/// Runs `body` with the binary in an empty folder of its own.
func withBinary<Value>(_ body: (Binary) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "nexus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(Binary(folder: folder))
}

/// The checkout, and the public data beside it.
enum Checkout {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let data: URL = {
        if let path = ProcessInfo.processInfo.environment["NEXUS_DATA_DIR"] { return URL(filePath: path) }
        return root.deletingLastPathComponent().appending(path: "shared/data")
    }()

    static var hasData: Bool { FileManager.default.fileExists(atPath: data.path) }
}

/// A CSV file read back by the rules of RFC 4180.
struct Table {
    var header: [String] = []
    var rows: [[String: String]] = []

    init(_ text: String) {
        var records: [[String]] = []
        var (cell, record, isQuoted) = ("", [String](), false)
        var scalars = Array(text.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch (scalar, isQuoted) {
            case ("\"", true) where scalars.first == "\"":
                cell.unicodeScalars.append("\"")
                scalars.removeFirst()
            case ("\"", _): isQuoted.toggle()
            case (",", false):
                record.append(cell)
                cell = ""
            case ("\r", false): continue
            case ("\n", false):
                records.append(record + [cell])
                (record, cell) = ([], "")
            default: cell.unicodeScalars.append(scalar)
            }
        }
        header = records.first ?? []
        rows = records.dropFirst().map { row in Dictionary(zip(header, row), uniquingKeysWith: { first, _ in first }) }
    }
}
