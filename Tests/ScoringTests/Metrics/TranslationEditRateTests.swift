import Chat
import Testing

@testable import Scoring

@Suite struct TranslationEditRateTests {
    /// Computed by sacrebleu 2.6.0.
    @Test(arguments: [
        ("a b c d", "a b c d", 0.0), ("c d a b", "a b c d", 25), ("a b", "a b c d", 50), ("x y z", "a", 300),
        ("", "a b", 100),
        ("a", "", 100), ("", "", 0), ("A b", "a B", 0), ("b a d c f e", "a b c d e f", 50),
    ])
    func `a shifted phrase is one edit`(output: String, reference: String, wanted: Double) throws {
        let score = try #require(try Scores.one("ter", output, [reference]))
        #expect(abs(score - wanted) < 1e-9)
    }

    @Test func `several references give their fewest edits over their mean length`() throws {
        let metric = try Metrics.make("ter")
        let statistics = try metric.statistics(of: Segment(output: "a b c", references: ["a b c d", "x"]))
        #expect(statistics[0].values == [1, 2.5])
        #expect(!metric.measures[0].higherIsBetter)
        #expect(metric.measures[0].range == nil)
    }

    @Test(arguments: [
        ("tercom", "It's 1,000 A-b.", ["it's", "1,000", "a-b."]),
        ("tercom-norm", "It's 1,000 A-b.", ["it", "'s", "1,000", "a-b", "."]),
        ("tercom-norm", "hy\n-phen &lt;5-6&gt;", ["hyphen", "<", "5", "-", "6", ">"]),
        ("tercom-norm-asian", "中文ひら。x", ["中", "文", "ひら", "。", "x"]),
        ("tercom-nopunct", "(a) b, . c.d", ["a", "b", "cd"]),
        ("tercom-nopunct-asian", "中。（文） 、", ["中文"]),
        ("tercom-case", "A b", ["A", "b"]),
    ])
    func `a text is cut as Tercom cuts it`(name: String, text: String, tokens: [String]) throws {
        #expect(try Tokens.of(text, by: name) == tokens)
    }

    @Test func `texts too long for the table are refused in words`() throws {
        let text = String(repeating: "w ", count: 5000)
        let error = #expect(throws: MetricError.self) { try Scores.one("ter", text, [text]) }
        #expect(error?.message == "5000 words against 5000 are too many for TER; score shorter segments")
    }

    @Test(arguments: 0..<20)
    func `edits lie between those of the words alone and none`(seed: Int) throws {
        var random = Lehmer(seed: UInt64(seed))
        func text() -> String { (0..<random.below(60)).map { _ in String(random.below(12)) }.joined(separator: " ") }
        let (output, reference) = (text(), text())
        let values = try Metrics.make("ter").statistics(of: Segment(output: output, references: [reference]))[0].values
        var numbers = SequenceNumbers()
        let ours = numbers.words(PythonText.words(output))
        let theirs = numbers.words(PythonText.words(reference))
        #expect(values[0] >= Double(abs(ours.count - theirs.count)))
        if theirs.count <= 25 { #expect(values[0] <= Double(try EditDistance.levenshtein(ours, theirs))) }
    }

    /// sacrebleu 2.6: TER(normalized=True).corpus_score([h], [[h]]); references are tokenized twice there.
    @Test func `the normaliser runs twice over references, as in sacrebleu`() throws {
        let text = "That is Bob's, not Ann's."
        let metric = try Metrics.make("ter", ["normalized": true])
        let statistics = try metric.statistics(of: Segment(output: text, references: [text]))
        #expect(statistics[0].values == [4, 9])
        let plain = try Metrics.make("ter", [:]).statistics(of: Segment(output: text, references: [text]))
        #expect(plain[0].values == [0, 5])
    }
}
