import Dispatch
import Foundation
import Records

/// The text of a PDF, by `pdftotext` of poppler where it is installed.
enum PDFText {
    /// More is refused, and not read: a small file may hold any amount of text.
    private static let mostBytes = 64 << 20
    /// A file that takes longer is given up.
    private static let longest = Duration.seconds(120)

    /// - Throws: `RecordError` where there is no `pdftotext`, it fails, or it finds too much.
    static func text(of path: String) throws(RecordError) -> String {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw RecordError(file: path, message: "no such file, or it cannot be read")
        }
        guard let program = program() else {
            throw RecordError(
                file: path, message: "found a PDF, and no pdftotext to read it with",
                remedy: "install poppler-utils, or convert it to text yourself")
        }
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: program)
        // A path that begins with a dash is no flag.
        process.arguments = ["-q", "-enc", "UTF-8", path.hasPrefix("-") ? "./" + path : path, "-"]
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let begin = ContinuousClock.now
        let data: Data
        do {
            try process.run()
            data = try read(output.fileHandleForReading, of: process)
        } catch {
            throw RecordError(
                file: path, message: "pdftotext could not read it", remedy: "is it a PDF, and not locked?")
        }
        guard data.count <= mostBytes else {
            throw RecordError(
                file: path, message: "found over \(mostBytes) bytes of text; expected at most that", remedy: "split it")
        }
        guard begin.duration(to: .now) < longest else {
            throw RecordError(
                file: path, message: "pdftotext took over \(longest.components.seconds) s", remedy: "split it")
        }
        guard process.terminationStatus == 0 else {
            throw RecordError(
                file: path, message: "pdftotext ended with status \(process.terminationStatus)",
                remedy: "is it a PDF, and not locked?")
        }
        // Pages end with a form feed.
        return try DocumentFile.text(data, of: path).replacing("\u{0C}", with: "\n\n")
    }

    /// What the process writes until it ends, or a piece more than may be. It has ended when this returns.
    private static func read(_ handle: FileHandle, of process: Process) throws -> Data {
        let number = process.processIdentifier
        let timeout = DispatchWorkItem { kill(number, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + Double(longest.components.seconds), execute: timeout)
        defer {
            timeout.cancel()
            if process.isRunning { kill(number, SIGKILL) }
            process.waitUntilExit()
        }
        var data = Data()
        while data.count <= mostBytes, let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { data += piece }
        // Its end of the pipe is closed just before it ends.
        if data.count <= mostBytes { process.waitUntilExit() }
        return data
    }

    private static func program() -> String? {
        let folders = ProcessInfo.processInfo.environment["PATH", default: "/usr/bin:/bin"].split(separator: ":")
        return folders.map { $0 + "/pdftotext" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
