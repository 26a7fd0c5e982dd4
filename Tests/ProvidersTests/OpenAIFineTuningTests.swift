import Chat
import CurlTransport
import Providers
import Testing

/// Against the answers that OpenAI's API reference shows.
@Suite struct OpenAIFineTuningTests {
    private func tuning(_ server: CannedServer) throws -> OpenAIFineTuning {
        let access = ProviderAccess(
            loop: try CurlLoop(userAgent: "test"), baseURL: server.origin + "/v1/", apiKey: "sk-secret")
        return OpenAIFineTuning(provider: "openai", access: access)
    }

    @Test func `a data set is uploaded, a training begun and looked at`() async throws {
        let running = #"{"object":"fine_tuning.job","id":"ftjob-1","status":"running","fine_tuned_model":null,"error":null}"#
        let done = #"{"id":"ftjob-1","status":"succeeded","fine_tuned_model":"ft:gpt-4o-mini:org::1"}"#
        let server = try CannedServer(
            [#"{"id":"file-1","object":"file","purpose":"fine-tune"}"#, running, running, done]
                .map { [CannedServer.response($0)] })
        let tuning = try tuning(server)
        let set = "{\"messages\":[]}\n{\"messages\":[]}\n"
        #expect(try await tuning.upload(Array(set.utf8), named: "job_1\"\r\n.jsonl") == "file-1")
        #expect(try await tuning.begin(model: "gpt-4o-mini-2024-07-18", file: "file-1") == "ftjob-1")
        let under = try await tuning.status(of: "ftjob-1")
        #expect(under.word == "running" && under.trainedModel == nil && under.failure == nil)
        #expect(try await tuning.status(of: "ftjob-1").trainedModel == "ft:gpt-4o-mini:org::1")
        let requests = server.requests
        try #require(requests.count == 4)
        #expect(requests[0].hasPrefix("POST /v1/files HTTP/1.1\r\n"))
        #expect(requests[0].contains("Authorization: Bearer sk-secret\r\n"))
        let boundary = try #require(requests[0].firstMatch(of: /multipart\/form-data; boundary=(nexus-[0-9a-f]+)/)?.1)
        let parts = requests[0].split(separator: "\r\n--\(boundary)", omittingEmptySubsequences: false)
        #expect(parts.count == 4 && parts[3] == "--\r\n")
        #expect(parts[1].hasSuffix("Content-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune"))
        #expect(parts[2].contains("name=\"file\"; filename=\"job_1.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n"))
        #expect(parts[2].hasSuffix(set))
        #expect(requests[1].hasPrefix("POST /v1/fine_tuning/jobs HTTP/1.1\r\n"))
        #expect(requests[1].hasSuffix(#"{"training_file":"file-1","model":"gpt-4o-mini-2024-07-18"}"#))
        #expect(requests[2].hasPrefix("GET /v1/fine_tuning/jobs/ftjob-1 HTTP/1.1\r\n"))
    }

    @Test func `failures are told without the key`() async throws {
        let failed = #"{"id":"f","status":"failed","error":{"message":"bad file, key sk-secret"}}"#
        let refused = #"{"error":{"message":"invalid sk-secret","type":"invalid_request_error"}}"#
        let server = try CannedServer([
            [CannedServer.response(failed)], [CannedServer.response(status: 400, refused)], [CannedServer.response("{}")],
            [CannedServer.response("<html>")],
        ])
        let tuning = try tuning(server)
        let status = try await tuning.status(of: "f")
        #expect(status.word == "failed" && status.failure?.hasPrefix("bad file") == true)
        #expect(status.failure?.contains("sk-secret") == false)
        var kinds: [ChatError.Kind] = []
        for _ in 0..<3 {
            do throws(ChatError) {
                _ = try await tuning.begin(model: "m", file: "f")
            } catch {
                kinds.append(error.kind)
                #expect(error.message.hasPrefix("openai: ") && !error.message.contains("sk-secret"))
            }
        }
        #expect(kinds == [.invalidRequest, .invalidResponse, .invalidResponse])
    }
}
