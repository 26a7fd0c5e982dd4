import Chat
import Testing

@testable import Scoring

@Suite(.enabled(if: Fixtures.conformance != nil, "needs the conformance fixtures (NEXUS_CONFORMANCE_DIR)"))
struct ChrFConformanceTests {
    @Test func `every chrF case agrees with sacrebleu in score, counts, signature and line`() throws {
        let file = try Fixtures.file("chrf_ter")
        let cases = file.cases(of: "chrf")
        #expect(!cases.isEmpty)
        for one in cases {
            let metric = try Metrics.make("chrf", one.given)
            let measure = metric.measures[0]
            let segments = file.texts(one.input).map { Segment(output: $0.output, references: $0.references) }
            let statistics = try segments.map { try metric.statistics(of: $0)[0] }
            let sum = SegmentStatistics.sum(statistics, count: measure.statisticsCount)
            let counts = segments.map(\.references.count)
            let id = Comment(rawValue: one.id)
            #expect(one.agrees(measure.score(ofSum: sum), "score"), id)
            #expect(one.agrees(sum, "statistics"), id)
            #expect(measure.title == one.expected["name"]?.stringValue, id)
            #expect(
                measure.signature(references: counts) == BleuConformanceTests.unversioned(one.expected["signature"]), id
            )
            #expect(measure.line(sum, references: counts) == BleuConformanceTests.unversioned(one.expected["line"]), id)
        }
    }

    @Test func `every TER case agrees with sacrebleu in score, edits, length and signature`() throws {
        let file = try Fixtures.file("chrf_ter")
        let cases = file.cases(of: "ter")
        #expect(!cases.isEmpty)
        for one in cases {
            let metric = try Metrics.make("ter", one.given)
            let measure = metric.measures[0]
            let segments = file.texts(one.input).map { Segment(output: $0.output, references: $0.references) }
            let statistics = try segments.map { try metric.statistics(of: $0)[0] }
            let sum = SegmentStatistics.sum(statistics, count: measure.statisticsCount)
            let id = Comment(rawValue: one.id)
            #expect(one.agrees(measure.score(ofSum: sum), "score"), id)
            #expect(one.agrees(sum[0], "num_edits"), id)
            #expect(one.agrees(sum[1], "ref_length"), id)
            #expect(
                measure.signature(references: segments.map(\.references.count))
                    == BleuConformanceTests.unversioned(one.expected["signature"]), id)
        }
    }
}
