import Chat
import Foundation
import Testing

/// Flags, names and places that cannot be used: status 2, the reason last, nothing on standard output.
struct RefusedFlagsTests {
    /// Flags of `nexus eval`, and the last line on standard error.
    static let eval: [([String], String)] = [
        (["--limit", "x"], "Error: The value 'x' is invalid for '--limit <n>'"),
        (["--repeats", "0"], "Error: --repeats: found 0; expected 1 or more"),
        (["--repeats", "10001"], "--repeats: found '10001'; expected a whole number from 1 to 10000"),
        (["--concurrency", "0"], "Error: --concurrency: found 0; expected 1 to 10000"),
        (["--concurrency", "10001"], "Error: --concurrency: found 10001; expected 1 to 10000"),
        (["--seed=-1"], "--seed: found '-1'; expected a whole number from 0"),
        (["--max-cost=-1"], "Error: --max-cost: found -1.0; expected dollars, 0 or more"),
        (["--max-cost", "nan"], "Error: --max-cost: found nan; expected dollars, 0 or more"),
        (["--variants", "zzz"], "--variants: there is no variant 'zzz'; known: echo, yes"),
        (["--out"], "Error: Missing value for '--out <dir>'"),
        (
            ["--inconclusive", "maybe"],
            "Error: The value 'maybe' is invalid for '--inconclusive <inconclusive>'. "
                + "Please provide one of 'pass' and 'fail'."
        ),
        (["other.yaml"], "Error: Unexpected argument 'other.yaml'"),
        (["--config", "nope.yaml"], "there is no file 'nope.yaml'"),
    ]

    @Test(arguments: eval) func `a flag of eval that cannot be used is refused`(flags: [String], message: String)
        async throws
    {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            let outcome = try binary.run(["eval", "spec.yaml"] + flags)
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine == message)
            #expect(outcome.output == "")
            #expect(!binary.exists("reports") && !binary.exists(".nexus"))
        }
    }

    @Test func `all unknown samples are named at once`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            let outcome = try binary.run("eval", "spec.yaml", "--sample-id", "s9", "--sample-id", "S1")
            #expect(outcome.status == 2)
            #expect(
                Set(outcome.error.split(separator: "\n")) == [
                    "--sample-id: no sample of data.jsonl has the id 'S1'; did you mean 's1'?",
                    "--sample-id: no sample of data.jsonl has the id 's9'; did you mean 's0'?",
                ])
        }
    }

    @Test func `an unknown run is refused by every command that takes one, with the nearest`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            #expect(try binary.run("eval", "spec.yaml", "--quiet").status == 0)
            let listed = try binary.run("runs", "--json").json?["runs"]?.arrayValue?.first
            let id = try #require(listed?["id"]?.stringValue)
            for command in [
                ["runs", "nope"], ["report", "nope"], ["report", "nope", "--verify"], ["compare", "latest", "nope"],
                ["eval", "spec.yaml", "--resume", "nope"],
            ] {
                let outcome = try binary.run(command)
                #expect(outcome.status == 2)
                #expect(outcome.error == "no run \"nope\" in the store; nearest: \(id)\n")
                #expect(outcome.output == "")
            }
            let variant = try binary.run("compare", "latest:ecko", "latest:yes")
            #expect(variant.status == 2)
            #expect(
                variant.lastErrorLine
                    == "run \(id) has no variant 'ecko'; it has echo, yes; did you mean 'echo'?")
        }
    }

    @Test func `the beginning of several runs is refused with the runs`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            for _ in 0..<2 { #expect(try binary.run("eval", "spec.yaml", "--quiet").status == 0) }
            let rows = try binary.run("runs", "--json").json?["runs"]?.arrayValue ?? []
            let ids = rows.compactMap { $0["id"]?.stringValue }
            #expect(ids.count == 2)
            for command in [["runs", "20"], ["report", "20"], ["eval", "spec.yaml", "--resume", "20"]] {
                let outcome = try binary.run(command)
                #expect(outcome.status == 2)
                #expect(
                    outcome.lastErrorLine.hasPrefix("\"20\" fits several runs; write more of the id: "),
                    "\(outcome.error)")
                for id in ids { #expect(outcome.lastErrorLine.contains(id)) }
            }
        }
    }

    @Test func `a report that is not there, or is none, cannot be verified`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            #expect(try binary.run("eval", "spec.yaml", "--quiet", "--out", "out").status == 0)
            let id = Table(try binary.read("out/samples.csv")).rows.first?["run_id"] ?? ""
            let absent = try binary.run("report", "latest", "--verify", "--out", "nowhere")
            #expect(absent.status == 2)
            #expect(
                absent.lastErrorLine == "there is no 'nowhere/summary.json'; write it with: nexus report \(id)")
            try binary.write("{\n", to: "out/summary.json")
            let broken = try binary.run("report", "latest", "--verify", "--out", "out")
            #expect(broken.status == 102)
            #expect(
                broken.lastErrorLine
                    == "out/summary.json: expected a key in quotes, found the end of the input at byte 2")
        }
    }

    @Test func `what is no store is refused by name and left alone`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            let before = try binary.read("spec.yaml")
            for command in [["eval", "spec.yaml"], ["runs"], ["report", "latest"]] {
                let text = try binary.run(command + ["--store", "spec.yaml"])
                #expect(text.status == 2)
                #expect(
                    text.lastErrorLine.contains(
                        "/spec.yaml: the store is damaged (it does not begin as a SQLite database does); save what "),
                    "\(text.error)")
                let below = try binary.run(command + ["--store", "spec.yaml/nexus.db"])
                #expect(below.status == 2)
                #expect(below.lastErrorLine == "spec.yaml/nexus.db: the store cannot be opened: Not a directory")
                let folder = try binary.run(command + ["--store", "."])
                #expect(folder.status == 2)
                #expect(folder.lastErrorLine.hasSuffix(": the store cannot be opened: not a file"))
            }
            #expect(try binary.read("spec.yaml") == before)
            let absent = try binary.run("report", "latest", "--store", "nowhere/nexus.db")
            #expect(absent.status == 2 && absent.lastErrorLine == "no run \"latest\" in the store")
            #expect(!binary.exists("nowhere"))
        }
    }

    /// Names and text for `nexus simulate`, and what is told on standard error.
    static let scripts: [(String, String, String)] = [
        ("lookup.yaml", "models: {m: {answer: {lookup: none.jsonl}}}\n", "lookup.yaml:1:31: lookup cannot be used:\n"),
        (
            "list.yaml", "- a\n",
            "list.yaml:1:1: the script must be a mapping with defaults, models, seed, found a list\n"
        ),
    ]

    @Test(arguments: scripts)
    func `a script that cannot be used is refused with its place`(file: String, text: String, message: String)
        async throws
    {
        try await withBinary { binary in
            try binary.write(text, to: file)
            let outcome = try binary.run("simulate", "--port", "0", "--script", file)
            #expect(outcome.status == 2)
            #expect(outcome.error.hasPrefix(message), "\(outcome.error)")
        }
    }

    @Test func `an address that is not this machine's is refused by name`() async throws {
        try await withBinary { binary in
            let outcome = try binary.run("simulate", "--host", "192.0.2.1", "--port", "0")
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine == "cannot listen on 192.0.2.1:0: Cannot assign requested address")
        }
    }
}
