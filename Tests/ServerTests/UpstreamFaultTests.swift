import Chat
import CurlTransport
import Gateway
import Simulator
import Testing

@testable import Server

/// What a client of the gateway sees when an upstream goes wrong, over real sockets on both sides.
@Suite struct UpstreamFaultTests {
    private func models(_ rule: String) -> String {
        "models: {m: {answer: {fixed: one two three four}, errors: [\(rule)]}, "
            + "n: {answer: {fixed: five six seven eight}}}"
    }

    @Test(arguments: ["truncated_stream", "reset_mid_body", "stream_error", "malformed_json", "null_content"])
    func `a stream that breaks after its start ends in an error event and nothing more`(fault: String) async throws {
        try await withStand(models("{kind: \(fault)}"), upstreams: ["m", "n"]) { stand in
            let openAI = try await stand.gateway.chat(stream: true)
            #expect(openAI.status == 200)
            #expect(openAI.text.contains("one") && !openAI.text.contains("five"), "no other model's text is spliced in")
            #expect(!openAI.text.contains("[DONE]") && !openAI.text.contains(#""finish_reason":"stop""#))
            let last = try JSONValue.parse(openAI.events.last ?? "")
            #expect(last["error"]?["message"]?.stringValue?.hasPrefix("sim: ") == true)
            let anthropic = try await stand.gateway.message(stream: true)
            #expect(anthropic.names.last == "error" && !anthropic.names.contains("message_stop"))
            #expect(!anthropic.names.contains("message_delta"), "no stop reason")
            let rows = try await stand.settled()
            #expect(Set(rows.map(\.model)) == ["m"])
        }
    }

    @Test func `a stream without its last line is whole, and ours has one`() async throws {
        try await withStand(models("{kind: no_done}")) { stand in
            let answer = try await stand.gateway.chat(stream: true)
            #expect(answer.events.last == "[DONE]")
            #expect(answer.text.contains(#""finish_reason":"stop""#))
        }
    }

    @Test(arguments: [
        ("400", 400), ("401", 502), ("403", 502), ("404", 404), ("413", 413), ("422", 422), ("500", 500), ("502", 502),
        ("503", 503), ("504", 504), ("529", 529), ("520", 502), ("reset", 502), ("truncated_stream", 502),
        ("malformed_json", 502), ("empty", 502), ("html", 502), ("missing_choices", 502), ("empty_choices", 502),
        ("null_content", 502),
    ])
    func `an upstream's fault has its status, and what cannot be mended is asked once`(fault: String, status: Int)
        async throws
    {
        try await withStand(models("{kind: '\(fault)'}"), pipeline: ["retry": ["max_attempts": 2]]) { stand in
            let answer = try await stand.gateway.chat()
            #expect(answer.status == status)
            #expect(answer.json?["error"]?["message"]?.stringValue?.isEmpty == false)
            #expect(!answer.text.contains("DOCTYPE"), "an upstream's page stays here")
            let isFinal = (400..<500).contains(Int(fault) ?? 0)
                || ["malformed_json", "empty", "html", "missing_choices", "empty_choices", "null_content"].contains(fault)
            let rows = try await stand.settled()
            #expect(rows.count == (isFinal ? 1 : 2))
        }
    }

    @Test func `a wait of a second is waited, one of over a minute is passed on`() async throws {
        let twice: [String: JSONValue] = ["retry": ["max_attempts": 3]]
        try await withStand(models("{kind: rate_limit, first: 1, retry_after: 1}"), pipeline: twice) { stand in
            let begin = ContinuousClock.now
            let answer = try await stand.gateway.chat()
            #expect(answer.status == 200)
            let took = ContinuousClock.now - begin
            #expect(took > .milliseconds(990) && took < .milliseconds(2_500))
        }
        for wait in ["61", "1000000000"] {
            try await withStand(models("{kind: rate_limit, retry_after: \(wait)}"), pipeline: twice) { stand in
                let answer = try await stand.gateway.chat()
                #expect(answer.status == 429 && answer.headers["retry-after"] == wait)
                let rows = try await stand.settled()
                #expect(rows.count == 1)
            }
        }
    }

    @Test func `another model answers before the first piece, and says that it did`() async throws {
        try await withStand(models("{kind: server_error}"), upstreams: ["m", "n"]) { stand in
            let whole = try await stand.gateway.chat()
            #expect(whole.json?["choices"]?.arrayValue?.first?["message"]?["content"] == "five six seven eight")
            #expect(whole.headers["x-nexus-model"] == "sim/n" || whole.headers["x-nexus-model"] == "n")
            let streamed = try await stand.gateway.chat(stream: true)
            #expect(streamed.text.contains("five") && !streamed.text.contains("one"))
            #expect(streamed.events.last == "[DONE]")
        }
    }

    @Test(arguments: ["missing_usage", "absurd_usage"])
    func `usage that is not to be believed has no price`(fault: String) async throws {
        try await withStand(models("{kind: \(fault)}")) { stand in
            let answer = try await stand.gateway.chat()
            #expect(answer.status == 200 && answer.headers["x-nexus-cost-usd"] == nil)
            let streamed = try await stand.gateway.chat(
                stream: true, extra: #","stream_options":{"include_usage":true}"#)
            // The upstream's own chunks go through to the byte; ours tells no price.
            let tellsNoPrice = !streamed.text.contains("cost_usd") || streamed.text.contains(#""cost_usd":null"#)
            #expect(streamed.events.last == "[DONE]" && tellsNoPrice)
        }
    }

    @Test(arguments: ["first", "middle", "whole"])
    func `clients that leave close the upstream within a second`(kind: String) async throws {
        let script = "models: {m: {\(kind == "middle" ? "itl_ms: 500" : "latency_ms: 60000, ttft_ms: 60000"), tokens: 99}}"
        try await withStand(script) { stand in
            var left = Int64(0)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<10 {
                    group.addTask { _ = try? await stand.gateway.chat(stream: kind != "whole") }
                }
                for _ in 0..<1000 where stand.simulation.log.count < 10 {
                    try? await Task.sleep(for: .milliseconds(10))
                }
                try? await Task.sleep(for: .milliseconds(300))
                left = stand.simulation.log.map(\.receivedAt).max() ?? 0
                group.cancelAll()
            }
            let rows = try await stand.settled()
            #expect(rows.count == 10 && rows.allSatisfy { $0.outcome == .left })
            // 300 ms until they leave, and a second.
            #expect(rows.allSatisfy { ($0.endedAt ?? .max) - left < 1_300_000 })
        }
    }

    @Test func `a hundred equal requests at once make one call, streams another`() async throws {
        let pipeline: [String: JSONValue] = ["cache": "exact", "single_flight": true, "retry": "off"]
        try await withStand("models: {m: {latency_ms: 1000, ttft_ms: 1000}}", pipeline: pipeline) { stand in
            for isStream in [false, true] {
                let extra = #","temperature":0,"seed":\#(isStream ? 1 : 2)"#
                let answers = try await withThrowingTaskGroup(of: Gateway.Answer.self) { group in
                    for _ in 0..<100 {
                        group.addTask { try await stand.gateway.chat(stream: isStream, extra: extra) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.allSatisfy { $0.status == 200 && $0.text.contains("hi") })
                #expect(!isStream || answers.allSatisfy { $0.events.last == "[DONE]" })
            }
            #expect(stand.simulation.log.count == 2)
        }
    }

    @Test func `what is over the limit and its queue is refused at once, with the time to come back`() async throws {
        let limit = ProviderLimit(provider: "sim", maxConcurrency: 2, requestsPerMinute: nil, queue: 2)
        try await withStand("models: {m: {latency_ms: 1000}}", limit: limit) { stand in
            let answers = try await withThrowingTaskGroup(of: (Gateway.Answer, Duration).self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        let begin = ContinuousClock.now
                        return (try await stand.gateway.chat(), .now - begin)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let refused = answers.filter { $0.0.status != 200 }
            #expect(refused.count == 16)
            #expect(refused.allSatisfy { [429, 503].contains($0.0.status) && $0.0.headers["retry-after"] != nil })
            #expect(refused.allSatisfy { $0.1 < .milliseconds(900) })
            let answer = try await stand.gateway.chat()
            #expect(answer.status == 200)
        }
    }
}
