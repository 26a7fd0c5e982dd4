import Chat
import Testing

@testable import Scoring

@Suite(.enabled(if: Fixtures.conformance != nil, "needs the conformance fixtures (NEXUS_CONFORMANCE_DIR)"))
struct AnswerConformanceTests {
    @Test func `every exact match and token F1 agrees with SQuAD's definition`() throws {
        let cases = try Fixtures.file("exact_f1_edit").cases(of: "qa")
        #expect(!cases.isEmpty)
        for one in cases {
            let prediction = try #require(one.input["prediction"]?.stringValue)
            let answers = one.input["answers"]?.arrayValue?.compactMap(\.stringValue) ?? []
            let segment = Segment(output: prediction, references: answers)
            let normalized = AnswerText.normalized(prediction)
            let wanted = try #require(one.expected["normalized_prediction"]?.stringValue)
            #expect(AnswerText.areIdentical(normalized, wanted), "\(one.id)")
            let others = one.expected["normalized_answers"]?.arrayValue?.compactMap(\.stringValue) ?? []
            for (answer, want) in zip(answers, others) {
                #expect(AnswerText.areIdentical(AnswerText.normalized(answer), want), "\(one.id)")
            }
            let exact = try Metrics.make("exact_match").scores(of: segment)[0]
            #expect(one.agrees(exact, "exact_match"), "\(one.id)")
            let strict = try Metrics.make("exact_match", ["strict": true]).scores(of: segment)[0]
            #expect(one.agrees(strict, "strict_equal"), "\(one.id)")
            #expect(one.agrees(try Metrics.make("token_f1").scores(of: segment)[0], "f1"), "\(one.id)")
        }
    }
}
