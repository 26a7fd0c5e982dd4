import Foundation
import Testing

/// Recorded answers in a run: an absent id is a failed trial that says so, a broken recording no run at all.
struct RecordedRunTests {
    private static let spec = """
        name: recorded
        dataset: {path: data.jsonl}
        models: [{id: gpt4, recorded: gpt4.jsonl}]
        metrics: [exact_match]
        """

    private func run(_ recording: String?) async throws -> (outcome: Binary.Outcome, rows: [[String: String]]) {
        try await withBinary { binary in
            try SmallSpec.write(Self.spec + "\n", to: binary)
            if let recording { try binary.write(recording, to: "gpt4.jsonl") }
            let outcome = try binary.run("eval", "spec.yaml", "--quiet", "--out", "out", "--limit", "3")
            let rows = binary.exists("out/samples.csv") ? Table(try binary.read("out/samples.csv")).rows : []
            #expect(binary.exists("out") == !rows.isEmpty)
            return (outcome, rows)
        }
    }

    @Test func `an absent id is a failed trial that names the file and the nearest id`() async throws {
        let recording = #"{"id":"s0","output":"other"}"# + "\n" + #"{"id":"elsewhere","output":"x"}"# + "\n"
        let (outcome, rows) = try await run(recording)
        #expect(outcome.status == 102)
        #expect(
            outcome.lastErrorLine == "the run is not valid: 2 of 3 trials failed (66.7 %; max_failures allows 1 %)")
        #expect(rows.map { $0["output"] } == ["other", "", ""])
        #expect(
            rows.map { $0["error"] } == [
                "", "not_found: no recorded answer for sample 's1' in gpt4.jsonl (nearest id: 's0')",
                "not_found: no recorded answer for sample 's2' in gpt4.jsonl (nearest id: 's0')",
            ])
        #expect(rows.map { $0["exact_match"] } == ["1", "", ""])
        #expect(
            outcome.output.contains("failed: gpt4: 2 × not_found, the first: no recorded answer for sample 's1'"),
            "\(outcome.output)")
    }

    /// A recording, or none, and all that is told on standard error.
    static let refused: [(String?, String)] = [
        (nil, "spec.yaml:3: model 'gpt4': gpt4.jsonl: no such file (did you mean \"data.jsonl\"?)\n"),
        (
            #"{"id":"s0","output":"a"}"# + "\n" + #"{"id":"s0","output":"b"}"#,
            "spec.yaml:3: model 'gpt4': gpt4.jsonl:2: the id 's0' stands twice, first in line 1 (keep one answer a "
                + "sample)\n"
        ),
        (
            #"{"id":"s0"}"#,
            "spec.yaml:3: model 'gpt4': gpt4.jsonl:1: found no output; expected a text (leave the row out where there "
                + "was no answer)\n"
        ),
    ]

    @Test(arguments: refused)
    func `a recording that cannot be read is refused with the line of the spec and its own`(
        recording: String?, message: String
    ) async throws {
        let (outcome, _) = try await run(recording)
        #expect(outcome.status == 2)
        #expect(outcome.error == message)
        #expect(outcome.output == "")
    }
}
