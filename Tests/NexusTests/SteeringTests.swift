import Chat
import Foundation
import Simulator
import Testing

@Suite(.serialized) struct SteeringTests {
    private static func configuration(_ simulation: Simulation, _ rest: String = "") -> String {
        """
        providers: {sim: {base_url: "\(simulation.baseURL)"}}
        models: {fast: sim/good}
        log: {requests: off}
        \(rest)
        """
    }

    @Test(.timeLimit(.minutes(2)))
    func `headers steer the cache and the pipeline, and unknown values are refused`() async throws {
        try await withSimulator("models: {good: {}}") { simulation in
            let rest = "pipeline: {cache: exact}\npipelines: {lean: {cache: off}}"
            try await withServed(Self.configuration(simulation, rest)) { (served: Served) async throws in
                func outcome(_ headers: [String: String]) async throws -> String? {
                    try await served.chat("fast", headers: headers).headers["x-nexus-cache"]
                }
                #expect(try await outcome([:]) == "miss")
                #expect(try await outcome([:]) == "hit")
                #expect(try await outcome(["x-nexus-cache": "off"]) == "off")
                #expect(try await outcome(["x-nexus-pipeline": "lean"]) == "off")
                #expect(
                    try await outcome(["x-nexus-pipeline": "lean", "x-nexus-cache": "exact"]) == "hit",
                    "it answers as the standard one does")
                #expect(try await outcome(["x-nexus-cache": "exact"]) == "hit")
                #expect(simulation.log.count == 3)
                let wrong = [
                    ("x-nexus-cache", "on", "x-nexus-cache: found 'on'; expected off, exact or semantic"),
                    ("x-nexus-pipeline", "leen", "x-nexus-pipeline: there is no pipeline 'leen'; did you mean 'lean'?"),
                    (
                        "x-nexus-session", "a b",
                        "x-nexus-session: expected 1 to 256 printable characters without blanks"
                    ),
                    (
                        "x-nexus-retrieval", "docs",
                        "x-nexus-retrieval: there is no collection 'docs'"
                    ),
                ]
                for (header, value, message) in wrong {
                    let answer = try await served.chat("fast", headers: [header: value])
                    #expect(answer.status == 400)
                    #expect(answer.json?["error"]?["message"]?.stringValue == message)
                }
                #expect(simulation.log.count == 3)
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a cache that is not configured is there for those who ask`() async throws {
        try await withSimulator("models: {good: {}}") { simulation in
            try await withServed(Self.configuration(simulation)) { (served: Served) async throws in
                let asked = ["x-nexus-cache": "exact"]
                #expect(try await served.chat("fast").headers["x-nexus-cache"] == "off")
                #expect(try await served.chat("fast", headers: asked).headers["x-nexus-cache"] == "miss")
                #expect(try await served.chat("fast", headers: asked).headers["x-nexus-cache"] == "hit")
                #expect(try await served.chat("fast").headers["x-nexus-cache"] == "off")
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `limits are told with every answer, whole, streamed or refused, and hold in every pipeline`() async throws {
        try await withSimulator("models: {good: {}}") { simulation in
            let rest = "pipeline: {rate_limit: {requests_per_minute: 3, per: session}}\npipelines: {lean: {cache: off}}"
            try await withServed(Self.configuration(simulation, rest)) { (served: Served) async throws in
                let session = ["x-nexus-session": "s"]
                let first = try await served.chat("fast", headers: session)
                #expect(first.headers["x-ratelimit-limit-requests"] == "3")
                #expect(first.headers["x-ratelimit-remaining-requests"] == "2")
                let reset = first.headers["x-ratelimit-reset-requests"] ?? ""
                #expect(reset.hasSuffix("s") && (Double(reset.dropLast()) ?? 0) > 0)
                let lean = try await served.chat("fast", headers: session.merging(["x-nexus-pipeline": "lean"]) { $1 })
                #expect(lean.headers["x-ratelimit-remaining-requests"] == "1")
                let stream = try await served.chat("fast", headers: session, extra: #","stream":true"#)
                #expect(stream.status == 200 && stream.headers["x-ratelimit-remaining-requests"] == "0")
                let refused = try await served.chat("fast", headers: session)
                #expect(refused.status == 429 && refused.headers["x-ratelimit-remaining-requests"] == "0")
                #expect((Int(refused.headers["retry-after"] ?? "") ?? 0) >= 1)
                #expect(try await served.chat("fast", headers: ["x-nexus-session": "t"]).status == 200)
            }
        }
    }
}

@Suite(.serialized) struct ReloadTests {
    @Test(.timeLimit(.minutes(2)))
    func `SIGHUP takes a new configuration, keeps the old one where it is faulty, and drops no stream`() async throws {
        let script = "models: {one: {answer: {fixed: one}}, two: {answer: {fixed: two}}, slow: {itl_ms: 150}}"
        try await withSimulator(script) { simulation in
            func configuration(_ model: String, key: String = "k1") -> String {
                """
                server: {keys: [\(key)]}
                providers: {sim: {base_url: "\(simulation.baseURL)"}}
                models: {fast: sim/\(model), slow: sim/slow}
                """
            }
            try await withServed(configuration("one")) { (served: Served) async throws in
                let key = ["x-api-key": "k1"]
                #expect(try await served.chat("fast", headers: key).body.contains("one"))
                let words = (1...12).map { "w\($0)" }.joined(separator: " ")
                async let stream = served.chat("slow", words, headers: key, extra: #","stream":true"#)
                try await Task.sleep(for: .milliseconds(400))
                try served.binary.write(configuration("two", key: "k2"), to: "nexus.yaml")
                kill(served.process.processIdentifier, SIGHUP)
                #expect(try await served.waitForLog("configuration reloaded"))
                #expect(try await served.chat("fast", headers: ["x-api-key": "k2"]).body.contains("two"))
                #expect(try await served.chat("fast", headers: key).status == 401)
                try served.binary.write("modles: {}\n", to: "nexus.yaml")
                kill(served.process.processIdentifier, SIGHUP)
                #expect(try await served.waitForLog("configuration not reloaded; the old one stays"))
                #expect(served.log.contains("nexus.yaml:1:1: unknown key 'modles'; did you mean 'models'?"))
                #expect(try await served.chat("fast", headers: ["x-api-key": "k2"]).body.contains("two"))
                let heard = try await stream
                #expect(heard.status == 200 && heard.body.hasSuffix("data: [DONE]\n\n"))
                #expect(heard.body.contains("w12"))
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `SIGHUP names what goes by the start until a restart, and says nothing once it is as it was`() async throws {
        try await withServed("default_model: baseline/echo\n") { (served: Served) async throws in
            func reload(_ configuration: String, _ times: Int) async throws {
                try served.binary.write("default_model: baseline/echo\n\(configuration)", to: "nexus.yaml")
                kill(served.process.processIdentifier, SIGHUP)
                for _ in 0..<200 where served.log.components(separatedBy: "configuration reloaded").count <= times {
                    try await Task.sleep(for: .milliseconds(25))
                }
            }
            try await reload("log: {prompts: on}\ntraining: {min_feedback: 3}\npipeline: {cache: exact}\n", 1)
            #expect(try await served.waitForLog("some settings change with a restart alone"))
            #expect(served.log.contains("log, pipeline.cache (kept in memory alone until then), training"))
            try await reload("log: {prompts: on}\n", 2)
            try await reload("", 3)
            // The lines of a reload come one after the other: this one's would stand before the fault's.
            try await reload("modles: {}\n", 3)
            #expect(try await served.waitForLog("configuration not reloaded"))
            #expect(served.log.components(separatedBy: "with a restart alone").count == 3, "two of four")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `the log says as much as it is told to, a line an event, and no prompt`() async throws {
        try await withServed("log: {requests: off}\n", ["--log-level", "info"]) { (served: Served) async throws in
            _ = try await served.chat("baseline/echo", "a secret prompt", headers: ["x-request-id": "r-1"])
            #expect(try await served.waitForLog("id=r-1"))
            let line = served.log.split(separator: "\n").first { $0.contains("id=r-1") } ?? ""
            #expect(line.hasPrefix("time=20") && line.contains(" level=info event=request "))
            #expect(line.contains(" model=baseline/echo ") && line.contains(" status=200 "))
            #expect(!served.log.contains("secret"))
        }
        try await withServed("log: {requests: off}\n") { (served: Served) async throws in
            _ = try await served.chat("baseline/echo")
            served.stop()
            #expect(served.log.split(separator: "\n").count == 1, "\(served.log)")
        }
    }
}
