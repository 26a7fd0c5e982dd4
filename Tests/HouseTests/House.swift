import Foundation

/// The checkout as files: what the house tests read.
enum House {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct File {
        /// From the root of the checkout.
        let path: String
        let text: String
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    /// Every Swift file below `folder`, by path.
    static func swiftFiles(in folder: String) throws -> [File] {
        let start = root.appending(path: folder)
        let found = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil)
        let urls = (found?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
        return try urls.sorted { $0.path < $1.path }.map { url in
            File(
                path: String(url.path.dropFirst(root.path.count + 1)),
                text: try String(contentsOf: url, encoding: .utf8))
        }
    }

    /// Names of types, functions and properties that a file declares.
    static func declaredNames(in file: File) -> [String] {
        let pattern = /\b(?:struct|class|enum|protocol|actor|typealias|func|var|let|case)\s+([A-Za-z_][A-Za-z0-9_]*)/
        return file.lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }
            .flatMap { line in line.matches(of: pattern).map { String($0.1) } }
    }
}
