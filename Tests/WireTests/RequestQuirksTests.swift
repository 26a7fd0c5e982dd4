import Chat
import Testing
import Wire

@Suite struct RequestQuirksTests {
    private let mistral = OpenAIChat.RequestQuirks(
        renamed: ["max_completion_tokens": "max_tokens", "seed": "random_seed"], refused: ["logit_bias", "user"],
        requiredToolChoice: "any", takesSchema: false, callIDLength: 9, asksForStreamUsage: false)

    private func printed(
        _ request: ChatRequest, stream: Bool = false
    ) throws -> (body: JSONValue, warnings: [String]) {
        let printed = OpenAIChat.printRequest(request, model: "x", stream: stream, quirks: mistral)
        let body = try JSONValue.parse(printed.bytes)
        #expect(body.duplicateKey == nil)
        return (body, printed.warnings)
    }

    @Test func `members are renamed, respelled or left out, and the loss is told`() throws {
        var request = ChatRequest(model: "m", user: "a")
        request.parameters = .init(maxTokens: 5, seed: 7)
        request.toolChoice = "required"
        request.responseFormat = ["type": "json_schema", "json_schema": ["schema": .object([])]]
        request.extra = ["logit_bias": ["1": 2], "user": .null, "safe_prompt": true]
        let (body, warnings) = try printed(request, stream: true)
        #expect(body["random_seed"] == 7 && body["seed"] == nil && body["max_tokens"] == 5)
        #expect(body["tool_choice"] == "any")
        #expect(body["response_format"] == ["type": "json_object"])
        #expect(body["safe_prompt"] == true)
        #expect(body["logit_bias"] == nil && body["user"] == nil && body["stream_options"] == nil)
        #expect(
            warnings == [
                "the schema of response_format was left out and JSON of any shape asked for: x does not take it",
                "logit_bias was left out: x does not take it",
            ])
    }

    @Test func `a client's own body keeps its other bytes`() throws {
        let body =
            #"{"model":"m","messages":[{"role":"user","content":"é"}],"seed":7,"max_completion_tokens":5,"#
            + #""user":"u","tool_choice":"required","stream":true,"stream_options":{"include_usage":true},"odd":1.10}"#
        let request = try OpenAIChat.readRequest(Array(body.utf8)).request
        let printed = OpenAIChat.printRequest(request, model: "x", stream: true, quirks: mistral)
        #expect(
            String(decoding: printed.bytes, as: UTF8.self)
                == #"{"model":"x","messages":[{"role":"user","content":"é"}],"tool_choice":"any","stream":true,"odd":1.10,"#
                + #""random_seed":7,"max_tokens":5}"#)
        #expect(printed.warnings == ["user was left out: x does not take it"])
    }

    @Test func `ids of calls get the one length that is taken, and still belong together`() throws {
        let long = OpenAIChat.toolCall(id: "call_r_0__thought__abc", name: "f", arguments: "{}")
        let fine = OpenAIChat.toolCall(id: "aB3dE6gH9", name: "g", arguments: "{}")
        let request = ChatRequest(
            model: "m",
            messages: [
                Message(role: .assistant, content: .null, toolCalls: [long, fine]),
                Message(role: .tool, content: "1", toolCallID: "call_r_0__thought__abc"),
                Message(role: .tool, content: "2", toolCallID: "aB3dE6gH9"),
            ])
        let messages = try #require(try printed(request).body["messages"]?.arrayValue)
        let ids = (messages[0]["tool_calls"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
        #expect(ids.count == 2 && ids[1] == "aB3dE6gH9")
        #expect(ids[0].utf8.count == 9 && ids[0].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
        #expect(messages[1]["tool_call_id"]?.stringValue == ids[0])
        #expect(messages[2]["tool_call_id"] == "aB3dE6gH9")
        // A body as the client sent it is printed anew where an id has to change.
        var passed = try OpenAIChat.readRequest(
            OpenAIChat.printRequest(request, model: "m", stream: false).bytes).request
        passed.extra = [:]
        #expect(try printed(passed).body["messages"]?.arrayValue?[1]["tool_call_id"]?.stringValue == ids[0])
    }

    @Test func `what only Anthropic understands stays behind`() throws {
        let mark: JSONValue = ["type": "ephemeral"]
        let request = ChatRequest(
            model: "m",
            messages: [
                Message(role: .system, content: [["type": "text", "text": "s", "cache_control": mark]]),
                Message(role: .assistant, content: "a", extra: ["thinking_blocks": [], "prefix": true]),
                Message(role: .tool, content: "x", toolCallID: "aB3dE6gH9", extra: ["is_error": true]),
            ])
        let messages = try printed(request).body["messages"]
        #expect(
            messages == [
                ["role": "system", "content": [["type": "text", "text": "s"]]],
                ["role": "assistant", "content": "a", "prefix": true],
                ["role": "tool", "content": "x", "tool_call_id": "aB3dE6gH9"],
            ])
    }

    @Test func `members of messages that are not known are kept, and tell two requests apart`() throws {
        let body = #"{"model":"m","messages":[{"role":"assistant","content":"a","prefix":true}]}"#
        let request = try OpenAIChat.readRequest(Array(body.utf8)).request
        #expect(request.messages[0].extra == ["prefix": true])
        var other = request
        other.messages[0].extra = [:]
        #expect(other.canonicalBytes != request.canonicalBytes)
    }

    @Test func `thinking in parts of content is told apart, and tokens' log probabilities are kept`() throws {
        let body = #"""
            {"model":"m","service_tier":"flex","choices":[{"message":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},
            {"type":"text","text":"a"}]},"finish_reason":"model_length","logprobs":{"content":[{"token":"a","logprob":-1}]}}],
            "usage":{"prompt_tokens":1,"completion_tokens":1}}
            """#
        let reply = try OpenAIChat.readReply(Array(body.utf8), model: "m")
        #expect(reply.text == "a" && reply.reasoning == "hm" && reply.finishReason == .length)
        #expect(reply.logprobs == [["token": "a", "logprob": -1]])
        #expect(reply.usage?.surcharge == "service tier flex")
        let printed = try JSONValue.parse(OpenAIChat.printReply(reply, id: "c", created: 1))
        #expect(printed["choices"]?.arrayValue?[0]["logprobs"]?["content"] == [["token": "a", "logprob": -1]])
        let chunk =
            #"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}}]}"#
        let piece = try OpenAIChat.readChunk(Array(chunk.utf8))
        #expect(piece.deltas == [.reasoning("hm")])
    }

    @Test func `other hosts' lists of faults and missing models are understood`() {
        let faults = #"{"detail":[{"loc":["body","n"],"msg":"too large","type":"value_error"}]}"#
        let error = OpenAIChat.readError(status: 422, body: Array(faults.utf8))
        #expect(error.message == "the upstream answered 422: body.n: too large")
        let model = #"{"object":"error","message":"Invalid model: x","type":"invalid_model","param":null,"code":"1500"}"#
        #expect(OpenAIChat.readError(status: 400, body: Array(model.utf8)).kind == .notFound)
    }
}
