import Chat
import CurlTransport
import Providers
import Testing

@testable import Server

@Suite struct ProxySystemTests {
    private static let model = FarModel(ChatReply(text: "x", model: "far"))

    @Test func `health tells each part, and 503 where nothing can be answered`() async throws {
        let parts = GatewayParts(checks: { [HealthCheck("database", .healthy), HealthCheck("llm_openai", .degraded)] })
        try await withGateway(Self.model, parts: parts) { gateway in
            let answer = try await gateway.get("/api/proxy/health")
            #expect(answer.status == 200 && answer.json?["status"] == "degraded")
            #expect(answer.json?["checks"] == ["database": "healthy", "llm_openai": "degraded"])
            #expect(answer.json?["timestamp"]?.stringValue?.wholeMatch(of: /[0-9-]{10}T[0-9:]{8}Z/) != nil)
        }
        let dead = GatewayParts(checks: { [HealthCheck("database", .unhealthy)] })
        try await withGateway(Self.model, parts: dead) { gateway in
            let answer = try await gateway.get("/api/proxy/health")
            #expect(answer.status == 503 && answer.json?["status"] == "unhealthy")
        }
    }

    @Test func `the system tells its age and size`() async throws {
        try await withGateway(Self.model, parts: GatewayParts(version: "1.2.3")) { gateway in
            let system = try #require(try await gateway.get("/api/admin/system").json)
            #expect(system["success"] == true && system["version"] == "1.2.3" && system["models"] == 1)
            #expect(system["memory_bytes"]?.intValue.map { $0 > 1 << 20 } == true)
            #expect(system["uptime_seconds"]?.intValue.map { (0...3_600).contains($0) } == true)
            let statistics = try #require(try await gateway.get("/api/proxy/stats").json)
            #expect(statistics["cache"] == ["enabled": false] && statistics["system"]?["version"] == "1.2.3")
            #expect(try await gateway.get("/api/admin/metrics").text.hasPrefix("# HELP"))
            // None of these is under way any more.
            #expect(try await gateway.get("/metrics").text.contains("nexus_requests_in_flight 0"))
        }
    }

    @Test func `documents are taken in, listed and removed`() async throws {
        let shelf = Documents()
        try await withGateway(Self.model, parts: GatewayParts(knowledge: shelf)) { gateway in
            let one = try await gateway.post(
                "/api/knowledge/ingest",
                #"{"content":"Text.","title":"T","id":"docs/a.md","metadata":{"lang":"pt"},"collection":"c"}"#)
            #expect(one.status == 200 && one.json?["added"] == 1)
            let many = try await gateway.post(
                "/api/knowledge/ingest", #"{"documents":[{"text":"a","id":"x"},{"text":"b"}],"format":"markdown"}"#)
            #expect(many.json?["added"] == 2)
            let kept = shelf.kept.withLock { $0 }
            #expect(kept[0].collection == "c" && kept[0].documents[0].metadata == [.init(key: "lang", value: "pt")])
            #expect(kept[1].format == .markdown && kept[1].documents.map(\.id) == ["x", nil])
            let list = try await gateway.get("/api/knowledge/documents?collection=c&limit=1&offset=1")
            #expect(list.json?["total"] == 3 && list.json?["documents"] == [["id": "x"]])
            #expect(try await gateway.delete("/api/knowledge/documents/docs%2Fa.md").status == 200)
            #expect(try await gateway.delete("/api/knowledge/documents/docs/a.md").json?["id"] == "docs/a.md")
            let none = try await gateway.delete("/api/knowledge/documents/none")
            #expect(none.status == 404 && none.json?["message"] == "there is no document 'none'")
        }
    }

    @Test(arguments: [
        ("{}", "text: required"),
        (#"{"documents":[]}"#, "documents: found 0; expected 1 to 1000"),
        (#"{"documents":[{"text":"a"},7]}"#, "documents[1] must be a mapping, not a number"),
        (#"{"documents":[{"txet":"a"}]}"#, "documents[0].txet: unknown; did you mean 'text'?"),
        (#"{"documents":[{"text":"a"}],"title":"T"}"#, "title: stands beside documents; put it into one of them"),
        (#"{"text":"a","content":"b"}"#, "content: stands beside text; one of them is enough"),
        (#"{"text":" \n"}"#, "text: found no text; expected a document"),
        (#"{"text":"a","format":"htlm"}"#, "format: found 'htlm'; expected text, markdown, html; did you mean 'html'?"),
        (#"{"text":"a","metadata":[]}"#, "metadata: must be a mapping, found a list"),
    ])
    func `documents that cannot be taken are refused in words`(_ body: String, message: String) async throws {
        try await withGateway(Self.model, parts: GatewayParts(knowledge: Documents())) { gateway in
            let answer = try await gateway.post("/api/knowledge/ingest", body)
            #expect([400, 422].contains(answer.status))
            #expect(answer.json?["message"] == .string(message))
        }
    }

    @Test(arguments: [
        ("/api/knowledge/documents?limt=3", 422, "limt: unknown; did you mean 'limit'?"),
        ("/api/knowledge/documents?limit=0", 422, "limit: found '0'; expected 1 to 1000"),
        ("/api/knowledge/documents?limit=1&limit=2", 400, "limit: stands twice in the address"),
        ("/api/nothing", 404, "there is no GET /api/nothing"),
        ("/api/proxy/query", 405, "GET is not for /api/proxy/query"),
        ("/api/proxy//query", 404, "there is no GET /api/proxy//query"),
        ("/api/conversations/", 404, "there is no conversation ''"),
        ("/api/conversations/%ff", 404, "there is no GET /api/conversations/%ff"),
    ])
    func `addresses that lead nowhere are told`(_ path: String, status: Int, message: String) async throws {
        let parts = GatewayParts(conversations: try Conversations(), knowledge: Documents())
        try await withGateway(Self.model, parts: parts) { gateway in
            let answer = try await gateway.get(path)
            #expect(answer.status == status && answer.json?["message"] == .string(message), "\(answer.text)")
            #expect(answer.json?["success"] == false)
        }
    }

    @Test func `a part that is not there says so`() async throws {
        try await withGateway(Self.model) { gateway in
            let answer = try await gateway.get("/api/knowledge/documents")
            #expect(answer.status == 503 && answer.json?["error"] == "service_unavailable")
            #expect(answer.json?["message"] == "there is no knowledge base here")
            #expect(try await gateway.delete("/api/cache").json == ["success": true, "removed": 0])
        }
    }
}
