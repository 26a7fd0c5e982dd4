import Chat
import Foundation
import Simulator
import Testing

/// Live models that go wrong, and those that do not.
struct FaultTests {
    static let rows = SmallSpec.rows.prefix(2)

    /// Runs a spec over two samples against a simulated model `m`, and gives its rows and what the simulator saw.
    private static func run(
        _ script: String, model: String = "{id: live, model: sim/m}", also: String = "", flags: [String] = [],
        rows: [String] = Array(rows)
    ) async throws -> (outcome: Binary.Outcome, rows: [[String: String]], log: [RequestLog.Row]) {
        try await withSimulator("models: {m: \(script)}") { simulation in
            try await withBinary { binary in
                var binary = binary
                binary.environment["SIM_BASE_URL"] = simulation.baseURL
                try SmallSpec.write(SmallSpec.text(models: "models: [\(model)]", also: also), rows: rows, to: binary)
                let outcome = try binary.run(["eval", "spec.yaml", "--out", "out"] + flags)
                return (outcome, Table(try binary.read("out/samples.csv")).rows, simulation.log)
            }
        }
    }

    private static func retries(_ attempts: Int) -> String {
        "pipelines: [{id: x, retry: {max_attempts: \(attempts), timeout_seconds: 1, first_token_seconds: 1, "
            + "idle_seconds: 1}}]"
    }

    /// The simulator's fault, the error in samples.csv, and how often two trials with two attempts each ask.
    static let faults: [(String, String, Int)] = [
        ("500", "upstream_failure: sim: the upstream answered 500: ", 4),
        ("503", "upstream_failure: sim: the upstream answered 503: ", 4),
        ("timeout", "timeout: sim: 127.0.0.1 ", 4),
        ("reset", "cut: sim: 127.0.0.1 closed the connection before it answered", 4),
        ("truncated_stream", "cut: sim: 127.0.0.1 cut its answer off after ", 4),
        ("malformed_json", "upstream_invalid_response: sim: the answer is not JSON: ", 2),
        ("bad_request", "invalid_request: sim: the upstream answered 400: ", 2),
    ]

    @Test(.timeLimit(.minutes(2)), arguments: faults)
    func `a failed trial has an error and no score, and the run is not valid`(
        kind: String, error: String, requests: Int
    ) async throws {
        let (outcome, rows, log) = try await Self.run(
            "{errors: [{kind: \(kind), rate: 1}]}", also: Self.retries(2))
        #expect(outcome.status == 102)
        #expect(
            outcome.lastErrorLine == "the run is not valid: 2 of 2 trials failed (100 %; max_failures allows 1 %)")
        #expect(outcome.output.contains("failed: live: 2 × "), "\(outcome.output)")
        #expect(rows.count == 2)
        for row in rows {
            #expect(row["error"]?.hasPrefix(error) == true, "\(row["error"] ?? "")")
            for column in ["output", "exact_match", "source", "cost_usd", "input_tokens"] {
                #expect(row[column] == "", "\(column) of a failed trial")
            }
        }
        #expect(log.count == requests)
    }

    @Test(.timeLimit(.minutes(2))) func `a refusal for haste is asked again after the wait that was asked for`()
        async throws
    {
        let (outcome, rows, log) = try await Self.run("{errors: [{kind: 429, first: 1, retry_after: 1}]}")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(rows.allSatisfy { $0["error"] == "" && $0["output"]?.isEmpty == false })
        #expect(log.count == 3)
        #expect(log.first?.fault == "rate_limit")
        #expect(rows.compactMap { Double($0["latency_ms"] ?? "") }.max() ?? 0 >= 1000)
    }

    @Test func `bytes that are not UTF-8 are replaced, never guessed`() async throws {
        let (outcome, rows, _) = try await Self.run("{errors: [{kind: invalid_utf8, rate: 1}]}")
        #expect(outcome.status == 0)
        #expect(rows.allSatisfy { $0["output"]?.contains("\u{FFFD}") == true && $0["exact_match"] == "0" })
    }

    @Test func `failures within max_failures leave the run valid, and a failing gate waits behind too many`()
        async throws
    {
        let script = "{errors: [{kind: 400, first: 1}]}"
        let gate = "gates: [{metric: exact_match, min: 0.99}]"
        let allowed = try await Self.run(script, also: "max_failures: 0.5")
        #expect(allowed.outcome.status == 0, "\(allowed.outcome.error)")
        #expect(allowed.rows.count { $0["exact_match"] == "" } == 1)
        let both = try await Self.run(script, also: gate)
        #expect(both.outcome.status == 102)
        #expect(both.outcome.lastErrorLine.hasPrefix("the run is not valid: 1 of 2 trials failed (50 %; "))
    }

    @Test func `a streamed answer has a time to its first token, a whole one has none`() async throws {
        let script = "{ttft_ms: 30, itl_ms: 10}"
        let streamed = try await Self.run(script, model: "{id: live, model: sim/m, stream: true}")
        for row in streamed.rows {
            let (first, whole) = (Double(row["ttft_ms"] ?? "") ?? 0, Double(row["latency_ms"] ?? "") ?? 0)
            #expect(first >= 25 && first <= whole)
            #expect(row["input_tokens"]?.isEmpty == false && row["output_tokens"]?.isEmpty == false)
            #expect(row["cost_usd"] == "", "the price is unknown, and unknown is not free")
        }
        #expect(streamed.log.allSatisfy { $0.isStream })
        let whole = try await Self.run(script)
        #expect(whole.rows.allSatisfy { $0["ttft_ms"] == "" })
    }

    @Test func `a limit on cost says when costs are unknown`() async throws {
        let run = try await Self.run("{}", flags: ["--max-cost", "1"])
        #expect(run.outcome.status == 0)
        #expect(
            run.outcome.lastErrorLine
                == "warning: --max-cost counts known costs alone; the cost of 2 answers is unknown, as their model has "
                + "no known price")
        #expect(run.outcome.output.contains("What it cost is unknown: prices or token counts are missing."))
    }

    @Test func `an equal prompt is answered from the cache, but never another repeat's`() async throws {
        let rows = ["a", "b"].map { #"{"id":"\#($0)","question":"the same","answer":"the same"}"# }
        let also = "pipelines: [{id: x, cache: exact}]\nconcurrency: 1\nrepeats: 2"
        let cold = try await Self.run("{}", also: also, rows: rows)
        #expect(cold.outcome.status == 0, "\(cold.outcome.error)")
        #expect(cold.log.count == 2)
        #expect(Set(cold.rows.filter { $0["source"] == "cache" }.map { $0["repeat"] }) == ["0", "1"])
        #expect(cold.rows.count { $0["source"] == "cache" } == 2)
        let off = try await Self.run("{}", also: also, flags: ["--no-cache"], rows: rows)
        #expect(off.log.count == 4)
        #expect(off.rows.allSatisfy { $0["source"] == "llm" })
    }

    @Test func `a warm run is answered from the cache throughout`() async throws {
        let also = "pipelines: [{id: x, cache: exact}]\ncache: warm"
        let warm = try await Self.run("{}", also: also)
        #expect(warm.log.count == 2)
        #expect(warm.rows.map { $0["source"] } == ["cache", "cache"])
    }

    @Test func `a gateway is asked instead of the pipeline inside, under the model's full name`() async throws {
        try await withSimulator { simulation in
            try await withBinary { binary in
                let models = "models: [{id: far, model: openai/gpt-4o-mini}]"
                try SmallSpec.write(SmallSpec.text(models: models), rows: Array(Self.rows), to: binary)
                let outcome = try binary.run(
                    "eval", "spec.yaml", "--quiet", "--out", "out", "--gateway", simulation.origin)
                #expect(outcome.status == 0, "\(outcome.error)")
                #expect(simulation.log.map(\.model) == ["openai/gpt-4o-mini", "openai/gpt-4o-mini"])
                #expect(Table(try binary.read("out/samples.csv")).rows.map { $0["output"] } == ["word 0", "word 1"])
            }
        }
    }

    @Test func `a gateway hears a bare name as it is written`() async throws {
        try await withSimulator { simulation in
            try await withBinary { binary in
                let models = "models: [{id: far, model: fast}]"
                try SmallSpec.write(SmallSpec.text(models: models), rows: Array(Self.rows.prefix(1)), to: binary)
                let outcome = try binary.run(
                    "eval", "spec.yaml", "--quiet", "--out", "out", "--gateway", simulation.origin)
                #expect(outcome.status == 0, "\(outcome.error)")
                #expect(simulation.log.map(\.model) == ["fast"])
            }
        }
    }

    @Test func `every model that cannot be asked is named at once`() async throws {
        try await withBinary { binary in
            let models = "models: [{id: a, recorded: a.jsonl}, {id: b, recorded: b.jsonl}]"
            try SmallSpec.write(SmallSpec.text(models: models), rows: Array(Self.rows), to: binary)
            let outcome = try binary.run("eval", "spec.yaml", "--quiet", "--out", "out")
            #expect(outcome.status == 2)
            #expect(outcome.error.contains("model 'a': ") && outcome.error.contains("model 'b': "))
        }
    }
}
