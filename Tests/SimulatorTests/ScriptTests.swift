import Foundation
import Testing

@testable import Simulator

@Suite struct ScriptTests {
    private func parse(_ text: String, file: String = "s.yaml") throws -> SimulatorScript {
        try SimulatorScript.parse(text: text, file: file)
    }

    private func complaint(_ text: String) -> String {
        do {
            _ = try SimulatorScript.parse(text: text, file: "s.yaml")
            return "no error"
        } catch {
            return error.description
        }
    }

    @Test func `every key of the contract is read`() throws {
        let script = try parse(
            """
            seed: 7
            defaults: {latency_ms: 5}
            models:
              a:
                latency_ms: 50
                ttft_ms: {dist: lognormal, median: 300, sigma: 0.4}
                itl_ms: {dist: exponential, mean: 20}
                answer: {fixed: no}
                tokens: 12
                errors:
                  - {kind: rate_limit, first: 2, retry_after: 1.50}
                  - {kind: 503, nth: 3, per: prompt}
                  - {kind: timeout, rate: 0.25}
                  - {kind: reset}
            """)
        #expect(script.seed == 7)
        #expect(script.defaults?.latency == .constant(5))
        let a = try #require(script.models["a"])
        #expect(a.latency == .constant(50))
        #expect(a.firstToken == .lognormal(median: 300, sigma: 0.4))
        #expect(a.interToken == .exponential(mean: 20))
        #expect(a.answer.text(for: "x") == "no")
        #expect(a.tokens == 12)
        #expect(a.faults.map(\.fault.name) == ["rate_limit", "unavailable", "timeout", "reset"])
        #expect(a.faults.map(\.condition) == [.first(2), .nth(3), .rate(0.25), .always])
        #expect(a.faults.map(\.count) == [.model, .prompt, .model, .model])
        #expect(a.faults.map(\.retryAfter) == ["1.50", nil, nil, nil])
    }

    @Test func `JSON is read as well as YAML`() throws {
        let script = try parse(
            """
            {"seed": 1, "models": {"m": {"answer": {"fixed": "a \\"b\\" \\u00e9"}, "errors": [{"kind": "429", "nth": 2}]}}}
            """)
        #expect(script.models["m"]?.answer.text(for: "") == "a \"b\" é")
        #expect(script.models["m"]?.faults == [FaultRule(Fault(name: "rate_limit", effect: .status(429)), .nth(2))])
    }

    @Test func `a model takes from the defaults what it does not say`() throws {
        let script = try parse(
            "{defaults: {latency_ms: 9, answer: {fixed: d}}, models: {m: {latency_ms: 1}, n: , sim/o: {tokens: 3}}}")
        #expect(script.model(named: "m")?.latency == .constant(1))
        #expect(script.model(named: "m")?.answer.text(for: "") == "d")
        #expect(script.model(named: "n")?.latency == .constant(9))
        #expect(script.model(named: "o")?.tokens == 3)
        #expect(script.model(named: "anything")?.latency == .constant(9))
    }

    @Test(arguments: ["", "seed: 3", "# nothing\n"])
    func `a script without models serves every name with an echo`(_ text: String) throws {
        #expect(try parse(text).model(named: "gpt")?.answer.text(for: "hi") == "hi")
    }

    @Test func `a name is known with and without its provider, and others only by defaults`() throws {
        let script = try parse("models: {m: {tokens: 4}, sim/n: {}}")
        #expect(script.model(named: "sim/m")?.tokens == 4)
        #expect(script.model(named: "n") != nil)
        #expect(script.model(named: "o") == nil)
        #expect(script.names == ["m", "n"])
    }

    @Test(arguments: [
        (
            "models: {m: {latncy_ms: 5}}",
            "s.yaml:1:14: unknown key 'latncy_ms' in model 'm'; did you mean 'latency_ms'?"
        ),
        ("sed: 5", "s.yaml:1:1: unknown key 'sed' in the script; did you mean 'seed'?"),
        ("quux: 5", "s.yaml:1:1: unknown key 'quux' in the script; write one of defaults, models, seed"),
        ("seed: -1", "seed must be a whole number from 0 to 9223372036854775807, found '-1'"),
        ("models: [a]", "s.yaml:1:9: models must be a mapping of names, found a list"),
        (
            "models: {m: fast}",
            "model 'm' must be a mapping with answer, errors, itl_ms, latency_ms, tokens, ttft_ms, found 'fast'"
        ),
        ("models: {m: {latency_ms: soon}}", "latency_ms must be a number from 0 to 3600000, found 'soon'"),
        ("models: {m: {latency_ms: nan}}", "latency_ms must be a number from 0 to 3600000, found 'nan'"),
        ("models: {m: {ttft_ms: -1}}", "ttft_ms must be a number from 0 to 3600000, found '-1'"),
        (
            "models: {m: {itl_ms: {dist: lognorml, median: 1, sigma: 1}}}",
            "unknown distribution 'lognorml' in itl_ms; did you mean 'lognormal'?"
        ),
        (
            "models: {m: {itl_ms: {median: 1}}}",
            "itl_ms needs 'dist': one of constant, exponential, lognormal, normal, uniform"
        ),
        ("models: {m: {itl_ms: {dist: lognormal, median: 1}}}", "itl_ms with dist: lognormal needs 'sigma'"),
        ("models: {m: {itl_ms: {dist: constant, value: 1, sigma: 1}}}", "unknown key 'sigma' in itl_ms"),
        ("models: {m: {answer: hello}}", "unknown answer 'hello'; write echo, {fixed: TEXT} or {lookup: FILE.jsonl}"),
        ("models: {m: {answer: {fixd: hello}}}", "unknown key 'fixd' in answer; did you mean 'fixed'?"),
        ("models: {m: {answer: {}}}", "answer says nothing; write echo"),
        ("models: {m: {answer: {fixed: }}}", "answer.fixed must be text, found nothing"),
        ("models: {m: {answer: {fixed: a, lookup: b}}}", "answer takes one of fixed and lookup, found both"),
        ("models: {m: {answer: {lookup: no-such.jsonl}}}", "no-such.jsonl"),
        ("models: {m: {tokens: 1.5}}", "tokens must be a whole number from 0 to 10000000, found '1.5'"),
        (
            "models: {m: {errors: {kind: reset}}}",
            "errors must be a list of {kind, rate | nth | first}, found a mapping"
        ),
        ("models: {m: {errors: [{rate: 0.5}]}}", "an error needs 'kind'"),
        (
            "models: {m: {errors: [{kind: time_out}]}}",
            "unknown kind 'time_out' in an error (or a status from 400 to 599); did you mean 'timeout'?"
        ),
        ("models: {m: {errors: [{kind: 200}]}}", "unknown kind '200'"),
        ("models: {m: {errors: [{kind: reset, rate: 2}]}}", "rate must be a number from 0 to 1, found '2'"),
        ("models: {m: {errors: [{kind: reset, nth: 0}]}}", "nth must be a whole number from 1 to"),
        (
            "models: {m: {errors: [{kind: reset, nth: 2, first: 1}]}}",
            "an error takes one of rate, nth and first, found first and nth"
        ),
        ("models: {m: {errors: [{kind: reset, per: modl}]}}", "unknown count 'modl' in per; did you mean 'model'?"),
        (
            "models: {m: {errors: [{kind: reset, retry_after: 1}]}}",
            "retry_after goes with kinds that answer with an error status, not with reset"
        ),
        (
            #"models: {m: {errors: [{kind: 429, retry_after: "1\r\nx: y"}]}}"#,
            "retry_after is sent as a header: printable ASCII only"
        ),
        ("models: {m: {a: [}}", "s.yaml:1:18: not YAML: did not find expected node content"),
        ("seed: 1\nseed: 2", "'seed' stands twice in this mapping; keep one"),
    ])
    func `a fault of the script is told with its place and the remedy`(_ text: String, _ message: String) {
        #expect(complaint(text).contains(message))
    }

    @Test func `all faults are told at once, each with its line`() {
        let text = "seed: x\nmodels:\n  m:\n    tokns: 1\n    errors:\n      - {kind: nope}\n"
        let lines = complaint(text).split(separator: "\n").map { $0.prefix(9) }
        #expect(lines == ["s.yaml:1:", "s.yaml:4:", "s.yaml:6:"])
    }

    @Test func `a script that is not there is named`() {
        #expect(
            throws: ScriptError([.init(file: "none.yaml", message: "there is no such file, or it may not be read")])
        ) {
            try SimulatorScript.read(file: "none.yaml")
        }
    }

    @Test func `an answer table stands beside its script`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("simulator-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let rows =
            #"{"id": 1, "prompt": "2+2?", "answer": "4"}"# + "\n\n" + #"{"prompt": " sky \n", "answer": "blue"}"# + "\n"
        try Data(rows.utf8).write(to: folder.appendingPathComponent("answers.jsonl"))
        try Data("models: {m: {answer: {lookup: answers.jsonl}}}".utf8).write(
            to: folder.appendingPathComponent("s.yaml"))
        let script = try SimulatorScript.read(file: folder.appendingPathComponent("s.yaml").path)
        let answer = try #require(script.models["m"]?.answer)
        #expect(answer.text(for: "2+2?") == "4")
        #expect(answer.text(for: "sky") == "blue")
        #expect(answer.text(for: "sea") == nil)
    }

    @Test(arguments: [
        (#"{"prompt": "a"}"#, "t.jsonl:1: there is no 'answer'"),
        (#"{"prompt": "a", "answer": 4}"#, "t.jsonl:1: 'answer' must be a string, found a number"),
        (
            "{\"prompt\": \"a\", \"answer\": \"b\"}\n{\"prompt\": \" a\", \"answer\": \"c\"}",
            "t.jsonl:2: this prompt has another answer in an earlier row; keep one of them"
        ),
        ("{\"prompt\": \"a\", \"answer\": \"b\"}\n{nope", "t.jsonl:2"),
    ])
    func `a row of an answer table that is no answer is told with its line`(_ rows: String, _ message: String) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("table-\(UUID().uuidString).jsonl")
        try Data(rows.utf8).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let error = #expect(throws: ScriptError.self) { try AnswerTable.read(path: path.path, name: "t.jsonl") }
        #expect(error?.description.contains(message) == true)
    }
}
