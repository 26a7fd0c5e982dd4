import Chat
import Simulator
import Testing

@testable import Providers

/// What a real socket brings when the upstream goes wrong.
@Suite struct FaultTests {
    @Test(arguments: [
        ("bad_request", ChatError.Kind.invalidRequest, 400), ("unauthorized", .authentication, 401),
        ("'402'", .quotaExceeded, 402),
        ("forbidden", .authentication, 403), ("not_found", .invalidRequest, 404), ("'422'", .invalidRequest, 422),
        ("rate_limit", .rateLimited, 429), ("server_error", .upstreamFailure, 500),
        ("bad_gateway", .upstreamFailure, 502),
        ("unavailable", .upstreamFailure, 503), ("'504'", .timeout, 504), ("overloaded", .upstreamFailure, 529),
    ]) func `an error status is its kind of error, streamed or not`(fault: String, kind: ChatError.Kind, status: Int)
        async throws
    {
        try await withSimulator("models: {m: {errors: [{kind: \(fault), first: 9}]}}") { simulation in
            let model = try simulated("m", at: simulation)
            for call in [call("x"), listening("x").call] {
                let error = await #expect(throws: ChatError.self) { try await model.reply(to: call) }
                // A 404 may say that the model is not there.
                #expect(error?.kind == kind || (status == 404 && error?.kind == .notFound))
                #expect(error?.status == status)
                #expect(error?.message.hasPrefix("sim: the upstream answered \(status)") == true)
                #expect(error?.retryAfter == nil)
            }
        }
    }

    @Test(
        arguments: [("1", Duration.seconds(1)), ("1000000000", .seconds(1_000_000_000)), ("abc", nil)]
            as [(String, Duration?)])
    func `the wait that a 429 asks for is told`(value: String, wait: Duration?) async throws {
        try await withSimulator("models: {m: {errors: [{kind: rate_limit, first: 9, retry_after: '\(value)'}]}}") {
            simulation in
            let error = await #expect(throws: ChatError.self) {
                try await simulated("m", at: simulation).reply(to: call("x"))
            }
            #expect(error?.kind == .rateLimited)
            #expect(error?.retryAfter == wait)
        }
    }

    @Test(arguments: ["malformed_json", "empty", "empty_choices", "missing_choices", "null_content", "html"])
    func `a body that is no answer is an error, streamed or not`(fault: String) async throws {
        let script = "models: {m: {answer: {fixed: one two three four}, errors: [{kind: \(fault), first: 9}]}}"
        try await withSimulator(script) { simulation in
            let model = try simulated("m", at: simulation)
            for (name, call) in [("whole", call("x")), ("stream", listening("x").call)] {
                let error = await #expect(throws: ChatError.self, "\(name)") { try await model.reply(to: call) }
                #expect(error?.kind == .invalidResponse, "\(name): \(String(describing: error))")
                #expect(error?.isRetryable == false)
                #expect(error?.message.hasPrefix("sim: ") == true)
                #expect(error?.body?.utf8.count ?? 0 <= 4096)
            }
        }
    }

    @Test(arguments: ["reset", "reset_mid_body", "truncated_stream"])
    func `a connection that breaks is a cut answer, streamed or not`(fault: String) async throws {
        let script = "models: {m: {answer: {fixed: one two three four}, errors: [{kind: \(fault), first: 9}]}}"
        try await withSimulator(script) { simulation in
            let model = try simulated("m", at: simulation)
            for (name, call) in [("whole", call("x")), ("stream", listening("x").call)] {
                let error = await #expect(throws: ChatError.self, "\(name)") { try await model.reply(to: call) }
                #expect(error?.kind == .cut, "\(name): \(String(describing: error))")
                #expect(error?.isRetryable == true)
            }
        }
    }

    @Test func `an error inside a stream ends it`() async throws {
        let script = "models: {m: {answer: {fixed: one two three four}, errors: [{kind: stream_error, first: 9}]}}"
        try await withSimulator(script) { simulation in
            let error = await #expect(throws: ChatError.self) {
                try await simulated("m", at: simulation).reply(to: listening("x").call)
            }
            #expect(error?.kind == .upstreamFailure)
            #expect(error?.message == "sim: the upstream reported an error: simulated failure inside the stream")
        }
    }

    @Test func `a stream without its last line is whole`() async throws {
        try await withSimulator("models: {m: {answer: {fixed: a b c}, errors: [{kind: no_done, first: 9}]}}") {
            simulation in
            let reply = try await simulated("m", at: simulation).reply(to: listening("x").call)
            #expect(reply.text == "a b c")
        }
    }

    @Test(arguments: ["missing_usage", "absurd_usage"])
    func `usage that is missing or absurd is unknown, and so is the cost`(fault: String) async throws {
        try await withSimulator("models: {m: {answer: {fixed: a b c}, errors: [{kind: \(fault), first: 9}]}}") {
            simulation in
            let price = Price(input: NanoUSD(1), output: NanoUSD(1))
            let model = try simulated("m", at: simulation, prices: PriceTable(["sim/m": price]))
            for call in [call("x"), listening("x").call] {
                let reply = try await model.reply(to: call)
                #expect(reply.text == "a b c")
                #expect(reply.usage == nil)
                #expect(reply.cost == nil)
                #expect(reply.warnings.count == (fault == "absurd_usage" ? 1 : 0))
            }
        }
    }

    @Test func `invalid UTF-8 is replaced, with a warning`() async throws {
        try await withSimulator("models: {m: {answer: {fixed: a b c d}, errors: [{kind: invalid_utf8, first: 9}]}}") {
            simulation in
            for call in [call("x"), listening("x").call] {
                let reply = try await simulated("m", at: simulation).reply(to: call)
                #expect(reply.text.contains("\u{FFFD}"))
                #expect(reply.warnings == ["invalid UTF-8 in the answer was replaced with U+FFFD"])
            }
        }
    }

    @Test func `a wrong content type changes nothing`() async throws {
        try await withSimulator("models: {m: {answer: {fixed: a b c}, errors: [{kind: wrong_content_type, first: 9}]}}")
        { simulation in
            for call in [call("x"), listening("x").call] {
                let reply = try await simulated("m", at: simulation).reply(to: call)
                #expect(reply.text == "a b c")
            }
        }
    }
}
