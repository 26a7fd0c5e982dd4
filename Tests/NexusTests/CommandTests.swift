import Chat
import Foundation
import Simulator
import Testing

/// The commands besides `eval`, and what they say when they are used wrongly.
struct CommandTests {
    @Test func `the program says its version and, unasked, what it can do`() async throws {
        try await withBinary { binary in
            #expect(try binary.run("--version").output == "0.1.0\n")
            let bare = try binary.run()
            #expect(bare.status == 0)
            for command in ["ask", "compare", "doctor", "eval", "report", "runs", "score", "simulate"] {
                #expect(bare.output.contains("\n  \(command) "))
                let help = try binary.run(command, "--help")
                #expect(help.status == 0 && help.output.hasPrefix("OVERVIEW: "))
                #expect(help.output.contains("--store <path>") && help.output.contains("--json"))
            }
        }
    }

    /// Arguments, and the last line on standard error.
    static let wrong: [([String], String)] = [
        (["evl", "spec.yaml"], "there is no command 'evl'; did you mean 'eval'?"),
        (["eval"], "Error: Missing expected argument '<spec>'"),
        (["runs", "nope"], #"no run "nope" in the store"#),
        (["runs", "--sotre", "x"], "Error: Unknown option '--sotre'. Did you mean '--store'?"),
        (["report", "latest"], #"no run "latest" in the store"#),
        (["ask", "hi", "--config", "nope.yaml"], "there is no file 'nope.yaml'"),
        (["ask", "hi", "--env-file", "nope"], "there is no file 'nope'"),
        (
            ["ask", "hi", "--model", "openai/gpt-4o"],
            "openai: no API key; set OPENAI_API_KEY in the environment or in .env"
        ),
        (["ask", "hi", "--temperature", "9"], "--temperature: found 9.0; expected 0 to 2"),
        (["simulate", "--port", "70000"], "Error: --port: found 70000; expected 0 to 65535"),
        (["simulate", "--script", "nope.yaml"], "nope.yaml: there is no such file, or it may not be read"),
    ]

    @Test(arguments: wrong) func `wrong usage ends with 2 and the reason last`(arguments: [String], message: String)
        async throws
    {
        try await withBinary { binary in
            var binary = binary
            binary.environment["OPENAI_API_KEY"] = ""
            let outcome = try binary.run(arguments)
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine == message)
            #expect(outcome.output == "")
        }
    }

    @Test func `runs are listed, shown and verified, and tampering is found`() async throws {
        try await withBinary { binary in
            #expect(try binary.run("runs").output == "No runs in .nexus/nexus.db. Make one with: nexus eval SPEC\n")
            #expect(try binary.run("runs", "--json").output == "{\"runs\":[]}\n")
            try SmallSpec.write(to: binary)
            #expect(try binary.run("eval", "spec.yaml", "--quiet").status == 0)
            let run = try #require(try binary.run("runs", "--json").json?["runs"]?.arrayValue?.first)
            let id = try #require(run["id"]?.stringValue)
            #expect(
                run.objectValue?.map(\.key) == [
                    "id", "spec", "kind", "status", "started_at", "trials", "failed", "variants",
                ])
            #expect(run["status"]?.stringValue == "finished" && run["trials"]?.intValue == 16)
            let list = try binary.run("runs").output.split(separator: "\n")
            #expect(list.count == 2 && list[1].hasPrefix("\(id)  finished"))
            let shown = try binary.run("runs", "latest").output
            #expect(shown.contains("trials    16, 0 failed\n"))
            #expect(shown.contains("report    reports/\(id)/report.html\n"))

            #expect(try binary.run("report", "latest", "--verify").status == 0)
            let path = "reports/\(id)/summary.json"
            let text = try binary.read(path)
            try binary.write(text.replacing("\"samples\": 8", with: "\"samples\": 9"), to: path)
            #expect(try binary.read(path) != text, "the file has a count of samples to tamper with")
            let found = try binary.run("report", "latest", "--verify")
            #expect(found.status == 102)
            #expect(found.error.contains("written 9, recomputed 8"))
            #expect(found.lastErrorLine == "reports/\(id) does not follow from the stored trials: 1 value wrong")

            try binary.write(text, to: path)
            let table = "reports/\(id)/summary.csv"
            let rows = try binary.read(table)
            try binary.write(rows.replacing(",8,", with: ",9,", maxReplacements: 1), to: table)
            let wrong = try binary.run("report", "latest", "--verify")
            #expect(wrong.status == 102)
            #expect(wrong.error.contains("  summary.csv:2: written "))
        }
    }

    @Test func `an answer has at least one token, and what cannot be written is no success`() async throws {
        try await withBinary { binary in
            let none = try binary.run("ask", "hello", "--model", "baseline/echo", "--max-tokens", "0")
            #expect(none.status == 2)
            #expect(none.lastErrorLine == "--max-tokens: found 0; expected at least 1")
            let process = Process()
            process.executableURL = URL(filePath: Binary.path)
            process.arguments = ["runs", "--json"]
            process.currentDirectoryURL = binary.folder
            process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
            let said = Pipe()
            process.standardError = said
            try process.run()
            let error = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 1)
            #expect(error == "the output cannot be written: No space left on device\n")
        }
    }

    @Test func `an answer goes to standard output, what the stages did to standard error`() async throws {
        try await withBinary { binary in
            let spoken = try binary.run("ask", "hello", "--model", "baseline/echo")
            #expect(spoken.status == 0 && spoken.output == "hello\n")
            let stages = spoken.error.split(separator: "\n").prefix(3)
            #expect(zip(stages, ["meter ", "  retry ", "    provider "]).allSatisfy { $0.hasPrefix($1) })
            #expect(spoken.lastErrorLine.hasPrefix("baseline/echo · baseline · "))
            let json = try binary.run("ask", "hello", "--model", "baseline/echo", "--json").json
            #expect(json?["text"]?.stringValue == "hello" && json?["cost_usd"]?.intValue == 0)
            #expect(json?["stages"]?.arrayValue?.map { $0["stage"]?.stringValue } == ["meter", "retry", "provider"])
        }
    }

    @Test func `a model that fails to the end is an error with every attempt side by side`() async throws {
        try await withSimulator("models: {m: {errors: [{kind: 500, rate: 1}]}}") { simulation in
            try await withBinary { binary in
                var binary = binary
                binary.environment["SIM_BASE_URL"] = simulation.baseURL
                let outcome = try binary.run("ask", "hello", "--model", "sim/m")
                #expect(outcome.status == 1)
                let attempts = outcome.error.split(separator: "\n").filter { $0.contains("provider ") }
                #expect(attempts.count == 3 && attempts.allSatisfy { $0.hasPrefix("    provider ") })
                #expect(outcome.lastErrorLine.hasPrefix("sim/m: upstream_failure: sim: the upstream answered 500: "))
            }
        }
    }

    @Test func `with nothing configured a baseline answers and says so`() async throws {
        try await withBinary { binary in
            var binary = binary
            binary.environment["OLLAMA_BASE_URL"] = "http://127.0.0.1:9"
            let outcome = try binary.run("ask", "hello")
            #expect(outcome.status == 0 && outcome.output == "hello\n", "\(outcome.error)")
            #expect(
                outcome.error.hasPrefix(
                    "note: no model is set and no Ollama answers at http://127.0.0.1:9; baseline/echo repeats the "
                        + "prompt; choose one with --model provider/model or default_model\n"))
        }
    }

    @Test func `the configuration's order is environment, then the env file, and keys are never shown`() async throws {
        try await withSimulator { simulation in
            try await withBinary { binary in
                try binary.write(
                    """
                    providers:
                      local: {dialect: openai, base_url: "${LOCAL_URL}", api_key: "${LOCAL_KEY}"}
                    models: {fast: {model: local/m, temperature: 0.5}}
                    default_model: fast
                    """, to: "nexus.yaml")
                try binary.write(
                    "# here\nexport LOCAL_URL=\(simulation.baseURL)\nLOCAL_KEY='key-4711' # mine\n", to: ".env")
                let asked = try binary.run("ask", "hello")
                #expect(asked.status == 0 && asked.output == "hello\n", "\(asked.error)")
                #expect(simulation.log.last?.headers.hasAuthorization == true)
                let doctor = try binary.run("doctor")
                #expect(doctor.status == 0)
                #expect(doctor.output.contains("configuration  .env, nexus.yaml"))
                #expect(doctor.output.contains("ok     local"), "\(doctor.output)")
                try SmallSpec.write(SmallSpec.text(models: "models: [fast]"), to: binary)
                let run = try binary.run("eval", "spec.yaml", "--out", "out")
                #expect(run.status == 0, "\(run.error)")
                let store = try Data(contentsOf: binary.folder.appending(path: ".nexus/nexus.db"))
                #expect(store.range(of: Data("key-4711".utf8)) == nil)
                for text in [asked.error, doctor.output, run.output, run.error, try binary.read("out/summary.json")] {
                    #expect(!text.contains("key-4711"))
                }
                var elsewhere = binary
                elsewhere.environment["LOCAL_URL"] = "http://127.0.0.1:9"
                #expect(try elsewhere.run("ask", "hello").lastErrorLine.hasPrefix("local/m: unreachable: "))
                try binary.write("", to: ".env")
                #expect(
                    try binary.run("ask", "hello").lastErrorLine
                        == "the provider 'local' has no address: ${LOCAL_URL} is not set")
            }
        }
    }

    /// A file, its content, and the last line on standard error.
    static let badConfiguration: [(String, String, String)] = [
        (
            "nexus.yaml", "defalt_model: x\n",
            "nexus.yaml:1:1: unknown key 'defalt_model'; did you mean 'default_model'?"
        ),
        (
            "nexus.yaml", "providers: {a: {dialect: opnai}}\n",
            "nexus.yaml:1:26: providers.a.dialect: found 'opnai'; expected one of anthropic, deepseek, google, http, "
                + "mistral, ollama, openai; did you mean 'openai'?"
        ),
        (".env", "A=1\noops\n", ".env:2: expected NAME=value"),
    ]

    @Test(arguments: badConfiguration) func `a configuration with a fault is refused with its place`(
        file: String, content: String, message: String
    ) async throws {
        try await withBinary { binary in
            try binary.write(content, to: file)
            let outcome = try binary.run("ask", "hi", "--model", "baseline/echo")
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine == message)
            let doctor = try binary.run("doctor")
            #expect(doctor.status == 2 && doctor.lastErrorLine == "1 to mend: configuration")
            #expect(doctor.output.contains("FAULT  configuration"))
        }
    }

    @Test func `doctor names addresses without what may be secret in them`() async throws {
        try await withBinary { binary in
            var binary = binary
            binary.environment["OPENAI_API_KEY"] = "any"
            binary.environment["OPENAI_BASE_URL"] = "http://user:CANARY-PW@127.0.0.1:9/v1?key=CANARY-KEY"
            for flags in [[], ["--json"]] {
                let doctor = try binary.run(["doctor"] + flags)
                let words = "OPENAI_BASE_URL: found a user name or password in the address"
                #expect(doctor.output.contains(words), "\(doctor.output)")
                #expect(!(doctor.output + doctor.error).contains("CANARY"))
            }
        }
    }

    @Test func `a script with a fault and a port in use are refused`() async throws {
        try await withSimulator { simulation in
            try await withBinary { binary in
                try binary.write("models: {m: {errors: [{kind: rat_limit}]}}", to: "script.yaml")
                let script = try binary.run("simulate", "--port", "0", "--script", "script.yaml")
                #expect(script.status == 2)
                #expect(
                    script.lastErrorLine
                        == "script.yaml:1:30: unknown kind 'rat_limit' in an error (or a status from 400 to 599); "
                        + "did you mean 'rate_limit'?")
                let port = try binary.run("simulate", "--port", "\(simulation.port)")
                #expect(port.status == 2)
                #expect(port.lastErrorLine.hasPrefix("cannot listen on 127.0.0.1:\(simulation.port): "))
            }
        }
    }
}
