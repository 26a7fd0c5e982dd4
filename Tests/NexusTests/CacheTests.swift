import Chat
import Foundation
import FoundationNetworking
import Simulator
import Testing

/// The cache of `nexus serve` as clients see it.
@Suite(.serialized) struct CacheTests {
    private static func configuration(_ simulation: Simulation, _ rest: String) -> String {
        """
        providers: {sim: {base_url: "\(simulation.baseURL)"}}
        models: {fast: sim/good, other: sim/good}
        \(rest)
        """
    }

    private static func post(_ served: Served, _ body: String, _ headers: [String: String] = [:]) async throws
        -> Served.Answer
    {
        var request = URLRequest(url: URL(string: "http://127.0.0.1:\(served.port)/v1/chat/completions")!)
        request.httpMethod = "POST"
        request.httpBody = Data(body.utf8)
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let head = response as? HTTPURLResponse
        let fields = head?.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") } ?? []
        return Served.Answer(
            status: head?.statusCode ?? 0, headers: Dictionary(fields) { $1 }, body: String(decoding: data, as: UTF8.self))
    }

    private static let asked: [(key: String, value: String)] = [
        ("model", #""fast""#), ("messages", #"[{"role":"system","content":"s"},{"role":"user","content":"hi"}]"#),
        ("temperature", "0.5"), ("top_p", "0.9"), ("max_tokens", "50"), ("seed", "1"), ("stop", #"["x"]"#),
        ("presence_penalty", "0.1"), ("frequency_penalty", "0.1"), ("user", #""u""#),
    ]

    private static func body(_ members: [(key: String, value: String)]) -> String {
        "{" + members.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
    }

    private static let changes: [(key: String, value: String)] = [
        ("model", #""other""#), ("messages", #"[{"role":"system","content":"t"},{"role":"user","content":"hi"}]"#),
        ("messages", #"[{"role":"system","content":"s"},{"role":"user","content":"ho"}]"#), ("temperature", "0.6"),
        ("top_p", "0.8"), ("max_tokens", "51"), ("seed", "2"), ("stop", #"["y"]"#), ("presence_penalty", "0.2"),
        ("frequency_penalty", "0.2"), ("user", #""v""#), ("response_format", #"{"type":"json_object"}"#),
        ("tools", #"[{"type":"function","function":{"name":"f"}}]"#), ("n", "2"),
    ]

    @Test(.timeLimit(.minutes(2)))
    func `any field changed is a miss, keys in another order are a hit, and callers share nothing`() async throws {
        try await withSimulator("models: {good: {}}") { simulation in
            let rest = "pipeline: {cache: exact}\nserver: {keys: [k1, k2]}"
            try await withServed(Self.configuration(simulation, rest)) { (served: Served) async throws in
                func outcome(_ members: [(key: String, value: String)], key: String = "k1") async throws -> String? {
                    let answer = try await Self.post(served, Self.body(members), ["x-api-key": key])
                    return answer.headers["x-nexus-cache"]
                }
                #expect(try await outcome(Self.asked) == "miss")
                #expect(try await outcome(Self.asked) == "hit")
                #expect(try await outcome(Self.asked.reversed()) == "hit")
                #expect(try await outcome(Self.asked + [("stream", "true")]) == "hit")
                for change in Self.changes {
                    let members = Self.asked.filter { $0.key != change.key } + [change]
                    #expect(try await outcome(members) == "miss", "\(change)")
                }
                #expect(try await outcome(Self.asked, key: "k2") == "miss")
                #expect(try await outcome(Self.asked, key: "k2") == "hit")
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `entries outlive the server, and an alias that means another model does not find them`() async throws {
        try await withSimulator("models: {good: {answer: {fixed: one}}, new: {answer: {fixed: two}}}") { simulation in
            let rest = "pipeline: {cache: {mode: exact, max_entries: 5}}\nlog: {requests: off}"
            let configuration = Self.configuration(simulation, rest)
            try await withServed(configuration) { (served: Served) async throws in
                #expect(try await served.chat("fast").headers["x-nexus-cache"] == "miss")
                served.stop()
                let again = try await Self.restart(served)
                #expect(try await again.chat("fast").headers["x-nexus-cache"] == "hit")
                again.stop()
                try served.binary.write(configuration.replacing("fast: sim/good", with: "fast: sim/new"), to: "nexus.yaml")
                let changed = try await Self.restart(served)
                let answer = try await changed.chat("fast")
                #expect(answer.headers["x-nexus-cache"] == "miss" && answer.body.contains("two"))
                changed.stop()
            }
        }
    }

    /// Starts a server of the same folder anew.
    private static func restart(_ served: Served) async throws -> Served {
        try served.binary.write("", to: "serve.err")
        let process = try served.binary.start(["serve", "--port", "0"], errors: "serve.err")
        let fresh = Served(binary: served.binary, port: 0, process: process)
        _ = try await fresh.waitForLog("listening on http://127.0.0.1:")
        let port = fresh.log.split(separator: "listening on http://127.0.0.1:").last
            .flatMap { Int($0.prefix { $0.isNumber }) }
        return Served(binary: served.binary, port: port ?? 0, process: process)
    }

    @Test(.timeLimit(.minutes(2)))
    func `semantic hits are marked, explained and kept from what differs`() async throws {
        try await withSimulator("models: {good: {}}") { simulation in
            let rest = "pipeline: {cache: {mode: semantic, similarity: 0.8}}"
            try await withServed(Self.configuration(simulation, rest)) { (served: Served) async throws in
                let explain = ["x-nexus-cache-explain": "1"]
                let first = "How long does a parcel of 5 kg take from Lisbon to Porto?"
                #expect(try await served.chat("fast", first).headers["x-nexus-cache"] == "miss")
                let second = "how long does a parcel of 5 kg take from Lisbon to Porto"
                let like = try await served.chat("fast", second, headers: explain)
                #expect(like.headers["x-nexus-cache"] == "semantic" && like.headers["x-nexus-source"] == "cache")
                let why = try JSONValue.parse(like.headers["x-nexus-cache-explanation"] ?? "")
                #expect(why["outcome"] == "semantic" && why["threshold"] == 0.8)
                let other = try await served.chat("fast", first.replacing("5", with: "6"), headers: explain)
                #expect(other.headers["x-nexus-cache"] == "miss")
                let reason = try JSONValue.parse(other.headers["x-nexus-cache-explanation"] ?? "")["reason"]?.stringValue
                #expect(reason?.hasSuffix("but differs in numbers") == true, "\(reason ?? "")")
                let stream = try await served.chat("fast", second, headers: explain, extra: #","stream":true"#)
                #expect(stream.body.contains(#""cache":"semantic""#) && stream.body.contains(#""cache_explanation":{"#))
                let exact = ["x-nexus-cache": "exact"]
                #expect(try await served.chat("fast", second, headers: exact).headers["x-nexus-cache"] == "miss")
                let wrong = try await served.chat("fast", headers: ["x-nexus-cache-explain": "yes"])
                #expect(wrong.status == 400)
                #expect(
                    wrong.json?["error"]?["message"] == "x-nexus-cache-explain: found 'yes'; expected 0 or 1")
                #expect(try await served.get("/metrics").body.contains(#"nexus_cache_requests_total{outcome="semantic"} 2"#))
            }
        }
    }
}

/// `nexus cache calibrate` as its users run it.
@Suite struct CacheCalibrateTests {
    @Test func `thresholds with hits, false hits and intervals, with the gate and without`() async throws {
        try await withBinary { binary in
            try binary.write(
                """
                {"text_a": "What is the capital of France?", "text_b": "what is the capital of France", "label": 1}
                {"sentence1": "Who won the cup in 1998?", "sentence2": "Who won the cup in 1999?", "label": "0", "category": "number"}
                {"question1": "How do I pay?", "question2": "Where is the station?", "is_duplicate": false, "category": "topic"}
                """, to: "pairs.jsonl")
            let outcome = try binary.run("cache", "calibrate", "pairs.jsonl", "--json")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.json?["same"] == 1 && outcome.json?["different"] == 2)
            #expect(outcome.json?["recommended_by_interval"] == .null && outcome.json?["pairs_needed"] == 368)
            let at80 = outcome.json?["thresholds"]?.arrayValue?.first { $0["similarity"] == 0.8 }
            #expect(at80?["with_gate"]?["false_hits"] == 0 && at80?["without_gate"]?["false_hits"] == 1)
            #expect(at80?["with_gate"]?["hits"] == 1)
            #expect(at80?["without_gate"]?["false_hit_rate"]?["value"] == 0.5)
            let text = try binary.run("cache", "calibrate", "pairs.jsonl")
            #expect(text.output.contains("SIMILARITY") && text.output.contains("CATEGORY"))
            #expect(text.output.contains("that takes 368 that do not mean the same"))
        }
    }

    @Test func `what cannot be used is told`() async throws {
        try await withBinary { binary in
            try binary.write(#"{"text_a": "a", "text_b": "b", "label": 1}"#, to: "one.jsonl")
            let one = try binary.run("cache", "calibrate", "one.jsonl")
            #expect(one.status == 2)
            #expect(one.lastErrorLine.hasSuffix("found 1 pairs that mean the same and 0 that do not; expected some of both"))
            try binary.write(#"{"text_a": "a", "text_b": "b", "label": 3}"#, to: "three.jsonl")
            let three = try binary.run("cache", "calibrate", "three.jsonl")
            #expect(three.lastErrorLine.contains("three.jsonl:1: 'label': found 3; expected 0 or 1, true or false"))
            try binary.write(#"{"text_a": "a", "text": "b", "label": 0}"#, to: "name.jsonl")
            #expect(try binary.run("cache", "calibrate", "name.jsonl").status == 2)
            #expect(try binary.run("cache", "calibrate", "one.jsonl", "--max-false-hit-rate", "2").status == 2)
        }
    }
}
