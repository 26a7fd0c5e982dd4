import Chat
import Foundation
import Testing

@testable import Scoring

@Suite struct MetricsTests {
    @Test func `names are unique and every metric is found by its own`() {
        let names = Metrics.all.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names { #expect(Metrics.named(name)?.name == name) }
        #expect(Metrics.named("blue") == nil)
    }

    @Test func `every file of the folder has its line in the list`() throws {
        let sources = Fixtures.root.appending(path: "Sources/Scoring/Metrics")
        let files = try FileManager.default.contentsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }
        #expect(files.count == Metrics.files.count)
        let list = try String(
            contentsOf: Fixtures.root.appending(path: "Sources/Scoring/Metrics.swift"), encoding: .utf8)
        for file in files { #expect(list.contains("        \(file.dropLast(6)).definitions,\n"), "\(file)") }
    }

    @Test func `a misspelt metric names the nearest`() {
        let error = #expect(throws: MetricError.self) { try Metrics.make("rogueL") }
        #expect(error?.nearest == "rougeL")
        #expect(error?.description.hasSuffix("did you mean 'rougeL'?") == true)
        #expect(error?.message.hasPrefix("there is no metric 'rogueL'; there are bleu, ") == true)
    }

    @Test func `a misspelt key names the nearest and what the metric takes`() {
        let error = #expect(throws: MetricError.self) { try Metrics.make("bleu", ["tokenise": "13a"]) }
        #expect(error?.parameter == "tokenise")
        #expect(error?.nearest == "tokenize")
        #expect(error?.message.hasPrefix("bleu takes no 'tokenise'; it takes id, tokenize, smooth") == true)
    }

    @Test(
        arguments: [
            (
                "bleu", "tokenize", JSONValue.string("v13a"),
                "bleu: 'tokenize' takes one of 13a, char, intl, none, zh, found 'v13a'"
            ),
            ("bleu", "max_ngram_order", 0, "bleu: 'max_ngram_order' takes a whole number from 1 to 9, found 0"),
            ("bleu", "lowercase", "yes", "bleu: 'lowercase' takes true or false, found 'yes'"),
            ("bleu", "smooth_value", -1, "bleu: 'smooth_value' takes a number from 0 to 1000, found -1"),
            ("bleu", "smooth_value", 0.5, "bleu: 'smooth_value' goes with smooth: floor or add-k, found smooth: exp"),
            ("rouge", "types", [], "rouge: 'types' is empty"),
            (
                "rouge", "types", ["rouge0"],
                "rouge: there is no ROUGE type 'rouge0'; there are rouge1 to rouge9, rougeL, rougeLsum"
            ),
            ("rouge", "types", ["rougeL", "rougeL"], "rouge: 'rougeL' stands twice in 'types'"),
            ("numeric", "take", "middle", "numeric: 'take' takes one of last, first, found 'middle'"),
            (
                "choice", "letters", "A",
                "choice: 'letters' takes two or more different letters from A to Z, as in ABCD, found 'A'"
            ),
            (
                "contains", "value", "",
                "contains: 'value' is empty, which every output contains; write the text looked for"
            ),
            ("contains", "value", ["a": 1], "contains: 'value' takes a text or a list of texts, found a mapping"),
            ("exact_match", "id", "", "exact_match: 'id' takes a name for a column, found an empty text or line"),
        ] as [(String, String, JSONValue, String)])
    func `a wrong value is refused in words`(metric: String, key: String, value: JSONValue, message: String) {
        let error = #expect(throws: MetricError.self) { try Metrics.make(metric, [key: value]) }
        #expect(error?.message == message)
        #expect(error?.parameter == key)
    }

    @Test func `a required key that is missing is named with what it does`() {
        let error = #expect(throws: MetricError.self) { try Metrics.make("regex") }
        #expect(error?.message == "regex needs 'pattern': the regular expression; (?i) ignores case")
        #expect(error?.parameter == "pattern")
    }

    @Test func `a null counts as an absent key`() throws {
        let metric = try Metrics.make("bleu", ["tokenize": .null])
        #expect(metric.measures[0].signature == "case:mixed|eff:no|tok:13a|smooth:exp")
    }

    @Test func `an id names the column, and of several columns their common start`() throws {
        #expect(try Metrics.make("regex", ["id": "polite", "pattern": "please"]).measures.map(\.id) == ["polite"])
        #expect(try Metrics.make("rouge").measures.map(\.id) == ["rouge1", "rouge2", "rougeL"])
        #expect(
            try Metrics.make("rouge", ["id": "r", "types": ["rouge1", "rougeLsum"]]).measures.map(\.id)
                == ["r.rouge1", "r.rougeLsum"])
        #expect(try Metrics.make("rougeL", ["id": "r"]).measures.map(\.id) == ["r"])
    }

    @Test func `every metric scores every kind of text without a fault and within its range`() throws {
        let texts = [
            "", " ", "\n", "a", "The cat sat.", "1,234.50", "{\"a\": [1]}",
            "中文。", "e\u{301}\u{200D}👩‍👩‍👧", "\u{0}\u{1C}",
            "B",
        ]
        for definition in Metrics.all {
            let required: [String: JSONValue] = definition.name == "regex" ? ["pattern": "a+"] : [:]
            let metric = try definition.make(required)
            for output in texts {
                for reference in texts {
                    guard let all = try? metric.statistics(of: Segment(output: output, references: [reference])) else {
                        continue
                    }
                    #expect(all.count == metric.measures.count)
                    for (measure, statistics) in zip(metric.measures, all) {
                        #expect(statistics.values.count == measure.statisticsCount)
                        #expect(statistics.values.allSatisfy { $0.isFinite })
                        let score = measure.segmentScore(statistics.values)
                        #expect(
                            score.map { !$0.isNaN && measure.range?.contains($0) ?? true } ?? true, "\(definition.name)"
                        )
                    }
                }
            }
        }
    }

    @Test func `metrics that compare refuse a sample without references`() throws {
        for name in ["bleu", "rouge", "exact_match", "token_f1", "numeric", "choice", "contains"] {
            let metric = try Metrics.make(name)
            let error = #expect(throws: MetricError.self) {
                try metric.statistics(of: Segment(output: "x", references: []))
            }
            #expect(error?.message == "the sample has no reference to compare the output with", "\(name)")
        }
    }

    @Test func `many threads scoring at once agree with one`() async throws {
        let metric = try Metrics.make("rouge", ["stemmer": true])
        let segments = (0..<50).map {
            Segment(output: "the cats \($0) are running home", references: ["a cat \($0 % 7) ran home"])
        }
        let expected = try segments.map { try metric.statistics(of: $0) }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { try segments.map { try metric.statistics(of: $0) } == expected }
            }
            for try await isEqual in group { #expect(isEqual) }
        }
    }
}
