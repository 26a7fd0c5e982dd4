import Chat
import Testing

@testable import Scoring

@Suite(.enabled(if: Fixtures.conformance != nil, "needs the conformance fixtures (NEXUS_CONFORMANCE_DIR)"))
struct EditConformanceTests {
    @Test func `every edit distance agrees with rapidfuzz`() throws {
        let cases = try Fixtures.file("exact_f1_edit").cases(of: "edit")
        #expect(!cases.isEmpty)
        for one in cases {
            let output = try #require(one.input["hypothesis"]?.stringValue)
            let reference = try #require(one.input["reference"]?.stringValue)
            let ofWords = one.parameters["unit"] == "words"
            var numbers = SequenceNumbers()
            let ours = ofWords ? numbers.words(PythonText.words(output)) : numbers.scalars(output.unicodeScalars)
            let theirs =
                ofWords ? numbers.words(PythonText.words(reference)) : numbers.scalars(reference.unicodeScalars)
            let distance = try EditDistance.levenshtein(ours, theirs)
            #expect(one.agrees(Double(distance), "levenshtein"), "\(one.id)")
            let normalized = EditDistance.normalized(distance, ours.count, theirs.count)
            #expect(one.agrees(normalized, "levenshtein_normalized_distance"), "\(one.id)")
            let indel = try EditDistance.indel(ours, theirs)
            #expect(one.agrees(Double(indel), "indel"), "\(one.id)")
            let total = ours.count + theirs.count
            #expect(
                one.agrees(total == 0 ? 1 : 1 - Double(indel) / Double(total), "indel_normalized_similarity"),
                "\(one.id)")
            let metric = try Metrics.make("levenshtein", ["unit": ofWords ? "words" : "characters"])
            let scores = try metric.scores(of: Segment(output: output, references: [reference]))
            #expect(one.agrees(scores[0], "levenshtein_normalized_similarity"), "\(one.id)")
        }
    }

    @Test func `every error rate agrees with jiwer, pooled over its lists`() throws {
        let cases = try Fixtures.file("exact_f1_edit").cases(of: "wer")
        #expect(!cases.isEmpty)
        for one in cases {
            let outputs = one.input["hypotheses"]?.arrayValue?.compactMap(\.stringValue) ?? []
            let references = one.input["references"]?.arrayValue?.compactMap(\.stringValue) ?? []
            let metric = try Metrics.make(one.parameters["unit"] == "words" ? "wer" : "cer")
            let all = try zip(outputs, references).map { output, reference in
                try metric.statistics(of: Segment(output: output, references: [reference]))[0]
            }
            let sum = SegmentStatistics.sum(all, count: 2)
            #expect(one.agrees(metric.measures[0].score(ofSum: sum), "rate"), "\(one.id)")
            #expect(one.agrees(sum[0], "edits"), "\(one.id)")
            #expect(one.agrees(sum[1], "reference_length"), "\(one.id)")
        }
    }

    @Test func `every METEOR without synonyms agrees with NLTK`() throws {
        let cases = try Fixtures.file("exact_f1_edit").cases(of: "meteor_nosyn")
        for one in cases {
            let output = try #require(one.input["hypothesis"]?.stringValue)
            let references = one.input["references"]?.arrayValue?.compactMap(\.stringValue) ?? []
            let metric = try Metrics.make("meteor", one.given)
            #expect(
                one.agrees(try metric.scores(of: Segment(output: output, references: references))[0], "score"),
                "\(one.id)")
        }
    }
}
