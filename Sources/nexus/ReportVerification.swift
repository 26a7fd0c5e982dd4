import Chat
import Experiments
import Foundation
import Reports

/// Holds a written `summary.json` against what the stored trials give.
struct ReportVerification {
    var summary: RunSummary
    var folder: String

    /// - Throws: `CommandFailure` naming each headline that differs, or the file that cannot be read.
    func run() throws {
        let document = try contents(of: "summary.json")
        let written: JSONValue
        do throws(JSONError) { written = try JSONValue.parse(document) } catch {
            throw CommandFailure(.invalidRun, "\(folder)/summary.json: \(error)")
        }
        var differences: [String] = []
        ReportVerification.compare(written, SummaryDocument.json(summary), at: "", into: &differences)
        ReportVerification.compare(
            try contents(of: "summary.csv"), SummaryDocument.csv(summary), into: &differences)
        guard differences.isEmpty else {
            let shown = differences.prefix(10).joined(separator: "\n  ")
            let rest = differences.count > 10 ? "\n  and \(differences.count - 10) more" : ""
            let count = Count.text(differences.count, "value")
            throw CommandFailure(
                .invalidRun, "  \(shown)\(rest)\n\(folder) does not follow from the stored trials: \(count) wrong")
        }
    }

    private func contents(of file: String) throws -> Data {
        let path = "\(folder)/\(file)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure.usage("there is no '\(path)'; write it with: nexus report \(summary.runID)")
        }
        return data
    }

    private static func lines(of file: Data) -> [String] {
        file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Compares line by line.
    private static func compare(_ written: Data, _ expected: [UInt8], into found: inout [String]) {
        let (written, expected) = (lines(of: written), lines(of: Data(expected)))
        for index in 0..<max(written.count, expected.count) {
            let left = index < written.count ? written[index] : ""
            let right = index < expected.count ? expected[index] : ""
            if left != right {
                found.append("summary.csv:\(index + 1): written \(brief(left)), recomputed \(brief(right))")
            }
        }
    }

    private static func compare(
        _ written: JSONValue, _ expected: JSONValue, at path: String, into found: inout [String]
    ) {
        switch (written, expected) {
        case (.object(let left), .object(let right)):
            let keys = left.map(\.key) + right.map(\.key).filter { key in !left.contains { $0.key == key } }
            for key in keys {
                let inner = path.isEmpty ? key : "\(path).\(key)"
                compare(written[key] ?? .null, expected[key] ?? .null, at: inner, into: &found)
            }
        case (.array(let left), .array(let right)) where left.count == right.count:
            for index in left.indices { compare(left[index], right[index], at: "\(path)[\(index)]", into: &found) }
        default:
            if written != expected { found.append("\(path): written \(brief(written)), recomputed \(brief(expected))") }
        }
    }

    private static func brief(_ value: JSONValue) -> String { brief(value.text) }

    private static func brief(_ text: String) -> String {
        text.count > 80 ? text.prefix(77) + "…" : text
    }
}
