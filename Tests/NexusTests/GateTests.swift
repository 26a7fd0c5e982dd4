import Chat
import Foundation
import Testing

/// Gates as a CI job sees them: exit status, last line, JUnit.
struct GateTests {
    /// 200 rows; the echo baseline is right on three of four.
    static let rows = (0..<200).map {
        #"{"id":"s\#($0)","question":"w\#($0)","answer":"\#($0 % 4 == 0 ? "no" : "w\($0)")"}"#
    }

    private static func run(_ gates: String, _ flags: [String] = [], also: String = "") async throws -> (
        outcome: Binary.Outcome, junit: String
    ) {
        try await withBinary { binary in
            try SmallSpec.write(SmallSpec.text(also: "gates: [\(gates)]\n\(also)"), rows: rows, to: binary)
            let outcome = try binary.run(["eval", "spec.yaml", "--out", "out", "--quiet"] + flags)
            return (outcome, try binary.read("out/junit.xml"))
        }
    }

    /// A gate, the flags, the status, the last line on standard error (empty where all is well), the words of JUnit.
    static let cases: [(String, [String], Int32, String, String)] = [
        ("{metric: exact_match, min: 0.5, variant: echo}", [], 0, "", #"failures="0" errors="0" skipped="0""#),
        (
            "{metric: exact_match, min: 0.9, variant: echo}", [], 100,
            "1 gate failed: exact_match ≥ 0.9 (echo): 0.75 [0.6857, 0.8049], n = 200", #"<failure message="0.75"#
        ),
        (
            "{metric: exact_match, min: 0.7, variant: echo}", [], 101,
            "1 gate inconclusive: exact_match ≥ 0.7 (echo): 0.75 [0.6857, 0.8049], n = 200: needs about",
            #"<error message="0.75"#
        ),
        ("{metric: exact_match, min: 0.7, variant: echo}", ["--inconclusive", "pass"], 0, "", "<skipped"),
        ("{metric: cost_usd, max: 0.001, variant: echo}", [], 0, "", #"failures="0" errors="0" skipped="0""#),
        (
            "{metric: exact_match, min: 0.7, variant: echo}", ["--inconclusive", "fail"], 100,
            "1 gate failed or inconclusive: exact_match ≥ 0.7 (echo): 0.75", #"<error message="0.75"#
        ),
        (
            "{metric: exact_match, max_regression: 0.1, against: baseline}", [], 100,
            "1 gate failed: exact_match: at most 0.1 worse than echo (yes): difference −0.75 [−0.8049, −0.6857]",
            #"name="yes: exact_match: at most 0.1 worse than echo""#
        ),
        ("{metric: cost_usd, max: 0.5, of: total}", [], 0, "", "cost_usd (total) ≤ 0.5"),
        (
            "{metric: exact_match, min: 0.7, variant: echo}, {metric: exact_match, min: 0.9, variant: echo}", [], 100,
            "1 gate failed: exact_match ≥ 0.9 (echo): 0.75", #"failures="1" errors="1""#
        ),
        (
            "{metric: exact_match, min: 0.1}", [], 100, "1 gate failed: exact_match ≥ 0.1 (yes): 0 [0, 0.01885]",
            #"name="yes: exact_match ≥ 0.1""#
        ),
    ]

    @Test(arguments: cases)
    func `a gate decides the status, the last line and the test case`(
        gate: String, flags: [String], status: Int32, line: String, junit: String
    ) async throws {
        let (outcome, written) = try await Self.run(gate, flags)
        #expect(outcome.status == status, "\(outcome.error)")
        #expect(outcome.lastErrorLine.hasPrefix(line), "\(outcome.lastErrorLine)")
        #expect(line.isEmpty == outcome.error.isEmpty)
        #expect(written.contains(junit), "\(written)")
    }

    @Test func `with too few samples a corpus score decides nothing`() async throws {
        try await withBinary { binary in
            let spec = SmallSpec.text(
                metrics: "metrics: [bleu]", also: "gates: [{metric: bleu, min: 0, variant: echo}]")
            try SmallSpec.write(spec, rows: Self.rows, to: binary)
            let outcome = try binary.run("eval", "spec.yaml", "--limit", "20", "--quiet")
            #expect(outcome.status == 101)
            #expect(outcome.lastErrorLine.contains("the interval is only approximate under 100 samples"))
        }
    }

    @Test func `a gate on what nothing measures is refused before anything runs`() async throws {
        try await withBinary { binary in
            let gates = "gates: [{metric: exact_match, min: 0.5, variant: ecko}]"
            try SmallSpec.write(SmallSpec.text(also: gates), to: binary)
            let outcome = try binary.run("eval", "spec.yaml")
            #expect(outcome.status == 2)
            #expect(
                outcome.lastErrorLine
                    == "spec.yaml:6:50: gates[0].variant: there is no variant 'ecko'; did you mean 'echo'?")
            #expect(!binary.exists("reports"))
        }
    }

    @Test func `a report written again ends with the same status`() async throws {
        try await withBinary { binary in
            let gates = "gates: [{metric: exact_match, min: 0.9, variant: echo}]"
            try SmallSpec.write(SmallSpec.text(also: gates), rows: Self.rows, to: binary)
            let first = try binary.run("eval", "spec.yaml", "--quiet")
            let again = try binary.run("report", "latest", "--quiet")
            #expect(first.status == 100 && again.status == 100)
            #expect(first.output == again.output)
            #expect(first.lastErrorLine == again.lastErrorLine)
        }
    }
}
