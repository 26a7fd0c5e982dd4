import Chat
import Foundation
import Simulator
import Testing

/// Whom the program asks where nobody says it in full.
struct DefaultModelTests {
    /// An empty folder, an Ollama, and none of the variables that the machine may have.
    private static func withOllama(_ body: (Binary) async throws -> Void) async throws {
        let ollama = try OllamaDouble()
        try await withBinary { binary in
            var binary = binary
            for name in ["LLM_PROVIDER", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_DEFAULT_MODEL"] {
                binary.environment[name] = ""
            }
            binary.environment["OLLAMA_DEFAULT_MODEL"] = ""
            binary.environment["OLLAMA_BASE_URL"] = ollama.origin
            try await body(binary)
        }
    }

    private static func answer(_ binary: Binary) throws -> String? {
        try binary.run("ask", "hi", "--json").json?["text"]?.stringValue
    }

    @Test func `with nothing set an Ollama that answers is asked, for its own model and for bare names`() async throws {
        try await Self.withOllama { binary in
            let first = try binary.run("ask", "hi", "--json")
            #expect(first.json?["text"] == "I am first:latest", "\(first.error)")
            for name in ["llama3.2", "someones/model:7b"] {
                let bare = try binary.run("ask", "hi", "--json", "--model", name)
                #expect(bare.json?["text"] == .string("I am \(name)"), "\(bare.error)")
            }
            try SmallSpec.write(SmallSpec.text(models: "models: [somebody]"), to: binary)
            let run = try binary.run("eval", "spec.yaml", "--out", "out")
            #expect(run.status == 0, "\(run.error)")
            #expect(Set(Table(try binary.read("out/samples.csv")).rows.map { $0["output"] }) == ["I am somebody"])
        }
    }

    @Test func `a default model of Ollama's counts without a provider, and after the model that OpenAI can be asked for`()
        async throws
    {
        try await Self.withOllama { binary in
            var binary = binary
            binary.environment["OLLAMA_DEFAULT_MODEL"] = "phi"
            let alone = try Self.answer(binary)
            #expect(alone == "I am phi")
            binary.environment["OPENAI_DEFAULT_MODEL"] = "gpt-4o"
            let keyless = try Self.answer(binary)
            #expect(keyless == "I am phi", "OpenAI has no key")
            binary.environment["OPENAI_API_KEY"] = "key"
            binary.environment["LLM_PROVIDER"] = "ollama"
            let chosen = try Self.answer(binary)
            #expect(chosen == "I am phi")
        }
    }

    @Test func `the provider that is set is asked for a model of its own, and never another in silence`() async throws {
        try await Self.withOllama { binary in
            try await withSimulator { simulation in
                var binary = binary
                binary.environment["LLM_PROVIDER"] = "openai"
                binary.environment["OPENAI_BASE_URL"] = simulation.baseURL
                let keyless = try binary.run("ask", "hi")
                #expect(keyless.status == 2)
                #expect(
                    keyless.lastErrorLine == "openai: no API key; set OPENAI_API_KEY in the environment or in .env")
                binary.environment["OPENAI_API_KEY"] = "key"
                let small = try binary.run("ask", "hi")
                #expect(small.status == 0, "\(small.error)")
                #expect(
                    small.error.hasPrefix(
                        "note: the provider is openai and no model is set; asking its 'gpt-4o-mini'; choose one with "))
                binary.environment["OPENAI_DEFAULT_MODEL"] = "gpt-x"
                #expect(try binary.run("ask", "hi").status == 0)
                #expect(simulation.log.map(\.model) == ["gpt-4o-mini", "gpt-x"])
                binary.environment["LLM_PROVIDER"] = "meta"
                let open = try binary.run("ask", "hi")
                #expect(open.status == 2)
                #expect(
                    open.lastErrorLine
                        == "LLM_PROVIDER is 'meta' and no model is set; write default_model: meta/MODEL in nexus.yaml")
            }
        }
    }

    @Test func `a provider that there is not is refused with the nearest`() async throws {
        try await Self.withOllama { binary in
            var binary = binary
            binary.environment["LLM_PROVIDER"] = "opnai"
            let outcome = try binary.run("ask", "hi")
            #expect(outcome.status == 2)
            #expect(
                outcome.lastErrorLine
                    == "LLM_PROVIDER: there is no 'opnai'; there are anthropic, deepseek, google, meta, mistral, ollama, "
                    + "openai, sim, baseline; did you mean 'openai'?")
            binary.environment["LLM_PROVIDER"] = "ollama"
            binary.environment["OLLAMA_BASE_URL"] = "http://127.0.0.1:9"
            let absent = try binary.run("ask", "hi")
            #expect(absent.status == 2)
            #expect(
                absent.lastErrorLine
                    == "the provider is Ollama, and none with a model answers at http://127.0.0.1:9; start it, or set "
                    + "OLLAMA_DEFAULT_MODEL and OLLAMA_BASE_URL")
        }
    }
}
