import Chat
import Testing

@testable import Scoring

@Suite(.enabled(if: Fixtures.conformance != nil, "needs the conformance fixtures (NEXUS_CONFORMANCE_DIR)"))
struct BleuConformanceTests {
    @Test func `every BLEU case agrees with sacrebleu in score, parts, counts, signatures and line`() throws {
        let file = try Fixtures.file("bleu")
        let cases = file.cases(of: "bleu")
        #expect(!cases.isEmpty)
        for one in cases {
            let segments = file.texts(one.input).map { Segment(output: $0.output, references: $0.references) }
            let metric = try Metrics.make("bleu", Self.parameters(one.parameters))
            let measure = metric.measures[0]
            let statistics = try segments.map { try metric.statistics(of: $0)[0] }
            let sum = SegmentStatistics.sum(statistics, count: measure.statisticsCount)
            let orders = (measure.statisticsCount - 2) / 2
            let id = Comment(rawValue: one.id)
            #expect(one.agrees(measure.score(ofSum: sum), "score"), id)
            #expect(one.agrees(Array(sum[2..<(2 + orders)]), "raw_correct"), id)
            #expect(one.agrees(Array(sum[(2 + orders)...]), "raw_total"), id)
            let parts = JSONValue.object(sum.withUnsafeBufferPointer(measure.parts))
            for key in ["bp", "ratio", "sys_len", "ref_len"] {
                #expect(one.agrees(parts[key]?.doubleValue, key), "\(one.id) \(key)")
            }
            for key in ["precisions", "counts", "totals"] {
                let got = parts[key]?.arrayValue?.compactMap(\.doubleValue) ?? []
                #expect(one.agrees(got, key), "\(one.id) \(key)")
            }
            let counts = segments.map(\.references.count)
            #expect(measure.signature(references: counts) == Self.unversioned(one.expected["signature"]), id)
            #expect(
                measure.signature(references: counts, short: true) == Self.unversioned(one.expected["signature_short"]),
                id)
            #expect(measure.line(sum, references: counts) == Self.unversioned(one.expected["line"]), id)
        }
    }

    /// The reference's parameters in our words.
    private static func parameters(_ given: JSONValue) -> [String: JSONValue] {
        var result: [String: JSONValue] = [:]
        for member in given.objectValue ?? [] where !member.value.isNull {
            result[member.key == "smooth_method" ? "smooth" : member.key] = member.value
        }
        return result
    }

    /// A signature or line without the reference's version.
    static func unversioned(_ value: JSONValue?) -> String? {
        value?.stringValue?.replacing("|version:2.6.0", with: "").replacing("|v:2.6.0", with: "")
    }
}
