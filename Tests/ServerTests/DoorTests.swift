import Chat
import CurlTransport
import Providers
import Testing

@testable import Server

@Suite struct DoorTests {
    @Test func `with keys set, every route but healthz needs one`() async throws {
        let options = ServerOptions(port: 0, keys: ["sesame", "tree"])
        try await withGateway(Scripted { _, _ throws(ChatError) in .text("x") }, options: options) { gateway in
            #expect(try await gateway.get("/healthz").status == 200)
            let refused = try await gateway.get("/v1/models")
            #expect(refused.status == 401)
            #expect(refused.json?["error"]?["code"] == "invalid_api_key")
            #expect(refused.json?["error"]?["message"]?.stringValue?.contains("Authorization: Bearer") == true)
            #expect(try await gateway.get("/v1/models", headers: [("Authorization", "Bearer sesam")]).status == 401)
            for header in [("Authorization", "Bearer sesame"), ("authorization", "bearer tree"), ("x-api-key", "tree")] {
                #expect(try await gateway.get("/v1/models", headers: [header]).status == 200)
            }
        }
    }

    @Test func `callers are told apart by their keys, and keys are not shown`() {
        let ring = KeyRing(["one", "two"])
        guard case .admitted(let one?) = ring.admit("one"), case .admitted(let two?) = ring.admit("two") else {
            Issue.record("known keys are admitted")
            return
        }
        #expect(one != two)
        #expect(!one.contains("one"))
        #expect(ring.admit("three") == .refused)
        #expect(ring.admit(nil) == .refused)
        #expect(KeyRing([]).admit(nil) == .admitted(caller: nil))
    }

    @Test func `bad bodies and routes are refused in the family's form`() async throws {
        let options = ServerOptions(port: 0, maxBodyBytes: 200)
        try await withGateway(Scripted([]), options: options) { gateway in
            let unread = try await gateway.post("/v1/chat/completions", "{")
            #expect(unread.status == 400)
            #expect(unread.json?["error"]?["type"] == "invalid_request_error")
            #expect(unread.json?["error"]?["message"]?.stringValue?.contains("not JSON") == true)
            let large = try await gateway.post("/v1/chat/completions", String(repeating: " ", count: 300))
            #expect(large.status == 413)
            #expect(large.json?["error"]?["message"]?.stringValue?.contains("over 200 bytes") == true)
            let messages = try await gateway.post("/v1/messages", #"{"model":"m","messages":[]}"#)
            #expect(messages.json?["error"]?["message"]?.stringValue?.contains("max_tokens") == true)
            #expect(try await gateway.get("/v1/chat/completions").status == 405)
            #expect(try await gateway.get("/nowhere").json?["error"]?["message"] == "there is no GET /nowhere")
            let unknown = try await gateway.chat(model: "n")
            #expect(unknown.status == 404)
            #expect(unknown.json?["error"]?["code"] == "model_not_found")
            #expect(try await gateway.get("/v1/models/m").json?["object"] == "model")
            #expect(
                try await gateway.get("/v1/models/mm").json?["error"]?["message"]
                    == "there is no model 'mm'; did you mean 'm'?")
        }
    }

    @Test func `a client's own request id is kept where it can be printed`() async throws {
        try await withGateway(Scripted([])) { gateway in
            let kept = try await gateway.get("/healthz", headers: [("x-request-id", "abc-1")])
            #expect(kept.headers["x-request-id"] == "abc-1")
            let long = String(repeating: "x", count: 200)
            let own = try await gateway.get("/healthz", headers: [("x-request-id", long)])
            #expect(own.headers["x-request-id"]?.hasPrefix("req_") == true)
        }
    }

    @Test(arguments: [false, true])
    func `a client that leaves cancels the call within a second`(isStream: Bool) async throws {
        let (cancelled, told) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        let model = InPieces(pieces: ["a", "b"], pause: .seconds(isStream ? 2 : 30)) { told.yield(.now) }
        try await withGateway(model) { gateway in
            let left = await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await gateway.chat(stream: isStream) }
                try? await Task.sleep(for: .milliseconds(300))
                group.cancelAll()
                return ContinuousClock.now
            }
            var iterator = cancelled.makeAsyncIterator()
            let at = try #require(await iterator.next())
            #expect(at - left < .seconds(1))
        }
    }

    @Test func `without keys nobody else may reach it`() {
        #expect(ServerOptions(host: "0.0.0.0").isOpenToOthers)
        #expect(!ServerOptions(host: "0.0.0.0", keys: ["k"]).isOpenToOthers)
        #expect(!ServerOptions().isOpenToOthers)
    }
}
