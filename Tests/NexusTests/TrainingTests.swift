import Chat
import Foundation
import Testing

/// Feedback and data sets of the binary itself, with two keys.
@Suite(.serialized) struct TrainingTests {
    private static let quiet = ["OLLAMA_BASE_URL": "http://127.0.0.1:9"]

    private static func key(_ name: String) -> [String: String] { ["x-api-key": name] }

    /// Asks and likes the answer.
    /// - Returns: what the feedback was answered.
    private static func rate(_ served: Served, _ text: String, key: String) async throws -> Served.Answer {
        let answer = try await served.chat("default", text, headers: self.key(key))
        let id = try #require(answer.headers["x-request-id"])
        return try await served.ask(
            "POST", "/api/feedback", #"{"request_id":"\#(id)","rating":1}"#, headers: self.key(key))
    }

    /// The job once it has ended.
    private static func ended(_ served: Served, _ job: String, key: String) async throws -> JSONValue? {
        for _ in 0..<200 {
            let state = try await served.ask("GET", "/api/training/jobs/\(job)", headers: self.key(key))
            if ["done", "failed"].contains(state.json?["job"]?["status"]?.stringValue) { return state.json?["job"] }
            try await Task.sleep(for: .milliseconds(50))
        }
        return nil
    }

    private static func order(_ served: Served, key: String) async throws -> JSONValue {
        let begun = try await served.ask("POST", "/api/training/jobs", "{}", headers: self.key(key))
        let id = try #require(begun.json?["job"]?["id"]?.stringValue, "\(begun)")
        return try #require(try await ended(served, id, key: key))
    }

    @Test(.timeLimit(.minutes(2)))
    func `a key's data set holds its own words, and leaves another's to that`() async throws {
        let settings = """
            server: {keys: [ka, kb]}
            log: {prompts: on}
            providers: {local: {dialect: openai, base_url: "http://127.0.0.1:9/v1"}}
            default_model: baseline/echo
            training: {fine_tune: {provider: local, model: m}}
            """
        try await withServed(settings, environment: Self.quiet) { (served: Served) async throws in
            let early = try await Self.order(served, key: "kb")
            #expect(early["status"] == "failed")
            let id = early["id"]?.stringValue ?? ""
            let refused = try await served.ask(
                "POST", "/api/training/jobs", #"{"dataset":"\#(id)"}"#, headers: Self.key("kb"))
            #expect(refused.status == 422)
            #expect(
                refused.json?["message"] == .string("dataset: the job '\(id)' has the status failed; expected done"))
            for (key, text) in [("ka", "words of a"), ("kb", "words of b")] {
                #expect(try await Self.rate(served, text, key: key).status == 200)
            }
            for (key, own, other) in [("ka", "words of a", "words of b"), ("kb", "words of b", "words of a")] {
                let job = try await Self.order(served, key: key)
                #expect(job["status"] == "done" && job["result"]?["examples"] == 1, "\(job)")
                let file = job["result"]?["file"]?.stringValue ?? ""
                #expect(file == "\(job["id"]?.stringValue ?? "").jsonl", "the folder is the server's own")
                let text = try served.binary.read(".nexus/training/\(file)")
                #expect(text.contains(own) && !text.contains(other))
            }
            let list = try await served.ask("GET", "/api/training/jobs", headers: Self.key("ka"))
            #expect(list.json?["jobs"]?.arrayValue?.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `enough feedback begins a data set at once, however soon after the answers it comes`() async throws {
        let settings = """
            server: {keys: [ka, kb]}
            log: {prompts: on}
            default_model: baseline/echo
            training: {min_feedback: 2}
            """
        try await withServed(settings, environment: Self.quiet) { (served: Served) async throws in
            let unknown = try await served.ask(
                "POST", "/api/feedback", #"{"request_id":"made up","rating":1}"#, headers: Self.key("ka"))
            #expect(unknown.status == 200 && unknown.json?["job"] == nil)
            #expect(try await Self.rate(served, "one", key: "ka").json?["job"] == nil)
            let second = try await Self.rate(served, "two", key: "kb")
            let job = try #require(second.json?["job"]?["id"]?.stringValue, "\(second)")
            #expect(try await Self.ended(served, job, key: "kb")?["result"]?["examples"] == 2)
        }
    }
}
