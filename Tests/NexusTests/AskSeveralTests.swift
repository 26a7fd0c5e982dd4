import Chat
import Foundation
import Simulator
import Testing

@Suite struct AskSeveralTests {
    private static let script = """
        models: {one: {answer: {fixed: 'the first answer'}}, two: {answer: {fixed: 'the second'}}, bad: {errors: [{kind: 400, rate: 1}]}}
        """

    private static func configuration(_ simulation: Simulation) -> String {
        "providers: {sim: {base_url: \"\(simulation.baseURL)\"}}\nprices: {sim/one: {input: 1, output: 1}}\n"
    }

    @Test(.timeLimit(.minutes(1)))
    func `several models answer side by side, with what each took`() async throws {
        try await withSimulator(Self.script) { simulation in
            try await withBinary { binary in
                try binary.write(Self.configuration(simulation), to: "nexus.yaml")
                let outcome = try binary.run("ask", "hi", "--models", "sim/one,sim/two")
                #expect(outcome.status == 0, "\(outcome.error)")
                let lines = outcome.output.split(separator: "\n").map(String.init)
                #expect(lines[0].hasPrefix("sim/one ") && lines[0].contains("│ sim/two"))
                #expect(lines[2].hasPrefix("the first answer ") && lines[2].hasSuffix("│ the second"))
                #expect(lines[3].hasPrefix("MODEL ") && lines[3].hasSuffix("COST"))
                #expect(lines[4].hasPrefix("sim/one ") && lines[4].contains(" ms ") && lines[4].contains("$0.0000"))
                #expect(lines[5].hasPrefix("sim/two ") && lines[5].hasSuffix("unknown"))
                let json = try binary.run("ask", "hi", "--models", "sim/one,sim/two", "--json").json
                let answers = json?["answers"]?.arrayValue ?? []
                #expect(answers.map { $0["asked"] } == ["sim/one", "sim/two"])
                #expect(answers.map { $0["text"] } == ["the first answer", "the second"])
                #expect((answers.first?["latency_ms"]?.doubleValue ?? 0) > 0)
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `one that fails is told, and the others answer`() async throws {
        try await withSimulator(Self.script) { simulation in
            try await withBinary { binary in
                try binary.write(Self.configuration(simulation), to: "nexus.yaml")
                let outcome = try binary.run("ask", "hi", "--models", "sim/bad,sim/two")
                #expect(outcome.status == 1)
                #expect(outcome.output.contains("[invalid_request]") && outcome.output.contains("the second"))
                #expect(outcome.lastErrorLine.hasPrefix("sim/bad: invalid_request: "))
                let json = try binary.run("ask", "hi", "--models", "sim/bad,sim/two", "--json").json
                #expect(json?["answers"]?.arrayValue?.first?["error"] == "invalid_request")
            }
        }
    }

    static let wrong: [([String], String)] = [
        (["--models", ","], "--models: found no name; expected a,b,c"),
        (["--models", "a,a"], "--models: 'a' stands there twice"),
        (["--models", "a", "--model", "b"], "--models: found beside --model; expected one of them"),
        (["--models", "baseline/echo,baseline/ecko"], "no baseline 'ecko'; did you mean 'echo'?"),
    ]

    @Test(arguments: wrong) func `a list that cannot be asked is refused before anybody is`(
        arguments: [String], message: String
    ) async throws {
        try await withBinary { binary in
            let outcome = try binary.run(["ask", "hi"] + arguments)
            #expect(outcome.status == 2 && outcome.lastErrorLine.hasPrefix(message), "\(outcome.error)")
            #expect(outcome.output.isEmpty)
        }
    }
}

@Suite struct DoctorTests {
    @Test(.timeLimit(.minutes(1)))
    func `each configured provider is asked whether it answers, takes the key and has models`() async throws {
        let good = try Listener { _ in #"{"object": "list", "data": [{"id": "m-1"}, {"id": "m-2"}]}"# }
        let other = try Listener { _ in #"{"models": [{"name": "models/g-1"}]}"# }
        let refusing = try Listener(status: 401) { _ in #"{"error": {"message": "no"}}"# }
        try await withBinary { binary in
            func write(_ more: String) throws {
                try binary.write(
                    """
                    providers:
                      good: {dialect: openai, base_url: "http://127.0.0.1:\(good.port)/v1", api_key: key-4711}
                      google: {base_url: "http://127.0.0.1:\(other.port)", api_key: key-4712}
                    \(more)
                    """, to: "nexus.yaml")
            }
            try write("")
            let fine = try binary.run("doctor")
            #expect(fine.status == 0, "\(fine.output)")
            #expect(fine.output.contains("ok     good"))
            #expect(fine.output.contains("answers, key accepted, 2 models: m-1, m-2"))
            #expect(fine.output.contains("answers, key accepted, 1 models: models/g-1"))
            #expect(good.received.first?.line == "GET /v1/models HTTP/1.1")
            #expect(good.received.first?.headers["authorization"] == "Bearer key-4711")
            #expect(other.received.first?.line == "GET /v1beta/models HTTP/1.1")
            #expect(other.received.first?.headers["x-goog-api-key"] == "key-4712")
            try write(
                """
                  anthropic: {base_url: "http://127.0.0.1:\(refusing.port)", api_key: key-4713}
                  gone: {dialect: ollama, base_url: "http://127.0.0.1:9"}
                """)
            let faulty = try binary.run("doctor", "--json")
            #expect(faulty.status == 2)
            #expect(faulty.lastErrorLine == "2 to mend: anthropic, gone")
            let findings = faulty.json?["findings"]?.arrayValue ?? []
            func finding(_ part: String) -> JSONValue? { findings.first { $0["part"] == .string(part) } }
            #expect(finding("good")?["state"] == "ok" && finding("openai")?["state"] == "off")
            #expect(finding("anthropic")?["detail"]?.stringValue?.contains("does not take the key: mend ANTHROPIC_API_KEY") == true)
            #expect(finding("gone")?["detail"]?.stringValue?.contains("does not answer") == true)
            for text in [fine.output, fine.error, faulty.output, faulty.error] { #expect(!text.contains("key-47")) }
        }
    }
}
