import Chat
import Foundation
import Testing

/// `nexus score` as its users run it.
struct ScoreTests {
    static let outputs = [
        "The cat sat on the mat.", "A quick brown fox jumped over a lazy dog!", "Prices rose 3.5 percent in May.",
        "He said nothing",
    ]
    static let others = [
        "A cat was on a mat.", "The quick brown fox jumps over the lazy dog.", "Prices fell in May.",
        "He said nothing at all.",
    ]
    static let references = [
        "The cat is sitting on the mat.", "The quick brown fox jumps over the lazy dog.",
        "Prices rose by 3.5 percent in May.", "He said nothing.",
    ]
    static let second = [
        "There is a cat on the mat.", "A fast brown fox leaped over a lazy dog.", "In May, prices went up 3.5%.",
        "He did not say anything.",
    ]

    static func rows(_ outputs: [String], output: String = "output", references name: String = "references") -> String {
        zip(outputs, zip(references, second)).enumerated().map { index, row in
            JSONValue.object([
                .init(key: "id", value: .string("s\(index)")), .init(key: output, value: .string(row.0)),
                .init(key: name, value: [.string(row.1.0), .string(row.1.1)]),
            ]).text
        }.joined(separator: "\n") + "\n"
    }

    static func text(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }

    /// The score of a metric in a JSON result.
    static func score(_ json: JSONValue?, _ metric: String, _ part: String = "score") -> Double {
        json?["metrics"]?[metric]?[part]?.doubleValue ?? .nan
    }

    /// sacrebleu 2.6.0 and rouge-score 0.1.2 on the four segments with both references.
    static let expected: [(String, String, Double)] = [
        ("bleu", "score", 47.306342720911694), ("bleu", "bp", 0.894839316814337), ("chrf", "score", 71.88731275016913),
        ("chrf++", "score", 69.9174096011407), ("ter", "score", 26.41509433962264),
        ("rouge1", "score", 0.8700854700854701), ("rougeL", "precision", 0.9027777777777778),
        ("rougeL", "recall", 0.841765873015873), ("rougeL", "score", 0.8700854700854701),
        ("exact_match", "score", 0.25),
    ]

    @Test(arguments: ["output", "hypothesis", "prediction"], ["references", "reference", "answer", "target"])
    func `a file of rows scores as sacrebleu and rouge-score do, whatever its fields are called`(
        output: String, references: String
    ) async throws {
        try await withBinary { binary in
            try binary.write(Self.rows(Self.outputs, output: output, references: references), to: "out.jsonl")
            let outcome = try binary.run(
                "score", "out.jsonl", "--metrics", "bleu,chrf,chrf++,ter,rouge1,rougeL,exact_match", "--json")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.json?["n"]?.intValue == 4)
            #expect(outcome.json?["samples"] == nil)
            for (metric, part, value) in Self.expected {
                let found = Self.score(outcome.json, metric, part)
                #expect(abs(found - value) < 1e-9, "\(metric).\(part) is \(found)")
            }
            #expect(
                outcome.json?["metrics"]?["bleu"]?["signature"]?.stringValue
                    == "nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp")
        }
    }

    @Test func `line-aligned text may be gzip`() async throws {
        // "hello\n", made with gzip 1.12 (`printf 'hello\n' | gzip -n9`)
        let hello: [UInt8] = [
            0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0x02, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0xE7, 0x02, 0x00, 0x20, 0x30,
            0x3A, 0x36, 0x06, 0, 0, 0,
        ]
        try await withBinary { binary in
            try Data(hello).write(to: binary.folder.appending(path: "ref.gz"))
            try binary.write("hello\n", to: "sys.txt")
            let outcome = try binary.run(
                "score", "--refs", "ref.gz", "--sys", "sys.txt", "ref.gz", "--metrics", "exact_match", "--json")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.json?["systems"]?.arrayValue?.map { Self.score($0, "exact_match") } == [1, 1])
        }
    }

    @Test func `line-aligned text takes several references and several systems`() async throws {
        try await withBinary { binary in
            try binary.write(Self.text(Self.references), to: "ref1.txt")
            try binary.write(Self.text(Self.second), to: "ref2.txt")
            try binary.write(Self.text(Self.outputs), to: "one.txt")
            try binary.write(Self.text(Self.others).replacing("\n", with: "\r\n"), to: "two.txt")
            let single = try binary.run(
                "score", "--refs", "ref1.txt", "--sys", "one.txt", "--metrics", "bleu", "--json")
            #expect(abs(Self.score(single.json, "bleu") - 39.12491844951485) < 1e-9, "\(single.error)")
            let outcome = try binary.run(
                "score", "--refs", "ref1.txt", "ref2.txt", "--sys", "one.txt", "two.txt", "--metrics", "bleu,ter",
                "--json")
            #expect(outcome.status == 0, "\(outcome.error)")
            let systems = outcome.json?["systems"]?.arrayValue ?? []
            #expect(systems.map { $0["name"]?.stringValue } == ["one.txt", "two.txt"])
            #expect(systems.allSatisfy { $0["n"]?.intValue == 4 })
            for (system, bleu, ter) in [
                (0, 47.306342720911694, 26.41509433962264), (1, 49.32494347562843, 41.509433962264154),
            ] {
                #expect(abs(Self.score(systems[system], "bleu") - bleu) < 1e-9)
                #expect(abs(Self.score(systems[system], "ter") - ter) < 1e-9)
            }
            let table = try binary.run(
                "score", "--refs", "ref1.txt", "--sys", "one.txt", "two.txt", "--metrics", "bleu"
            ).output
            #expect(table.hasPrefix("SYSTEM    bleu  N\none.txt  39.12  4\ntwo.txt  52.39  4\n"), "\(table)")
        }
    }

    @Test func `flags change how BLEU and ROUGE are computed, and the signature says so`() async throws {
        try await withBinary { binary in
            try binary.write(Self.text(Self.references), to: "ref1.txt")
            try binary.write(Self.text(Self.second), to: "ref2.txt")
            try binary.write(Self.text(Self.outputs), to: "one.txt")
            try binary.write(Self.text(Self.others), to: "two.txt")
            let bleu = try binary.run(
                "score", "--refs", "ref1.txt", "ref2.txt", "--sys", "two.txt", "--metrics", "bleu", "--lowercase",
                "--bleu-tokenize", "intl", "--bleu-smooth", "floor", "--json")
            #expect(abs(Self.score(bleu.json, "bleu") - 50.18309032425469) < 1e-9, "\(bleu.error)")
            #expect(
                bleu.json?["metrics"]?["bleu"]?["signature"]?.stringValue
                    == "nrefs:2|case:lc|eff:no|tok:intl|smooth:floor[0.10]")
            let rouge = try binary.run(
                "score", "--refs", "ref1.txt", "--sys", "one.txt", "--metrics", "rouge1", "--rouge-stemmer", "--json")
            #expect(abs(Self.score(rouge.json, "rouge1") - 0.8700854700854701) < 1e-9, "\(rouge.error)")
            let words = try binary.run(
                "score", "--refs", "ref1.txt", "--sys", "one.txt", "--metrics", "chrf", "--set", "chrf.word_order=2",
                "--json")
            #expect(abs(Self.score(words.json, "chrf") - 68.10067305657584) < 1e-9, "\(words.error)")
        }
    }

    @Test func `the table for people ends in the line that sacrebleu's users quote`() async throws {
        try await withBinary { binary in
            try binary.write(Self.rows(Self.outputs), to: "out.jsonl")
            let outcome = try binary.run("score", "out.jsonl", "--metrics", "bleu,rougeL")
            #expect(
                outcome.output == """
                    METRIC   SCORE  N
                    bleu     47.31  4
                    rougeL  0.8701  4

                    BLEU|nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp = 47.31 88.9/69.6/47.4/26.7 \
                    (BP = 0.895 ratio = 0.900 hyp_len = 27 ref_len = 30)
                    ROUGE-L|nrefs:2|type:rougeL|stem:no|tok:rouge = 0.87

                    """)
            #expect(outcome.error.isEmpty)
        }
    }

    @Test func `samples keep their ids and intervals their seed`() async throws {
        try await withBinary { binary in
            try binary.write(Self.rows(Self.outputs), to: "out.jsonl")
            let arguments = [
                "score", "out.jsonl", "--metrics", "bleu,rougeL,exact_match", "--per-sample", "--confidence", "--json",
            ]
            let outcome = try binary.run(arguments)
            let samples = outcome.json?["samples"]?.arrayValue ?? []
            #expect(samples.map { $0["id"]?.stringValue } == ["s0", "s1", "s2", "s3"])
            #expect(samples.compactMap { $0["exact_match"]?.doubleValue } == [0, 0, 0, 1])
            #expect(samples.allSatisfy { ($0["bleu"]?.doubleValue ?? -1) > 0 })
            for metric in ["bleu", "rougeL", "exact_match"] {
                let (low, high) = (
                    Self.score(outcome.json, metric, "ci_low"), Self.score(outcome.json, metric, "ci_high")
                )
                #expect(low < Self.score(outcome.json, metric) && Self.score(outcome.json, metric) < high, "\(metric)")
            }
            #expect(outcome.json?["metrics"]?["exact_match"]?["ci_method"]?.stringValue == "Wilson")
            #expect(outcome.json?["metrics"]?["bleu"]?["ci_approximate"]?.boolValue == true)
            #expect(try binary.run(arguments).output == outcome.output)
            let few = arguments + ["--resamples", "20"]
            #expect(try binary.run(few + ["--seed", "2"]).output != binary.run(few).output)
        }
    }

    @Test func `numbers count in their spelling and rows without an id are numbered`() async throws {
        try await withBinary { binary in
            try binary.write(
                #"{"output": "1.10", "answer": 1.10}"# + "\n\n" + #"{"prediction": 7, "answer": ["seven", 7]}"# + "\n",
                to: "out.jsonl")
            let outcome = try binary.run(
                "score", "out.jsonl", "--metrics", "exact_match", "--set", "exact_match.strict=true", "--per-sample",
                "--json")
            #expect(Self.score(outcome.json, "exact_match") == 1, "\(outcome.error)")
            #expect(outcome.json?["samples"]?.arrayValue?.map { $0["id"]?.stringValue } == ["1", "2"])
        }
    }

    @Test func `what cannot be scored is counted, not zero`() async throws {
        try await withBinary { binary in
            try binary.write(
                Self.text([
                    #"{"id": "a", "output": "4", "answer": "4"}"#, #"{"id": "b", "output": "4", "answer": "four"}"#,
                ]),
                to: "out.jsonl")
            let outcome = try binary.run("score", "out.jsonl", "--metrics", "numeric", "--per-sample", "--json")
            #expect(outcome.status == 0)
            #expect(outcome.json?["n"]?.intValue == 2)
            #expect(Self.score(outcome.json, "numeric") == 1)
            #expect(outcome.json?["metrics"]?["numeric"]?["unscored"]?.intValue == 1)
            #expect(outcome.json?["samples"]?.arrayValue?.last?["numeric"]?.isNull == true)
            #expect(
                outcome.error == "warning: numeric: 1 of 2 samples not scored; the first, sample 'b': "
                    + "there is no number in the reference 'four'\n")
        }
    }

    /// A file, the arguments, and the last line on standard error.
    static let refused: [(String, [String], String)] = [
        (
            "{\"id\": 1, \"outptu\": \"a\", \"reference\": \"b\"}\n", ["bad.jsonl"],
            "bad.jsonl:1: found 'id', 'outptu', 'reference'; expected 'output' or 'hypothesis' or 'prediction' "
                + "(write 'output' for 'outptu')"
        ),
        (
            "{\"output\": \"a\", \"reference\": \"b\"}\n{\"output\": \"a\", \"refrence\": \"b\"}\n", ["bad.jsonl"],
            "bad.jsonl:2: found 'output', 'refrence'; expected 'references' or 'reference' or 'answer' or 'target' "
                + "(write 'reference' for 'refrence')"
        ),
        (
            "{\"output\": null, \"reference\": \"b\"}\n", ["bad.jsonl"],
            "bad.jsonl:1: 'output': found null; expected a string"
        ),
        (
            "{\"output\": \"a\", \"references\": []}\n", ["bad.jsonl"],
            "bad.jsonl:1: 'references': found an empty list; bleu expects at least one reference"
        ),
        (
            "{\"output\": \"a\", \"references\": [\"x\", {}]}\n", ["bad.jsonl"],
            "bad.jsonl:1: 'references': found a mapping in the list; expected strings"
        ),
        (
            "\n", ["bad.jsonl"],
            "bad.jsonl: found no rows; expected at least one, such as {\"output\": \"…\", \"references\": [\"…\"]}"
        ),
        ("{}\n", ["bda.jsonl"], "bda.jsonl: no such file (did you mean \"bad.jsonl\"?)"),
        ("{}\n", ["bad.jsonl", "--metrics", "blue"], "did you mean 'bleu'?"),
        ("{}\n", ["bad.jsonl", "--bleu-tokenize", "13"], "did you mean '13a'?"),
        (
            "{}\n", ["bad.jsonl", "--metrics", "rouge,rougeL"],
            "--metrics: two of them give 'rougeL'; leave one out, or name one with --set METRIC.id=NAME"
        ),
        (
            "{}\n", ["bad.jsonl", "--set", "bleu"],
            "--set: found 'bleu'; expected METRIC.KEY=VALUE, such as chrf.beta=3"
        ),
        (
            "{}\n", ["bad.jsonl", "--set", "ter.no_punct=true"],
            "--set ter.no_punct: 'ter' is not among the metrics asked for"
        ),
    ]

    @Test(arguments: refused)
    func `what cannot be read is refused with file and line`(text: String, arguments: [String], message: String)
        async throws
    {
        try await withBinary { binary in
            try binary.write(text, to: "bad.jsonl")
            let outcome = try binary.run(["score"] + arguments)
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine.hasSuffix(message), "\(outcome.error)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test func `files of unequal length are refused with both counts`() async throws {
        try await withBinary { binary in
            try binary.write(Self.text(Self.references), to: "ref.txt")
            try binary.write(Self.text(Array(Self.outputs.prefix(3))), to: "sys.txt")
            let outcome = try binary.run("score", "--refs", "ref.txt", "--sys", "sys.txt")
            #expect(outcome.status == 2)
            #expect(
                outcome.lastErrorLine == "sys.txt: found 3 lines; expected 4, as in ref.txt "
                    + "(line n of every file is the same segment)")
            let lone = try binary.run("score", "--refs", "ref.txt")
            #expect(lone.status == 2)
            #expect(lone.error.contains("--refs needs --sys SYS"))
        }
    }
}
