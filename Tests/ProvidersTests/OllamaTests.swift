import Chat
import CurlTransport
import Testing
import Wire

@testable import Providers

@Suite struct OllamaTests {
    private func model(_ server: CannedServer) throws -> any ChatModel {
        try client(.ollama, "llama3.2", at: server.origin + "/", key: nil)
    }

    private let last =
        #"{"model":"llama3.2","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":2}"#
        + "\n"

    @Test func `a full answer, which is free`() async throws {
        let body =
            #"{"model":"llama3.2","message":{"role":"assistant","content":"Olá"},"done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":2}"#
        let server = try CannedServer([[CannedServer.response(body)]])
        let reply = try await model(server).reply(to: call("Say hello"))
        #expect(reply.text == "Olá")
        #expect(reply.cost == .zero)
        #expect(reply.usage?.input == 5 && reply.usage?.output == 2)
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /api/chat HTTP/1.1\r\n"))
        #expect(
            request.hasSuffix(
                #"{"model":"llama3.2","messages":[{"role":"user","content":"Say hello"}],"stream":false}"#))
    }

    @Test func `a stream in pieces that cut a line`() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n"
        let lines =
            #"{"message":{"content":"世"},"done":false}"# + "\n" + #"{"message":{"content":"界"},"done":false}"# + "\n"
            + last
        let server = try CannedServer([[head] + [String(lines.prefix(25)), String(lines.dropFirst(25))]])
        let (call, heard) = listening("x")
        let reply = try await model(server).reply(to: call)
        #expect(reply.text == "世界")
        #expect(heard.withLock { $0.map(\.kind) } == [.text("世"), .text("界")])
        #expect(reply.timing.firstToken != nil)
    }

    @Test func `an error is told in Ollama's words`() async throws {
        let server = try CannedServer([
            [CannedServer.response(status: 404, #"{"error":"model 'x' not found"}"#)],
            [CannedServer.response(type: "application/x-ndjson", #"{"error":"out of memory"}"# + "\n")],
            [CannedServer.response(type: "application/x-ndjson", #"{"message":{"content":"a"},"done":false}"# + "\n")],
        ])
        let model = try model(server)
        let missing = await #expect(throws: ChatError.self) { try await model.reply(to: call("x")) }
        #expect(missing?.kind == .notFound)
        #expect(missing?.message == "ollama: the upstream answered 404: model 'x' not found")
        let failed = await #expect(throws: ChatError.self) { try await model.reply(to: listening("x").call) }
        #expect(failed?.kind == .upstreamFailure)
        #expect(failed?.message == "ollama: the upstream reported an error: out of memory")
        let cut = await #expect(throws: ChatError.self) { try await model.reply(to: listening("x").call) }
        #expect(cut?.kind == .cut)
    }
}

@Suite struct HTTPChatTests {
    private func model(_ server: CannedServer, key: String? = nil) throws -> any ChatModel {
        try client(.compatible(name: "local", baseURL: nil), "m", at: server.origin + "/v1", key: key)
    }

    @Test func `a host that does not stream gives its answer in one piece`() async throws {
        let body = "\n\n" + #"{"model":"m","choices":[{"message":{"content":"whole"},"finish_reason":"stop"}]}"#
        let server = try CannedServer([[CannedServer.response(body)]])
        let (call, heard) = listening("x")
        let reply = try await model(server).reply(to: call)
        #expect(reply.text == "whole")
        #expect(heard.withLock { $0.map(\.kind) } == [.text("whole")])
    }

    @Test func `rate limits are read, and a date to wait for`() async throws {
        let headers = "x-ratelimit-remaining-requests: 12\r\nX-RateLimit-Reset-Tokens: 6m0s\r\n"
        let server = try CannedServer([
            [CannedServer.response(headers: headers, #"{"choices":[{"message":{"content":"a"}}]}"#)],
            [CannedServer.response(status: 429, headers: "retry-after: Fri, 31 Dec 1999 23:59:59 GMT\r\n", "{}")],
            [CannedServer.response(status: 429, headers: "retry-after-ms: 1500\r\nretry-after: 9\r\n", "{}")],
        ])
        let model = try model(server)
        #expect(
            try await model.reply(to: call("x")).rateLimits
                == RateLimits(remainingRequests: 12, resetTokens: .seconds(360)))
        let past = await #expect(throws: ChatError.self) { try await model.reply(to: call("x")) }
        #expect(past?.retryAfter == .zero)
        let soon = await #expect(throws: ChatError.self) { try await model.reply(to: call("x")) }
        #expect(soon?.retryAfter == .milliseconds(1500))
    }

    @Test func `a redirect is not followed, and the key stays here`() async throws {
        let other = try CannedServer([[CannedServer.response("{}")]])
        let server = try CannedServer([
            [CannedServer.response(status: 302, headers: "Location: \(other.origin)/v1\r\n", "")]
        ])
        let error = await #expect(throws: ChatError.self) {
            try await model(server, key: "nx-CANARY-0123456789").reply(to: call("x"))
        }
        #expect(error?.kind == .invalidResponse)
        #expect(error?.message == "local: the upstream answered 302")
        #expect(other.requests.isEmpty)
        #expect(server.requests.first?.contains("Authorization: Bearer nx-CANARY-0123456789\r\n") == true)
    }

    @Test(arguments: [
        "Incorrect API key provided: nx-CANARY-0123456789.", "…CANARY-012345…", "bngtQ0FOQVJZLTAxMjM0NTY3ODk=",
        "<html>nx-CANARY-0123456789",
    ]) func `a key that the vendor quotes goes no further`(words: String) async throws {
        let quoted = JSONValue.object(["error": .object(["message": .string(words), "type": "t"])]).text
        let server = try CannedServer([[CannedServer.response(status: 401, quoted)], [CannedServer.response(words)]])
        let model = try model(server, key: "nx-CANARY-0123456789")
        for _ in 0..<2 {
            let error = try #require(await #expect(throws: ChatError.self) { try await model.reply(to: call("x")) })
            let all = "\(error) \(error.body ?? "") \(error.code ?? "")"
            #expect(!all.contains("CANARY-01234") && !all.contains("Q0FOQVJZLTAx"))
        }
    }

    @Test func `quota used up is no rate limit`() async throws {
        let body = OpenAIChat.printError(
            message: "You exceeded your current quota", type: "insufficient_quota", code: "insufficient_quota")
        let server = try CannedServer([[CannedServer.response(status: 429, String(decoding: body, as: UTF8.self))]])
        let error = await #expect(throws: ChatError.self) { try await model(server).reply(to: call("x")) }
        #expect(error?.kind == .quotaExceeded)
        #expect(error?.isRetryable == false)
        #expect(error?.code == "insufficient_quota")
    }

    @Test func `a header that splits a line is refused before anything is sent`() async throws {
        let server = try CannedServer([[CannedServer.response("{}")]])
        let error = await #expect(throws: ChatError.self) {
            try await model(server, key: "a\r\nX-Evil: 1").reply(to: call("x"))
        }
        #expect(error?.kind == .invalidRequest)
        #expect(server.requests.isEmpty)
    }
}
