import Chat
import CurlTransport
import Providers
import Telemetry
import Testing

@testable import Server

/// Keeps the rows that a gateway would write.
final class Rows: Sendable {
    private let kept = Locked<[InferenceRecord]>([])
    let telemetry: GatewayTelemetry

    init(keepsPrompts: Bool = false) {
        telemetry = GatewayTelemetry(keepsPrompts: keepsPrompts, writeRow: { [kept] row in kept.withLock { $0.append(row) } })
    }

    var all: [InferenceRecord] { kept.withLock { $0 } }

    /// The sum of a metric's samples.
    func sum(of name: String, where label: String = "") -> Double {
        String(decoding: telemetry.prometheusText(), as: UTF8.self).split(separator: "\n")
            .filter { ($0.hasPrefix(name + "{") || $0.hasPrefix(name + " ")) && (label.isEmpty || $0.contains(label)) }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }
}

@Suite struct BooksTests {
    private static let usage = TokenUsage(
        inputFresh: 30, cacheRead: 5, cacheWrite5m: 7, cacheWrite1h: 11, outputText: 13, reasoning: 17)

    @Test func `counters are the sums of the rows, whatever came of the requests`() async throws {
        let rows = Rows()
        let model = Scripted { call, index throws(ChatError) in
            switch index % 4 {
            case 0: .text("yes", usage: Self.usage, cost: NanoUSD(1_500_000))
            case 1: .error(ChatError(.rateLimited, "slow down", status: 429))
            case 2: .text("no", usage: Self.usage)
            default: .error(ChatError(.cut, "cut"))
            }
        }
        try await withGateway(model, telemetry: rows.telemetry) { gateway in
            for index in 0..<12 { _ = try await gateway.chat(stream: index.isMultiple(of: 3)) }
            _ = try await gateway.message()
            _ = try await gateway.chat(model: "nobody")
            _ = try await gateway.post("/v1/chat/completions", "{")
        }
        #expect(rows.all.count == 15)
        #expect(rows.sum(of: "nexus_requests_total") == 15)
        #expect(rows.sum(of: "gen_ai_server_request_duration_seconds_count") == 15)
        for (label, isError) in [(#"result="ok""#, false), (#"result="error""#, true)] {
            #expect(rows.sum(of: "nexus_requests_total", where: label) == Double(rows.all.count { $0.outcome.isError == isError }))
        }
        let tokens = "gen_ai_client_token_usage_sum"
        #expect(rows.sum(of: tokens, where: #"type="input""#) == Double(rows.all.compactMap { $0.usage?.input }.reduce(0, +)))
        #expect(rows.sum(of: tokens, where: #"type="output""#) == Double(rows.all.compactMap { $0.usage?.output }.reduce(0, +)))
        let cost = rows.all.compactMap { $0.cost?.dollars }.reduce(0, +)
        #expect(abs(rows.sum(of: "nexus_cost_usd_total") - cost) < 1e-9 && cost > 0)
        #expect(rows.sum(of: "nexus_cost_unknown_total") == Double(rows.all.count { $0.cost == nil }))
        #expect(rows.sum(of: "nexus_requests_in_flight") == 0)
        #expect(rows.all.last?.modelAsked == nil && rows.all.last?.status == 400)
        #expect(Set(rows.all.map(\.route)) == ["/v1/chat/completions", "/v1/messages"])
    }

    @Test(arguments: [false, true])
    func `a client that leaves has a row with what was passed on so far`(isStream: Bool) async throws {
        let rows = Rows()
        let model = InPieces(pieces: ["a", "b", "c"], pause: .milliseconds(isStream ? 700 : 30_000))
        try await withGateway(model, telemetry: rows.telemetry) { gateway in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await gateway.chat(stream: isStream) }
                while rows.sum(of: "nexus_requests_in_flight") < 1 { try? await Task.sleep(for: .milliseconds(5)) }
                try? await Task.sleep(for: .milliseconds(isStream ? 1_050 : 100))
                group.cancelAll()
            }
            for _ in 0..<300 where rows.all.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        }
        let row = try #require(rows.all.first)
        #expect(rows.all.count == 1)
        #expect(row.status == 499 && row.outcome == .failed(.cancelled) && row.isStreamed == isStream)
        #expect(isStream ? (1...2).contains(row.pieces) : row.pieces == 0, "\(row.pieces) pieces, of 3")
    }

    @Test func `rows hold no prompt and no answer unless they are asked to`() async throws {
        for keeps in [false, true] {
            let rows = Rows(keepsPrompts: keeps)
            try await withGateway(Scripted([.text("the answer")]), telemetry: rows.telemetry) { gateway in
                _ = try await gateway.chat()
            }
            let row = try #require(rows.all.first)
            #expect(row.prompt == (keeps ? #"[{"role":"user","content":"hi"}]"# : nil))
            #expect(row.answer == (keeps ? "the answer" : nil))
        }
    }

    @Test func `a trace goes on where the client began one`() async throws {
        let rows = Rows()
        let model = Scripted { _, _ throws(ChatError) in .text("x") }
        try await withGateway(model, telemetry: rows.telemetry) { gateway in
            let body = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#
            let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            _ = try await gateway.post("/v1/chat/completions", body, headers: [("traceparent", header)])
            _ = try await gateway.post("/v1/chat/completions", body, headers: [("traceparent", "nonsense")])
        }
        #expect(rows.all.map { $0.identity?.traceText } == ["0af7651916cd43dd8448eb211c80319c", nil])
        #expect(model.calls.map { $0.trace.identity?.parentSpanID } == [0xb7ad_6b71_6920_3331, nil])
    }

    @Test func `metrics are served as Prometheus reads them, to those with a key`() async throws {
        let options = ServerOptions(port: 0, keys: ["sesame"])
        try await withGateway(Scripted([]), options: options) { gateway in
            #expect(try await gateway.get("/metrics").status == 401)
            let answer = try await gateway.get("/metrics", headers: [("x-api-key", "sesame")])
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(answer.text.contains("nexus_unauthorized_total 1\n"))
        }
    }
}
