import Chat
import Testing

@testable import Telemetry

@Suite struct TraceTests {
    private static let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func `a client's traceparent is read, and what we ask stands below our own span`() throws {
        let identity = try #require(TraceIdentity(traceParent: Self.header))
        #expect(identity.traceText == "0af7651916cd43dd8448eb211c80319c")
        #expect(identity.parentSpanID == 0xb7ad_6b71_6920_3331 && identity.isSampled)
        #expect(identity.spanID != identity.parentSpanID && identity.spanID != 0)
        let trace = Trace(identity: identity)
        trace.note { $0.attempts = 1 }
        let first = try #require(trace.upstreamTraceParent)
        trace.note { $0.attempts = 2 }
        let second = try #require(trace.upstreamTraceParent)
        #expect(first != second)
        for text in [first, second] {
            let upstream = try #require(TraceIdentity(traceParent: text))
            #expect(upstream.traceText == identity.traceText && upstream.parentSpanID != identity.spanID)
        }
        #expect(Trace().upstreamTraceParent == nil)
    }

    @Test(arguments: [
        "", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        "00-0af7651916cd43dd8448eb211c80319cxb7ad6b7169203331-01", "0g-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ])
    func `a malformed traceparent counts as absent`(text: String) {
        #expect(TraceIdentity(traceParent: text) == nil)
    }

    @Test func `a later version of the header is understood as far as it is known`() {
        let later = "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more"
        #expect(TraceIdentity(traceParent: later)?.isSampled == false)
    }

    @Test func `a request is a root span and one a stage; the provider's is the one that the provider was told`() throws {
        let identity = try #require(TraceIdentity(traceParent: Self.header))
        var record = GatewayMetricsTests.record()
        record.identity = identity
        record.prompt = "a secret prompt"
        record.spans = [
            Span(stage: "provider", start: .milliseconds(1), duration: .milliseconds(400), outcome: "gpt-4o-mini"),
            Span(stage: "retry", start: .zero, duration: .milliseconds(401)),
        ]
        let body = OTLPTraces.body([record], serviceName: "nexus", version: "1")
        #expect(!body.text.contains("secret"))
        let spans = body["resourceSpans"]?.arrayValue?.first?["scopeSpans"]?.arrayValue?.first?["spans"]?.arrayValue ?? []
        #expect(spans.compactMap { $0["name"]?.stringValue } == ["chat fast", "provider", "retry"])
        #expect(Set(spans.compactMap { $0["traceId"]?.stringValue }) == [identity.traceText])
        #expect(spans[0]["parentSpanId"] == "b7ad6b7169203331" && spans[0]["kind"] == 2)
        #expect(spans[1]["parentSpanId"] == spans[0]["spanId"] && spans[1]["kind"] == 3)
        #expect(spans[1]["spanId"]?.stringValue == TraceIdentity.text(identity.childSpanID(0, kind: 0)))
        #expect(spans[0]["startTimeUnixNano"] == "1700000000000000000")
        #expect(spans[0]["endTimeUnixNano"] == "1700000000450000000")
        #expect(Set(spans.compactMap { $0["spanId"]?.stringValue }).count == 3)
        let attributes = spans[0]["attributes"]?.arrayValue ?? []
        func value(_ key: String) -> JSONValue? { attributes.first { $0["key"] == .string(key) }?["value"] }
        #expect(value("gen_ai.operation.name")?["stringValue"] == "chat")
        #expect(value("gen_ai.request.model")?["stringValue"] == "fast")
        #expect(value("gen_ai.usage.input_tokens")?["intValue"] == "100")
        #expect(value("gen_ai.response.finish_reasons")?["arrayValue"]?["values"]?.arrayValue?.count == 1)
    }

    @Test func `the endpoint is read as OpenTelemetry names it`() throws {
        #expect(TraceExporter.Endpoint(environment: [:]) == nil)
        let endpoint = try #require(
            TraceExporter.Endpoint(environment: [
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318/", "OTEL_EXPORTER_OTLP_HEADERS": "a=b%20c,d=e=f",
                "OTEL_BSP_SCHEDULE_DELAY": "200",
            ]))
        #expect(endpoint.url == "http://127.0.0.1:4318/v1/traces" && endpoint.delay == .milliseconds(200))
        #expect(endpoint.headers == ["a": "b c", "d": "e=f"] && endpoint.serviceName == "nexus")
        let own = TraceExporter.Endpoint(environment: [
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://b/traces",
        ])
        #expect(own?.url == "http://b/traces")
        let off = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_SDK_DISABLED": "true"]
        #expect(TraceExporter.Endpoint(environment: off) == nil)
    }

    @Test(arguments: [("plain-1", "plain-1"), ("", #""""#), ("two words", #""two words""#), ("a\nb", #""a\nb""#),
        ("a=\"b\"", #""a=\"b\"""#), ("\u{1B}[31m", #""\u{1b}[31m""#)])
    func `no value of a log line begins a line of its own`(value: String, printed: String) {
        #expect(LineLogHandler.quoted(value) == printed)
    }
}
