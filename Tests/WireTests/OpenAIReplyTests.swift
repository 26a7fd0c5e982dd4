import Chat
import Testing
import Wire

@Suite struct OpenAIReplyTests {
    private func reply(_ text: String, secrets: Secrets = .none) throws(ChatError) -> ChatReply {
        try OpenAIChat.readReply(Array(text.utf8), model: "asked", secrets: secrets)
    }

    private func answer(_ message: String, reason: String = "\"stop\"", more: String = "") -> String {
        #"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m-2024","choices":[{"index":0,"message":\#(message),"#
            + #""logprobs":null,"finish_reason":\#(reason)}]\#(more)}"#
    }

    @Test func `an ordinary answer`() throws {
        let usage =
            #","usage":{"prompt_tokens":100,"completion_tokens":30,"total_tokens":130,"#
            + #""prompt_tokens_details":{"cached_tokens":40,"cache_write_tokens":10},"completion_tokens_details":{"reasoning_tokens":12}}"#
        let body = answer(#"{"role":"assistant","content":"Olá \"x\"","refusal":null}"#, more: usage)
        let reply = try reply(body)
        #expect(reply.text == "Olá \"x\"")
        #expect(reply.model == "m-2024")
        #expect(reply.finishReason == .stop)
        #expect(reply.usage?.inputFresh == 50)
        #expect(reply.usage?.cacheRead == 40)
        #expect(reply.usage?.cacheWrite5m == 10)
        #expect(reply.usage?.outputText == 18)
        #expect(reply.usage?.reasoning == 12)
        #expect(reply.usage?.raw?["total_tokens"] == 130)
        #expect(reply.warnings.isEmpty)
        #expect(reply.cost == nil)
        #expect(reply.wireBody?.bytes == Array(body.utf8))
    }

    @Test func `empty lines before a body are skipped`() throws {
        #expect(try reply("\n\n\n" + answer(#"{"content":"a"}"#)).text == "a")
    }

    @Test func `a body without a model is of the model that was asked`() throws {
        #expect(try reply(#"{"choices":[{"message":{"content":"a"}}]}"#).model == "asked")
    }

    @Test func `null content beside tool calls is fine`() throws {
        let call = #"{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}"#
        for reason in ["\"tool_calls\"", "\"stop\"", "null"] {
            let reply = try reply(answer(#"{"content":null,"tool_calls":[\#(call)]}"#, reason: reason))
            #expect(reply.text == "")
            #expect(reply.finishReason == .tool)
            #expect(reply.toolCalls == [OpenAIChat.toolCall(id: "c", name: "f", arguments: "{\"a\":1}")])
        }
    }

    @Test(arguments: [
        ("\"length\"", ChatReply.FinishReason.length, 0), ("\"content_filter\"", .refused, 0), ("null", .stop, 0),
        ("\"model_length\"", .length, 0), ("\"whatever\"", .stop, 1),
    ]) func `finish reasons are read`(spelling: String, reason: ChatReply.FinishReason, warnings: Int) throws {
        let reply = try reply(answer(#"{"content":"a"}"#, reason: spelling))
        #expect(reply.finishReason == reason)
        #expect(reply.warnings.count == warnings)
    }

    @Test func `a refusal is the model's answer, marked as one`() throws {
        let reply = try reply(answer(#"{"content":null,"refusal":"I can't."}"#))
        #expect(reply.text == "I can't.")
        #expect(reply.finishReason == .refused)
    }

    @Test func `a filtered answer without text is a refusal and no answer`() {
        let error = #expect(throws: ChatError.self) {
            try reply(answer(#"{"content":null}"#, reason: "\"content_filter\""))
        }
        #expect(error?.kind == .refused)
    }

    @Test func `thinking is kept apart from the text, and may use up all tokens`() throws {
        #expect(try reply(answer(#"{"content":"a","reasoning_content":"hm"}"#)).reasoning == "hm")
        #expect(try reply(answer(#"{"content":null,"reasoning":"hm"}"#, reason: "\"length\"")).text == "")
    }

    @Test func `text in parts is joined`() throws {
        #expect(
            try reply(
                answer(#"{"content":[{"type":"thinking"},{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#)
            ).text == "ab")
    }

    @Test func `the first choice is the answer, wherever it stands`() throws {
        let body = #"{"choices":[{"index":1,"message":{"content":"b"}},{"index":0,"message":{"content":"a"}}]}"#
        #expect(try reply(body).text == "a")
    }

    @Test(arguments: [
        ("", "the answer is not JSON: expected a value, found the end of the input at byte 0"),
        ("<html>", "the answer is not JSON: expected a value, found '<' at byte 0"),
        ("{\"choices\":[", "the answer is not JSON: expected a value, found the end of the input at byte 12"),
        (#"{"choices":NaN}"#, "the answer is not JSON: expected a value, found 'N' at byte 11"),
        ("null", "the answer is null, not a mapping"),
        ("[1]", "the answer is a list, not a mapping"),
        ("{}", "choices of the answer is not a list"),
        (#"{"choices":null}"#, "choices of the answer is not a list"),
        (#"{"choices":"a"}"#, "choices of the answer is not a list"),
        (#"{"choices":[]}"#, "choices of the answer is empty"),
        (#"{"choices":[null]}"#, "choices[0].message of the answer is not a mapping"),
        (#"{"choices":[{"text":"a"}]}"#, "choices[0].message of the answer is not a mapping"),
        (#"{"choices":[{"message":"a"}]}"#, "choices[0].message of the answer is not a mapping"),
        (#"{"choices":[{"message":{}}]}"#, "choices[0].message.content of the answer is null"),
        (#"{"choices":[{"message":{"content":null}}]}"#, "choices[0].message.content of the answer is null"),
        (#"{"choices":[{"message":{"content":5}}]}"#, "choices[0].message.content of the answer is not a string"),
        (
            #"{"choices":[{"message":{"content":"a"},"finish_reason":1}]}"#,
            "choices[0].finish_reason of the answer is not a string"
        ),
        (
            #"{"choices":[{"message":{"tool_calls":{}}}]}"#,
            "choices[0].message.tool_calls of the answer is not a list of calls"
        ),
        (
            #"{"choices":[{"message":{"tool_calls":[1]}}]}"#,
            "choices[0].message.tool_calls of the answer is not a list of calls"
        ),
        (#"{"choices":[{"message":{"content":"a","content":"b"}}]}"#, "the key 'content' stands twice in the answer"),
    ]) func `what is no answer is an error with the start of the body`(body: String, message: String) {
        let error = #expect(throws: ChatError.self) { try reply(body) }
        #expect(error?.kind == .invalidResponse)
        #expect(error?.message == message)
        #expect(error?.body == body)
        #expect(error?.isRetryable == false)
    }

    @Test func `the kept body is bounded and holds no key`() {
        let body = "<p>Bearer abcdef123456 nx-0123456789abcdef</p>" + String(repeating: "é", count: 5000)
        let error = #expect(throws: ChatError.self) { try reply(body, secrets: Secrets(["nx-0123456789abcdef"])) }
        #expect(error?.body?.utf8.count ?? 9999 <= 4096)
        #expect(error?.body?.hasPrefix("<p>Bearer [key] [key]</p>é") == true)
    }

    @Test func `invalid UTF-8 is replaced, with a warning`() throws {
        var body = Array(answer(#"{"content":"a#b"}"#).utf8)
        body[try #require(body.firstIndex(of: UInt8(ascii: "#")))] = 0xFF
        let reply = try OpenAIChat.readReply(body, model: "m")
        #expect(reply.text == "a\u{FFFD}b")
        #expect(reply.warnings == ["invalid UTF-8 in the answer was replaced with U+FFFD"])
        #expect(reply.wireBody == nil)
    }

    @Test(arguments: [
        #"{"prompt_tokens":-1,"completion_tokens":1}"#, #"{"prompt_tokens":1000000000000000000,"completion_tokens":1}"#,
        #"{"prompt_tokens":1e18,"completion_tokens":1}"#, #"{"prompt_tokens":"1","completion_tokens":1}"#,
        #"{"prompt_tokens":1}"#, "5", "[]", #"{"prompt_tokens":1.5,"completion_tokens":1}"#,
        #"{"prompt_tokens":1,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":2}}"#,
        #"{"prompt_tokens":1,"completion_tokens":1,"completion_tokens_details":{"reasoning_tokens":-9223372036854775808}}"#,
        #"{"prompt_tokens":99999999999999999999999999,"completion_tokens":1}"#,
    ]) func `usage that is not to be believed is unknown, and told`(usage: String) throws {
        let reply = try reply(answer(#"{"content":"a"}"#, more: #","usage":\#(usage)"#))
        #expect(reply.usage == nil)
        #expect(reply.warnings == ["the usage is not to be believed and counts as unknown: \(usage)"])
    }

    @Test(arguments: ["", #","usage":null"#]) func `no usage is unknown usage`(more: String) throws {
        let reply = try reply(answer(#"{"content":"a"}"#, more: more))
        #expect(reply.usage == nil)
        #expect(reply.warnings.isEmpty)
    }

    @Test func `an answer printed by a server is read by a client`() throws {
        let call = OpenAIChat.toolCall(id: "c", name: "f", arguments: "{}")
        for (text, calls, reason) in [
            ("Olá\n", [], ChatReply.FinishReason.length), ("", [call], .tool), ("", [], .stop),
        ] {
            let usage = TokenUsage(
                inputFresh: 5, cacheRead: 3, cacheWrite5m: 2, outputText: 4, reasoning: 1)
            let written = ChatReply(
                text: text, reasoning: "r", toolCalls: calls, finishReason: reason, model: "m", usage: usage)
            let read = try OpenAIChat.readReply(
                OpenAIChat.printReply(written, id: "chatcmpl-1", created: 1_700_000_000), model: "")
            #expect(read.text == text)
            #expect(read.reasoning == "r")
            #expect(read.toolCalls == calls)
            #expect(read.finishReason == reason)
            #expect(read.model == "m")
            var told = read.usage
            told?.raw = nil
            #expect(told == usage)
        }
    }

    @Test func `mutated bodies never trap and fail as unreadable answers do`() {
        let valid = Array(
            answer(
                #"{"role":"assistant","content":"Olá 世界","tool_calls":[]}"#,
                more: #","usage":{"prompt_tokens":1,"completion_tokens":2}"#
            ).utf8)
        var numbers = SeededNumbers(seed: 5)
        for round in 0..<10_000 {
            var body = valid
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                let place = Int.random(in: 0..<body.count, using: &numbers)
                switch Int.random(in: 0...2, using: &numbers) {
                case 0: body[place] = UInt8.random(in: 0...255, using: &numbers)
                case 1: body.remove(at: place)
                default: body.insert(Array("{}[]\",:0-e\\".utf8).randomElement(using: &numbers) ?? 0, at: place)
                }
            }
            do {
                if round % 4 == 0 {
                    _ = try OpenAIChat.readChunk(body)
                } else {
                    _ = try OpenAIChat.readReply(body, model: "m")
                }
            } catch {
                #expect([.invalidResponse, .upstreamFailure, .refused].contains(error.kind))
            }
        }
    }
}
