import Chat
import Foundation
import Testing

/// Flags and files of `score`, `compare` and `ask` that do not go together: status 2, and the reason last.
struct FileCommandMisuseTests {
    /// Arguments, and the last line on standard error.
    static let wrong: [([String], String)] = [
        (["score"], "Error: expected a file of outputs with references, or --refs REF --sys SYS"),
        (["score", "--sys", "sys.txt"], "Error: --sys needs --refs REF"),
        (
            ["score", "rows.jsonl", "--refs", "ref.txt", "--sys", "sys.txt"],
            "Error: give a file of outputs with references, or --refs with --sys, not both"
        ),
        (["score", "-", "-"], "Error: standard input (-) can be only one of the files"),
        (["score", "rows.jsonl", "--resamples", "0"], "Error: --resamples: found 0; expected 1 to 10000000"),
        (["score", "rows.jsonl", "--metrics", ","], "--metrics: found no name; expected some, such as bleu,rougeL"),
        (
            ["score", "rows.jsonl", "--bleu-smooth", "flor"],
            "metric 'bleu': bleu: 'smooth' takes one of exp, floor, add-k, none, found 'flor'; did you mean 'floor'?"
        ),
        (
            ["score", "--refs", "none.txt", "--sys", "none.txt"],
            "none.txt: found no lines; expected one segment a line"
        ),
        (["compare"], "Error: Missing expected argument '<A>'"),
        (["compare", "rows.jsonl"], "Error: Missing expected argument '<B>'"),
        (["compare", "-", "-"], "Error: standard input (-) can be only one of the files"),
        (
            ["compare", "rows.jsonl", "rows.jsonl", "--refs", "ref.txt", "--metric", "bleu", "--cluster", "x"],
            "Error: --cluster goes with files of rows, not with --refs"
        ),
        (
            ["compare", "rows.jsonl", "rows.jsonl", "--resamples", "1000000000"],
            "Error: --resamples: found 1000000000; expected 1 to 10000000"
        ),
        (
            ["compare", "rows.jsonl", "rows.jsonl", "--alpha", "2"],
            "Error: --alpha: found 2.0; expected more than 0 and less than 1"
        ),
        (["ask"], "Error: Missing expected argument '<prompt>'"),
        (
            ["ask", "hi", "--model", "baseline/ecko"],
            "no baseline 'ecko'; did you mean 'echo'? (there are constant, echo, extractive-qa, lead-1, lead-3, "
                + "textrank, textrank-3)"
        ),
        (
            ["ask", "hi", "--model", "sim/m"],
            "sim: no address; set SIM_BASE_URL, or base_url under providers.sim in nexus.yaml"
        ),
        (["--frob"], "Error: Unknown option '--frob'"),
        (["help", "evl"], "there is no command 'evl'; did you mean 'eval'?"),
        (["runs", "a", "b"], "Error: Unexpected argument 'b'"),
        (["report"], "Error: Missing expected argument '<run>'"),
    ]

    @Test(arguments: wrong) func `what does not go together is refused`(arguments: [String], message: String)
        async throws
    {
        try await withBinary { binary in
            var binary = binary
            binary.environment["SIM_BASE_URL"] = ""
            try binary.write(#"{"id":"1","output":"a","references":"a"}"# + "\n", to: "rows.jsonl")
            for file in ["ref.txt", "sys.txt"] { try binary.write("a\n", to: file) }
            try binary.write("", to: "none.txt")
            let outcome = try binary.run(arguments)
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine == message)
            #expect(outcome.output == "")
        }
    }

    @Test func `a command like no other is refused with those that there are`() async throws {
        try await withBinary { binary in
            let outcome = try binary.run("frobnicate")
            #expect(outcome.status == 2)
            #expect(
                outcome.lastErrorLine.hasPrefix("there is no command 'frobnicate'; there are ask, cache, compare, doctor, "),
                "\(outcome.error)")
        }
    }

    @Test func `runs without a common measure are refused by their names`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            #expect(try binary.run("eval", "spec.yaml", "--quiet").status == 0)
            try SmallSpec.write(SmallSpec.text("other", metrics: "metrics: [token_f1]"), to: binary)
            #expect(try binary.run("eval", "spec.yaml", "--quiet").status == 0)
            let rows = try binary.run("runs", "--json").json?["runs"]?.arrayValue ?? []
            let ids = rows.compactMap { $0["id"]?.stringValue }
            try #require(ids.count == 2)
            let outcome = try binary.run(["compare"] + ids)
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine == "\(ids[0]):echo and \(ids[1]):echo have no measure in common")
        }
    }
}
