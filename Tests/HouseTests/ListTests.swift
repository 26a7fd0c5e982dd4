import Foundation
import Testing

/// Folders whose kinds are listed in one place: each file is in the list, each entry has its file.
@Suite struct ListTests {
    struct Room: Sendable, CustomTestStringConvertible {
        /// The folder with one file a kind.
        let folder: String
        /// The file with the list.
        let list: String
        /// The type that each file of the folder declares and the list names, from the file's name.
        var entry: @Sendable (String) -> String = { $0 }
        /// Files of the folder that are no kinds.
        var besides: Set<String> = []
        var testDescription: String { folder }
    }

    /// A file's name as a static member: `TextRank` is `.textRank`.
    private static func member(_ name: String) -> String { ".\(name.prefix(1).lowercased())\(name.dropFirst())" }

    static let rooms: [Room] = [
        Room(folder: "Sources/Gateway/Jobs/Kinds", list: "Sources/Gateway/Jobs/JobKinds.swift"),
        Room(folder: "Sources/Gateway/Stages", list: "Sources/Gateway/StageDefinition.swift"),
        Room(folder: "Sources/Guardrails/Rules", list: "Sources/Guardrails/Rule.swift"),
        Room(folder: "Sources/Providers/Baselines", list: "Sources/Providers/Baseline.swift", entry: member),
        Room(
            folder: "Sources/Providers/Vendors", list: "Sources/Providers/Provider.swift",
            entry: { member($0.replacing("Vendor", with: "")) }),
        Room(
            folder: "Sources/Reports/Charts", list: "Sources/Reports/Charts/ChartKinds.swift",
            besides: ["Chart", "ChartDrawing", "ChartKinds", "SVGPicture", "XMLScanner"]),
        Room(folder: "Sources/Reports/Formats", list: "Sources/Reports/ReportFormats.swift"),
        Room(folder: "Sources/Scoring/Metrics", list: "Sources/Scoring/Metrics.swift"),
        Room(folder: "Sources/Statistics/Significance", list: "Sources/Statistics/SignificanceTests.swift"),
        Room(folder: "Sources/nexus/Commands", list: "Sources/nexus/Nexus.swift"),
    ]

    @Test(arguments: rooms)
    func `each kind is in its list and each entry has its file`(room: Room) throws {
        let files = try House.swiftFiles(in: room.folder)
            .map { URL(filePath: $0.path).deletingPathExtension().lastPathComponent }
            .filter { !room.besides.contains($0) }
        #expect(!files.isEmpty)
        let list = try String(contentsOf: House.root.appending(path: room.list), encoding: .utf8)
        for file in files {
            #expect(list.contains(room.entry(file)), "\(room.list) does not list \(room.folder)/\(file).swift")
        }
    }
}
