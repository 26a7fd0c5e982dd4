import Foundation
import Testing

@Suite struct HouseTests {
    @Test func `no source file is longer than 500 lines`() throws {
        for file in try House.swiftFiles(in: "Sources") {
            #expect(file.lines.count <= 501, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test func `no line of source is longer than 120 characters`() throws {
        for file in try House.swiftFiles(in: "Sources") {
            for (index, line) in file.lines.enumerated() where line.count > 120 {
                Issue.record("\(file.path):\(index + 1) has \(line.count) characters")
            }
        }
    }

    @Test(arguments: ["Manager", "Helper", "Util", "Common", "Base", "Impl", "Factory"])
    func `no name says nothing`(forbidden: String) throws {
        // These are the field's own words.
        let allowed = /Base64|[Bb]aseline|[Bb]aseURL|Database|CommonSubsequence/
        for file in try House.swiftFiles(in: "Sources") {
            let names = House.declaredNames(in: file) + [URL(filePath: file.path).lastPathComponent]
            for name in names where name.replacing(allowed, with: "").contains(forbidden) {
                Issue.record("\(file.path): '\(name)' contains '\(forbidden)'")
            }
        }
    }

    @Test func `tasks without a parent start only in the executable`() throws {
        let pattern = /\bTask(?:\.detached)?\s*(?:\([^)]*\))?\s*\{/
        for file in try House.swiftFiles(in: "Sources") where !file.path.hasPrefix("Sources/nexus/") {
            for (index, line) in file.lines.enumerated() where line.contains(pattern) {
                Issue.record("\(file.path):\(index + 1) starts a task of its own")
            }
        }
    }

    @Test func `no source file has an unfinished place`() throws {
        let pattern = /TODO|FIXME|not implemented|unimplemented/
        for file in try House.swiftFiles(in: "Sources") {
            for (index, line) in file.lines.enumerated() where line.contains(pattern) {
                Issue.record("\(file.path):\(index + 1): \(line)")
            }
        }
    }
}
