import Chat
import Simulator
import Testing

@testable import Providers

/// What a caller reads when the upstream goes wrong: who, what happened, and with which status or limit.
@Suite struct FaultMessageTests {
    private func failure(_ model: any ChatModel, _ call: ChatCall) async -> ChatError? {
        let error = await #expect(throws: ChatError.self) { try await model.reply(to: call) }
        return error
    }

    /// A fault of the simulator's, and what is said of a full answer and of a stream.
    static let faults: [(String, String, String)] = [
        (
            "rate_limit", "rate_limited: sim: the upstream answered 429: simulated 429",
            "rate_limited: sim: the upstream answered 429: simulated 429"
        ),
        (
            "server_error", "upstream_failure: sim: the upstream answered 500: simulated 500",
            "upstream_failure: sim: the upstream answered 500: simulated 500"
        ),
        (
            "unavailable", "upstream_failure: sim: the upstream answered 503: simulated 503",
            "upstream_failure: sim: the upstream answered 503: simulated 503"
        ),
        (
            "unauthorized", "authentication: sim: the upstream answered 401: simulated 401",
            "authentication: sim: the upstream answered 401: simulated 401"
        ),
        (
            "not_found", "not_found: sim: the upstream answered 404: simulated 404",
            "not_found: sim: the upstream answered 404: simulated 404"
        ),
        (
            "reset", "cut: sim: 127.0.0.1 closed the connection before it answered",
            "cut: sim: 127.0.0.1 closed the connection before it answered"
        ),
        (
            "html", "upstream_invalid_response: sim: the answer is not JSON: expected a value, found '<' at byte 0",
            "upstream_invalid_response: sim: the answer is not JSON: expected a value, found '<' at byte 0"
        ),
        (
            "empty",
            "upstream_invalid_response: sim: the answer is not JSON: expected a value, found the end of the input at "
                + "byte 0",
            "upstream_invalid_response: sim: the answer is empty"
        ),
    ]

    @Test(arguments: faults)
    func `an error names the provider, the status and the upstream's words`(
        fault: String, whole: String, streamed: String
    ) async throws {
        try await withSimulator("models: {m: {errors: [{kind: \(fault), first: 9}]}}") { simulation in
            let model = try simulated("m", at: simulation)
            #expect(await failure(model, call("x"))?.description == whole)
            #expect(await failure(model, listening("x").call)?.description == streamed)
        }
    }

    @Test(arguments: ["truncated_stream", "reset_mid_body"])
    func `an answer that was cut off says after how many bytes`(fault: String) async throws {
        let script = "models: {m: {answer: {fixed: one two three four}, errors: [{kind: \(fault), first: 9}]}}"
        try await withSimulator(script) { simulation in
            let model = try simulated("m", at: simulation)
            for call in [call("x"), listening("x").call] {
                let message = await failure(model, call)?.message ?? ""
                #expect(message.hasPrefix("sim: 127.0.0.1 cut its answer off after "), "\(message)")
                #expect(message.hasSuffix(" bytes of body"), "\(message)")
            }
        }
    }

    @Test func `a stream that ends before its last word says so, in events and in lines`() async throws {
        let event = #"data: {"choices":[{"delta":{"content":"a"}}]}"# + "\n\n"
        let lines = #"{"message":{"content":"a"},"done":false}"# + "\n" + #"{"mess"#
        let server = try CannedServer([
            [CannedServer.response(type: "text/event-stream", event)],
            [CannedServer.response(type: "application/x-ndjson", lines)],
        ])
        let events = try client(.compatible(name: "local", baseURL: nil), "m", at: server.origin + "/v1", key: nil)
        #expect(
            await failure(events, listening("x").call)?.description
                == "cut: local: the stream ended before the answer was whole")
        let ollama = try client(.ollama, "m", at: server.origin, key: nil)
        #expect(
            await failure(ollama, listening("x").call)?.description
                == "cut: ollama: the stream ended before the answer was whole")
    }

    @Test func `silence says what was waited for, and how long`() async throws {
        try await withSimulator("models: {m: {errors: [{kind: timeout, first: 9}]}}") { simulation in
            let model = try simulated("m", at: simulation)
            let limits = CallLimits(total: .milliseconds(200), firstToken: .milliseconds(300))
            let whole = await failure(model, call("x", limits: limits))
            #expect(
                whole?.message == "sim: 127.0.0.1 sent no first byte of an answer within 0.2 seconds"
                    || whole?.message == "sim: 127.0.0.1 did not finish its answer within 0.2 seconds",
                "both limits are equal for a full answer: \(String(describing: whole))")
            let streamed = await failure(model, listening("x", limits: limits).call)
            #expect(streamed?.message == "sim: 127.0.0.1 sent no first byte of an answer within 0.3 seconds")
        }
    }

    @Test func `a stream that falls silent says for how long`() async throws {
        let script = "models: {m: {ttft_ms: 10, itl_ms: 20000, answer: {fixed: one two three}}}"
        try await withSimulator(script) { simulation in
            let limits = CallLimits(firstToken: .seconds(60), idle: .milliseconds(200))
            let model = try simulated("m", at: simulation)
            let error = await failure(model, listening("x", limits: limits).call)
            #expect(error?.message == "sim: 127.0.0.1 fell silent in mid answer for 0.2 seconds")
        }
    }

    /// A stream of bytes that are no events, ten milliseconds apart: for the transport it is never silent.
    private func drip(after first: [String], limits: CallLimits) async throws -> String? {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        let server = try CannedServer([[head] + first + Array(repeating: ": still here\n", count: 150)])
        let model = try client(.compatible(name: "local", baseURL: nil), "m", at: server.origin + "/v1", key: nil)
        return await failure(model, listening("x", limits: limits).call)?.description
    }

    @Test func `bytes without content are no first token, and bytes without events no progress`() async throws {
        let limits = CallLimits(firstToken: .seconds(1), idle: .seconds(1))
        let silent = try await drip(after: [], limits: limits)
        #expect(silent == "timeout: local: no content came within 1.0 seconds")
        let event = #"data: {"choices":[{"delta":{"content":"a"}}]}"# + "\n\n"
        let stuck = try await drip(after: [event], limits: limits)
        #expect(stuck == "timeout: local: no event of the stream came for 1.0 seconds")
    }

    @Test func `an address that is none is told before anything is sent`() async throws {
        for (address, message) in [
            ("ftp://127.0.0.1/v1", "local: invalid request: the URL's scheme must be http or https"),
            ("127.0.0.1:80/v1", "local: invalid request: the URL is not an address such as https://host/path"),
        ] {
            let model = try client(.compatible(name: "local", baseURL: nil), "m", at: address, key: nil)
            let error = await failure(model, call("x"))
            #expect(error?.kind == .invalidRequest)
            #expect(error?.message == message, "\(String(describing: error))")
        }
    }
}
