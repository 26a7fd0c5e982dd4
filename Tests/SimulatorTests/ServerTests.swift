import Chat
import HTTPServing
import Testing

@testable import Simulator

@Suite struct ServerTests {
    @Test func `a full answer is OpenAI's, with usage`() async throws {
        try await withSimulator("models: {m: {answer: {fixed: 'forty two, \"sure\"'}}}") { simulation in
            let answer = await Socket.ask("sim/m", "what is it?", port: simulation.port)
            #expect(answer.status == 200)
            #expect(answer.header("content-type") == "application/json")
            let body = try JSONValue.parse(answer.body)
            #expect(body["object"] == "chat.completion")
            #expect(body["model"] == "sim/m")
            let choice = try #require(body["choices"]?.arrayValue?.first)
            #expect(choice["message"]?["content"] == "forty two, \"sure\"")
            #expect(choice["finish_reason"] == "stop")
            #expect(body["usage"]?["prompt_tokens"] == 3)
            #expect(body["usage"]?["completion_tokens"] == 3)
        }
    }

    @Test(arguments: [false, true]) func `a stream has its role, pieces, reason, usage if asked, and its end`(
        _ usage: Bool
    ) async throws {
        try await withSimulator { simulation in
            let extra = usage ? #","stream_options":{"include_usage":true}"# : ""
            let answer = await Socket.ask("any", "a b c", stream: true, port: simulation.port, extra: extra)
            #expect(answer.header("content-type") == "text/event-stream")
            #expect(answer.isWhole)
            let events = answer.text.split(separator: "\n\n").map { String($0.dropFirst(6)) }
            #expect(events.last == "[DONE]")
            let chunks = try events.dropLast().map { try JSONValue.parse($0) }
            let deltas = chunks.compactMap { $0["choices"]?.arrayValue?.first?["delta"] }
            #expect(deltas.first?["role"] == "assistant")
            #expect(deltas.compactMap { $0["content"]?.stringValue }.joined() == "a b c")
            let reasons = chunks.compactMap { $0["choices"]?.arrayValue?.first?["finish_reason"]?.stringValue }
            #expect(reasons == ["stop"])
            #expect(chunks.last?["usage"]?["completion_tokens"] == (usage ? 3 : nil))
            #expect(Set(chunks.compactMap { $0["id"]?.stringValue }).count == 1)
        }
    }

    @Test func `a stream keeps its times`() async throws {
        try await withSimulator("models: {m: {ttft_ms: 100, itl_ms: 1000, answer: {fixed: a b c}}}") { simulation in
            let answer = await Socket.ask("m", stream: true, port: simulation.port)
            let first = try #require(answer.arrivals.first?.seconds)
            let last = try #require(answer.arrivals.last?.seconds)
            #expect(first >= 0.099 && last >= 2.099)
            #expect(answer.arrivals.count >= 2)
            #expect(answer.isWhole)
        }
    }

    @Test(
        arguments: [
            (429, "rate_limit", "1.5", "rate_limit_exceeded"),
            (429, "429", "Wed, 21 Oct 2099 07:28:00 GMT", "rate_limit_exceeded"),
            (429, "rate_limited", "abc", "rate_limit_exceeded"), (503, "unavailable", "1000000000", nil),
            (500, "server_error", nil, nil), (502, "502", nil, nil), (529, "overloaded", nil, nil),
            (400, "400", nil, nil),
            (401, "unauthorized", nil, "invalid_api_key"), (404, "not_found", nil, "model_not_found"),
            (418, "418", nil, nil),
        ] as [(Int, String, String?, String?)])
    func `an error status comes in OpenAI's form with its retry-after as scripted`(
        _ status: Int, _ kind: String, _ wait: String?, _ code: String?
    ) async throws {
        let retry = wait.map { ", retry_after: '\($0)'" } ?? ""
        try await withSimulator("models: {m: {errors: [{kind: \(kind)\(retry)}]}}") { simulation in
            let answer = await Socket.ask("m", stream: true, port: simulation.port)
            #expect(answer.status == status)
            #expect(answer.header("retry-after") == wait)
            let error = try JSONValue.parse(answer.body)["error"]
            #expect(error?["message"] == .string("simulated \(status)"))
            #expect(error?["code"]?.stringValue == code)
            #expect(simulation.log.map(\.status) == [status])
        }
    }

    /// What each fault of a connection or body shows to a plain client.
    struct Sight: Sendable, CustomTestStringConvertible {
        var kind: String
        var stream: Bool
        var status = 200
        var ending = Socket.Answer.Ending.closed
        var isWhole = true
        var outcome = RequestLog.Outcome.whole
        var holds: @Sendable (Socket.Answer) -> Bool = { _ in true }
        var testDescription: String { "\(kind), \(stream ? "stream" : "full")" }
    }

    static let sights: [Sight] = [
        Sight(kind: "reset", stream: false, status: 0, ending: .reset, isWhole: false, outcome: .cut) {
            $0.bytes.isEmpty
        },
        Sight(kind: "reset", stream: true, status: 0, ending: .reset, isWhole: false, outcome: .cut) {
            $0.bytes.isEmpty
        },
        Sight(kind: "reset_mid_body", stream: false, ending: .reset, isWhole: false, outcome: .cut) {
            !$0.body.isEmpty
        },
        Sight(kind: "reset_mid_body", stream: true, ending: .reset, isWhole: false, outcome: .cut) {
            $0.text.contains(" two")
        },
        Sight(kind: "truncated_stream", stream: false, isWhole: false, outcome: .cut) { !$0.body.isEmpty },
        Sight(kind: "truncated_stream", stream: true, isWhole: false, outcome: .cut) {
            $0.text.contains(" two") && !$0.text.contains(" three") && !$0.text.contains("[DONE]")
                && !$0.text.contains("stop")
        },
        Sight(kind: "malformed_json", stream: false) { (try? JSONValue.parse($0.body)) == nil && !$0.body.isEmpty },
        Sight(kind: "malformed_json", stream: true) { answer in
            answer.text.split(separator: "\n\n").count { (try? JSONValue.parse(String($0.dropFirst(6)))) == nil } == 2
        },
        Sight(kind: "invalid_utf8", stream: false) { String(validating: $0.body, as: UTF8.self) == nil },
        Sight(kind: "invalid_utf8", stream: true) { String(validating: $0.body, as: UTF8.self) == nil },
        Sight(kind: "empty", stream: false) { $0.body.isEmpty },
        Sight(kind: "empty", stream: true) { $0.body.isEmpty },
        Sight(kind: "html", stream: false) {
            $0.header("content-type") == "text/html" && $0.text.hasPrefix("<!DOCTYPE")
        },
        Sight(kind: "missing_choices", stream: false) { (try? JSONValue.parse($0.body)["choices"]) == .some(nil) },
        Sight(kind: "missing_choices", stream: true) { !$0.text.contains("choices") && $0.text.contains("[DONE]") },
        Sight(kind: "empty_choices", stream: false) { $0.text.contains(#""choices":[],"#) },
        Sight(kind: "null_content", stream: false) { $0.text.contains(#""content":null"#) },
        Sight(kind: "null_content", stream: true) { $0.text.contains(#""content":null"#) },
        Sight(kind: "wrong_content_type", stream: false) { $0.header("content-type") == "text/plain" },
        Sight(kind: "wrong_content_type", stream: true) { $0.header("content-type") == "text/plain" },
        Sight(kind: "no_done", stream: true) { $0.text.contains("stop") && !$0.text.contains("[DONE]") },
        Sight(kind: "missing_usage", stream: false) { !$0.text.contains("usage") },
        Sight(kind: "absurd_usage", stream: false) { $0.text.contains("1000000000000000000") },
        Sight(kind: "stream_error", stream: false, status: 500),
        Sight(kind: "stream_error", stream: true, isWhole: false, outcome: .cut) {
            $0.text.contains(#"data: {"error":"#)
        },
    ]

    @Test(arguments: sights) func `a fault of the body or the connection is what the client sees`(_ sight: Sight)
        async throws
    {
        try await withSimulator("models: {m: {errors: [{kind: \(sight.kind)}]}}") { simulation in
            let answer = await Socket.ask("m", stream: sight.stream, port: simulation.port)
            #expect(answer.status == sight.status)
            #expect(answer.ending == sight.ending)
            #expect(answer.isWhole == sight.isWhole)
            #expect(sight.holds(answer), "\(answer.text)")
            #expect(simulation.log.map(\.fault) == [sight.kind])
            #expect(simulation.log.map(\.outcome) == [sight.outcome])
            #expect(simulation.stats.total.faults == [sight.kind: 1])
            #expect(simulation.stats.inFlight == 0)
        }
    }

    @Test func `a timeout answers nothing, and the client's leaving is noticed`() async throws {
        try await withSimulator("models: {m: {errors: [{kind: timeout}]}}") { simulation in
            let answer = await Socket.ask("m", port: simulation.port, patience: 0.2)
            #expect(answer.ending == .timedOut)
            #expect(answer.bytes.isEmpty)
            let row = try await closed(simulation)
            #expect(row.outcome == .left)
            #expect(row.status == nil)
        }
    }

    @Test(arguments: [false, true]) func `a client that leaves a slow answer is noticed at once`(
        _ stream: Bool
    ) async throws {
        try await withSimulator("models: {m: {latency_ms: 60000, ttft_ms: 10, itl_ms: 60000}}") { simulation in
            _ = await Socket.ask("m", stream: stream, port: simulation.port, patience: 0.3)
            let row = try await closed(simulation)
            #expect(row.outcome == .left)
            let ended = try #require(row.endedAt)
            #expect(Double(ended - row.receivedAt) / 1e6 < 5)
            #expect(simulation.stats.total.left == 1)
            #expect(simulation.stats.inFlight == 0)
        }
    }

    @Test func `a drip comes one byte a second`() async throws {
        try await withSimulator("models: {m: {errors: [{kind: drip}]}}") { simulation in
            let answer = await Socket.ask("m", port: simulation.port, patience: 4.5)
            #expect(answer.ending == .timedOut)
            #expect(answer.status == 200)
            #expect((1...4).contains(answer.body.count))
        }
    }

    /// The only row of the log, once its request is over.
    private func closed(_ simulation: Simulation) async throws -> RequestLog.Row {
        for _ in 0..<200 {
            if let row = simulation.log.first, row.outcome != .open { return row }
            try await ContinuousClock().sleep(for: .milliseconds(10))
        }
        return try #require(simulation.log.first)
    }

    @Test func `stopping cuts what is under way and does not wait for it`() async throws {
        let script = "models: {m: {latency_ms: 60000}, t: {errors: [{kind: timeout}]}, s: {itl_ms: 60000}}"
        let server = SimulatorServer(script: try SimulatorScript.parse(text: script, file: "s"))
        let (ports, ready) = AsyncStream.makeStream(of: Int.self)
        let answers = try await withThrowingTaskGroup(of: Socket.Answer?.self) { group in
            group.addTask {
                try await server.run { ready.yield($0) }
                return nil
            }
            let port = try #require(await ports.first { _ in true })
            for model in ["m", "t", "s"] {
                group.addTask { await Socket.ask(model, stream: model == "s", port: port, patience: 50) }
            }
            while server.log.rows.count < 3 { try await ContinuousClock().sleep(for: .milliseconds(10)) }
            group.cancelAll()
            return try await group.reduce(into: []) { answers, answer in answers += [answer].compactMap { $0 } }
        }
        #expect(answers.count == 3)
        #expect(answers.allSatisfy { $0.ending != .timedOut && !$0.isWhole })
        #expect(server.stats.inFlight == 0)
        #expect(server.log.rows.allSatisfy { $0.outcome == .cut })
    }

    @Test func `a port that is taken is an error that names it`() async throws {
        try await withSimulator { simulation in
            let second = SimulatorServer(script: SimulatorScript(), port: simulation.port)
            let error = await #expect(throws: ListenError.self) { try await second.run { _ in } }
            #expect(error?.description == "cannot listen on 127.0.0.1:\(simulation.port): Address already in use")
        }
    }
}
