import Chat
import Foundation
import Testing

@testable import Telemetry

@Suite struct GatewayMetricsTests {
    static func record(
        model: String = "fast", answered: String? = "gpt-4o-mini", outcome: InferenceRecord.Outcome = .answered(.stop),
        usage: TokenUsage? = TokenUsage(inputFresh: 100, outputText: 20), attempts: Int = 1
    ) -> InferenceRecord {
        InferenceRecord(
            requestID: "req_1", startedAtMilliseconds: 1_700_000_000_000, route: "/v1/chat/completions",
            isStreamed: true, modelAsked: model, modelAnswered: answered, provider: "openai",
            status: outcome.isError ? 504 : 200, outcome: outcome, cache: "miss", usage: usage,
            cost: NanoUSD(2_500_000), latency: .milliseconds(450), firstToken: .milliseconds(70),
            overhead: .microseconds(300), attempts: attempts)
    }

    private static func lines(_ metrics: GatewayMetrics, _ gauges: [Gauge] = []) -> [Substring] {
        String(decoding: metrics.prometheusText(gauges), as: UTF8.self).split(separator: "\n")
    }

    private static let labels =
        #"gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="fast","#
        + #"gen_ai_response_model="gpt-4o-mini""#

    @Test func `a request counts under OpenTelemetry's names, in the conventions' buckets`() {
        let metrics = GatewayMetrics()
        metrics.requestBegan()
        metrics.observe(Self.record(attempts: 3))
        let lines = Self.lines(metrics)
        let duration = "gen_ai_server_request_duration_seconds"
        #expect(lines.contains(#"\#(duration)_bucket{\#(Self.labels),error_type="",le="0.32"} 0"#))
        #expect(lines.contains(#"\#(duration)_bucket{\#(Self.labels),error_type="",le="0.64"} 1"#))
        #expect(lines.contains(#"\#(duration)_sum{\#(Self.labels),error_type=""} 0.45"#))
        let first = "gen_ai_server_time_to_first_token_seconds"
        #expect(lines.contains(#"\#(first)_bucket{\#(Self.labels),error_type="",le="0.06"} 0"#))
        #expect(lines.contains(#"\#(first)_bucket{\#(Self.labels),error_type="",le="0.08"} 1"#))
        // 380 ms for the 19 tokens after the first one.
        #expect(lines.contains(#"gen_ai_server_time_per_output_token_seconds_sum{\#(Self.labels),error_type=""} 0.02"#))
        let usage = "gen_ai_client_token_usage"
        let input = #"\#(Self.labels),error_type="",gen_ai_token_type="input""#
        #expect(lines.contains(#"\#(usage)_sum{\#(input)} 100"#))
        #expect(lines.contains(#"\#(usage)_bucket{\#(input),le="64"} 0"#))
        #expect(lines.contains(#"\#(usage)_bucket{\#(input),le="256"} 1"#))
        #expect(lines.contains(#"nexus_cost_usd_total{\#(Self.labels),error_type=""} 0.0025"#))
        #expect(lines.contains(#"nexus_retries_total{\#(Self.labels),error_type=""} 2"#))
        #expect(lines.contains(#"nexus_cache_requests_total{outcome="miss"} 1"#))
        #expect(lines.contains("nexus_requests_in_flight 0"))
    }

    @Test func `names that clients make up do not become labels`() {
        let metrics = GatewayMetrics()
        metrics.know(models: ["fast"])
        for number in 0..<5_000 {
            metrics.observe(Self.record(model: "made-up-\(number)", answered: nil, outcome: .failed(.notFound)))
        }
        #expect(Self.lines(metrics).count { $0.hasPrefix("gen_ai_server_request_duration_seconds_count") } == 1)
        #expect(Self.lines(metrics).contains { $0.contains(#"gen_ai_request_model="other""#) && $0.hasSuffix(" 5000") })
        for number in 0..<5_000 { metrics.observe(Self.record(model: "any-\(number)", answered: "any-\(number)")) }
        metrics.observe(Self.record(outcome: .failed(.timeout)))
        let series = Self.lines(metrics).filter { $0.hasPrefix("gen_ai_server_request_duration_seconds_count") }
        #expect(series.count <= GatewayMetrics.mostNames + 3)
        #expect(series.contains { $0.contains(#"gen_ai_request_model="fast""#) }, "what is configured is always told")
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool"),
            "promtool comes with: apt-get install prometheus"))
    func `promtool finds nothing to say`() throws {
        let metrics = GatewayMetrics()
        metrics.observe(Self.record(model: "a \"quoted\"\\\nname", attempts: 2))
        metrics.observe(Self.record(outcome: .failed(.timeout), usage: nil))
        let text = metrics.prometheusText([
            Gauge("nexus_log_rows_total", help: "Rows.", labels: ["state": "written"], value: 3, isCounter: true),
            Gauge("nexus_log_rows_total", help: "", labels: ["state": "lost"], value: 0, isCounter: true),
            Gauge("nexus_log_rows_waiting", help: "Waiting rows.", value: 1),
        ])
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/promtool")
        process.arguments = ["check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text))
        try input.fileHandleForWriting.close()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && said.isEmpty, "\(said)")
    }
}
