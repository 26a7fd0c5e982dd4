import Chat
import Foundation
import Guardrails
import Testing

/// The labelled sample beside the checkout; absent elsewhere.
enum SecuritySample {
    static let absent: Comment = "no labelled sample: set NEXUS_DATA_DIR or put shared/security beside the checkout"

    static let folder: URL? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let data =
            ProcessInfo.processInfo.environment["NEXUS_DATA_DIR"].map { URL(filePath: $0) }
            ?? root.deletingLastPathComponent().appending(path: "shared/data")
        let folder = data.deletingLastPathComponent().appending(path: "security")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static func rows(_ file: String) throws -> [JSONValue] {
        let url = try #require(folder).appending(path: file)
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { try JSONValue.parse(String($0)) }
    }
}

/// What is promised for the sample (issue 5, promises F1 to F3).
@Suite(.enabled(if: SecuritySample.folder != nil, SecuritySample.absent)) struct PIIAcceptanceTests {
    @Test func `F1 is 0.95 at least, of each type 0.90, and one hard negative in a hundred at most is flagged`() throws {
        var counts: [String: (hits: Int, false: Int, missed: Int)] = [:]
        var (negatives, flagged) = (0, 0)
        for row in try SecuritySample.rows("pii.jsonl") {
            var found = PIIDetector().spans(in: try #require(row["text"]?.stringValue))
            let gold = try #require(row["spans"]?.arrayValue)
            if gold.isEmpty { (negatives, flagged) = (negatives + 1, flagged + (found.isEmpty ? 0 : 1)) }
            for span in gold {
                let type = try #require(span["type"]?.stringValue)
                let range = try #require(span["start"]?.intValue)..<(try #require(span["end"]?.intValue))
                let match = found.firstIndex { $0.type.rawValue == type && overlap($0.codePoints, range) >= 0.5 }
                if let match { found.remove(at: match) }
                counts[type, default: (0, 0, 0)].hits += match == nil ? 0 : 1
                counts[type, default: (0, 0, 0)].missed += match == nil ? 1 : 0
            }
            for span in found { counts[span.type.rawValue, default: (0, 0, 0)].false += 1 }
        }
        let all = counts.values.reduce((0, 0, 0)) { ($0.0 + $1.hits, $0.1 + $1.false, $0.2 + $1.missed) }
        #expect(f1(all) >= 0.95)
        for (type, count) in counts { #expect(f1((count.hits, count.false, count.missed)) >= 0.9, "\(type): \(count)") }
        #expect(Double(flagged) <= 0.01 * Double(negatives), "\(flagged) of \(negatives)")
    }

    private func overlap(_ one: Range<Int>, _ other: Range<Int>) -> Double {
        let inside = max(0, min(one.upperBound, other.upperBound) - max(one.lowerBound, other.lowerBound))
        return Double(inside) / Double(one.count + other.count - inside)
    }

    private func f1(_ count: (hits: Int, false: Int, missed: Int)) -> Double {
        2 * Double(count.hits) / Double(2 * count.hits + count.false + count.missed)
    }

    @Test func `injection F1 is 0.75 at least with one benign text in twenty flagged at most`() throws {
        var (hits, missed, alarms, benign) = (0, 0, 0, 0)
        for row in try SecuritySample.rows("injection.jsonl") {
            let isFlagged = InjectionDetector().score(try #require(row["text"]?.stringValue)) >= InjectionDetector.threshold
            if row["label"]?.intValue == 1 {
                hits += isFlagged ? 1 : 0
                missed += isFlagged ? 0 : 1
            } else {
                benign += 1
                alarms += isFlagged ? 1 : 0
            }
        }
        #expect(f1((hits, alarms, missed)) >= 0.75)
        #expect(Double(alarms) <= 0.05 * Double(benign))
    }
}
