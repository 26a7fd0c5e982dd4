import Chat
import Foundation
import Simulator
import Testing

/// What `nexus doctor` says works, and how to mend what does not.
struct DoctorWordsTests {
    /// Nothing of what this machine may have set.
    private static func bare(_ binary: Binary) -> Binary {
        var binary = binary
        for name in [
            "LLM_PROVIDER", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_DEFAULT_MODEL", "ANTHROPIC_API_KEY",
            "GEMINI_API_KEY", "DEEPSEEK_API_KEY", "MISTRAL_API_KEY", "OLLAMA_DEFAULT_MODEL", "SIM_BASE_URL",
            "DATABASE_URL",
        ] { binary.environment[name] = "" }
        binary.environment["OLLAMA_BASE_URL"] = ""
        return binary
    }

    private static func details(_ outcome: Binary.Outcome) -> [String: String] {
        var details: [String: String] = [:]
        for finding in outcome.json?["findings"]?.arrayValue ?? [] {
            let text = "\(finding["state"]?.stringValue ?? "") \(finding["detail"]?.stringValue ?? "")"
            details[finding["part"]?.stringValue ?? "", default: ""] += text
        }
        return details
    }

    @Test func `what is not set up is off, with what to set`() async throws {
        try await withBinary { binary in
            var binary = Self.bare(binary)
            binary.environment["PATH"] = ""
            let outcome = try binary.run("doctor", "--json")
            #expect(outcome.status == 0, "\(outcome.error)")
            let details = Self.details(outcome)
            #expect(details["configuration"] == "ok no nexus.yaml, no .env; defaults are used")
            #expect(
                details["gnuplot"]
                    == "off not installed: reports have no charts; mend with: apt-get install gnuplot-nox")
            #expect(details["store"] == "ok .nexus/nexus.db: 0 runs")
            #expect(details["openai"] == "off no key: set OPENAI_API_KEY")
            #expect(details["anthropic"] == "off no key: set ANTHROPIC_API_KEY")
            #expect(details["google"] == "off no key: set GEMINI_API_KEY")
            #expect(details["sim"] == "off no address: set SIM_BASE_URL")
            #expect(details["baseline"]?.hasPrefix("ok embedded: constant, echo, ") == true)
            #expect(!binary.exists(".nexus"), "looking makes no store")
        }
    }

    @Test func `a provider that is set up and does not answer is a fault, and one that does lists its models`()
        async throws
    {
        try await withSimulator("models: {fast: {}, slow: {}}") { simulation in
            try await withBinary { binary in
                var binary = Self.bare(binary)
                binary.environment["SIM_BASE_URL"] = simulation.baseURL
                binary.environment["OPENAI_API_KEY"] = "key-4711"
                binary.environment["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
                let outcome = try binary.run("doctor", "--json")
                #expect(outcome.status == 2)
                #expect(outcome.lastErrorLine == "1 to mend: openai")
                let details = Self.details(outcome)
                #expect(
                    details["openai"]
                        == "fault http://127.0.0.1:9/v1 does not answer: openai: could not connect to 127.0.0.1: "
                        + "Connection refused")
                #expect(details["sim"] == "ok \(simulation.baseURL) answers, no key, 2 models: fast, slow")
            }
        }
    }

    @Test func `a store that is none and a configuration that is not there are faults`() async throws {
        try await withBinary { binary in
            let binary = Self.bare(binary)
            try binary.write("not a database\n", to: "notes.txt")
            let store = try binary.run("doctor", "--store", "notes.txt", "--json")
            #expect(store.status == 2)
            #expect(store.lastErrorLine == "1 to mend: store")
            #expect(
                Self.details(store)["store"]?.contains("/notes.txt: the store is damaged (it has only 15 bytes); ")
                    == true)
            let configuration = try binary.run("doctor", "--config", "nope.yaml", "--json")
            #expect(configuration.status == 2)
            #expect(configuration.lastErrorLine == "1 to mend: configuration")
            #expect(Self.details(configuration)["configuration"] == "fault there is no file 'nope.yaml'")
        }
    }
}
