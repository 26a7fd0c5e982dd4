import Foundation
import Testing

@testable import Reports

@Suite struct OutputFolderTests {
    @Test func `a link in the folder is replaced, not followed`() throws {
        let scratch = try ScratchFolder()
        try Data("mine".utf8).write(to: scratch.url.appending(path: "outside"))
        try FileManager.default.createDirectory(atPath: scratch.path("run"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path("run/summary.md"), withDestinationPath: scratch.path("outside"))
        try OutputFolder(path: scratch.path("run")).write("summary.md") { try $0.append("new") }
        #expect(try scratch.text("outside") == "mine")
        #expect(try scratch.text("run/summary.md") == "new")
    }

    @Test func `a folder that is a link is refused by name`() throws {
        let scratch = try ScratchFolder()
        try FileManager.default.createDirectory(atPath: scratch.path("real"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path("run"), withDestinationPath: scratch.path("real"))
        let error = #expect(throws: ReportError.self) { try OutputFolder(path: scratch.path("run")) }
        #expect(error?.path == scratch.path("run"))
        #expect(error?.message.contains("symbolic link") == true)
        let folder = try OutputFolder(path: scratch.path("real"))
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path("real/charts"), withDestinationPath: scratch.path("."))
        let inner = #expect(throws: ReportError.self) { try folder.subfolder("charts") }
        #expect(inner?.message.contains("symbolic link") == true)
    }

    @Test func `a file in the way is named`() throws {
        let scratch = try ScratchFolder()
        try Data().write(to: scratch.url.appending(path: "file"))
        let error = #expect(throws: ReportError.self) { try OutputFolder(path: scratch.path("file/run")) }
        #expect(error?.description.contains("file") == true)
        #expect(error?.message.contains("Not a directory") == true)
        #expect(throws: ReportError.self) { try OutputFolder(path: "") }
    }

    @Test func `what killed writers left is removed`() throws {
        let scratch = try ScratchFolder()
        let folder = try OutputFolder(path: scratch.path("run"))
        // No process has a number this large: the kernel's limit is 4,194,304.
        try Data().write(to: scratch.url.appending(path: "run/.report.html.99999999.tmp"))
        try Data().write(to: scratch.url.appending(path: "run/.report.html.1.tmp"))
        try folder.write("report.html") { try $0.append("whole") }
        #expect(try scratch.names(in: "run") == [".report.html.1.tmp", "report.html"])
    }

    @Test func `parents are made and long files are whole`() throws {
        let scratch = try ScratchFolder()
        let folder = try OutputFolder(path: scratch.path("a/b/c/"))
        let block = [UInt8](repeating: 0x61, count: 100_000)
        try folder.write("long") { file in
            for _ in 0..<20 { try file.append(block) }
        }
        #expect(try Data(contentsOf: scratch.url.appending(path: "a/b/c/long")).count == 2_000_000)
    }
}
