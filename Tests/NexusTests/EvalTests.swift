import Chat
import Foundation
import Simulator
import Testing

/// A small spec with its data, and ways to vary both.
enum SmallSpec {
    /// Eight rows; the echo baseline is right on six of them, the constant one on none.
    static let rows = (0..<8).map { place in
        #"{"id":"s\#(place)","question":"word \#(place)","answer":"\#(place % 4 == 0 ? "other" : "word \(place)")"}"#
    }

    static let offline = "models: [{id: echo, model: baseline/echo}, {id: yes, model: baseline/constant}]"

    static func text(
        _ name: String = "small", dataset: String = "dataset: {path: data.jsonl}", models: String = offline,
        metrics: String = "metrics: [exact_match]", also: String = ""
    ) -> String {
        let prompts = #"prompts: [{id: p, user: "{{question}}"}]"#
        return ["name: \(name)", dataset, prompts, models, metrics, also].joined(separator: "\n") + "\n"
    }

    /// Writes `spec.yaml` and `data.jsonl`.
    static func write(_ text: String = SmallSpec.text(), rows: [String] = rows, to binary: Binary) throws {
        try binary.write(text, to: "spec.yaml")
        try binary.write(rows.joined(separator: "\n") + "\n", to: "data.jsonl")
    }
}

/// `nexus eval` on models that need no network.
struct EvalTests {
    static let files = [
        "charts", "comparisons.csv", "junit.xml", "report.html", "samples.csv", "summary.csv", "summary.json",
        "summary.md",
    ]

    @Test func `a run leaves every file that is promised, with the promised columns`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(SmallSpec.text(metrics: "metrics: [bleu, exact_match]"), to: binary)
            let outcome = try binary.run("eval", "spec.yaml")
            #expect(outcome.status == 0, "\(outcome.error)")
            let folder = "reports/latest"
            let names = try FileManager.default.contentsOfDirectory(atPath: binary.folder.path + "/" + folder)
            #expect(names.sorted().filter { $0 != "charts" } == Self.files.filter { $0 != "charts" })
            let samples = Table(try binary.read("\(folder)/samples.csv"))
            #expect(
                samples.header.joined(separator: ",")
                    == "run_id,sample_id,variant,repeat,output,error,source,latency_ms,ttft_ms,input_tokens,"
                    + "output_tokens,cost_usd,bleu,exact_match")
            #expect(samples.rows.count == 16)
            #expect(samples.rows.count { $0["exact_match"] == "1" } == 6)
            #expect(
                Table(try binary.read("\(folder)/summary.csv")).header
                    == ["variant", "metric", "n", "value", "ci_low", "ci_high", "unit"])
            let comparisons = Table(try binary.read("\(folder)/comparisons.csv"))
            #expect(
                comparisons.header.joined(separator: ",")
                    == "metric,baseline,variant,n,difference,ci_low,ci_high,p_value,p_adjusted,correction,test,"
                    + "effect_size,effect_name,significant")
            #expect(comparisons.rows.map { $0["metric"] }.prefix(2) == ["bleu", "exact_match"])
            let summary = try JSONValue.parse(try binary.read("\(folder)/summary.json"))
            #expect(summary["schema_version"]?.intValue == 1)
            let id = try #require(summary["run_id"]?.stringValue)
            #expect(id.contains(/^\d{8}T\d{6}Z-small-[0-9a-f]{4}$/))
            #expect(outcome.output.contains("report: reports/\(id)/report.html"))
            #expect(outcome.error.hasPrefix("run \(id): 16 trials\n"))
        }
    }

    @Test func `one variant gives comparisons a header and no row`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            let outcome = try binary.run("eval", "spec.yaml", "--variants", "echo", "--out", "one", "--quiet")
            #expect(outcome.status == 0)
            #expect(outcome.error == "")
            #expect(Table(try binary.read("one/comparisons.csv")).rows.isEmpty)
            #expect(try binary.read("one/comparisons.csv").hasPrefix("metric,baseline,variant,n,"))
            #expect(!binary.exists("reports"), "a folder of the user's choice leaves reports/latest alone")
        }
    }

    @Test func `json is one document and nothing else`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            let outcome = try binary.run("eval", "spec.yaml", "--json")
            #expect(outcome.json?["name"]?.stringValue == "small")
            #expect(outcome.json?["variants"]?.arrayValue?.count == 2)
        }
    }

    /// What stands in the good spec, what stands there instead, and the last line on standard error.
    static let refusedSpecs: [(String, String, String)] = [
        ("metrics: [exact", "metrcs: [exact", "spec.yaml:5:1: unknown key 'metrcs'; did you mean 'metrics'?"),
        (
            "exact_match", "exact_mach",
            "spec.yaml:5:11: metrics[0]: there is no metric 'exact_mach'; did you mean 'exact_match'?"
        ),
        (
            "{{question}}", "{{questoin}}",
            "spec.yaml:3:11: prompts[0]: the variable 'questoin' is no field of the dataset; "
                + "data.jsonl:1 has id, question, answer; did you mean 'question'?"
        ),
        (
            "name: small", "name: Small One",
            "spec.yaml:1:7: name: found 'Small One'; expected a name of a-z, 0-9 and '-', at most 100 letters"
        ),
        (
            "baseline/echo", "baseline/ecko",
            "spec.yaml:4:28: models[0].model: there is no baseline 'ecko'; did you mean 'echo'?"
        ),
        (
            "name: small", "gates: [{metric: exact_mach, min: 1}]\nname: small",
            "spec.yaml:1:18: gates[0].metric: nothing measures 'exact_mach'; did you mean 'exact_match'?"
        ),
    ]

    @Test(arguments: refusedSpecs)
    func `a spec with a fault is refused with its place and a remedy, and leaves nothing`(
        good: String, bad: String, message: String
    ) async throws {
        try await withBinary { binary in
            try SmallSpec.write(SmallSpec.text().replacing(good, with: bad), to: binary)
            let outcome = try binary.run("eval", "spec.yaml")
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine == message)
            #expect(outcome.output == "")
            #expect(!binary.exists("reports") && !binary.exists(".nexus"))
        }
    }

    /// Rows of data and the last line on standard error.
    static let refusedData: [([String], String)] = [
        (
            rows("a", "b", "a"),
            "data.jsonl:3: the id 'a' stands twice, first on line 1; give every sample an id of its own"
        ),
        (
            rows("a") + [#"{"id":"b","answer":"x"}"#],
            "data.jsonl:2: the field 'question' is missing; expected a value for the prompts there; fields of this "
                + "row: id, answer"
        ),
        ([], "data.jsonl: found no samples; expected at least one row"),
    ]

    private static func rows(_ ids: String...) -> [String] {
        ids.map { #"{"id":"\#($0)","question":"x","answer":"x"}"# }
    }

    @Test(arguments: refusedData)
    func `data with a fault is refused with its line, and leaves nothing`(rows: [String], message: String) async throws
    {
        try await withBinary { binary in
            try SmallSpec.write(rows: rows, to: binary)
            let outcome = try binary.run("eval", "spec.yaml")
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine == message)
            #expect(!binary.exists("reports") && !binary.exists(".nexus"))
        }
    }

    @Test func `a spec or a dataset that is not there is named`() async throws {
        try await withBinary { binary in
            try binary.write(SmallSpec.text(), to: "spec.yaml")
            let noData = try binary.run("eval", "spec.yaml")
            #expect(noData.status == 2 && noData.lastErrorLine.contains("data.jsonl"), "\(noData.error)")
            let noSpec = try binary.run("eval", "nope.yaml")
            #expect(noSpec.status == 2 && noSpec.error == "nope.yaml: there is no such file\n")
        }
    }

    /// `id,question,answer` with the rows (a, hi, hi) and (b, 'x, "y"', z), in every format.
    static let formats: [(String, Data)] = [
        ("data.csv", Data("id,question,answer\na,hi,hi\nb,\"x, \"\"y\"\"\",z\n".utf8)),
        ("data.tsv", Data("id\tquestion\tanswer\r\na\thi\thi\r\nb\tx, \"y\"\tz\r\n".utf8)),
        (
            "data.json",
            Data(
                (#"[{"id":"a","question":"hi","answer":"hi"},"#
                    + #"{"id":"b","question":"x, \"y\"","answer":["z","w"]}]"#).utf8)
        ),
        (
            "data.jsonl",
            Data(
                ("\u{FEFF}" + #"{"id":"a","question":"hi","answer":"hi"}"# + "\r\n\r\n"
                    + #"{"id":"b","question":"x, \"y\"","answer":"z"}"#).utf8)
        ),
        (
            "data.csv.gz",
            Data(
                base64Encoded: "H4sIAAAAAAACA8tM0SksTS0uyczP00nMKy5PLeJK1MnIBCKuJB2lCh0FJaVKJSUlnSouAJolIFwqAAAA")
                ?? Data()
        ),
    ]

    @Test(arguments: formats)
    func `data is read in every format`(file: String, content: Data) async throws {
        try await withBinary { binary in
            try content.write(to: binary.folder.appending(path: file))
            try binary.write(SmallSpec.text(dataset: "dataset: {path: \(file)}"), to: "spec.yaml")
            let outcome = try binary.run("eval", "spec.yaml", "--variants", "echo", "--out", "out")
            #expect(outcome.status == 0, "\(outcome.error)")
            let rows = Table(try binary.read("out/samples.csv")).rows
            #expect(rows.map { $0["output"] } == ["hi", #"x, "y""#])
            #expect(rows.map { $0["exact_match"] } == ["1", "0"])
        }
    }

    @Test func `a sample's own assertions score that sample alone, and the run can be reported again`() async throws {
        try await withBinary { binary in
            let samples = """
                samples:
                  - {id: a, question: hello, references: hello}
                  - {id: b, question: hallo, references: [x, y], assert: [{contains: {value: hal}}]}
                """
            try binary.write(SmallSpec.text(dataset: samples), to: "spec.yaml")
            let outcome = try binary.run("eval", "spec.yaml", "--variants", "echo", "--out", "out", "--quiet")
            #expect(outcome.status == 0, "\(outcome.error)")
            let table = Table(try binary.read("out/samples.csv"))
            #expect(table.header.suffix(2) == ["exact_match", "contains"])
            #expect(table.rows.map { $0["contains"] } == ["", "1"])
            let verified = try binary.run("report", "latest", "--out", "out", "--verify")
            #expect(verified.status == 0, "\(verified.error)")
        }
    }

    @Test func `flags choose samples, variants, repeats and the folder`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            let some = ["eval", "spec.yaml", "--quiet", "--limit", "3", "--repeats", "2", "--variants", "yes"]
            let chosen = try binary.run(some + ["--seed", "11", "--out", "chosen"])
            #expect(chosen.status == 0, "\(chosen.error)")
            let table = Table(try binary.read("chosen/samples.csv"))
            #expect(table.rows.map { $0["sample_id"] } == ["s0", "s0", "s1", "s1", "s2", "s2"])
            #expect(Set(table.rows.map { $0["variant"] }) == ["yes"])
            #expect(table.rows.map { $0["repeat"] } == ["0", "1", "0", "1", "0", "1"])
            let named = try binary.run(
                "eval", "spec.yaml", "--quiet", "--sample-id", "s5", "--sample-id", "s2", "--out", "named")
            #expect(named.status == 0)
            let rows = Table(try binary.read("named/samples.csv")).rows
            #expect(rows.map { $0["sample_id"] } == ["s2", "s2", "s5", "s5"])
            for folder in ["chosen", "named"] {
                let id = Table(try binary.read("\(folder)/samples.csv")).rows[0]["run_id"] ?? ""
                let verified = try binary.run("report", id, "--out", folder, "--verify")
                #expect(verified.status == 0, "\(verified.error)")
            }
        }
    }

    /// Flags, and the last line on standard error.
    static let refusedFlags: [([String], String)] = [
        (["--limit", "0"], "Error: --limit: found 0; expected 1 or more"),
        (["--sample-id", "s99"], "--sample-id: no sample of data.jsonl has the id 's99'"),
        (["--variants", "ecko"], "--variants: there is no variant 'ecko'; did you mean 'echo'?"),
        (["--gateway", "localhost"], "Error: --gateway: found 'localhost'; expected an http:// or https:// address"),
        (["--retry-failed"], "Error: --retry-failed goes with --resume RUN"),
        (["--resume", "latest"], #"no run "latest" in the store"#),
        (["--lmit", "3"], "Error: Unknown option '--lmit'. Did you mean '--limit'?"),
    ]

    @Test(arguments: refusedFlags)
    func `a wrong flag is refused, the reason last`(flags: [String], message: String) async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            let outcome = try binary.run(["eval", "spec.yaml"] + flags)
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine == message)
            #expect(!binary.exists("reports"))
        }
    }

    @Test func `a dry run states the plan and sends nothing`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(
                SmallSpec.text(models: "models: [{id: live, model: sim/m, max_tokens: 10}, baseline/echo]"), to: binary)
            var binary = binary
            binary.environment["SIM_BASE_URL"] = "http://127.0.0.1:9/v1"
            let text = try binary.run("eval", "spec.yaml", "--dry-run", "--repeats", "3")
            #expect(text.status == 0, "\(text.error)")
            #expect(text.output.hasPrefix("small: 8 samples × 2 variants × 3 repeats = 48 trials\n"))
            #expect(text.output.contains("at most 240 tokens out, cost unknown: no price is known"))
            #expect(text.output.hasSuffix("Nothing was sent.\n"))
            let json = try binary.run("eval", "spec.yaml", "--dry-run", "--json").json
            #expect(json?["trials"]?.intValue == 16)
            #expect(json?["variants"]?.arrayValue?.map { $0["estimated_cost_usd"] } == [.null, 0])
            #expect(!binary.exists("reports") && !binary.exists(".nexus"))
        }
    }

    @Test func `without gnuplot the report is written and says how to get it`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            var binary = binary
            binary.environment["PATH"] = ""
            let outcome = try binary.run("eval", "spec.yaml", "--out", "out")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.error.contains("note: no charts: gnuplot is not installed. Get it with"))
            #expect(try binary.read("out/report.html").contains("gnuplot is not installed"))
        }
    }

    @Test func `a cache never gives a baseline the answer to another sample`() async throws {
        try await withBinary { binary in
            try binary.write(
                """
                name: cached
                samples: [{id: a, text: One thing., answer: x}, {id: b, text: Another thing., answer: x}]
                models: [{id: lead, model: baseline/lead-1, input: text}]
                pipelines: [{id: kept, cache: exact}]
                metrics: [exact_match]
                """, to: "cached.yaml")
            let outcome = try binary.run("eval", "cached.yaml", "--quiet", "--out", "out")
            #expect(outcome.status == 0, "\(outcome.error)")
            let outputs = Table(try binary.read("out/samples.csv")).rows.map { $0["output"] }
            #expect(outputs == ["One thing.", "Another thing."])
        }
    }
}
