import Chat
import Testing

@testable import Scoring

@Suite(.enabled(if: Fixtures.conformance != nil, "needs the conformance fixtures (NEXUS_CONFORMANCE_DIR)"))
struct RougeConformanceTests {
    @Test func `every ROUGE case agrees with rouge-score in precision, recall and F`() throws {
        let file = try Fixtures.file("rouge")
        let cases = file.cases(of: "rouge")
        #expect(!cases.isEmpty)
        for one in cases {
            let text = try #require(file.texts(one.input).first)
            let types = (one.expected.objectValue ?? []).map(\.key)
            let metric = try Metrics.make(
                "rouge",
                [
                    "types": .array(types.map { .string($0) }),
                    "stemmer": one.parameters["use_stemmer"] ?? false,
                ])
            let statistics = try metric.statistics(of: Segment(output: text.output, references: text.references))
            for (measure, vector) in zip(metric.measures, statistics) {
                let want = one.expected[measure.id]
                let parts = JSONValue.object(vector.values.withUnsafeBufferPointer(measure.parts))
                for key in ["precision", "recall", "fmeasure"] {
                    #expect(
                        one.agrees(parts[key]?.doubleValue, want?[key]?.doubleValue), "\(one.id) \(measure.id) \(key)")
                }
                #expect(one.agrees(measure.segmentScore(vector.values), want?["fmeasure"]?.doubleValue), "\(one.id)")
            }
        }
    }
}
