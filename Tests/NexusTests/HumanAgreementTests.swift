import Chat
import Foundation
import Testing

/// `nexus score --human` as its users run it.
struct HumanAgreementTests {
    static func rows(_ rows: [(id: String, output: String, human: String)]) -> String {
        rows.map { #"{"id": "\#($0.id)", "output": "\#($0.output)", "quality": \#($0.human)}"# }
            .joined(separator: "\n") + "\n"
    }

    static let references = (1...4).map { #"{"id": "\#($0)", "reference": "the cat sat on mat \#($0)"}"# }
        .joined(separator: "\n")

    static let good = [
        ("1", "the cat sat on mat 1", "5"), ("2", "the cat sat on mat 2", "5"), ("3", "a cat on mat 3", "3"),
        ("4", "the cat sat", "2"),
    ]
    static let poor = [
        ("4", "no", "1"), ("3", "the dog", "1"), ("2", "the cat was on a mat", "null"), ("1", "the cat sat there", "4"),
    ]

    static func correlations(_ outcome: Binary.Outcome) -> [String: JSONValue] {
        Dictionary(
            (outcome.json?["human"]?["correlations"]?.arrayValue ?? []).map {
                ("\($0["metric"]?.stringValue ?? "")/\($0["level"]?.stringValue ?? "")", $0)
            }, uniquingKeysWith: { first, _ in first })
    }

    func withFiles<Value>(_ body: (Binary) async throws -> Value) async throws -> Value {
        try await withBinary { binary in
            try binary.write(Self.references, to: "data.jsonl")
            try binary.write(Self.rows(Self.good), to: "good.jsonl")
            try binary.write(Self.rows(Self.poor), to: "poor.jsonl")
            return try await body(binary)
        }
    }

    @Test func `several systems are held against people by segment and by system, whatever the order of rows`()
        async throws
    {
        try await withFiles { binary in
            let outcome = try binary.run(
                "score", "good.jsonl", "poor.jsonl", "--dataset", "data.jsonl", "--human", "quality", "--metrics",
                "token_f1,ter", "--json", "--resamples", "200")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.json?["systems"]?.arrayValue?.map { $0["name"]?.stringValue } == ["good.jsonl", "poor.jsonl"])
            let human = try #require(outcome.json?["human"])
            #expect(human["field"]?.stringValue == "quality" && human["systems"]?.intValue == 2)
            #expect(human["ci_method"]?.stringValue == "bootstrap over systems and samples, percentile")
            let found = Self.correlations(outcome)
            #expect(found.keys.sorted() == ["ter/segment", "ter/system", "token_f1/segment", "token_f1/system"])
            let segment = try #require(found["token_f1/segment"])
            #expect(segment["n"]?.intValue == 7, "one output has no score of people's")
            #expect((segment["pearson"]?.doubleValue ?? 0) > 0.8 && (segment["kendall"]?.doubleValue ?? 0) > 0.7)
            #expect((segment["pearson_ci_low"]?.doubleValue ?? 9) < (segment["pearson"]?.doubleValue ?? 0))
            #expect((found["ter/segment"]?["pearson"]?.doubleValue ?? 0) < -0.8)
            #expect(found["ter/segment"]?["higher_is_better"]?.boolValue == false)
            #expect(found["token_f1/system"]?["pearson"]?.doubleValue == 1)
        }
    }

    @Test func `one system with its own references has the level of segments alone`() async throws {
        try await withBinary { binary in
            let rows = Self.good.map {
                #"{"id": "\#($0.0)", "output": "\#($0.1)", "reference": "the cat sat on mat \#($0.0)", "mqm": \#($0.2)}"#
            }
            try binary.write(rows.joined(separator: "\n"), to: "one.jsonl")
            let arguments = ["score", "one.jsonl", "--human", "mqm", "--metrics", "token_f1,ter", "--resamples", "100"]
            let outcome = try binary.run(arguments + ["--json"])
            #expect(outcome.json?["n"]?.intValue == 4, "\(outcome.error)")
            #expect(Self.correlations(outcome).keys.sorted() == ["ter/segment", "token_f1/segment"])
            let text = try binary.run(arguments).output
            #expect(text.contains("Against people's scores in 'mqm':\nMETRIC    LEVEL    N  PEARSON"))
            #expect(text.contains("Intervals by bootstrap over samples, percentile (100)."))
            #expect(text.contains("Lower is better for ter: there agreement is a negative correlation."))
        }
    }

    @Test func `references by id serve several systems without people too`() async throws {
        try await withFiles { binary in
            let outcome = try binary.run(
                "score", "good.jsonl", "poor.jsonl", "--dataset", "data.jsonl", "--metrics", "exact_match", "--json")
            let systems = try #require(outcome.json?["systems"]?.arrayValue, "\(outcome.error)")
            #expect(systems.map { ScoreTests.score($0, "exact_match") } == [0.5, 0])
            #expect(outcome.json?["human"] == nil)
        }
    }

    /// Arguments after the file, and the last line on standard error.
    static let refused: [([String], String)] = [
        (
            ["--dataset", "data.jsonl", "--human", "qualty"],
            "good.jsonl:1: found 'id', 'output', 'quality'; expected 'qualty', as --human says "
                + "(did you mean 'quality'?)"
        ),
        (["--dataset", "data.jsonl", "--human", "output"], "good.jsonl:1: 'output': found 'the cat sat on mat 1'; "),
        (["--human", "quality"], "good.jsonl:1: found 'id', 'output', 'quality'; expected 'references' or "),
        (["--dataset", "date.jsonl"], "date.jsonl: no such file (did you mean \"data.jsonl\"?)"),
        (
            ["--dataset", "other.jsonl"],
            "good.jsonl:1: found the id '1', which other.jsonl does not have; expected one of its 1 ids"
        ),
        (["--dataset", "good.jsonl"], "good.jsonl:1: found 'id', 'output', 'quality'; expected 'references' or "),
        (["--refs", "data.jsonl", "--sys", "good.jsonl"], "not both"),
    ]

    @Test(arguments: refused)
    func `what does not fit together is refused in words`(arguments: [String], message: String) async throws {
        try await withFiles { binary in
            try binary.write(#"{"id": "x-9", "reference": "x"}"#, to: "other.jsonl")
            let outcome = try binary.run(["score", "good.jsonl", "--metrics", "token_f1"] + arguments)
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine.contains(message), "\(outcome.error)")
        }
    }

    @Test func `an id that stands twice cannot be matched, and nulls alone are no scores`() async throws {
        try await withFiles { binary in
            try binary.write(Self.rows([Self.good[0], Self.good[0]]), to: "twice.jsonl")
            let twice = try binary.run("score", "twice.jsonl", "--dataset", "data.jsonl")
            #expect(twice.lastErrorLine.hasPrefix("twice.jsonl:2: found the id '1' again, which stands on line 1"))
            try binary.write(Self.rows([("1", "x", "null")]), to: "null.jsonl")
            let none = try binary.run("score", "null.jsonl", "--dataset", "data.jsonl", "--human", "quality")
            #expect(none.status == 2)
            #expect(none.lastErrorLine == "--human: found no number in the field 'quality'; expected people's scores")
            let aligned = try binary.run("score", "--refs", "data.jsonl", "--sys", "good.jsonl", "--human", "quality")
            #expect(aligned.lastErrorLine.contains("--dataset and --human go with files of rows"))
        }
    }
}

/// Metrics against people on real translations.
@Suite(.enabled(if: Checkout.hasData, "no public data: set NEXUS_DATA_DIR or put shared/data beside the checkout"))
struct HumanAgreementAcceptanceTests {
    /// Pearson and Kendall by segment, then by system: sacrebleu 2.6.0's scores (sentence BLEU with effective order)
    /// with numpy's corrcoef and tau-b counted pair by pair.
    static let expected: [(String, [Double])] = [
        ("bleu", [0.17351420027751258, 0.14060942268087812, 0.6200225279385716, 0.38461538461538464]),
        ("chrf", [0.15830693740871152, 0.1467776837323133, 0.5623180218694968, 0.358974358974359]),
        ("ter", [-0.1105589522684579, -0.1308104884208335, -0.6086206335691462, -0.37420133621706914]),
    ]

    @Test func `BLEU, chrF and TER against MQM, by segment and by system, by one command`() async throws {
        let data = Checkout.data.appending(path: "ted_ende")
        let systems = try FileManager.default.contentsOfDirectory(atPath: data.appending(path: "outputs").path)
            .sorted().map { data.appending(path: "outputs/\($0)").path }
        try await withBinary { binary in
            let outcome = try binary.run(
                ["score"] + systems + [
                    "--dataset", data.appending(path: "segments.jsonl").path, "--human", "mqm", "--metrics",
                    "bleu,chrf,ter", "--json",
                ])
            #expect(outcome.status == 0, "\(outcome.error)")
            let found = HumanAgreementTests.correlations(outcome)
            for (metric, figures) in Self.expected {
                for (level, pair) in [("segment", figures[0...1]), ("system", figures[2...3])] {
                    let row = try #require(found["\(metric)/\(level)"])
                    #expect(row["n"]?.intValue == (level == "segment" ? 13 * 529 : 13))
                    for (name, figure) in zip(["pearson", "kendall"], pair) {
                        #expect(abs((row[name]?.doubleValue ?? 9) - figure) < 1e-9, "\(metric) \(level) \(name)")
                        let low = row[name + "_ci_low"]?.doubleValue ?? 9
                        let high = row[name + "_ci_high"]?.doubleValue ?? -9
                        #expect(low < figure && figure < high && high - low < 1)
                    }
                    // By segment every metric sees quality; by system Pearson does.
                    let sign: Double = metric == "ter" ? -1 : 1
                    let bound = sign > 0 ? "pearson_ci_low" : "pearson_ci_high"
                    #expect(sign * (row[bound]?.doubleValue ?? -9) > 0)
                }
            }
        }
    }
}
