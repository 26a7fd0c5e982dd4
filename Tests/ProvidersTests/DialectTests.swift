import Chat
import CurlTransport
import Foundation
import Simulator
import Testing

@testable import Providers

/// Every vendor's client against the simulator's server for that vendor, over a real socket: answers and faults.
@Suite struct DialectTests {
    struct Vendor: Sendable, CustomTestStringConvertible {
        let provider: Provider
        /// What stands behind the origin in a base URL as the vendor's own SDK takes it.
        var path = ""
        var testDescription: String { provider.name }
        var hasMark: Bool { !["google", "ollama"].contains(provider.name) }

        func model(_ simulation: Simulation) throws -> any ChatModel {
            let prices = PriceTable(["\(provider.name)/m": Price(input: NanoUSD(1), output: NanoUSD(1))])
            return try client(provider, "m", at: simulation.origin + path, prices: prices)
        }
    }

    static let vendors = [
        Vendor(provider: .openAI, path: "/v1"), Vendor(provider: .anthropic), Vendor(provider: .google),
        Vendor(provider: .deepSeek), Vendor(provider: .mistral), Vendor(provider: .ollama),
    ]

    /// Asks for a full answer and for a stream.
    private func failures(
        _ vendor: Vendor, _ fault: String, extra: String = "", kinds: (_ error: ChatError?, _ name: String) -> Void
    ) async throws {
        let script = "models: {m: {answer: {fixed: one two three four}, errors: [{kind: \(fault)\(extra)}]}}"
        try await withSimulator(script) { simulation in
            let model = try vendor.model(simulation)
            for (name, call) in [("whole", call("x")), ("stream", listening("x").call)] {
                let error = await #expect(throws: ChatError.self, "\(name)") { try await model.reply(to: call) }
                kinds(error, name)
                #expect(error?.message.hasPrefix(vendor.provider.name + ": ") == true)
                #expect(error?.body?.utf8.count ?? 0 <= 4096)
            }
        }
    }

    @Test(arguments: vendors) func `an answer is the same whole and streamed, and costs the same`(vendor: Vendor)
        async throws
    {
        try await withSimulator("models: {m: {answer: {fixed: \"forty-two, \\\"ç🙂\\\"\\nyes\"}}}") { simulation in
            let model = try vendor.model(simulation)
            let whole = try await model.reply(to: call("one two three"))
            let (call, heard) = listening("one two three")
            let streamed = try await model.reply(to: call)
            #expect(whole.text == "forty-two, \"ç🙂\"\nyes")
            #expect(streamed.text == whole.text)
            let pieces = heard.withLock { $0.compactMap { if case .text(let text) = $0.kind { text } else { nil } } }
            #expect(pieces.joined() == whole.text && pieces.count > 1)
            #expect(whole.usage?.input == 3)
            // Mistral tells its usage unasked; the simulator, whose route is OpenAI's, where it is asked for.
            let tells = vendor.provider.name != "mistral"
            #expect(streamed.usage?.output == (tells ? whole.usage?.output : nil))
            #expect(whole.finishReason == .stop && streamed.finishReason == .stop)
            #expect(whole.warnings == [] && streamed.warnings == [])
            #expect(streamed.cost == (tells ? whole.cost : nil) && whole.cost != nil)
            #expect(simulation.log.allSatisfy { $0.headers.hasAuthorization || vendor.provider.name == "ollama" })
        }
    }

    @Test(arguments: vendors) func `an answer that is cut to its tokens says so`(vendor: Vendor) async throws {
        try await withSimulator("models: {m: {answer: {fixed: a b c d}, tokens: 9}}") { simulation in
            for call in [call("x"), listening("x").call] {
                var call = call
                call.request.parameters.maxTokens = 3
                let reply = try await vendor.model(simulation).reply(to: call)
                #expect(reply.text == "a b c" && reply.finishReason == .length)
            }
        }
    }

    @Test(arguments: vendors.filter { $0.provider.name != "ollama" })
    func `a call that is demanded is made, with the answer as its arguments`(vendor: Vendor) async throws {
        try await withSimulator(#"models: {m: {answer: {fixed: '{"city": "São Paulo"}'}}}"#) { simulation in
            for call in [call("x"), listening("x").call] {
                var call = call
                call.request.tools = [["type": "function", "function": ["name": "weather", "parameters": [:]]]]
                call.request.toolChoice = "required"
                let reply = try await vendor.model(simulation).reply(to: call)
                #expect(reply.finishReason == .tool)
                let function = try #require(reply.toolCalls.first?["function"])
                #expect(function["name"] == "weather")
                let arguments = try JSONValue.parse(function["arguments"]?.stringValue ?? "")
                #expect(arguments["city"] == "São Paulo")
            }
        }
    }

    static let statuses: [(String, ChatError.Kind)] = [
        ("bad_request", .invalidRequest), ("unauthorized", .authentication), ("'402'", .quotaExceeded),
        ("forbidden", .authentication), ("not_found", .notFound), ("'413'", .invalidRequest),
        ("'422'", .invalidRequest), ("rate_limit", .rateLimited), ("server_error", .upstreamFailure),
        ("bad_gateway", .upstreamFailure), ("unavailable", .upstreamFailure), ("'504'", .timeout),
        ("overloaded", .upstreamFailure),
    ]

    @Test(arguments: vendors, statuses)
    func `an error status is its kind of error`(vendor: Vendor, fault: (String, ChatError.Kind)) async throws {
        try await failures(vendor, fault.0) { error, name in
            // A 404 may be of the route or of the model.
            let isKind = error?.kind == fault.1 || (fault.1 == .notFound && error?.kind == .invalidRequest)
            #expect(isKind, "\(name): \(String(describing: error))")
            #expect(error?.message.contains("simulated") == true)
            let isTransient = [.rateLimited, .upstreamFailure, .timeout].contains(fault.1)
            #expect(error?.isRetryable == isTransient)
        }
    }

    @Test(
        arguments: vendors,
        [("1", .seconds(1)), ("0.25", .milliseconds(250)), ("1000000000", .seconds(1_000_000_000)), ("abc", nil)]
            as [(String, Duration?)])
    func `the wait that a 429 asks for is told`(vendor: Vendor, wait: (String, Duration?)) async throws {
        try await failures(vendor, "rate_limit", extra: ", retry_after: '\(wait.0)'") { error, _ in
            #expect(error?.kind == .rateLimited)
            #expect(error?.retryAfter == wait.1)
        }
    }

    @Test(arguments: vendors.filter { $0.provider.name != "google" })
    func `the wait may be a date`(vendor: Vendor) async throws {
        let form = DateFormatter()
        form.locale = Locale(identifier: "en_US_POSIX")
        form.timeZone = TimeZone(identifier: "GMT")
        form.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let date = form.string(from: Date(timeIntervalSinceNow: 900))
        try await failures(vendor, "rate_limit", extra: ", retry_after: '\(date)'") { error, _ in
            let wait = error?.retryAfter ?? .zero
            #expect(wait > .seconds(600) && wait <= .seconds(900))
        }
    }

    @Test(
        arguments: vendors, ["malformed_json", "empty", "empty_choices", "missing_choices", "null_content", "html"])
    func `a body that is no answer is an error`(vendor: Vendor, fault: String) async throws {
        // A turn of Anthropic's models may be without a word.
        guard vendor.provider.name != "anthropic" || fault != "empty_choices" else { return }
        try await failures(vendor, fault) { error, name in
            // Google's events may be without a candidate; a stream without any has not come to its end.
            let isCut = vendor.provider.name == "google" && fault == "empty_choices" && name == "stream"
            #expect(error?.kind == (isCut ? .cut : .invalidResponse), "\(name): \(String(describing: error))")
            #expect(error?.isRetryable == isCut)
        }
    }

    @Test(arguments: vendors, ["reset", "reset_mid_body", "truncated_stream"])
    func `a connection that breaks is a cut answer`(vendor: Vendor, fault: String) async throws {
        try await failures(vendor, fault) { error, name in
            #expect(error?.kind == .cut, "\(name): \(String(describing: error))")
            #expect(error?.isRetryable == true)
        }
    }

    @Test(arguments: vendors) func `an error inside a stream ends it`(vendor: Vendor) async throws {
        try await failures(vendor, "stream_error") { error, name in
            #expect(error?.kind == .upstreamFailure, "\(name): \(String(describing: error))")
            #expect(error?.message.contains("simulated") == true)
        }
    }

    @Test(arguments: vendors.filter(\.hasMark)) func `a stream without its last word is whole`(vendor: Vendor)
        async throws
    {
        try await withSimulator("models: {m: {answer: {fixed: a b c}, errors: [{kind: no_done}]}}") { simulation in
            let reply = try await vendor.model(simulation).reply(to: listening("x").call)
            #expect(reply.text == "a b c" && reply.finishReason == .stop)
        }
    }

    @Test(arguments: vendors, ["missing_usage", "absurd_usage"])
    func `usage that is missing or absurd is unknown, and so is the cost`(vendor: Vendor, fault: String) async throws {
        try await withSimulator("models: {m: {answer: {fixed: a b c}, errors: [{kind: \(fault)}]}}") { simulation in
            for call in [call("x"), listening("x").call] {
                let reply = try await vendor.model(simulation).reply(to: call)
                #expect(reply.text == "a b c")
                #expect(reply.usage == nil)
                // What Ollama serves is free, however many tokens it took.
                #expect(reply.cost == nil)
                let tells = vendor.provider.name != "mistral" || call.onDelta == nil
                #expect(reply.warnings.count == (fault == "absurd_usage" && tells ? 1 : 0))
            }
        }
    }

    @Test(arguments: vendors) func `invalid UTF-8 is replaced, with a warning`(vendor: Vendor) async throws {
        try await withSimulator("models: {m: {answer: {fixed: a b c d}, errors: [{kind: invalid_utf8}]}}") {
            simulation in
            for call in [call("x"), listening("x").call] {
                let reply = try await vendor.model(simulation).reply(to: call)
                #expect(reply.text.contains("\u{FFFD}"))
                #expect(reply.warnings == ["invalid UTF-8 in the answer was replaced with U+FFFD"])
            }
        }
    }

    @Test(arguments: vendors) func `silence is a timeout, and its upstream is left`(vendor: Vendor) async throws {
        try await withSimulator("models: {m: {errors: [{kind: timeout}]}}") { simulation in
            let limits = CallLimits(total: .seconds(1), firstToken: .seconds(1), idle: .seconds(1))
            for call in [call("x", limits: limits), listening("x", limits: limits).call] {
                let error = await #expect(throws: ChatError.self) {
                    try await vendor.model(simulation).reply(to: call)
                }
                #expect(error?.kind == .timeout)
            }
            for _ in 0..<100 where simulation.stats.inFlight > 0 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(!simulation.log.isEmpty && simulation.log.allSatisfy { $0.outcome == .left })
        }
    }

    // MARK: embeddings

    static let embedders = [
        Vendor(provider: .openAI, path: "/v1"), Vendor(provider: .google), Vendor(provider: .mistral),
        Vendor(provider: .ollama),
    ]

    private func embeddings(_ vendor: Vendor, at simulation: Simulation) throws -> any EmbeddingModel {
        let access = ProviderAccess(
            loop: try CurlLoop(userAgent: "nexus-tests/1"), baseURL: simulation.origin + vendor.path, apiKey: "k")
        return try vendor.provider.embeddings("m", access: access)
    }

    @Test(arguments: embedders) func `embeddings are by text, of the length that is asked for`(vendor: Vendor)
        async throws
    {
        try await withSimulator { simulation in
            let model = try embeddings(vendor, at: simulation)
            let request = EmbeddingRequest(texts: ["a b", "c", "a b"], dimensions: 8)
            let vectors = try await model.reply(to: request).vectors
            #expect(vectors.map(\.count) == [8, 8, 8])
            #expect(vectors[0] == vectors[2] && vectors[0] != vectors[1])
            #expect(abs(vectors[1].reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        }
    }

    @Test(
        arguments: embedders,
        [
            ("rate_limit", ChatError.Kind.rateLimited), ("unauthorized", .authentication),
            ("malformed_json", .invalidResponse), ("null_content", .invalidResponse),
            ("missing_choices", .invalidResponse), ("empty", .invalidResponse), ("truncated_stream", .cut),
        ])
    func `embeddings that fail are errors`(vendor: Vendor, fault: (String, ChatError.Kind)) async throws {
        try await withSimulator("models: {m: {errors: [{kind: \(fault.0)}]}}") { simulation in
            let model = try embeddings(vendor, at: simulation)
            let error = await #expect(throws: ChatError.self) { try await model.embed(["a"]) }
            #expect(error?.kind == fault.1, "\(String(describing: error))")
        }
    }
}
