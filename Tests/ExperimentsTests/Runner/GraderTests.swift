import Chat
import Experiments
import Scoring
import Store
import Testing

struct GraderTests {
    private func scores(
        _ output: String, metrics: String, also: String = "", assert: String = ""
    ) async throws -> [ScoreRecord] {
        let text = SpecFixtures.spec(
            dataset: "samples: [{id: a, q: x, answer: \"42\"\(assert)}]", metrics: metrics, also: also)
        let spec = try SpecFixtures.read(text)
        let dataset = try DatasetReader(spec: spec, vocabulary: SpecFixtures.vocabulary).read()
        return try await Grader(spec: spec, vocabulary: SpecFixtures.vocabulary).scores(of: output, for: dataset[0])
    }

    @Test func `each measure of each metric gives a record, in the spec's order`() async throws {
        let found = try await scores("42", metrics: "metrics: [{rouge: {types: [rouge2, rouge1]}}, exact_match]")
        #expect(Set(found.map(\.measure)) == ["rouge1", "rouge2", "exact_match"])
        #expect(found.last?.measure == "exact_match" && found.last?.value == 1)
        #expect(found.last?.statistics?.isEmpty == false)
    }

    @Test(arguments: [("Reason: 7\nAnswer: 42", 1.0), ("the answer is 42", 0.0), ("", 0.0)])
    func `what the transform extracts is scored; where it finds nothing, that scores 0`(
        output: String, expected: Double
    ) async throws {
        let also = #"transform: {extract: '(?s)Answer:\s*(.*)'}"#
        #expect(try await scores(output, metrics: "metrics: [exact_match]", also: also).map(\.value) == [expected])
    }

    @Test func `a sample's own assertions come after the run's metrics`() async throws {
        let assert = ", assert: [{contains: {id: has-4, value: \"4\"}}]"
        let found = try await scores("4 and 2", metrics: "metrics: [exact_match]", assert: assert)
        #expect(found.map(\.measure) == ["exact_match", "has-4"])
        #expect(found.map(\.value) == [0, 1])
    }

    @Test func `assertions of one name get numbers behind it`() async throws {
        let assert = ", assert: [{contains: {value: \"4\"}}, {contains: {value: \"9\"}}, exact_match]"
        let found = try await scores("42", metrics: "metrics: [exact_match]", assert: assert)
        #expect(found.map(\.measure) == ["exact_match", "contains", "contains#2", "exact_match#2"])
        #expect(found.map(\.value) == [1, 1, 0, 1])
    }
}
