import Chat
import Foundation
import Simulator
import Testing

/// What a key put into the knowledge base is that key's own (promise E6), on every way to it.
struct KnowledgeOwnersTests {
    private static let quiet = ["OLLAMA_BASE_URL": "http://127.0.0.1:9"]
    private static let first = ["authorization": "Bearer first-key-0001"]
    private static let second = ["authorization": "Bearer second-key-0002"]
    private static let keys = "server: {keys: [first-key-0001, second-key-0002]}\ndefault_model: baseline/echo\n"

    /// An answer names the documents that it rests on by their titles.
    private func answer(_ served: Served, _ key: [String: String], _ collection: String) async throws -> Served.Answer {
        try await served.chat(
            "baseline/echo", "What is the vault code?", headers: key.merging(["x-nexus-retrieval": collection]) { $1 })
    }

    @Test(.timeLimit(.minutes(2)))
    func `a second key can neither list, search, be answered from nor delete what the first put in`() async throws {
        try await withServed(Self.keys, environment: Self.quiet) { (served: Served) async throws in
            let body =
                #"{"collection":"vault","documents":[{"id":"code","title":"4711-ALPHA","text":"The vault code."}]}"#
            let added = try await served.ask("POST", "/api/knowledge/ingest", body, headers: Self.first)
            #expect(added.json?["added"] == 1, "\(added)")
            #expect(try await answer(served, Self.first, "vault").body.contains("4711-ALPHA"))

            let list = "/api/knowledge/documents?collection=vault"
            let document = "/api/knowledge/documents/code?collection=vault"
            #expect(try await served.ask("GET", list).status == 401)
            for path in [list, list.replacing("vault", with: "vualt")] {
                let listed = try await served.ask("GET", path, headers: Self.second)
                #expect(listed.status == 404 && listed.json?["message"]?.stringValue?.contains("did you mean") == false)
            }
            #expect(try await served.ask("DELETE", document, headers: Self.second).status == 404)
            for name in ["vault", "vualt"] {
                let refused = try await answer(served, Self.second, name)
                #expect(refused.status == 400, "\(refused)")
                let message = refused.json?["error"]?["message"]
                #expect(message == .string("x-nexus-retrieval: there is no collection '\(name)'"))
            }
            #expect(try await !served.chat("baseline/echo", "vault code?", headers: Self.second).body.contains("ALPHA"))

            // The same name is another collection, and what happens to it leaves the first's alone.
            let own = body.replacing("4711-ALPHA", with: "0815-BRAVO")
            #expect(
                try await served.ask("POST", "/api/knowledge/ingest", own, headers: Self.second).json?["added"] == 1)
            #expect(try await answer(served, Self.second, "vault").body.contains("0815-BRAVO"))
            #expect(try await served.ask("DELETE", document, headers: Self.second).status == 200)
            let kept = try await answer(served, Self.first, "vault").body
            #expect(kept.contains("4711-ALPHA") && !kept.contains("0815"))
            #expect(try await served.ask("GET", list, headers: Self.first).json?["total"] == 1)
            #expect(try await served.ask("DELETE", document, headers: Self.first).status == 200)
            #expect(try await served.ask("GET", list, headers: Self.first).json?["total"] == 0)
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what commands put in is there for every key to be answered from, and for none to change`() async throws {
        try await withBinary { binary in
            var binary = binary
            binary.environment = Self.quiet
            try binary.write(#"{"id": "code", "title": "1234-SHARED", "text": "The vault code."}"#, to: "docs.jsonl")
            try binary.write(Self.keys, to: "nexus.yaml")
            #expect(try binary.run("kb", "add", "--collection", "vault", "docs.jsonl").status == 0)
            let served = try await start(binary)
            defer { if served.process.isRunning { served.stop() } }
            for key in [Self.first, Self.second] {
                #expect(try await answer(served, key, "vault").body.contains("1234-SHARED"))
                let listed = try await served.ask("GET", "/api/knowledge/documents?collection=vault", headers: key)
                #expect(listed.json?["total"] == 1)
                let removed = try await served.ask(
                    "DELETE", "/api/knowledge/documents/code?collection=vault", headers: key)
                #expect(removed.status == 404, "\(removed)")
            }
            let own = #"{"collection":"vault","text":"The vault code.","title":"4711-OWN","id":"own"}"#
            #expect(try await served.ask("POST", "/api/knowledge/ingest", own, headers: Self.first).status == 200)
            #expect(try await answer(served, Self.first, "vault").body.contains("4711-OWN"))
            #expect(try await !answer(served, Self.second, "vault").body.contains("4711-OWN"))
            served.stop()

            let collections = try binary.run("kb", "list", "--json").json?["collections"]?.arrayValue ?? []
            #expect(collections.map { $0["name"] } == ["vault", "vault"] && collections.first?["owner"] == .null)
            let owner = try #require(collections.last?["owner"]?.stringValue)
            let search = ["kb", "search", "--collection", "vault", "code", "--json"]
            #expect(try binary.run(search).output.contains("1234-SHARED"))
            #expect(try !binary.run(search).output.contains("4711-OWN"))
            #expect(try binary.run(search + ["--owner", owner]).output.contains("4711-OWN"))
            #expect(try binary.run("kb", "remove", "--collection", "vault", "--owner", owner).status == 0)
            #expect(try binary.run("kb", "list", "--json").json?["collections"]?.arrayValue?.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `embedding goes on behind the request, its progress is its owner's`() async throws {
        try await withSimulator("models: {embedder: {}}") { simulation in
            let settings = Self.keys + "providers: {sim: {base_url: \"\(simulation.baseURL)\"}}\n"
            try await withServed(settings, environment: Self.quiet) { (served: Served) async throws in
                let documents = (0..<80).map { #"{"id":"d\#($0)","text":"Text of number \#($0)."}"# }
                let body =
                    #"{"collection":"c","model":"sim/embedder","documents":[\#(documents.joined(separator: ","))]}"#
                let added = try await served.ask("POST", "/api/knowledge/ingest", body, headers: Self.first)
                #expect(added.json?["embedded"] == 0 && added.json?["to_embed"] == 80, "\(added)")
                let id = try #require(added.json?["job"]?["id"]?.stringValue)
                #expect(try await served.ask("GET", "/api/knowledge/jobs/\(id)", headers: Self.second).status == 404)
                var job: JSONValue?
                for _ in 0..<400 where job?["status"] != "done" && job?["status"] != "failed" {
                    job = try await served.ask("GET", "/api/knowledge/jobs/\(id)", headers: Self.first).json?["job"]
                    try await Task.sleep(for: .milliseconds(25))
                }
                #expect(job?["status"] == "done" && job?["result"]?["embedded"] == 80 && job?["progress"] == 1)
                let again = try await served.ask("POST", "/api/knowledge/ingest", body, headers: Self.first)
                #expect(again.json?["unchanged"] == 80 && again.json?["to_embed"] == 0 && again.json?["job"] == nil)
                // Another model: all of it is embedded again.
                let other = body.replacing("sim/embedder", with: "sim/other")
                let changed = try await served.ask("POST", "/api/knowledge/ingest", other, headers: Self.first)
                #expect(changed.json?["to_embed"] == 80 && changed.json?["job"]?["id"] != nil, "\(changed)")
            }
        }
    }
}
