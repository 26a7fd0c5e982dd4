import Chat
import Testing

@testable import Simulator

@Suite struct LogTests {
    @Test func `the log tells what was asked, in order, and never the key`() async throws {
        let script = "models: {m: {}, f: {errors: [{kind: 429, first: 1}]}}"
        try await withSimulator(script) { simulation in
            let key = "Authorization: Bearer sk-verysecretvalue1234\r\nUser-Agent: test/1\r\nX-Request-ID: r7\r\n"
            let question =
                #"{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"hé\"llo"}]}"#
            _ = await Socket.post(question, port: simulation.port, headers: key)
            _ = await Socket.ask("f", "again", port: simulation.port)
            _ = await Socket.ask("f", "again", stream: true, port: simulation.port)
            let log = await Socket.get("/_log", port: simulation.port)
            #expect(log.status == 200)
            #expect(!log.text.contains("verysecret"))
            let rows = try log.text.split(separator: "\n").map { try JSONValue.parse(String($0)) }
            #expect(rows.map { $0["sequence"]?.intValue } == [1, 2, 3])
            #expect(rows.map { $0["prompt"]?.stringValue } == ["hé\"llo", "again", "again"])
            #expect(rows.map { $0["status"]?.intValue } == [200, 429, 200])
            #expect(rows.map { $0["fault"]?.stringValue } == [nil, "rate_limit", nil])
            #expect(rows.map { $0["stream"]?.boolValue } == [false, false, true])
            #expect(rows.map { $0["attempt"]?.intValue } == [1, 1, 2])
            #expect(rows.map { $0["outcome"]?.stringValue } == ["whole", "whole", "whole"])
            #expect(rows[0]["headers"]?["authorization"] == .object(["present": true, "ending": "1234"]))
            #expect(rows[0]["headers"]?["user-agent"] == "test/1")
            #expect(rows[0]["headers"]?["x-request-id"] == "r7")
            #expect(rows[1]["headers"]?["authorization"] == .object(["present": false]))
            let times = rows.compactMap { $0["received_at"]?.doubleValue }
            #expect(times == times.sorted() && times.allSatisfy { $0 > 1.6e12 })
            let after = await Socket.get("/_log?after=2", port: simulation.port)
            #expect(after.text.split(separator: "\n").count == 1)
        }
    }

    @Test func `a short key leaves nothing of itself in the log`() async throws {
        try await withSimulator { simulation in
            _ = await Socket.post("{}", port: simulation.port, headers: "authorization: Bearer abc123\r\n")
            #expect(simulation.log.first?.headers == .init(hasAuthorization: true))
        }
    }

    @Test func `the counts tell answers, faults and refusals apart`() async throws {
        try await withSimulator("models: {m: {errors: [{kind: 500, nth: 3}]}}") { simulation in
            for _ in 0..<4 { _ = await Socket.ask("m", "a b", port: simulation.port) }
            _ = await Socket.ask("nobody", port: simulation.port)
            _ = await Socket.post("not json", port: simulation.port)
            let stats = try JSONValue.parse(await Socket.get("/_stats", port: simulation.port).body)
            #expect(stats["requests"] == 6)
            #expect(stats["in_flight"] == 0)
            #expect(stats["max_in_flight"] == 1)
            #expect(stats["models"]?["m"]?["answered"] == 3)
            #expect(stats["models"]?["m"]?["faults"] == ["server_error": 1])
            #expect(stats["models"]?["m"]?["output_tokens"] == 6)
            #expect(stats["total"]?["refused"] == 2)
        }
    }

    @Test func `requests in flight at once are counted`() async throws {
        try await withSimulator("models: {m: {latency_ms: 2000}}") { simulation in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { _ = await Socket.ask("m", port: simulation.port) } }
            }
            #expect(simulation.stats.maxInFlight == 8)
            #expect(simulation.stats.inFlight == 0)
        }
    }

    @Test(arguments: [
        (#"{"model":"m"}"#, 400, "messages: at least one message is required"),
        (#"{"messages":[{"role":"user","content":"x"}]}"#, 400, "model: required"),
        ("[", 400, "the body is not JSON"),
        (#"{"model":"other","messages":[{"role":"user","content":"x"}]}"#, 404, "the script has no model 'other'"),
        (#"{"model":"l","messages":[{"role":"user","content":"x"}]}"#, 404, "no such prompt"),
    ])
    func `a request that cannot be served is refused in words`(_ body: String, _ status: Int, _ words: String)
        async throws
    {
        var script = SimulatorScript(models: ["m": ModelScript()])
        script.models["l"] = ModelScript(answer: .lookup(AnswerTable(["a": "b"])))
        try await withSimulator(script) { simulation in
            let answer = await Socket.post(body, port: simulation.port)
            #expect(answer.status == status)
            #expect(answer.text.contains(words))
            #expect(simulation.log.count == 1)
        }
    }

    @Test func `models are listed, and other routes are refused`() async throws {
        try await withSimulator("models: {b: {}, sim/a: {}}") { simulation in
            let list = try JSONValue.parse(await Socket.get("/v1/models", port: simulation.port).body)
            #expect(list["data"]?.arrayValue?.compactMap { $0["id"]?.stringValue } == ["a", "b"])
            #expect(await Socket.get("/v1/models/sim%2Fb", port: simulation.port).status == 200)
            #expect(await Socket.get("/v1/models/c", port: simulation.port).status == 404)
            #expect(await Socket.get("/v1/chat/completions", port: simulation.port).status == 405)
            #expect(await Socket.get("/elsewhere", port: simulation.port).status == 404)
        }
    }

    private func row(_ prompt: String) -> RequestLog.Row {
        RequestLog.Row(
            sequence: 0, receivedAt: 0, model: "m", isStream: false, prompt: prompt, headers: .init(), outcome: .open)
    }

    @Test func `the log keeps the newest rows, and closes those it still has`() {
        let log = RequestLog(maximumRows: 1500)
        for index in 1...5000 { #expect(log.append(row("p\(index)")) == index) }
        #expect(log.rows.map(\.sequence) == Array(3501...5000))
        log.close(3500, .whole, status: 200, at: 1)
        log.close(3501, .cut, status: 201, at: 2)
        log.close(5000, .left, status: 202, at: 3)
        log.close(5001, .left, status: 203, at: 3)
        #expect(log.rows.first?.outcome == .cut)
        #expect(log.rows.last?.status == 202)
        #expect(log.rows.count { $0.outcome != .open } == 2)
        #expect(log.rows(after: 0, count: 3).map(\.sequence) == [3501, 3502, 3503])
        #expect(log.rows(after: 4999, count: 3).map(\.sequence) == [5000])
        #expect(log.rows(after: 5000, count: 3).isEmpty)
    }

    @Test func `long prompts push out old rows before memory grows`() {
        let log = RequestLog(maximumPromptBytes: 10_000)
        for _ in 1...100 { _ = log.append(row(String(repeating: "x", count: 1000))) }
        #expect(log.rows.count == 10)
    }

    @Test func `every fault has one name, in order`() {
        let names = Fault.all.map(\.name)
        #expect(names == names.sorted())
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { Fault.named($0)?.name == $0 })
        #expect(Fault.synonyms.keys.allSatisfy { Fault.named($0) != nil && !names.contains($0) })
        #expect(Set(Fault.Body.allCases.map(\.rawValue)).isSubset(of: names))
        #expect(Fault.named("399") == nil && Fault.named("600") == nil && Fault.named("") == nil)
    }
}
