import Chat
import Foundation
import Testing

/// The routes under `/api` of the binary itself.
struct ServedProxyTests {
    private static let quiet = ["OLLAMA_BASE_URL": "http://127.0.0.1:9"]

    @Test(.timeLimit(.minutes(2)))
    func `a conversation outlives the server, a deleted one does not come back`() async throws {
        let settings = "default_model: baseline/echo\n"
        try await withServed(settings, environment: Self.quiet) { (served: Served) async throws in
            for text in ["um", "dois"] {
                let body = #"{"query":"\#(text)","session_id":"minha_sessao_123"}"#
                let answer = try await served.ask("POST", "/api/proxy/query", body)
                #expect(answer.status == 200 && answer.json?["metadata"]?["model_used"] == "baseline/echo", "\(answer)")
            }
            _ = try await served.ask("POST", "/api/proxy/query", #"{"query":"x","session_id":"other"}"#)
            #expect(try await served.ask("DELETE", "/api/conversations/other").status == 200)
            served.stop()
            let again = try await start(served.binary)
            defer { again.stop() }
            let history = try await again.ask("GET", "/api/conversations/minha_sessao_123/history")
            let contents = history.json?["history"]?.arrayValue?.compactMap { $0["content"]?.stringValue }
            #expect(contents?.first == "um" && contents?.count == 4)
            #expect(try await again.ask("GET", "/api/conversations/other").status == 404)
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `settings bound the history, and switch it off`() async throws {
        let settings = """
            default_model: baseline/echo
            pipeline: {session: {max_tokens: 0}}
            pipelines: {none: {session: off}}
            """
        try await withServed(settings, environment: Self.quiet) { (served: Served) async throws in
            _ = try await served.ask("POST", "/api/proxy/query", #"{"query":"x","session_id":"s"}"#)
            #expect(try await served.ask("GET", "/api/conversations/s").json?["turns"] == 1)
            _ = try await served.ask(
                "POST", "/api/proxy/query", #"{"query":"x","session_id":"t"}"#, headers: ["x-nexus-pipeline": "none"])
            #expect(try await served.ask("GET", "/api/conversations/t").status == 404)
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `documents go in and out over HTTP, and the parts in use are looked after`() async throws {
        try await withServed("default_model: baseline/echo\n", environment: Self.quiet) {
            (served: Served) async throws in
            let body =
                ##"{"documents":[{"text":"# Férias\n\nTrinta dias.","id":"rh.md"},{"text":"Outro."}],"format":"markdown"}"##
            let added = try await served.ask("POST", "/api/knowledge/ingest", body)
            #expect(added.json?["added"] == 2 && added.json?["collection"] == "default", "\(added)")
            let texts = (added.json?["documents"]?.arrayValue ?? []).compactMap { $0.stringValue }
            let ids = texts.count == 2 ? texts : ["", ""]
            #expect(ids[0] == "rh.md" && ids[1].wholeMatch(of: /doc_[0-9a-f]{32}/) != nil)
            #expect(try await served.ask("POST", "/api/knowledge/ingest", body).json?["unchanged"] == 2)
            let list = try await served.ask("GET", "/api/knowledge/documents")
            #expect(list.json?["total"] == 2 && list.json?["documents"]?.arrayValue?.first?["title"] == "Férias")
            #expect(try await served.ask("DELETE", "/api/knowledge/documents/rh.md").status == 200)
            #expect(try await served.ask("GET", "/api/knowledge/documents").json?["total"] == 1)
            let unknown = try await served.ask("GET", "/api/knowledge/documents?collection=defualt")
            #expect(unknown.status == 404)
            #expect(
                unknown.json?["message"] == "there is no collection 'defualt'; did you mean 'default'?", "\(unknown)")
            let health = try await served.ask("GET", "/api/proxy/health")
            #expect(health.status == 200 && health.json?["checks"]?["database"] == "healthy")
            #expect(health.json?["checks"]?["llm_ollama"] == "degraded", "it was set and does not answer")
            let system = try await served.ask("GET", "/api/admin/system")
            #expect(system.json?["version"]?.stringValue?.isEmpty == false)
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `health is 503 where nobody can answer`() async throws {
        try await withServed("default_model: ollama/llama3.2\n", environment: Self.quiet) {
            (served: Served) async throws in
            let health = try await served.ask("GET", "/api/proxy/health")
            #expect(health.status == 503 && health.json?["status"] == "unhealthy", "\(health)")
            #expect(health.json?["checks"]?["llm_ollama"] == "unhealthy")
            #expect(health.json?["checks"]?["database"] == "healthy")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `health is 503 where the store cannot be read`() async throws {
        try await withServed("default_model: baseline/echo\n", environment: Self.quiet) {
            (served: Served) async throws in
            _ = try await served.ask("POST", "/api/proxy/query", #"{"query":"x","session_id":"s"}"#)
            for name in ["gateway.db", "gateway.db-wal"] {
                let file = served.binary.folder.appending(path: ".nexus/\(name)")
                let handle = try FileHandle(forWritingTo: file)
                try handle.truncate(atOffset: 0)
                try handle.close()
            }
            let health = try await served.ask("GET", "/api/proxy/health")
            #expect(health.status == 503 && health.json?["checks"]?["database"] == "unhealthy", "\(health)")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `who asks for health together has each provider asked once, and API B looked after`() async throws {
        let provider = try Listener { _ in
            usleep(300_000)
            return #"{"object":"list","data":[{"id":"m","object":"model"}]}"#
        }
        let other = try Listener(status: 405)
        let settings = """
            providers: {local: {dialect: openai, base_url: "http://127.0.0.1:\(provider.port)/v1"}}
            default_model: local/m
            pipeline: {fallback: {api_b: {url: "http://127.0.0.1:\(other.port)/v1"}}}
            """
        try await withServed(settings, environment: Self.quiet) { (served: Served) async throws in
            let answers = try await withThrowingTaskGroup(of: Served.Answer.self) { group in
                for _ in 0..<8 { group.addTask { try await served.ask("GET", "/api/proxy/health") } }
                return try await group.reduce(into: [Served.Answer]()) { $0.append($1) }
            }
            for answer in answers {
                #expect(answer.status == 200 && answer.json?["status"] == "degraded", "\(answer)")
                let checks = answer.json?["checks"]
                #expect(checks?["llm_local"] == "healthy" && checks?["llm_ollama"] == "degraded")
                #expect(checks?["api_b"] == "healthy", "it answers, whatever it says to a GET")
            }
            #expect(provider.received.count == 1 && other.received.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `feedback becomes a data set, and cached answers are counted and forgotten`() async throws {
        let settings = "default_model: baseline/echo\nlog: {prompts: on}\npipeline: {cache: exact}\n"
        try await withServed(settings, environment: Self.quiet) { (served: Served) async throws in
            let question = #"{"query":"x","session_id":"s"}"#
            let answer = try await served.ask("POST", "/api/proxy/query", question)
            let id = try #require(answer.headers["x-request-id"])
            let unknown = try await served.ask("POST", "/api/feedback", #"{"request_id":"r","ratign":1}"#)
            #expect(unknown.json?["message"] == "ratign: unknown; did you mean 'rating'?", "\(unknown)")
            let empty = try await served.ask("POST", "/api/feedback", #"{"request_id":"r"}"#)
            #expect(empty.status == 422 && empty.json?["message"]?.stringValue?.hasPrefix("found no rating") == true)
            let taken = try await served.ask("POST", "/api/feedback", #"{"request_id":"\#(id)","rating":1}"#)
            #expect(taken.status == 200 && taken.json?["success"] == true, "\(taken)")
            let begun = try await served.ask("POST", "/api/training/jobs", "{}")
            let job = try #require(begun.json?["job"]?["id"]?.stringValue, "\(begun)")
            var state: JSONValue?
            for _ in 0..<200 where state != "done" {
                state = try await served.ask("GET", "/api/training/jobs/\(job)").json?["job"]?["status"]
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(state == "done")
            #expect(try await served.ask("GET", "/api/training/jobs").json?["jobs"]?.arrayValue?.count == 1)
            #expect(try await served.ask("GET", "/api/training/jobs/none").status == 404)
            let statistics = try await served.ask("GET", "/api/cache/stats")
            #expect(statistics.json?["enabled"] == true && statistics.json?["entries"] == 1, "\(statistics)")
            #expect(try await served.ask("DELETE", "/api/cache").json?["removed"] == 1)
            #expect(try await served.ask("GET", "/api/cache/stats").json?["entries"] == 0)
        }
    }

    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            (#"{"query":"x","provider":"opnai"}"#, "provider: there is no provider 'opnai'; did you mean 'openai'?"),
            (#"{"query":"x","provider":"meta"}"#, "model: none is set for 'meta'; name one"),
            (#"{"query":"x","provider":"openai","model":"gpt-4"}"#, "there is no model 'openai/gpt-4' (openai needs"),
        ])
    func `a provider that cannot be asked is told`(_ body: String, message: String) async throws {
        try await withServed("default_model: baseline/echo\n", environment: Self.quiet) {
            (served: Served) async throws in
            let answer = try await served.ask("POST", "/api/proxy/query", body)
            #expect([404, 422].contains(answer.status))
            #expect(answer.json?["message"]?.stringValue?.hasPrefix(message) == true, "\(answer)")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a provider alone is asked for the model that its variable names`() async throws {
        let environment = Self.quiet.merging(["OLLAMA_DEFAULT_MODEL": "llama2"]) { $1 }
        let rows = try await withServed("default_model: baseline/echo\n", environment: environment) {
            (served: Served) async throws in
            let answer = try await served.ask("POST", "/api/proxy/query", #"{"query":"x","provider":"ollama"}"#)
            #expect(answer.status == 502 && answer.json?["error"] == "service_unavailable", "\(answer)")
            served.stop()
            return try served.binary.run("logs", "--json").output
        }
        #expect(rows.contains("ollama/llama2"), "\(rows)")
    }

    @Test func `session settings out of range are refused with their line`() async throws {
        try await withBinary { binary in
            try binary.write("pipeline:\n  session: {max_tokens: -1, idel_seconds: 3}\n", to: "nexus.yaml")
            let result = try binary.run("serve", "--port", "0")
            #expect(result.status == 2)
            #expect(result.error.contains("nexus.yaml:2"), "\(result.error)")
            #expect(result.error.contains("idle_seconds"), "\(result.error)")
        }
    }
}
