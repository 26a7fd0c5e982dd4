import Chat
import Foundation
import Simulator
import Testing

@Suite struct ServeTests {
    @Test func `the gateway gives the answer, the usage and the refusals that the pipeline gives`() async throws {
        try await withSimulator("models: {right: {answer: {fixed: 'forty two'}}}") { simulation in
            try await withBinary { binary in
                var binary = binary
                binary.environment["SIM_BASE_URL"] = simulation.baseURL
                try binary.write("server: {keys: [sesame]}\nmodels: {fast: sim/right}\n", to: "nexus.yaml")
                let port = Int.random(in: 20_000..<60_000)
                let gateway = try binary.start(["serve", "--port", "\(port)"])
                defer { gateway.terminate() }
                binary.environment["OPENAI_BASE_URL"] = "http://127.0.0.1:\(port)/v1"
                binary.environment["OPENAI_API_KEY"] = "sesame"
                let direct = try binary.run("ask", "--json", "--model", "sim/right", "hi")
                let through = try await answered { try binary.run("ask", "--json", "--model", "openai/fast", "hi") }
                for part in ["text", "finish_reason", "input_tokens", "output_tokens"] {
                    #expect(through.json?[part] == direct.json?[part], "\(part)")
                }
                #expect(through.json?["text"] == "forty two")
                let streamed = try binary.run("ask", "--model", "openai/fast", "hi")
                #expect(streamed.output == "forty two\n")
                binary.environment["OPENAI_API_KEY"] = "open"
                let refused = try binary.run("ask", "--json", "--model", "openai/fast", "hi")
                #expect(refused.status != 0)
                #expect(refused.error.contains("the key is missing or unknown"))
            }
        }
    }

    /// Asks again until the gateway listens.
    private func answered(_ ask: () throws -> Binary.Outcome) async throws -> Binary.Outcome {
        var outcome = try ask()
        for _ in 0..<20 where outcome.error.contains("unreachable") {
            try await Task.sleep(for: .milliseconds(200))
            outcome = try ask()
        }
        return outcome
    }

    @Test func `it does not listen where others reach it without keys`() async throws {
        try await withBinary { binary in
            let outcome = try binary.run("serve", "--host", "0.0.0.0", "--port", "0")
            #expect(outcome.status == 2)
            #expect(
                outcome.lastErrorLine
                    == "server.keys: none are set, and 0.0.0.0 can be reached by others; set keys in nexus.yaml, or "
                    + "listen on 127.0.0.1")
            try binary.write("server: {keys: ['${NOBODY_SET_THIS}']}\n", to: "nexus.yaml")
            let unset = try binary.run("serve", "--port", "0")
            #expect(unset.status == 2)
            #expect(unset.lastErrorLine == "nexus.yaml:1:17: server.keys[0]: ${NOBODY_SET_THIS} is not set")
        }
    }

    @Test func `variables of the environment are heard, and refused where they are faulty`() async throws {
        try await withBinary { binary in
            var binary = binary
            binary.environment["DATABASE_URL"] = "sqlite:other.db"
            let runs = try binary.run("runs")
            #expect(runs.output.hasPrefix("No runs in other.db."))
            binary.environment = ["PORT": "http"]
            let serve = try binary.run("serve")
            #expect(serve.lastErrorLine == "PORT: found 'http'; expected a port, 0 to 65535")
            binary.environment = ["OPENAI_DEFAULT_TEMPERATURE": "hot"]
            let ask = try binary.run("ask", "--model", "baseline/echo", "hi")
            #expect(ask.lastErrorLine == "OPENAI_DEFAULT_TEMPERATURE: found 'hot'; expected 0 to 2")
        }
    }
}
