import Chat
import Testing
import Wire

@Suite struct AnthropicReplyTests {
    private func reply(_ text: String) throws(ChatError) -> ChatReply {
        try AnthropicMessages.readReply(Array(text.utf8), model: "asked")
    }

    private func answer(_ blocks: String, reason: String = "end_turn", usage: String = "{}") -> String {
        #"{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[\#(blocks)],"#
            + #""stop_reason":"\#(reason)","stop_sequence":null,"usage":\#(usage)}"#
    }

    @Test func `an ordinary answer, its tokens in six kinds`() throws {
        let usage =
            #"{"input_tokens":10,"cache_creation_input_tokens":30,"cache_read_input_tokens":5,"cache_creation":"#
            + #"{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":10},"output_tokens":40,"#
            + #""output_tokens_details":{"thinking_tokens":15},"service_tier":"standard"}"#
        let body = answer(#"{"type":"text","text":"Olá "},{"type":"text","text":"世界"}"#, usage: usage)
        let reply = try reply(body)
        #expect(reply.text == "Olá 世界")
        #expect(reply.model == "claude-x")
        #expect(reply.finishReason == .stop)
        let read = try #require(reply.usage)
        #expect([read.inputFresh, read.cacheRead, read.cacheWrite5m, read.cacheWrite1h] == [10, 5, 20, 10])
        #expect(read.outputText == 25 && read.reasoning == 15)
        #expect(read.raw?["cache_creation"]?["ephemeral_1h_input_tokens"] == 10)
        #expect(read.surcharge == nil)
        #expect(reply.wireBody?.bytes == Array(body.utf8))
    }

    @Test(arguments: [
        (#""service_tier":"priority""#, "service tier priority"), (#""speed":"fast""#, "speed fast"),
        (#""inference_geo":"us""#, "inference in us"),
        (#""server_tool_use":{"web_search_requests":2}"#, "tool web_search_requests"),
    ]) func `what is billed besides tokens is told`(member: String, surcharge: String) throws {
        let usage = #"{"input_tokens":1,"output_tokens":1,\#(member)}"#
        #expect(try reply(answer(#"{"type":"text","text":"a"}"#, usage: usage)).usage?.surcharge == surcharge)
    }

    @Test(arguments: [
        ("end_turn", ChatReply.FinishReason.stop, 0), ("stop_sequence", .stop, 0), ("max_tokens", .length, 0),
        ("model_context_window_exceeded", .length, 0), ("tool_use", .tool, 0), ("refusal", .refused, 0),
        ("pause_turn", .stop, 1), ("something_new", .stop, 1),
    ]) func `stop reasons are read`(spelling: String, reason: ChatReply.FinishReason, warnings: Int) throws {
        let reply = try reply(answer(#"{"type":"text","text":"a"}"#, reason: spelling))
        #expect(reply.finishReason == reason)
        #expect(reply.warnings.count == warnings + 1, "\(reply.warnings)")
    }

    @Test func `calls, thoughts and blocks of the vendor's own`() throws {
        let blocks =
            #"{"type":"thinking","thinking":"hm","signature":"s"},{"type":"redacted_thinking","data":"d"},"#
            + #"{"type":"server_tool_use","id":"x","name":"web_search","input":{}},"#
            + #"{"type":"tool_use","id":"toolu_1","name":"f","input":{"x":1.10}}"#
        let reply = try reply(answer(blocks, reason: "tool_use", usage: #"{"input_tokens":1,"output_tokens":1}"#))
        #expect(reply.text.isEmpty)
        #expect(reply.reasoning == "hm")
        #expect(reply.thinkingBlocks.count == 2)
        #expect(reply.toolCalls == [OpenAIChat.toolCall(id: "toolu_1", name: "f", arguments: #"{"x":1.10}"#)])
        #expect(reply.finishReason == .tool)
    }

    @Test func `a turn without a word is empty; a refusal without one is no answer`() throws {
        #expect(try reply(answer("")).text.isEmpty)
        let error = #expect(throws: ChatError.self) { try reply(answer("", reason: "refusal")) }
        #expect(error?.kind == .refused)
    }

    @Test(arguments: [
        ("<html>", "the answer is not JSON: expected a value, found '<' at byte 0"),
        ("[]", "the answer is a list, not a mapping"), ("{}", "content of the answer is not a list"),
        (#"{"content":[{}],"stop_reason":"end_turn"}"#, "content[0].type of the answer is not a string"),
        (
            #"{"content":[{"type":"text","text":null}],"stop_reason":"end_turn"}"#,
            "content[0].text of the answer is not a string"
        ),
        (#"{"content":[],"stop_reason":null}"#, "stop_reason of the answer is not a string"),
        (
            #"{"content":[{"type":"tool_use","name":"f","input":"{}"}],"stop_reason":"tool_use"}"#,
            "content[0] of the answer is not a call with a name and an input"
        ),
    ]) func `what is no answer is an error with the start of the body`(body: String, message: String) {
        let error = #expect(throws: ChatError.self) { try reply(body) }
        #expect(error?.kind == .invalidResponse)
        #expect(error?.message == message)
        #expect(error?.body == body)
    }

    @Test(arguments: [
        (400, "invalid_request_error", "no", ChatError.Kind.invalidRequest),
        (400, "invalid_request_error", "Your credit balance is too low", .quotaExceeded),
        (401, "authentication_error", "no", .authentication), (402, "billing_error", "no", .quotaExceeded),
        (403, "permission_error", "no", .authentication), (404, "not_found_error", "model: claude-9", .notFound),
        (409, "conflict_error", "no", .upstreamFailure), (413, "request_too_large", "no", .invalidRequest),
        (429, "rate_limit_error", "slow down", .rateLimited),
        (429, "rate_limit_error", "You have reached your spend limit", .quotaExceeded),
        (500, "api_error", "no", .upstreamFailure), (504, "timeout_error", "no", .timeout),
        (529, "overloaded_error", "no", .upstreamFailure),
    ]) func `an error has its kind`(status: Int, type: String, words: String, kind: ChatError.Kind) throws {
        let body = AnthropicMessages.printError(message: words, type: type, requestID: "req_1")
        let error = AnthropicMessages.readError(status: status, body: body)
        #expect(error.kind == kind)
        #expect(error.code == type)
        #expect(error.message == "the upstream answered \(status): \(words)")
        let document = try JSONValue.parse(body)
        #expect(document["type"] == "error" && document["request_id"] == "req_1")
        // The same in the middle of a stream, where no status says it.
        var memory = StreamMemory()
        let event = #expect(throws: ChatError.self) { _ = try AnthropicMessages.readEvent(body, memory: &memory) }
        #expect(event?.kind == kind || kind == .notFound)
        if ![400, 404, 409].contains(status) { #expect(AnthropicMessages.errorType(status: status) == type) }
    }

    @Test func `an answer is printed in Anthropic's shape`() throws {
        let usage = TokenUsage(inputFresh: 3, cacheRead: 2, cacheWrite5m: 1, outputText: 4, reasoning: 5)
        let reply = ChatReply(
            text: "a", reasoning: "hm",
            toolCalls: [OpenAIChat.toolCall(id: "c", name: "f", arguments: #"{"x":1}"#)], finishReason: .tool,
            model: "m", usage: usage)
        let bytes = AnthropicMessages.printReply(reply, id: "msg_1")
        let again = try AnthropicMessages.readReply(bytes, model: "x")
        #expect(again.text == "a" && again.reasoning == "hm" && again.finishReason == .tool)
        #expect(again.toolCalls == reply.toolCalls)
        #expect(again.usage?.input == 6 && again.usage?.output == 9)
        #expect(try JSONValue.parse(bytes)["content"]?.arrayValue?.last?["input"] == ["x": 1])
    }
}
