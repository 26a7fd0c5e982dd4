import Chat
import CurlTransport
import Providers
import Telemetry
import Testing

@testable import Server

@Suite struct SocketTests {
    /// A socket that has joined `proxy:s`.
    private func joined(
        _ gateway: Gateway, topic: String = "proxy:s", payload: String = "{}"
    ) async throws -> SocketClient {
        let (client, head) = try await SocketClient.open(port: gateway.port)
        #expect(head.hasPrefix("HTTP/1.1 101 "))
        client.send(#"["1","1","\#(topic)","phx_join",\#(payload)]"#)
        #expect(
            try await client.json() == [
                "1", "1", .string(topic), "phx_reply",
                ["status": "ok", "response": ["session_id": .string(String(topic.dropFirst(6)))]],
            ])
        return client
    }

    @Test func `the handshake is RFC 6455's, its own example included`() async throws {
        try await withGateway(Telling()) { gateway in
            let (_, head) = try await SocketClient.open(port: gateway.port)
            let lines = head.lowercased().split(separator: "\r\n")
            #expect(lines.first == "http/1.1 101 switching protocols")
            #expect(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
            #expect(lines.contains("upgrade: websocket") && lines.contains("connection: upgrade"))
            #expect(lines.contains { $0.hasPrefix("x-request-id: req_") })
        }
    }

    @Test func `a query is answered, remembered and told again`() async throws {
        let shelf = try Conversations()
        let rows = Locked<[InferenceRecord]>([])
        let telemetry = GatewayTelemetry(writeRow: { row in rows.withLock { $0.append(row) } })
        let parts = GatewayParts(conversations: shelf)
        try await withGateway(shelf.remembering(Telling()), telemetry: telemetry, parts: parts) { gateway in
            let client = try await joined(gateway)
            client.send(#"["1","2","proxy:s","query",{"query":"one"}]"#)
            let first = try await client.json()
            #expect(first.arrayValue?.prefix(4) == ["1", .null, "proxy:s", "response"])
            let payload = try #require(first.arrayValue?.last)
            #expect(payload["success"] == true && payload["response"] == "[one]" && payload["session_id"] == "s")
            #expect(payload["metadata"]?["source"] == "llm" && payload["nexus"]?["model"] == "teller")
            #expect(payload["ref"] == "2")
            let reply = try await client.json()
            #expect(reply.arrayValue?.prefix(4) == ["1", "2", "proxy:s", "phx_reply"])
            #expect(reply.arrayValue?.last?["status"] == "ok")
            client.send(#"["1","3","proxy:s","query",{"query":"two","temperature":0.2,"model":"m"}]"#)
            #expect(try await client.events(until: "phx_reply").first?.payload["response"] == "[one|[one]|two]")
            client.send(#"["1","4","proxy:s","get_history",{}]"#)
            let history = try await client.events(until: "phx_reply").first
            #expect(history?.event == "history")
            #expect(history?.payload["history"]?.arrayValue?.compactMap { $0["content"]?.stringValue } == [
                "one", "[one]", "two", "[one|[one]|two]",
            ])
            // The same conversation over REST.
            #expect(try await gateway.get("/api/conversations/s").json?["turns"] == 2)
            let row = try #require(rows.withLock { $0 }.first)
            #expect(row.route == "/socket/websocket" && row.session == "s" && row.status == 200)
        }
    }

    @Test func `a stream's tokens come as they are made`() async throws {
        let pieces = Pieces()
        try await withGateway(pieces) { gateway in
            let client = try await joined(gateway)
            client.send(#"["1","2","proxy:s","stream_query",{"query":"one"}]"#)
            #expect(try await client.events(until: "stream_start").last?.payload["session_id"] == "s")
            for piece in ["a ", "b ", "ç🙂"] {
                // The next piece is made once the one before it has come.
                pieces.make(piece)
                #expect(try await client.events(until: "stream_token").last?.payload["token"] == .string(piece))
            }
            pieces.end()
            let last = try await client.events(until: "phx_reply")
            #expect(last.map(\.event) == ["stream_complete", "phx_reply"])
            #expect(last.first?.payload["response"] == "a b ç🙂" && last.first?.payload["success"] == true)
            #expect(last.last?.payload["status"] == "ok")
        }
    }

    @Test func `a stream that breaks ends in stream_error, a query in a response without success`() async throws {
        let model = InPieces(pieces: ["half "], failure: ChatError(.cut, "the upstream closed the connection"))
        try await withGateway(model) { gateway in
            let client = try await joined(gateway)
            client.send(#"["1","2","proxy:s","stream_query",{"query":"one"}]"#)
            let events = try await client.events(until: "phx_reply")
            #expect(events.map(\.event) == ["stream_start", "stream_token", "stream_error", "phx_reply"])
            #expect(events[2].payload["error"] == "service_unavailable" && events[2].payload["success"] == false)
            #expect(events[3].payload["status"] == "error")
            client.send(#"["1","3","proxy:s","query",{"query":"one"}]"#)
            let answer = try await client.events(until: "phx_reply")
            #expect(answer.map(\.event) == ["response", "phx_reply"])
            #expect(answer[0].payload["message"] == "the upstream closed the connection")
        }
    }

    @Test func `version 1 speaks in mappings`() async throws {
        try await withGateway(Telling()) { gateway in
            let (client, _) = try await SocketClient.open(port: gateway.port, path: "/socket/websocket")
            client.send(#"{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"9"}"#)
            #expect(
                try await client.json() == [
                    "topic": "phoenix", "event": "phx_reply", "payload": ["status": "ok", "response": [:]], "ref": "9",
                ])
            client.send(#"{"topic":"proxy:s","event":"phx_join","payload":{},"ref":1}"#)
            #expect(try await client.json()["ref"] == 1)
            client.send(#"{"topic":"proxy:s","event":"ping","payload":{},"ref":2}"#)
            let pong = try await client.json()
            #expect(pong["event"] == "pong" && pong["topic"] == "proxy:s" && pong["ref"]?.isNull == true)
            #expect(try await client.json()["payload"]?["status"] == "ok")
        }
    }

    @Test func `heartbeats, leaving and joining anew are Phoenix's`() async throws {
        try await withGateway(Telling()) { gateway in
            let client = try await joined(gateway)
            client.send(#"[null,"2","phoenix","heartbeat",{}]"#)
            #expect(
                try await client.json() == [
                    .null, "2", "phoenix", "phx_reply", ["status": "ok", "response": [:]],
                ])
            // A second join of the topic closes the first membership.
            client.send(#"["3","3","proxy:s","phx_join",{}]"#)
            var events = [try await client.json(), try await client.json()].compactMap(\.arrayValue)
            #expect(Set(events.map { $0[3] }) == ["phx_reply", "phx_close"])
            #expect(events.first { $0[3] == "phx_close" }?[0] == "1")
            client.send(#"["3","4","proxy:s","ping",{}]"#)
            #expect(try await client.events(until: "phx_reply").map(\.event) == ["pong", "phx_reply"])
            client.send(#"["3","5","proxy:s","phx_leave",{}]"#)
            events = [try await client.json(), try await client.json()].compactMap(\.arrayValue)
            #expect(events.map { $0[3] } == ["phx_reply", "phx_close"] && events[0][1] == "5")
            client.send(#"["3","6","proxy:s","ping",{}]"#)
            #expect(try await client.json().arrayValue?.last == ["status": "error", "response": ["reason": "unmatched topic"]])
        }
    }

    @Test(arguments: [
        (#"["1","1","room:s","phx_join",{}]"#, "unmatched topic"), (#"["1","1","proxy:","phx_join",{}]"#, "unmatched"),
        (#"["1","1","proxy:a b","phx_join",{}]"#, "unmatched topic"),
        (#"["1","1","proxy:s","query",{"query":"x"}]"#, "unmatched topic"),
        (#"["1","1","phoenix","hartbeat",{}]"#, "unmatched topic"),
    ])
    func `a topic that is none, or not joined, is told`(_ message: String, _ reason: String) async throws {
        try await withGateway(Telling()) { gateway in
            let (client, _) = try await SocketClient.open(port: gateway.port)
            client.send(message)
            let payload = try #require(try await client.json().arrayValue?.last)
            #expect(payload["status"] == "error")
            #expect(payload["response"]?["reason"]?.stringValue?.hasPrefix(reason) == true)
        }
    }

    @Test(arguments: [
        (#"["1","2","proxy:s","qeury",{}]"#, "there is no event 'qeury'; did you mean 'query'?"),
        (#"["1","2","proxy:s","query",{}]"#, "query: required"),
        (#"["1","2","proxy:s","query",[]]"#, "the body must be a mapping, not a list"),
        (#"["1","2","proxy:s","query",{"query":7}]"#, "query: must be a string, found a number"),
        (#"["1","2","proxy:s","query",{"query":"x","session_id":"t"}]"#, "session_id: unknown; known: query, user_id"),
        (#"["1","2","proxy:s","query",{"query":"x","model":"none"}]"#, "there is no model 'none'"),
    ])
    func `an event that cannot be taken is told in words`(_ message: String, _ words: String) async throws {
        try await withGateway(Telling()) { gateway in
            let client = try await joined(gateway)
            client.send(message)
            let reply = try #require(try await client.events(until: "phx_reply").last?.payload)
            #expect(reply["status"] == "error")
            let told = reply["response"]?["message"]?.stringValue ?? reply["response"]?["reason"]?.stringValue
            #expect(told?.hasPrefix(words) == true, "\(reply.text)")
            // The socket goes on.
            client.send(#"["1","3","proxy:s","ping",{}]"#)
            #expect(try await client.events(until: "pong").last?.event == "pong")
        }
    }

    @Test func `with keys set, a join needs one, and sessions are the key's own`() async throws {
        let shelf = try Conversations()
        let options = ServerOptions(port: 0, keys: ["sesame", "tree"])
        let parts = GatewayParts(conversations: shelf)
        try await withGateway(shelf.remembering(Telling()), options: options, parts: parts) { gateway in
            for payload in ["{}", #"{"auth_token":"sesam"}"#, #"{"auth_token":7}"#, "[]", "null"] {
                let (client, _) = try await SocketClient.open(port: gateway.port)
                client.send(#"["1","1","proxy:s","phx_join",\#(payload)]"#)
                let answer = try await client.json().arrayValue?.last
                #expect(answer?["status"] == "error" && answer?["response"]?["reason"] == "unauthorized")
                #expect(answer?["response"]?["error"] == "unauthorized")
                client.send(#"["1","2","proxy:s","query",{"query":"x"}]"#)
                #expect(try await client.json().arrayValue?.last?["response"]?["reason"] == "unmatched topic")
            }
            let mine = try await joined(gateway, payload: #"{"auth_token":"sesame"}"#)
            mine.send(#"["1","2","proxy:s","query",{"query":"secret"}]"#)
            _ = try await mine.events(until: "phx_reply")
            let other = try await joined(gateway, payload: #"{"auth_token":"tree"}"#)
            other.send(#"["1","2","proxy:s","get_history",{}]"#)
            #expect(try await other.events(until: "phx_reply").first?.payload["history"] == [])
            other.send(#"["1","3","proxy:s","query",{"query":"hi"}]"#)
            #expect(try await other.events(until: "phx_reply").first?.payload["response"] == "[hi]")
            // A key of the handshake serves every join.
            let (client, _) = try await SocketClient.open(port: gateway.port, headers: ["x-api-key: sesame"])
            client.send(#"["1","1","proxy:s","phx_join",{}]"#)
            #expect(try await client.json().arrayValue?.last?["status"] == "ok")
            let (_, refused) = try await SocketClient.open(port: gateway.port, headers: ["x-api-key: sesam"])
            #expect(refused.hasPrefix("HTTP/1.1 401 "))
        }
    }
}

/// Answers in pieces that the test makes.
private final class Pieces: ChatModel {
    private let stream = AsyncStream.makeStream(of: String.self)

    func make(_ piece: String) { stream.continuation.yield(piece) }

    func end() { stream.continuation.finish() }

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        var text = ""
        for await piece in stream.stream {
            text += piece
            try await call.onDelta?(.text(piece, receivedAt: .now))
        }
        return ChatReply(text: text, model: "pieces")
    }
}
