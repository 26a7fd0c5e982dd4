import Chat
import Foundation
import Testing

/// `nexus compare` on files and on stored runs.
struct CompareTests {
    static let before = [0.10, 0.42, 0.33, 0.51, 0.64, 0.28, 0.77, 0.39]
    static let after = [0.21, 0.45, 0.30, 0.66, 0.70, 0.41, 0.79, 0.52]

    static func rows(_ scores: [Double], first: Int = 0) -> String {
        scores.enumerated().map { index, score in
            #"{"id": "s\#(index + first)", "score": \#(score), "document": "d\#(index / 2)"}"# + "\n"
        }.joined()
    }

    static func comparison(_ outcome: Binary.Outcome) -> JSONValue? { outcome.json?["comparisons"]?.arrayValue?.first }

    static func number(_ outcome: Binary.Outcome, _ field: String) -> Double {
        comparison(outcome)?[field]?.doubleValue ?? .nan
    }

    private func withFiles(
        _ first: String = rows(before), _ second: String = rows(after), _ body: (Binary) throws -> Void
    ) async throws {
        try await withBinary { binary in
            try binary.write(first, to: "a.jsonl")
            try binary.write(second, to: "b.jsonl")
            try body(binary)
        }
    }

    @Test func `continuous scores give the paired t test of scipy and its interval`() async throws {
        try await withFiles { binary in
            let outcome = try binary.run("compare", "a.jsonl", "b.jsonl", "--json")
            #expect(outcome.status == 0, "\(outcome.error)")
            let fields = Self.comparison(outcome)
            #expect(fields?["metric"]?.stringValue == "score")
            #expect(fields?["baseline"]?.stringValue == "a.jsonl")
            #expect(fields?["variant"]?.stringValue == "b.jsonl")
            #expect(fields?["n"]?.intValue == 8)
            #expect(fields?["test"]?.stringValue == "paired-t")
            #expect(fields?["correction"]?.stringValue == "holm")
            #expect(fields?["effect_name"]?.stringValue == "Cohen's d_z")
            #expect(fields?["significant"]?.boolValue == true)
            // scipy 1.17.1: ttest_rel(b, a) and its confidence interval
            for (field, value) in [
                ("difference", 0.075), ("ci_low", 0.02100425326676754), ("ci_high", 0.12899574673323244),
                ("p_value", 0.013404441958532297), ("p_adjusted", 0.013404441958532297),
                ("effect_size", 1.1612316324099978),
            ] {
                #expect(abs(Self.number(outcome, field) - value) < 1e-12, "\(field) is \(Self.number(outcome, field))")
            }
            #expect(outcome.json?["only_in_a"]?.intValue == 0)
            #expect(outcome.json?["only_in_b"]?.intValue == 0)
        }
    }

    @Test func `a metric that cannot see the script of the outputs says so, file by file`() async throws {
        let chinese = #"{"id": "s0", "output": "北京今天下雨了", "references": ["北京今天下雪了"]}"# + "\n"
        try await withFiles(chinese, chinese) { binary in
            let outcome = try binary.run("compare", "a.jsonl", "b.jsonl", "--metric", "rougeL")
            for file in ["a.jsonl", "b.jsonl"] {
                #expect(outcome.error.contains("warning: \(file): ROUGE sees only"), "\(outcome.error)")
            }
            #expect(outcome.error.contains("use chrf (1 of 1 samples)"))
        }
    }

    @Test func `scores of 0 and 1 give McNemar's mid-p`() async throws {
        let before = Array(repeating: 1.0, count: 20) + Array(repeating: 0.0, count: 10)
        let after = [0, 0] + Array(repeating: 1.0, count: 27) + [0]
        try await withFiles(Self.rows(before), Self.rows(after)) { binary in
            let outcome = try binary.run("compare", "a.jsonl", "b.jsonl", "--json")
            #expect(Self.comparison(outcome)?["test"]?.stringValue == "mcnemar-mid-p")
            // scipy 1.17.1: 2 · binom.cdf(2, 11, ½) − binom.pmf(2, 11, ½)
            #expect(abs(Self.number(outcome, "p_value") - 0.038574218750000014) < 1e-12, "\(outcome.output)")
            #expect(abs(Self.number(outcome, "difference") - 7.0 / 30) < 1e-12)
        }
    }

    @Test func `clusters, another test and another level are taken`() async throws {
        try await withFiles { binary in
            let clustered = try binary.run("compare", "a.jsonl", "b.jsonl", "--cluster", "document", "--json")
            #expect(Self.comparison(clustered)?["test"]?.stringValue == "cluster-t")
            #expect(Self.comparison(clustered)?["clusters"]?.intValue == 4)
            #expect(abs(Self.number(clustered, "p_value") - 0.0020138673662707493) < 1e-12, "\(clustered.output)")
            let sign = try binary.run("compare", "a.jsonl", "b.jsonl", "--test", "sign", "--alpha", "0.2", "--json")
            #expect(Self.comparison(sign)?["test"]?.stringValue == "sign")
            #expect(abs(Self.number(sign, "p_value") - 18.0 / 256) < 1e-12)
            #expect(Self.comparison(sign)?["significant"]?.boolValue == true)
            #expect(Self.comparison(sign)?["ci_level"]?.doubleValue == 0.8)
            let naive = try binary.run(
                "compare", "a.jsonl", "b.jsonl", "--test", "paired-t", "--cluster", "document", "--json")
            #expect(
                Self.comparison(naive)?["note"]?.stringValue
                    == "paired-t takes samples as independent, though they stand in 4 clusters")
        }
    }

    @Test func `ids on one side only are counted, said and left out`() async throws {
        try await withFiles(Self.rows(Self.before), Self.rows(Array(Self.after.dropFirst(2)) + [0.9], first: 2)) {
            binary in
            let outcome = try binary.run("compare", "a.jsonl", "b.jsonl", "--json")
            #expect(outcome.json?["only_in_a"]?.intValue == 2)
            #expect(outcome.json?["only_in_b"]?.intValue == 1)
            #expect(Self.comparison(outcome)?["n"]?.intValue == 6)
            #expect(
                outcome.error == "warning: 2 ids of a.jsonl not in b.jsonl, left out\n"
                    + "warning: 1 id of b.jsonl not in a.jsonl, left out\n")
            #expect(try binary.run("compare", "a.jsonl", "b.jsonl", "--quiet").error.isEmpty)
        }
    }

    @Test func `ids and clusters that look alike are two where their scalars are`() async throws {
        func rows(_ scores: [Double]) -> String {
            zip(["caf\u{E9}", "cafe\u{301}", "other"], scores)
                .map { "{\"id\": \"\($0)\", \"score\": \($1), \"group\": \"\($0)\"}\n" }.joined()
        }
        try await withFiles(rows([0.1, 0.5, 0.9]), rows([0.2, 0.7, 0.9])) { binary in
            let outcome = try binary.run("compare", "a.jsonl", "b.jsonl", "--cluster", "group", "--json")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(Self.comparison(outcome)?["n"]?.intValue == 3)
            #expect(Self.comparison(outcome)?["clusters"]?.intValue == 3)
        }
    }

    @Test func `plain text, a line a segment, is compared against references as in sacrebleu`() async throws {
        try await withFiles { binary in
            try binary.write("the cat sat on the mat\na dog ran far away\nit rained all day long\n", to: "ref.txt")
            try binary.write("the cat sat on a mat\na dog ran away\nit rained all day\n", to: "one.txt")
            try binary.write("the cat sat on the mat\na dog ran far\nit rained all day long\n", to: "two.txt")
            let rows = try binary.run(
                "compare", "one.txt", "two.txt", "--refs", "ref.txt", "--metric", "bleu,ter", "--json")
            #expect(rows.status == 0, "\(rows.error)")
            #expect(rows.json?["comparisons"]?.arrayValue?.count == 2)
            #expect(Self.comparison(rows)?["n"]?.intValue == 3)
            let alone = try binary.run("score", "--refs", "ref.txt", "--sys", "two.txt", "--metrics", "bleu", "--json")
            #expect(Self.number(rows, "variant_score") == alone.json?["metrics"]?["bleu"]?["score"]?.doubleValue)
            let bare = try binary.run("compare", "one.txt", "two.txt", "--refs", "ref.txt")
            #expect(bare.status == 2)
            #expect(bare.lastErrorLine.contains("--refs needs --metric, such as --metric bleu"), "\(bare.error)")
            try binary.write("one line\n", to: "short.txt")
            let short = try binary.run(
                "compare", "one.txt", "short.txt", "--refs", "ref.txt", "--metric", "bleu")
            #expect(short.status == 2)
            #expect(short.lastErrorLine.hasPrefix("short.txt: found 1 lines; expected 3, as in ref.txt"))
        }
    }

    @Test func `an empty score is not scored, which is not zero`() async throws {
        let rows = Self.rows(Self.after).replacing(#""score": 0.21"#, with: #""score": null"#)
        try await withFiles(Self.rows(Self.before), rows) { binary in
            let outcome = try binary.run("compare", "a.jsonl", "b.jsonl", "--json")
            #expect(Self.comparison(outcome)?["n"]?.intValue == 7)
            #expect(Self.comparison(outcome)?["unscored"]?.intValue == 1)
            try binary.write(#"{"id": "s0", "score": null}"#, to: "none.jsonl")
            let nothing = try binary.run("compare", "a.jsonl", "none.jsonl", "--quiet")
            #expect(nothing.status == 0)
            #expect(
                nothing.output.contains("score   –  –      –              –  –  0  not testable"), "\(nothing.output)")
        }
    }

    @Test(arguments: [
        ("0.05", [String](), Int32(0), "PASS"), ("0", [], 0, "PASS"), ("0.01", ["--lower-is-better"], 100, "FAIL"),
        ("0.1", ["--lower-is-better"], 101, "INCONCLUSIVE"),
        ("0.1", ["--lower-is-better", "--inconclusive", "pass"], 0, "INCONCLUSIVE"),
        ("0.1", ["--lower-is-better", "--inconclusive", "fail"], 100, "INCONCLUSIVE"),
    ])
    func `a margin passes, fails or stays open, and the status says which`(
        margin: String, flags: [String], status: Int32, verdict: String
    ) async throws {
        try await withFiles { binary in
            let outcome = try binary.run(["compare", "a.jsonl", "b.jsonl", "--margin", margin, "--json"] + flags)
            #expect(outcome.status == status, "\(outcome.error)")
            let found = Self.comparison(outcome)?["non_inferiority"]
            #expect(found?["verdict"]?.stringValue == verdict)
            #expect(found?["margin"]?.doubleValue == Double(margin))
            if verdict == "INCONCLUSIVE" { #expect((found?["needed_n"]?.intValue ?? 0) > 8) }
            #expect(outcome.error.isEmpty == (status == 0))
        }
    }

    @Test func `outputs are scored and corpus metrics compared on segment statistics`() async throws {
        let (outputs, others) = (ScoreTests.outputs, ScoreTests.others)
        try await withFiles(ScoreTests.rows(outputs), ScoreTests.rows(others)) { binary in
            let outcome = try binary.run("compare", "a.jsonl", "b.jsonl", "--metric", "bleu", "--json")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(Self.comparison(outcome)?["metric"]?.stringValue == "bleu")
            #expect(Self.comparison(outcome)?["test"]?.stringValue == "paired-ar")
            #expect(abs(Self.number(outcome, "baseline_score") - 47.306342720911694) < 1e-9)
            #expect(abs(Self.number(outcome, "difference") - (49.32494347562843 - 47.306342720911694)) < 1e-9)
            let gate = try binary.run("compare", "a.jsonl", "b.jsonl", "--metric", "bleu", "--margin", "50")
            #expect(gate.status == 101)
            #expect(
                gate.lastErrorLine.hasSuffix("with 4 samples the interval is only approximate, needs about 100 samples")
            )
            let mean = try binary.run("compare", "a.jsonl", "b.jsonl", "--metric", "rougeL", "--json")
            #expect(Self.comparison(mean)?["test"]?.stringValue == "paired-t")
            let two = try binary.run("compare", "a.jsonl", "b.jsonl", "--metric", "bleu,rougeL", "--json")
            #expect(two.json?["comparisons"]?.arrayValue?.map { $0["metric"]?.stringValue } == ["bleu", "rougeL"])
            #expect(two.json?["family_size"]?.intValue == 2)
            let twice = Self.number(two, "p_adjusted") / Self.number(two, "p_value")
            #expect(abs(twice - 1) < 1e-12 || abs(twice - 2) < 1e-12 || Self.number(two, "p_adjusted") == 1)
        }
    }

    @Test func `identical files differ by nothing, with p 1`() async throws {
        try await withFiles(ScoreTests.rows(ScoreTests.outputs), ScoreTests.rows(ScoreTests.outputs)) { binary in
            let outcome = try binary.run("compare", "a.jsonl", "b.jsonl", "--metric", "bleu", "--json")
            #expect(Self.number(outcome, "p_value") == 1)
            #expect(Self.number(outcome, "difference") == 0)
            #expect(Self.comparison(outcome)?["significant"]?.boolValue == false)
        }
    }

    @Test func `the table for people names both sides, the finding and the test`() async throws {
        try await withFiles { binary in
            let lines = try binary.run("compare", "a.jsonl", "b.jsonl").output.split(separator: "\n").map(String.init)
            #expect(lines[0] == "A (baseline)  a.jsonl")
            #expect(lines[2] == "METRIC       A       B    B − A       95 % INTERVAL      P  N  FINDING")
            #expect(lines[3] == "score   0.4300  0.5050  +0.0750  [+0.0210, +0.1290]  0.013  8  B is better")
            #expect(
                lines[4].hasPrefix(
                    "score: paired-t: t = 3.284, p = 0.0134, n = 8, df 7; Cohen's d_z 1.161; beside it sign-flip p = "))
        }
    }

    /// First file, arguments after the files, and the last line on standard error.
    static let refused: [(String, [String], String)] = [
        (
            "{\"id\": \"x\", \"score\": 1}\n{\"id\": \"y\", \"score\": 1}\n{\"id\": \"x\", \"score\": 0}\n", [],
            "a.jsonl:3: found the id 'x' again, which stands on line 1; expected each id once"
        ),
        ("{\"score\": 1}\n", [], "a.jsonl:1: found 'score'; expected 'id'"),
        (
            "{\"id\": \"s1\", \"scroe\": 1}\n", [],
            "a.jsonl:1: found 'id', 'scroe'; expected 'score' (write 'score' for 'scroe')"
        ),
        (
            "{\"id\": \"s1\", \"output\": \"a\"}\n", [],
            "a.jsonl:1: found 'id', 'output'; expected 'score' (outputs are scored with --metric, such as --metric bleu)"
        ),
        ("{\"id\": \"s1\", \"score\": \"high\"}\n", [], "a.jsonl:1: 'score': found 'high'; expected a finite number"),
        ("{\"id\": \"s1\", \"score\": 1e999}\n", [], "a.jsonl:1: 'score': found '1e999'; expected a finite number"),
        (
            "{\"id\": \"z\", \"score\": 1}\n", [],
            "no id stands on both sides: a.jsonl has 1 ('z'); b.jsonl has 8 ('s0', 's1', 's2', …); "
                + "expected the same ids for the same samples"
        ),
        (
            rows(before), ["--cluster", "documnet"],
            "a.jsonl:1: found 'id', 'score', 'document'; expected 'documnet', as --cluster says (did you mean 'document'?)"
        ),
        (rows(before), ["--test", "wilcoxn"], "did you mean 'wilcoxon'?"),
        (rows(before), ["--correction", "hom"], "did you mean 'holm'?"),
        (
            rows(before), ["--metric", "bleu"],
            "a.jsonl:1: found 'id', 'score', 'document'; expected 'output' or 'hypothesis' or 'prediction' "
                + "(ready scores are compared without --metric: nexus compare A B)"
        ),
    ]

    @Test(arguments: refused)
    func `what cannot be compared is refused with file and line`(
        first: String, flags: [String], message: String
    ) async throws {
        try await withFiles(first) { binary in
            let outcome = try binary.run(["compare", "a.jsonl", "b.jsonl"] + flags)
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine.hasSuffix(message), "\(outcome.error)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test func `a test that does not fit the data is refused with those that do`() async throws {
        try await withFiles { binary in
            let outcome = try binary.run("compare", "a.jsonl", "b.jsonl", "--test", "welch-t")
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine.contains("cannot be done on paired scores; these can: "), "\(outcome.error)")
            #expect(outcome.lastErrorLine.contains("wilcoxon"))
            let missing = try binary.run("compare", "a.jsonl", "c.jsonl")
            #expect(missing.status == 2)
            #expect(missing.lastErrorLine == "c.jsonl: no such file (did you mean \"a.jsonl\"?)")
            let mixed = try binary.run("compare", "a.jsonl", "latest")
            #expect(
                mixed.lastErrorLine.hasPrefix("a.jsonl is a file and latest is not; compare two files, or two runs"))
            let margin = try binary.run("compare", "a.jsonl", "b.jsonl", "--margin=-1")
            #expect(margin.status == 2)
            #expect(margin.error.contains("--margin: found -1.0; expected 0 or more, in the score's unit"))
        }
    }
}
