import Chat
import CurlTransport
import Providers
import Testing

@testable import Server

/// Where client and vendor speak the same dialect, what neither of us knows goes through, to the byte.
@Suite struct PassageTests {
    private func events(_ dialect: WireBody.Dialect, _ data: [String], named: Bool = false) -> WireEvents {
        WireEvents(
            dialect: dialect,
            events: data.map { text in
                let name = named ? try? JSONValue.parse(text)["type"]?.stringValue : nil
                return .init(name: name ?? nil, data: Array(text.utf8))
            })
    }

    // MARK: requests

    @Test func `unknown members of a chat reach the vendor, to the byte`() async throws {
        let far = FarModel(ChatReply(text: "x", model: "far-1"))
        try await withChain(.openAIChat, to: far) { gateway in
            let body =
                #"{"messages" : [{"role":"user","content":"h\u00e9","x_mark":1.50}], "model": "m", "new_thing": {"a": 1e2}}"#
            let answer = try await gateway.post("/v1/chat/completions", body)
            #expect(answer.status == 200)
            #expect(far.body == body)
        }
    }

    @Test func `unknown members of a message reach the vendor, to the byte`() async throws {
        let far = FarModel(ChatReply(text: "x", model: "far-1"))
        try await withChain(.anthropicMessages, to: far) { gateway in
            let body =
                #"{"max_tokens": 9, "model":"m","new_thing":{"a":1e2},"messages":[{"role":"user","content":"h\u00e9"}]}"#
            let answer = try await gateway.post("/v1/messages", body)
            #expect(answer.status == 200)
            #expect(far.body == body)
        }
    }

    @Test func `what the vendor does not take is said`() async throws {
        let far = FarModel(ChatReply(text: "x", model: "far-1"))
        try await withChain(.anthropicMessages, to: far) { gateway in
            let whole = try await gateway.chat(extra: #","seed":1,"n":2"#)
            let warnings = try #require(whole.headers["x-nexus-warnings"])
            #expect(warnings.contains("seed was left out: m does not take it"), "\(warnings)")
            #expect(warnings.contains("n was left out"))
            let streamed = try await gateway.chat(stream: true, extra: #","seed":1"#)
            let last = try JSONValue.parse(streamed.events.dropLast().last ?? "")
            #expect(last["nexus"]?["warnings"] == ["seed was left out: m does not take it"])
        }
    }

    // MARK: full answers

    @Test func `a chat's full answer keeps all but id and model`() async throws {
        let body =
            #"{"id":"up-1", "object":"chat.completion","created":1,"model":"far-1","choices":[{"index":0,"message":"#
            + #"{"role":"assistant","content":"h\u00e9","x_audio":{"n":1.50}},"finish_reason":"stop"},"#
            + #"{"index":1,"message":{"role":"assistant","content":"b"},"finish_reason":"stop"}],"system_fingerprint":"fp"}"#
        let reply = ChatReply(
            text: "hé", model: "far-1", wireBody: WireBody(dialect: .openAIChat, bytes: Array(body.utf8)))
        try await withChain(.openAIChat, to: FarModel(reply)) { gateway in
            let answer = try await gateway.chat()
            let id = try #require(answer.json?["id"]?.stringValue)
            #expect(id.hasPrefix("chatcmpl-req"))
            #expect(
                answer.text
                    == body.replacing(#""up-1""#, with: "\"\(id)\"").replacing(#""far-1""#, with: #""m""#))
        }
    }

    @Test func `a message's full answer keeps all but id and model`() async throws {
        let body =
            #"{"id":"up-1","type":"message", "role":"assistant","model":"far-1","content":[{"type":"text","text":"h\u00e9","#
            + #""citations":null}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":2},"#
            + #""container":{"id":"c"}}"#
        let reply = ChatReply(
            text: "hé", model: "far-1", wireBody: WireBody(dialect: .anthropicMessages, bytes: Array(body.utf8)))
        try await withChain(.anthropicMessages, to: FarModel(reply)) { gateway in
            let answer = try await gateway.message()
            let id = try #require(answer.json?["id"]?.stringValue)
            #expect(id.hasPrefix("msg_req"))
            #expect(
                answer.text
                    == body.replacing(#""up-1""#, with: "\"\(id)\"").replacing(#""far-1""#, with: #""m""#))
        }
    }

    // MARK: streams

    private func chunk(_ choices: String, _ rest: String = "") -> String {
        #"{"id":"up-1","object":"chat.completion.chunk", "created":1,"model":"far-1","choices":\#(choices)\#(rest)}"#
    }

    private func choice(_ delta: String, _ reason: String = "null") -> String {
        #"[{"index":0,"delta":\#(delta),"finish_reason":\#(reason)}]"#
    }

    /// A vendor's stream with members that we know nothing of, and a second choice between the pieces of the first.
    private func streaming() -> (FarModel, chunks: [String]) {
        let chunks = [
            chunk(choice(#"{"role":"assistant","content":""}"#), #","x_new":{"n":1.50}"#),
            chunk(choice(#"{"content":"h\u00e9"}"#), #","obfuscation":"aGk""#),
            chunk(#"[{"index":1,"delta":{"content":"other"},"finish_reason":null}]"#),
            chunk(choice(#"{"content":" b"}"#)),
            chunk(choice("{}", #""stop""#), #","x_last":true"#),
            chunk("[]", #","usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"x_units":2}"#),
        ]
        var reply = ChatReply(text: "hé b", model: "far-1", usage: TokenUsage(inputFresh: 3, outputText: 4))
        reply.wireEnding = events(.openAIChat, Array(chunks[4...]) + ["[DONE]"])
        let deltas = [
            Delta(.text("hé"), receivedAt: .now, wireEvents: events(.openAIChat, Array(chunks[..<2]))),
            Delta(.text(" b"), receivedAt: .now, wireEvents: events(.openAIChat, Array(chunks[2..<4]))),
        ]
        return (FarModel(reply, deltas: deltas), chunks)
    }

    @Test(arguments: [true, false])
    func `a chat's chunks keep all but id and model; usage comes to those who asked for it`(asks: Bool) async throws {
        let (far, chunks) = streaming()
        try await withChain(.openAIChat, to: far) { gateway in
            let answer = try await gateway.chat(
                stream: true, extra: asks ? #","stream_options":{"include_usage":true}"# : "")
            #expect(answer.events.last == "[DONE]")
            let sent = Array(answer.events.dropLast())
            let id = try #require(try JSONValue.parse(sent[0])["id"]?.stringValue)
            var expected = chunks.map {
                $0.replacing(#""up-1""#, with: "\"\(id)\"").replacing(#""far-1""#, with: #""m""#)
            }
            if !asks { expected.removeLast() }
            try #require(sent.count == expected.count)
            #expect(sent.dropLast() == expected.dropLast())
            // The last has the late facts besides.
            let last = try #require(sent.last)
            #expect(last.hasPrefix(expected[expected.count - 1].dropLast()))
            let facts = try JSONValue.parse(last)["nexus"]
            #expect(facts?["source"] == "llm")
        }
    }

    @Test func `a message's events keep all but id and model`() async throws {
        let start =
            #"{"type":"message_start","message":{"id":"up-1","type":"message","role":"assistant", "model":"far-1","content":[],"#
            + #""stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1},"x_new":1.50}}"#
        let data = [
            start, #"{"type": "ping"}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"","x":1}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"h\u00e9"}}"#,
            #"{"type":"x_unknown","index":0}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" b"},"y":2}"#,
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4},"z":[3]}"#,
            #"{"type":"message_stop"}"#,
        ]
        var reply = ChatReply(text: "hé b", model: "far-1")
        reply.wireEnding = events(.anthropicMessages, Array(data[6...]), named: true)
        let far = FarModel(
            reply,
            deltas: [
                Delta(
                    .text("hé"), receivedAt: .now,
                    wireEvents: events(.anthropicMessages, Array(data[..<4]), named: true)),
                Delta(
                    .text(" b"), receivedAt: .now,
                    wireEvents: events(.anthropicMessages, Array(data[4..<6]), named: true)),
            ])
        try await withChain(.anthropicMessages, to: far) { gateway in
            let answer = try await gateway.message(stream: true)
            let id = try #require(try JSONValue.parse(answer.events[0])["message"]?["id"]?.stringValue)
            #expect(id.hasPrefix("msg_req"))
            var expected = data
            expected[0] = start.replacing(#""up-1""#, with: "\"\(id)\"").replacing(#""far-1""#, with: #""m""#)
            #expect(answer.events.dropLast() == expected.dropLast())
            let names = try data.compactMap { try JSONValue.parse($0)["type"]?.stringValue }
            #expect(answer.names == names)
            let last = try JSONValue.parse(answer.events.last ?? "")
            #expect(last["nexus"]?["source"] == "llm")
        }
    }

    @Test func `what only some hosts of a dialect say is told in its own words`() async throws {
        let foreign = [
            chunk(choice(#"{"content":[{"type":"text","text":"a"}]}"#)),
            chunk(choice("{}", #""model_length""#)),
        ]
        let far = FarModel(
            ChatReply(text: "a", finishReason: .length, model: "far-1"),
            deltas: [Delta(.text("a"), receivedAt: .now, wireEvents: events(.openAIChat, foreign))])
        try await withChain(.openAIChat, to: far) { gateway in
            let answer = try await gateway.chat(stream: true)
            let choices = try answer.events.dropLast().compactMap {
                try JSONValue.parse($0)["choices"]?.arrayValue?.first
            }
            #expect(choices.compactMap { $0["delta"]?["content"]?.stringValue } == ["", "a"])
            #expect(choices.compactMap { $0["finish_reason"]?.stringValue } == ["length"])
        }
    }
}
