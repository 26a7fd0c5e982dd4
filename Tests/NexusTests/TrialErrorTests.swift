import Foundation
import Simulator
import Testing

/// What `samples.csv` and the summary say of each kind of failed trial.
struct TrialErrorTests {
    /// A fault of the simulator's: its name there, whether the answer is streamed, and how the error begins.
    struct Fault: Sendable {
        var kind: String
        var isStream = false
        var error: String
        var id: String { kind.replacing("_", with: "-") + (isStream ? "-stream" : "") }
    }

    static let faults = [
        Fault(kind: "rate_limit", error: "rate_limited: sim: the upstream answered 429: simulated 429"),
        Fault(kind: "unauthorized", error: "authentication: sim: the upstream answered 401: simulated 401"),
        Fault(
            kind: "html",
            error: "upstream_invalid_response: sim: the answer is not JSON: expected a value, found '<' at byte 0"),
        Fault(kind: "timeout", error: "timeout: sim: 127.0.0.1 "),
        Fault(kind: "truncated_stream", error: "cut: sim: 127.0.0.1 cut its answer off after "),
        Fault(
            kind: "timeout", isStream: true,
            error: "timeout: sim: 127.0.0.1 sent no first byte of an answer within 1.0 seconds"),
        Fault(
            kind: "malformed_json", isStream: true,
            error: "upstream_invalid_response: sim: the answer is not JSON: expected "),
        Fault(
            kind: "stream_error", isStream: true,
            error: "upstream_failure: sim: the upstream reported an error: simulated failure inside the stream"),
        Fault(
            kind: "truncated_stream", isStream: true, error: "cut: sim: 127.0.0.1 cut its answer off after "),
        Fault(kind: "empty", isStream: true, error: "upstream_invalid_response: sim: the answer is empty"),
    ]

    @Test(.timeLimit(.minutes(2))) func `each failed trial says who failed, how and with what`() async throws {
        let script = Self.faults.map { fault in
            "\(fault.id): {answer: {fixed: one two three four}, errors: [{kind: \(fault.kind), rate: 1}]}"
        }
        try await withSimulator("models: {\(script.joined(separator: ", "))}") { simulation in
            try await withBinary { binary in
                var binary = binary
                binary.environment["SIM_BASE_URL"] = simulation.baseURL
                let models = Self.faults.map { fault in
                    "{id: \(fault.id), model: sim/\(fault.id), stream: \(fault.isStream)}"
                }
                let limits = "max_attempts: 1, timeout_seconds: 1, first_token_seconds: 1, idle_seconds: 1"
                let spec = SmallSpec.text(
                    models: "models: [\(models.joined(separator: ", "))]",
                    also: "pipelines: [{id: x, retry: {\(limits)}}]")
                try SmallSpec.write(spec, rows: Array(SmallSpec.rows.prefix(1)), to: binary)
                let outcome = try binary.run("eval", "spec.yaml", "--quiet", "--out", "out")
                #expect(outcome.status == 102)
                #expect(
                    outcome.lastErrorLine
                        == "the run is not valid: 10 of 10 trials failed (100 %; max_failures allows 1 %)")
                let rows = Table(try binary.read("out/samples.csv")).rows
                for fault in Self.faults {
                    let row = rows.first { $0["variant"] == fault.id }
                    let error = row?["error"] ?? "no row"
                    #expect(error.hasPrefix(fault.error), "\(fault.id): \(error)")
                    #expect(row?["output"] == "" && row?["exact_match"] == "")
                    #expect(outcome.output.contains("failed: \(fault.id): 1 × "), "\(outcome.output)")
                }
            }
        }
    }

    @Test func `nobody at the address is a failed trial that names it`() async throws {
        try await withBinary { binary in
            var binary = binary
            binary.environment["SIM_BASE_URL"] = "http://127.0.0.1:9/v1"
            let also = "pipelines: [{id: x, retry: {max_attempts: 1}}]"
            try SmallSpec.write(
                SmallSpec.text(models: "models: [{id: live, model: sim/m}]", also: also),
                rows: Array(SmallSpec.rows.prefix(1)), to: binary)
            let outcome = try binary.run("eval", "spec.yaml", "--quiet", "--out", "out")
            #expect(outcome.status == 102)
            let rows = Table(try binary.read("out/samples.csv")).rows
            #expect(
                rows.map { $0["error"] } == ["unreachable: sim: could not connect to 127.0.0.1: Connection refused"])
            binary.environment["SIM_BASE_URL"] = ""
            let unset = try binary.run("eval", "spec.yaml", "--quiet", "--out", "none")
            #expect(unset.status == 2)
            #expect(
                unset.error
                    == "spec.yaml:4: model 'live': sim: no address; set SIM_BASE_URL, or base_url under "
                    + "providers.sim in nexus.yaml\n")
            #expect(!binary.exists("none"))
        }
    }
}
