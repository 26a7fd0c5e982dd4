import Foundation
import Records

/// The text of a PDF, by `pdftotext` of poppler where it is installed.
enum PDFText {
    /// - Throws: `RecordError` where there is no `pdftotext`, or it fails.
    static func text(of path: String) throws(RecordError) -> String {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw RecordError(file: path, message: "no such file, or it cannot be read")
        }
        guard let program = program() else {
            throw RecordError(
                file: path, message: "found a PDF, and no pdftotext to read it with",
                remedy: "install poppler-utils, or convert it to text yourself")
        }
        let output = FileManager.default.temporaryDirectory.appending(path: "nexus-\(UUID().uuidString).txt")
        defer { try? FileManager.default.removeItem(at: output) }
        let process = Process()
        process.executableURL = URL(filePath: program)
        // A path that begins with a dash is no flag.
        process.arguments = ["-q", "-enc", "UTF-8", path.hasPrefix("-") ? "./" + path : path, output.path]
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let data: Data
        do {
            try process.run()
            process.waitUntilExit()
            data = try Data(contentsOf: output)
        } catch {
            throw RecordError(
                file: path, message: "pdftotext could not read it", remedy: "is it a PDF, and not locked?")
        }
        guard process.terminationStatus == 0 else {
            throw RecordError(
                file: path, message: "pdftotext ended with status \(process.terminationStatus)",
                remedy: "is it a PDF, and not locked?")
        }
        // Pages end with a form feed.
        return try DocumentFile.text(data, of: path).replacing("\u{0C}", with: "\n\n")
    }

    private static func program() -> String? {
        let folders = ProcessInfo.processInfo.environment["PATH", default: "/usr/bin:/bin"].split(separator: ":")
        return folders.map { $0 + "/pdftotext" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
