import Chat
import Testing

@testable import Scoring

@Suite struct RougeTests {
    private func scores(_ output: String, _ references: [String], _ parameters: [String: JSONValue]) throws -> [Double?]
    {
        try Metrics.make("rouge", parameters).scores(of: Segment(output: output, references: references))
    }

    @Test func `the best reference counts for each type apart`() throws {
        let types: JSONValue = ["rouge1", "rouge2"]
        let got = try scores("a b c d", ["d c b a", "a b x y"], ["types": types])
        #expect(got == [1, 1.0 / 3])
    }

    @Test func `lines are aligned as a union for Lsum and as one text for L`() throws {
        let got = try scores("c d\na b", ["a b\nc d"], ["types": ["rougeL", "rougeLsum"]])
        #expect(got == [0.5, 1])
    }

    @Test func `a token counts no more often than both texts have it`() throws {
        // Both lines of the reference would take the output's only "a".
        let got = try scores("a\nb", ["a\na"], ["types": ["rougeLsum"]])
        #expect(got == [0.5])
    }

    @Test func `precision, recall and F are means over samples`() throws {
        let metric = try Metrics.make("rouge1")
        let segments = [Segment(output: "a b", references: ["a"]), Segment(output: "a", references: ["a b c d"])]
        let all = try segments.map { try metric.statistics(of: $0)[0] }
        let sum = SegmentStatistics.sum(all, count: 4)
        let parts = JSONValue.object(sum.withUnsafeBufferPointer(metric.measures[0].parts))
        #expect(parts["precision"]?.doubleValue == 0.75)
        #expect(parts["recall"]?.doubleValue == 0.625)
        let score = try #require(metric.measures[0].score(of: all))
        #expect(abs(score - (2.0 / 3 + 0.4) / 2) < 1e-12)
    }

    @Test func `text in a script that ROUGE cannot see is warned of`() throws {
        let metric = try Metrics.make("rougeL")
        let warned = metric.warnings(for: Segment(output: "Привет, мир 2024", references: ["hello"]))
        #expect(warned.count == 1)
        #expect(warned.first?.hasSuffix("use chrf") == true)
        #expect(metric.warnings(for: Segment(output: "São João é ótimo", references: ["Olá"])).isEmpty)
        #expect(metric.warnings(for: Segment(output: "", references: ["123"])).isEmpty)
        #expect(try metric.scores(of: Segment(output: "中文", references: ["中文"])) == [0])
    }
}
