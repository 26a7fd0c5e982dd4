import Chat
import Testing
import Wire

@Suite struct ChatStreamTests {
    private let printer = OpenAIChat.ChunkPrinter(id: "chatcmpl-1", created: 1, model: "m-2024", includesUsage: true)

    private func event(_ data: [UInt8]) -> [UInt8] { ServerSentEvents.print(data: data) }
    private func event(_ data: String) -> [UInt8] { event(Array(data.utf8)) }

    private func stream(_ texts: [String], reason: ChatReply.FinishReason? = .stop, done: Bool = true) -> [UInt8] {
        var bytes = event(printer.role())
        for text in texts { bytes += event(printer.delta(.text(text))) }
        if let reason {
            bytes += event(printer.finish(reason)) + event(printer.usage(TokenUsage(inputFresh: 3, outputText: 4)))
        }
        return done ? bytes + event(OpenAIChat.doneData) : bytes
    }

    @Test func `any cutting into packets gives the same text, to the byte`() throws {
        let texts = ["Olá", ", ", "世界 ", "👩‍👩‍👧", "\n\"quoted\" \\ \u{1}", "e", "\u{301}", " end"]
        let bytes = stream(texts)
        for seed in 0..<1000 as Range<UInt64> {
            let outcome = Outcome(chunks(of: bytes, seed: seed))
            let reply = try #require(outcome.reply, "seed \(seed)")
            try #require(Array(reply.text.utf8) == Array(texts.joined().utf8), "seed \(seed)")
            try #require(Array(outcome.text.utf8) == Array(texts.joined().utf8), "seed \(seed)")
            #expect(reply.usage?.input == 3 && reply.usage?.output == 4)
            #expect(reply.model == "m-2024" && reply.finishReason == .stop && reply.warnings.isEmpty)
        }
    }

    @Test func `each delta keeps its event for passing on`() throws {
        let outcome = Outcome([stream(["a"])])
        #expect(outcome.deltas.count == 1)
        let events = try #require(outcome.deltas.first?.wireEvents?.events)
        #expect(events.map(\.data) == [printer.role(), printer.delta(.text("a"))])
        let usage = printer.usage(TokenUsage(inputFresh: 3, outputText: 4))
        let ending = outcome.reply?.wireEnding?.events.map(\.data)
        #expect(ending == [printer.finish(.stop), usage, OpenAIChat.doneData])
    }

    @Test func `time to first token is of the first content, not of the role`() throws {
        var stream = ChatStream.openAI(model: "m")
        let start = ContinuousClock.now
        stream.feed(event(printer.role()), receivedAt: start)
        #expect(try stream.next() == nil)
        #expect(stream.firstContentAt == nil)
        stream.feed(event(printer.delta(.text("a"))), receivedAt: start + .seconds(3))
        _ = try stream.next()
        stream.feed(event(printer.delta(.text("b"))), receivedAt: start + .seconds(5))
        _ = try stream.next()
        #expect(stream.firstContentAt == start + .seconds(3))
        #expect(stream.lastReceivedAt == start + .seconds(5))
    }

    @Test func `a stream that ends after its finish reason is whole without the last word`() {
        #expect(Outcome([stream(["a", "b"], done: false)]).reply?.text == "ab")
        let withoutUsage = event(printer.delta(.text("a"))) + event(printer.finish(.length))
        #expect(Outcome([withoutUsage]).reply?.usage == nil)
        #expect(Outcome([withoutUsage]).reply?.finishReason == .length)
    }

    @Test func `the closing blank line may be missing`() {
        let bytes = Array(stream(["a"], done: false).dropLast())
        #expect(Outcome([bytes + Array("\ndata: [DONE]".utf8)]).reply?.text == "a")
    }

    @Test func `nothing after the last word is read`() {
        #expect(Outcome([stream(["a"]) + event("garbage")]).reply?.text == "a")
        #expect(Outcome([stream(["a"]), event("garbage")], end: false).reply?.text == "a")
    }

    @Test func `a stream cut anywhere before its finish reason is cut, never an answer`() throws {
        let bytes = stream(["Olá ", "世界"], done: false)
        let last = try #require(
            bytes.count - event(printer.usage(TokenUsage(inputFresh: 3, outputText: 4))).count as Int?)
        // Up to the last byte of the data line of the event with the finish reason.
        for length in 0..<(last - 2) {
            let error = try #require(Outcome([Array(bytes.prefix(length))]).error, "after \(length) bytes")
            try #require(error.kind == .cut, "after \(length) bytes: \(error)")
            #expect(error.message == "the stream ended before the answer was whole")
            #expect(error.isRetryable)
        }
    }

    @Test func `the last word without a finish reason is a cut, and without any content it is no answer`() {
        #expect(Outcome([stream(["a"], reason: nil)]).error?.kind == .cut)
        let empty = Outcome([event(#"{"choices":[]}"#) + event(OpenAIChat.doneData)]).error
        #expect(empty?.kind == .invalidResponse)
        #expect(empty?.message == "the stream ended without any content")
    }

    @Test func `a stream that finishes without content is no answer, unless thinking took all the tokens`() {
        let role = event(#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#)
        #expect(Outcome([role + event(printer.finish(.stop))]).error?.kind == .invalidResponse)
        #expect(Outcome([role + event(printer.finish(.refused))]).error?.kind == .refused)
        #expect(Outcome([role + event(printer.finish(.length))]).reply?.text == "")
        #expect(Outcome([event(printer.role()) + event(printer.finish(.stop))]).reply?.text == "")
    }

    @Test func `an error event ends the stream with that error, after the deltas before it`() {
        let bytes =
            event(printer.delta(.text("a")))
            + event(OpenAIChat.printError(message: "overloaded", type: "server_error")) + event(printer.finish(.stop))
        let outcome = Outcome([bytes])
        #expect(outcome.text == "a")
        #expect(outcome.error?.kind == .upstreamFailure)
        #expect(outcome.error?.message == "the upstream reported an error: overloaded")
    }

    @Test(arguments: [
        ("{\"choices\":", "the answer is not JSON: expected a value, found the end of the input at byte 11"),
        ("[]", "an event is a list, not a mapping"), ("{\"choices\":1}", "choices of the answer is not a list"),
        ("{\"choices\":[1]}", "choices[0] of the answer is not a mapping"),
        ("{\"choices\":[{\"delta\":1}]}", "choices[0].delta of the answer is not a mapping"),
        ("{\"choices\":[{\"delta\":{\"content\":1}}]}", "choices[0].delta.content of the answer is not a string"),
        ("{\"choices\":[{\"delta\":{\"tool_calls\":1}}]}", "choices[0].delta.tool_calls of the answer is not a list"),
        (
            "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":-1}]}}]}",
            "choices[0].delta.tool_calls[0].index of the answer is not a small number"
        ),
        ("{\"choices\":[{\"finish_reason\":1}]}", "choices[0].finish_reason of the answer is not a string"),
        ("{\"id\":\"x\"}", "choices of the answer is not a list"),
        ("{\"choices\":[{\"delta\":{\"content\":null}}]}", "choices[0].delta.content of the answer is null"),
        ("{\"a\":1,\"a\":1}", "the key 'a' stands twice in the answer"),
    ]) func `an event that cannot be read is an unreadable answer`(data: String, message: String) {
        let error = Outcome([event(printer.delta(.text("a"))) + event(data) + event(printer.finish(.stop))]).error
        #expect(error?.kind == .invalidResponse)
        #expect(error?.message == message)
        #expect(error?.body == data)
    }

    @Test func `a page in place of a stream is an unreadable answer`() {
        let error = Outcome([Array("<html>\n<body>Bad gateway</body>\n".utf8)]).error
        #expect(error?.kind == .invalidResponse)
        #expect(error?.message == "the answer is no event stream")
        #expect(error?.body?.hasPrefix("<html>") == true)
    }

    @Test(arguments: ["", ": keep-alive\n\n"]) func `a stream of nothing is cut`(text: String) {
        #expect(Outcome([Array(text.utf8)]).error?.kind == .cut)
    }

    @Test func `invalid UTF-8 in an event is replaced, with one warning`() {
        let data = Array(#"{"choices":[{"delta":{"content":"a"#.utf8) + [0xC3, 0x28] + Array(#""}}]}"#.utf8)
        let reply = Outcome([event(data) + event(data) + event(printer.finish(.stop))]).reply
        #expect(reply?.text == "a\u{FFFD}(a\u{FFFD}(")
        #expect(reply?.warnings == ["invalid UTF-8 in the answer was replaced with U+FFFD"])
    }

    @Test func `tool calls come in pieces, interleaved`() {
        let pieces: [Delta.Kind] = [
            .toolCall(index: 0, id: "a", name: "f", arguments: ""),
            .toolCall(index: 1, id: "b", name: "g", arguments: "{"),
            .toolCall(index: 0, id: nil, name: nil, arguments: "{\"x\":"),
            .toolCall(index: 1, id: nil, name: nil, arguments: "}"),
            .toolCall(index: 0, id: nil, name: nil, arguments: "1}"),
        ]
        let bytes = pieces.flatMap { event(printer.delta($0)) } + event(printer.finish(.tool))
        let outcome = Outcome([bytes])
        #expect(outcome.deltas.map(\.kind) == pieces)
        #expect(outcome.reply?.finishReason == .tool)
        #expect(
            outcome.reply?.toolCalls == [
                OpenAIChat.toolCall(id: "a", name: "f", arguments: "{\"x\":1}"),
                OpenAIChat.toolCall(id: "b", name: "g", arguments: "{}"),
            ])
    }

    @Test func `thinking and refusals are told apart from text`() {
        let bytes =
            event(printer.delta(.reasoning("hm")))
            + event(#"{"choices":[{"delta":{"refusal":"No."},"finish_reason":"stop"}]}"#)
        let outcome = Outcome([bytes])
        #expect(outcome.deltas.map(\.kind) == [.reasoning("hm"), .text("No.")])
        #expect(outcome.reply?.reasoning == "hm")
        #expect(outcome.reply?.finishReason == .refused)
    }

    @Test func `only the first choice is read, and a model and usage may come late or be null`() {
        let bytes =
            event(
                #"{"choices":[{"index":1,"delta":{"content":"other"}},{"index":0,"delta":{"content":"a"}}],"usage":null}"#
            )
            + event(#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#)
            + event(#"{"model":"late","usage":{"prompt_tokens":-1,"completion_tokens":1}}"#)
        let reply = Outcome([bytes]).reply
        #expect(reply?.text == "a")
        #expect(reply?.model == "late")
        #expect(reply?.usage == nil)
        #expect(reply?.warnings.count == 1)
    }

    @Test func `an endless event is refused`() {
        var stream = ChatStream.openAI(model: "m")
        let error = #expect(throws: ChatError.self) {
            for _ in 0..<10 {
                stream.feed([UInt8](repeating: 0x61, count: 1 << 20), receivedAt: .now)
                while try stream.next() != nil {}
            }
        }
        #expect(error?.kind == .invalidResponse)
    }

    @Test func `mutated streams never trap`() {
        let bytes = stream(["Olá ", "世界"])
        var numbers = SeededNumbers(seed: 3)
        for seed in 0..<1000 as Range<UInt64> {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...5, using: &numbers) {
                mutated[Int.random(in: 0..<mutated.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
            }
            let outcome = Outcome(chunks(of: mutated, seed: seed))
            if let error = outcome.error { #expect([.cut, .invalidResponse, .upstreamFailure].contains(error.kind)) }
        }
    }
}
