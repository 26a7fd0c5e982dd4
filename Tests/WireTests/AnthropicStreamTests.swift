import Chat
import Testing
import Wire

@Suite struct AnthropicStreamTests {
    private func event(_ data: String, name: String? = nil) -> [UInt8] {
        let type = (try? JSONValue.parse(data))?["type"]?.stringValue
        return ServerSentEvents.print(data: Array(data.utf8), name: name ?? type)
    }

    private func outcome(_ bytes: [UInt8]) -> Outcome { Outcome([bytes], stream: .anthropic(model: "asked")) }

    private let start =
        #"{"type":"message_start","message":{"id":"msg_1","model":"claude-x","content":[],"usage":"#
        + #"{"input_tokens":7,"cache_read_input_tokens":2,"output_tokens":1}}}"#
    private let end =
        #"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":9}}"#

    private func text(_ pieces: [String], index: Int = 0) -> [UInt8] {
        event(#"{"type":"content_block_start","index":\#(index),"content_block":{"type":"text","text":""}}"#)
            + pieces.flatMap { piece in
                ServerSentEvents.print(
                    data: JSONValue.object([
                        "type": "content_block_delta", "index": .number(index),
                        "delta": ["type": "text_delta", "text": .string(piece)],
                    ]).bytes, name: "content_block_delta")
            } + event(#"{"type":"content_block_stop","index":\#(index)}"#)
    }

    @Test func `any cutting into packets gives the same text, to the byte`() throws {
        let texts = ["Olá", ", ", "世界 ", "👩‍👩‍👧", "\n\"quoted\" \\ \u{1}", "e", "\u{301}", " end"]
        let bytes =
            event(start) + event(#"{"type":"ping"}"#) + text(texts) + event(end) + event(#"{"type":"message_stop"}"#)
        for seed in 0..<1000 as Range<UInt64> {
            let outcome = Outcome(chunks(of: bytes, seed: seed), stream: .anthropic(model: "asked"))
            let reply = try #require(outcome.reply, "seed \(seed)")
            try #require(Array(reply.text.utf8) == Array(texts.joined().utf8), "seed \(seed)")
            try #require(Array(outcome.text.utf8) == Array(texts.joined().utf8), "seed \(seed)")
            #expect(reply.usage?.inputFresh == 7 && reply.usage?.cacheRead == 2 && reply.usage?.output == 9)
            #expect(reply.model == "claude-x" && reply.finishReason == .stop && reply.warnings.isEmpty)
        }
    }

    @Test func `calls are counted apart from other blocks, and may have no arguments`() {
        let bytes =
            event(start) + text(["Let me see."])
            + event(
                #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{}}}"#
            )
            + event(
                #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"x\":"}}"#)
            + event(#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"1}"}}"#)
            + event(#"{"type":"content_block_stop","index":1}"#)
            + event(
                #"{"type":"content_block_start","index":2,"content_block":{"type":"server_tool_use","id":"s","name":"web"}}"#
            )
            + event(#"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#)
            + event(#"{"type":"content_block_stop","index":2}"#)
            + event(
                #"{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"t2","name":"g","input":{}}}"#
            )
            + event(#"{"type":"content_block_stop","index":3}"#)
            + event(#"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":3}}"#)
        let outcome = outcome(bytes)
        #expect(
            outcome.deltas.map(\.kind) == [
                .text("Let me see."), .toolCall(index: 0, id: "t1", name: "f", arguments: ""),
                .toolCall(index: 0, id: nil, name: nil, arguments: "{\"x\":"),
                .toolCall(index: 0, id: nil, name: nil, arguments: "1}"),
                .toolCall(index: 1, id: "t2", name: "g", arguments: ""),
                .toolCall(index: 1, id: nil, name: nil, arguments: "{}"),
            ])
        #expect(
            outcome.reply?.toolCalls == [
                OpenAIChat.toolCall(id: "t1", name: "f", arguments: "{\"x\":1}"),
                OpenAIChat.toolCall(id: "t2", name: "g", arguments: "{}"),
            ])
        #expect(outcome.reply?.finishReason == .tool)
    }

    @Test func `a thought is whole with its signature`() {
        let bytes =
            event(start)
            + event(
                #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#
            )
            + event(#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"h"}}"#)
            + event(#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"m"}}"#)
            + event(#"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}"#)
            + event(#"{"type":"content_block_stop","index":0}"#) + text(["a"], index: 1) + event(end)
        let outcome = outcome(bytes)
        #expect(outcome.deltas.map(\.kind) == [.reasoning("h"), .reasoning("m"), .text("a")])
        #expect(outcome.reply?.reasoning == "hm")
        #expect(
            outcome.reply?.thinkingBlocks == [["type": "thinking", "thinking": "hm", "signature": "sig"]])
    }

    @Test func `a stream cut anywhere before its stop reason is cut`() throws {
        let bytes = event(start) + text(["Olá ", "世界"])
        for length in 0...bytes.count {
            let error = try #require(outcome(Array(bytes.prefix(length))).error, "after \(length) bytes")
            try #require(error.kind == .cut, "after \(length) bytes: \(error)")
        }
        #expect(outcome(bytes + event(end)).reply?.text == "Olá 世界")
    }

    @Test func `an error event ends the stream with that error, after the deltas before it`() {
        let error = AnthropicMessages.printError(message: "Overloaded", type: "overloaded_error")
        let outcome = outcome(event(start) + text(["a"]) + ServerSentEvents.print(data: error, name: "error"))
        #expect(outcome.text == "a")
        #expect(outcome.error?.kind == .upstreamFailure)
        #expect(outcome.error?.code == "overloaded_error")
        #expect(outcome.error?.message == "the upstream reported an error: Overloaded")
    }

    @Test func `events of new kinds say nothing; a turn without a word is empty, a refusal no answer`() {
        #expect(outcome(event(start) + event(#"{"type":"news"}"#) + event(end)).reply?.text == "")
        let refusal = event(start) + event(#"{"type":"message_delta","delta":{"stop_reason":"refusal"}}"#)
        #expect(outcome(refusal).error?.kind == .refused)
    }

    @Test(arguments: [
        ("[]", "an event is a list, not a mapping"), ("{}", "type of the answer is not a string"),
        (#"{"type":"message_start"}"#, "message of the answer is not a mapping"),
        (#"{"type":"content_block_start"}"#, "index of the answer is not a small number"),
        (#"{"type":"content_block_start","index":0}"#, "content_block.type of the answer is not a string"),
        (#"{"type":"content_block_delta","index":-1}"#, "index of the answer is not a small number"),
        (
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta"}}"#,
            "delta.text of the answer is not a string"
        ),
        (#"{"type":"message_delta","delta":{"stop_reason":1}}"#, "delta.stop_reason of the answer is not a string"),
    ]) func `an event that cannot be read is an unreadable answer`(data: String, message: String) {
        let error = outcome(event(start) + text(["a"]) + event(data, name: "x") + event(end)).error
        #expect(error?.kind == .invalidResponse)
        #expect(error?.message == message)
    }

    @Test func `what is printed is read as it was meant`() {
        let pieces: [Delta.Kind] = [
            .reasoning("hm"), .text("Olá"), .text(" 世界"), .toolCall(index: 0, id: "a", name: "f", arguments: "{\"x\":"),
            .toolCall(index: 1, id: "b", name: "g", arguments: ""), .toolCall(index: 0, id: nil, name: nil, arguments: "1}"),
        ]
        var printer = AnthropicMessages.EventPrinter(id: "msg_1", model: "m")
        var events = [printer.start()]
        for piece in pieces { events += printer.delta(piece) }
        events += printer.finish(.tool, usage: TokenUsage(inputFresh: 3, cacheRead: 1, outputText: 2))
        #expect(events.allSatisfy { $0.name != nil })
        let reply = outcome(events.flatMap { ServerSentEvents.print($0) }).reply
        #expect(reply?.text == "Olá 世界" && reply?.reasoning == "hm" && reply?.finishReason == .tool)
        #expect(reply?.toolCalls.first == OpenAIChat.toolCall(id: "a", name: "f", arguments: "{\"x\":1}"))
        #expect(reply?.usage?.input == 4 && reply?.usage?.output == 2)
        let names = events.compactMap(\.name)
        #expect(names.count { $0 == "content_block_start" } == 4)
        #expect(names.count { $0 == "content_block_stop" } == 4)
        #expect(names.suffix(2) == ["message_delta", "message_stop"])
    }
}
