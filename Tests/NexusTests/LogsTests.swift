import Chat
import Foundation
import Simulator
import Store
import Testing

@Suite(.serialized) struct LogsTests {
    private static let script = """
        models: {good: {answer: {fixed: 'forty two'}}, bad: {errors: [{kind: 400, rate: 1}]}}
        """

    private static func rows(_ binary: Binary, _ arguments: String...) throws -> [JSONValue] {
        let outcome = try binary.run(["logs", "--json"] + arguments)
        guard outcome.status == 0 else { throw ServedError(description: outcome.error) }
        return outcome.json?["requests"]?.arrayValue ?? []
    }

    /// Rows are written a few milliseconds after their answers.
    private static func rows(_ binary: Binary, count: Int) async throws -> [JSONValue] {
        var found: [JSONValue] = []
        for _ in 0..<40 where found.count < count {
            found = try rows(binary)
            if found.count < count { try await Task.sleep(for: .milliseconds(50)) }
        }
        return found
    }

    @Test(.timeLimit(.minutes(2)))
    func `requests are logged with who, what, tokens, cost and times, and found again by filters`() async throws {
        try await withSimulator(Self.script) { simulation in
            let configuration = """
                server: {keys: [sesame-key-4711]}
                providers: {sim: {base_url: "\(simulation.baseURL)"}}
                models: {fast: sim/good}
                prices: {sim/good: {input: 1, output: 2}}
                pipeline: {cache: exact}
                """
            try await withServed(configuration) { (served: Served) async throws in
                let key = ["Authorization": "Bearer sesame-key-4711", "x-request-id": "first-1"]
                let session = key.merging(["x-nexus-session": "s1"]) { $1 }
                #expect(try await served.chat("fast", headers: session).status == 200)
                #expect(try await served.chat("fast", headers: key).headers["x-nexus-cache"] == "hit")
                #expect(try await served.chat("sim/bad", headers: key).status == 400)
                #expect(try await served.chat("fast", headers: key, extra: #","stream":true"#).status == 200)
                let rows = try await Self.rows(served.binary, count: 4)
                #expect(rows.map { $0["status"] } == [200, 200, 400, 200])
                #expect(rows.map { $0["cache"] } == ["miss", "hit", "miss", "hit"])
                let first = try #require(rows.first)
                #expect(first["request_id"] == "first-1" && first["session"] == "s1" && first["outcome"] == "stop")
                #expect(first["model_asked"] == "fast" && first["model"] == "good" && first["provider"] == "sim")
                #expect(first["caller"]?.stringValue?.isEmpty == false)
                let (input, output) = (first["input_tokens"]?.doubleValue ?? 0, first["output_tokens"]?.doubleValue ?? 0)
                #expect(input > 0 && output > 0)
                #expect(first["cost_usd"]?.doubleValue == (input + 2 * output) / 1e6)
                #expect((first["latency_ms"]?.doubleValue ?? 0) > 0 && first["attempts"] == 1)
                let stages = first["stages"]?.arrayValue?.compactMap { $0["stage"]?.stringValue } ?? []
                #expect(Set(stages).isSuperset(of: ["provider", "retry", "cache", "meter"]))
                #expect(rows[1]["input_tokens"] == .null && rows[1]["cost_usd"] == 0 && rows[1]["source"] == "cache")
                #expect(rows[2]["error"] == "invalid_request" && rows[2]["finish_reason"] == .null)
                #expect(rows[3]["stream"] == true)
                #expect(try Self.rows(served.binary, "--status", "4xx").count == 1)
                #expect(try Self.rows(served.binary, "--status", "ok", "--cached").count == 2)
                #expect(try Self.rows(served.binary, "--no-cached", "--model", "fast").count == 1)
                #expect(try Self.rows(served.binary, "--outcome", "invalid_request").count == 1)
                #expect(try Self.rows(served.binary, "--since", "1h", "--session", "s1", "--limit", "2").count == 1)
                #expect(try Self.rows(served.binary, "--since", "2100-01-01T00:00:00Z").isEmpty)
                #expect(try Self.rows(served.binary, "--provider", "openai").isEmpty)
                let table = try served.binary.run("logs", "--limit", "1")
                #expect(table.output.hasPrefix("TIME "))
                #expect(table.output.contains("first-1") && table.output.contains(" fast "))
                served.stop()
                for file in try FileManager.default.contentsOfDirectory(
                    at: served.binary.folder.appending(path: ".nexus"), includingPropertiesForKeys: nil)
                {
                    let bytes = try Data(contentsOf: file)
                    #expect(bytes.range(of: Data("sesame-key".utf8)) == nil, "\(file.lastPathComponent) holds the key")
                }
                // The cache keeps answers, the log does not.
                let store = try RunStore(reading: served.binary.folder.appending(path: ".nexus/gateway.db").path)
                let logged = try store.inferences(limit: 10).map(\.record)
                #expect(logged.count == 4 && logged.allSatisfy { $0.prompt == nil && $0.answer == nil })
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a log is followed while the server writes it`() async throws {
        try await withServed("models: {e: baseline/echo}\n") { (served: Served) async throws in
            _ = try await served.chat("e", "one")
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(filePath: Binary.path)
            process.arguments = ["logs", "--follow", "--json", "--limit", "1"]
            process.currentDirectoryURL = served.binary.folder
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            _ = try await Self.rows(served.binary, count: 1)
            try process.run()
            var text = ""
            for number in 2...3 {
                while text.split(separator: "\n").count < number - 1 {
                    text += String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
                }
                _ = try await served.chat("e", "next", headers: ["x-request-id": "n\(number)"])
            }
            while text.split(separator: "\n").count < 3 {
                text += String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            }
            process.interrupt()
            process.waitUntilExit()
            #expect(process.terminationStatus == 130)
            let ids = try text.split(separator: "\n").map { try JSONValue.parse(String($0))["request_id"]?.stringValue }
            #expect(ids.suffix(2) == ["n2", "n3"])
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `the log is switched off, or told to keep prompts, by the configuration`() async throws {
        try await withServed("log: {requests: off}\n") { (served: Served) async throws in
            #expect(try await served.chat("baseline/echo").status == 200)
            served.stop()
            #expect(!served.binary.exists(".nexus"))
        }
        try await withServed("log: {prompts: on}\n") { (served: Served) async throws in
            _ = try await served.chat("baseline/echo", "keep me")
            let row = try #require(try await Self.rows(served.binary, count: 1).first)
            #expect(row["prompt"]?.arrayValue?.first?["content"] == "keep me" && row["answer"] == "keep me")
        }
    }

    @Test func `a second server on the same store is refused, naming the first`() async throws {
        try await withServed("") { (served: Served) async throws in
            let second = try served.binary.run("serve", "--port", "0")
            #expect(second.status == 2)
            #expect(second.lastErrorLine.contains("another process writes to this store: pid \(served.process.processIdentifier)"))
        }
    }

    /// Arguments, and the last line on standard error.
    static let wrong: [([String], String)] = [
        (["--status", "40"], "--status: found '40'; expected ok, error, 4xx or 404"),
        (["--since", "yesterday"], "--since: found 'yesterday'; expected 90s, 15m, 2h, 7d or 2026-11-21T13:14:15Z"),
        (["--limit", "0"], "--limit: found 0; expected at least 1"),
    ]

    @Test(arguments: wrong) func `a filter that says nothing is refused`(arguments: [String], message: String) async throws {
        try await withBinary { binary in
            let outcome = try binary.run(["logs"] + arguments)
            #expect(outcome.status == 2 && outcome.lastErrorLine == message, "\(outcome.error)")
            let empty = try binary.run("logs", "--json")
            #expect(empty.status == 0 && empty.json == ["requests": []])
        }
    }
}

@Suite(.serialized) struct TracingTests {
    private static let answer = """
        {"id": "x", "object": "chat.completion", "created": 1, "model": "up-1", "choices": [{"index": 0, "finish_reason":
        "stop", "message": {"role": "assistant", "content": "yes"}}], "usage": {"prompt_tokens": 3, "completion_tokens": 1}}
        """

    @Test(.timeLimit(.minutes(2)))
    func `traces go to the collector, and the upstream is told its span`() async throws {
        let upstream = try Listener { _ in Self.answer }
        let collector = try Listener()
        let environment = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(collector.port)", "OTEL_BSP_SCHEDULE_DELAY": "50",
            "OTEL_EXPORTER_OTLP_HEADERS": "x-collector-key=k",
        ]
        let configuration =
            #"providers: {local: {dialect: openai, base_url: "http://127.0.0.1:\#(upstream.port)/v1", api_key: secret-4711}}"#
        try await withServed(configuration, environment: environment) { (served: Served) async throws in
            let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            let answer = try await served.chat("local/m", "a secret prompt", headers: ["traceparent": header])
            #expect(answer.status == 200, "\(answer.body)")
            for _ in 0..<100 where collector.received.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            let export = try #require(collector.received.first)
            #expect(export.line == "POST /v1/traces HTTP/1.1" && export.headers["x-collector-key"] == "k")
            let scope = export.json?["resourceSpans"]?.arrayValue?.first?["scopeSpans"]?.arrayValue?.first
            let spans = scope?["spans"]?.arrayValue ?? []
            #expect(spans.first?["parentSpanId"] == "b7ad6b7169203331" && spans.first?["name"] == "chat local/m")
            let provider = try #require(spans.first { $0["name"] == "provider" })
            let told = try #require(upstream.received.first?.headers["traceparent"])
            #expect(told == "00-0af7651916cd43dd8448eb211c80319c-\(provider["spanId"]?.stringValue ?? "")-01")
            #expect(!export.body.contains("secret"))
            let metrics = try await served.get("/metrics").body
            #expect(metrics.contains("nexus_traces_exported_total 1\n"))
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a collector that is not there costs no request anything, and is said once`() async throws {
        let environment = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_BSP_SCHEDULE_DELAY": "20"]
        try await withServed("", environment: environment) { (served: Served) async throws in
            for _ in 0..<20 { #expect(try await served.chat("baseline/echo").status == 200) }
            #expect(try await served.waitForLog("traces cannot be exported"))
            try await Task.sleep(for: .milliseconds(200))
            _ = try await served.chat("baseline/echo")
            try await Task.sleep(for: .milliseconds(200))
            #expect(served.log.components(separatedBy: "traces cannot be exported").count == 2, "\(served.log)")
        }
    }
}
