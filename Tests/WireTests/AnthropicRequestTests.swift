import Chat
import Testing
import Wire

@Suite struct AnthropicRequestTests {
    private func printed(
        _ request: ChatRequest, stream: Bool = false, quirks: AnthropicMessages.ModelQuirks = .init()
    ) throws -> (body: JSONValue, warnings: [String]) {
        let printed = try AnthropicMessages.printRequest(request, model: "claude", stream: stream, quirks: quirks)
        let body = try JSONValue.parse(printed.bytes)
        #expect(body.duplicateKey == nil)
        return (body, printed.warnings)
    }

    @Test func `a bare question is a small body with a bound`() throws {
        let printed = try AnthropicMessages.printRequest(
            ChatRequest(model: "anthropic/claude", user: "Hi"), model: "claude", stream: true)
        #expect(
            String(decoding: printed.bytes, as: UTF8.self)
                == #"{"model":"claude","max_tokens":4096,"messages":[{"role":"user","content":"Hi"}],"stream":true}"#)
        #expect(printed.warnings.isEmpty)
    }

    @Test func `instructions stand apart, and those inside the conversation are said to have moved`() throws {
        let request = ChatRequest(
            model: "m", messages: [Message(.system, "Be brief."), Message(.user, "a"), Message(.system, "In French.")])
        let (body, warnings) = try printed(request)
        #expect(body["system"] == "Be brief.\n\nIn French.")
        #expect(body["messages"] == [["role": "user", "content": "a"]])
        #expect(warnings == ["a system message inside the conversation was moved to its start"])
    }

    @Test func `marks of the cache keep their blocks`() throws {
        let mark: JSONValue = ["type": "ephemeral"]
        let request = ChatRequest(
            model: "m",
            messages: [
                Message(role: .system, content: [["type": "text", "text": "long", "cache_control": mark]]),
                Message(role: .user, content: [["type": "text", "text": "a", "cache_control": mark]]),
            ])
        let body = try printed(request).body
        #expect(body["system"] == [["type": "text", "text": "long", "cache_control": mark]])
        #expect(body["messages"]?.arrayValue?[0]["content"] == [["type": "text", "text": "a", "cache_control": mark]])
    }

    private var conversation: ChatRequest {
        let call = OpenAIChat.toolCall(id: "toolu_1", name: "f", arguments: #"{"x":1}"#)
        let other = OpenAIChat.toolCall(id: "a+b", name: "g", arguments: "")
        let thought: JSONValue = ["type": "thinking", "thinking": "hm", "signature": "s"]
        return ChatRequest(
            model: "m",
            messages: [
                Message(.user, "a"),
                Message(
                    role: .assistant, content: "Let me see.", toolCalls: [call, other],
                    extra: ["thinking_blocks": [thought]]),
                Message(role: .tool, content: "42", toolCallID: "toolu_1"),
                Message(role: .tool, content: "broken", toolCallID: "a+b", extra: ["is_error": true]),
                Message(.user, "and?"),
            ])
    }

    @Test func `calls, their results and thoughts are blocks, and sides alternate`() throws {
        let messages = try printed(conversation).body["messages"]
        #expect(
            messages == [
                ["role": "user", "content": "a"],
                [
                    "role": "assistant",
                    "content": [
                        ["type": "thinking", "thinking": "hm", "signature": "s"],
                        ["type": "text", "text": "Let me see."],
                        ["type": "tool_use", "id": "toolu_1", "name": "f", "input": ["x": 1]],
                        ["type": "tool_use", "id": "a_b", "name": "g", "input": .object([])],
                    ],
                ],
                [
                    "role": "user",
                    "content": [
                        ["type": "tool_result", "tool_use_id": "toolu_1", "content": "42"],
                        ["type": "tool_result", "tool_use_id": "a_b", "content": "broken", "is_error": true],
                        ["type": "text", "text": "and?"],
                    ],
                ],
            ])
    }

    @Test func `tools, choices and one call at a time`() throws {
        var request = ChatRequest(model: "m", user: "a")
        request.tools = [
            ["type": "function", "function": ["name": "f", "description": "d", "parameters": ["type": "object"]]],
            ["type": "web_search_20250305", "name": "web_search"],
        ]
        request.toolChoice = "required"
        request.extra = ["parallel_tool_calls": false]
        let body = try printed(request).body
        #expect(
            body["tools"] == [
                ["name": "f", "description": "d", "input_schema": ["type": "object"]],
                ["type": "web_search_20250305", "name": "web_search"],
            ])
        #expect(body["tool_choice"] == ["type": "any", "disable_parallel_tool_use": true])
        #expect(body["parallel_tool_calls"] == nil)
    }

    @Test(arguments: [
        ("none", ["type": "none"]), ("auto", ["type": "auto"]), ("required", ["type": "any"]),
        (["type": "function", "function": ["name": "f"]], ["type": "tool", "name": "f"]),
        (["type": "any"], ["type": "any"]),
    ] as [(JSONValue, JSONValue)]) func `a tool choice has its type`(choice: JSONValue, expected: JSONValue) throws {
        var request = ChatRequest(model: "m", user: "a")
        request.toolChoice = choice
        #expect(try printed(request).body["tool_choice"] == expected)
    }

    @Test func `pictures and documents go along, by value or by address`() throws {
        let content: JSONValue = [
            ["type": "text", "text": "see"],
            ["type": "image_url", "image_url": ["url": "data:image/png;base64,AAAA"]],
            ["type": "image_url", "image_url": ["url": "https://h/i.png"]],
            ["type": "file", "file": ["filename": "a.pdf", "file_data": "data:application/pdf;base64,BBBB"]],
        ]
        let body = try printed(ChatRequest(model: "m", messages: [Message(role: .user, content: content)])).body
        #expect(
            body["messages"]?.arrayValue?[0]["content"] == [
                ["type": "text", "text": "see"],
                ["type": "image", "source": ["type": "base64", "media_type": "image/png", "data": "AAAA"]],
                ["type": "image", "source": ["type": "url", "url": "https://h/i.png"]],
                [
                    "type": "document",
                    "source": ["type": "base64", "media_type": "application/pdf", "data": "BBBB"], "title": "a.pdf",
                ],
            ])
    }

    @Test func `what the vendor has no word for is left out, and said so`() throws {
        var request = ChatRequest(
            model: "m", messages: [Message(.user, "a")],
            parameters: .init(temperature: 0.5, topP: 0.9, maxTokens: 7, stop: ["x"], seed: 1, presencePenalty: 1),
            responseFormat: ["type": "json_object"],
            extra: ["n": 3, "logprobs": true, "store": false, "top_k": 4, "user": "u", "service_tier": "flex"])
        let (body, warnings) = try printed(request)
        #expect(body["temperature"] == 0.5 && body["top_p"] == 0.9 && body["top_k"] == 4)
        #expect(body["max_tokens"] == 7)
        #expect(body["stop_sequences"] == ["x"])
        #expect(body["metadata"] == ["user_id": "u"])
        for key in ["seed", "presence_penalty", "n", "logprobs", "store", "user", "service_tier", "response_format"] {
            #expect(body[key] == nil, "\(key)")
        }
        #expect(
            warnings == [
                "seed was left out: claude does not take it",
                "presence_penalty was left out: claude does not take it",
                "response_format without a schema was left out: claude does not take it",
                "logprobs was left out: claude does not take it",
                "n was left out: claude does not take it",
                "service_tier was left out: claude does not take it",
            ])
        request.extra = [:]
        let newest = AnthropicMessages.ModelQuirks(refused: ["temperature", "top_p", "top_k"])
        let (bare, more) = try printed(request, quirks: newest)
        #expect(bare["temperature"] == nil && bare["top_p"] == nil)
        #expect(more.contains("temperature was left out: claude does not take it"))
    }

    @Test func `structured output and effort are the vendor's`() throws {
        var request = ChatRequest(model: "m", user: "a")
        request.responseFormat = [
            "type": "json_schema", "json_schema": ["name": "n", "schema": ["type": "object"], "strict": true],
        ]
        request.extra = ["reasoning_effort": "minimal"]
        #expect(
            try printed(request).body["output_config"] == [
                "format": ["type": "json_schema", "schema": ["type": "object"]], "effort": "low",
            ])
        let (body, warnings) = try printed(request, quirks: .init(takesEffort: false))
        #expect(body["output_config"]?["effort"] == nil)
        #expect(warnings == ["reasoning_effort was left out: claude does not take it"])
    }

    @Test func `what cannot be said is refused before it is sent`() {
        func message(_ request: ChatRequest) -> String? {
            let error = #expect(throws: ChatError.self) {
                try AnthropicMessages.printRequest(request, model: "m", stream: false)
            }
            #expect(error?.kind == .invalidRequest)
            return error?.message
        }
        let broken = OpenAIChat.toolCall(id: "c", name: "f", arguments: "{\"x\":")
        #expect(
            message(
                ChatRequest(model: "m", messages: [Message(role: .assistant, content: .null, toolCalls: [broken])]))
                == "messages[0].tool_calls[0].function.arguments: must be a JSON mapping as text")
        #expect(
            message(ChatRequest(model: "m", messages: [Message(role: .tool, content: "1")]))
                == "messages[0].tool_call_id: required")
        let sound: JSONValue = [["type": "input_audio", "input_audio": ["data": "AA", "format": "wav"]]]
        #expect(
            message(ChatRequest(model: "m", messages: [Message(role: .user, content: sound)]))
                == "messages[0].content[0]: audio/wav is not taken by this model")
    }

    @Test func `a client's body goes on as it came, but for model, stream and what the model refuses`() throws {
        let body =
            #"{"model" : "gw/x", "max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"é"}]}],"#
            + #" "temperature":0.5, "unknown": 1.10 }"#
        let request = try AnthropicMessages.readRequest(Array(body.utf8))
        let same = try AnthropicMessages.printRequest(request, model: "x", stream: false)
        #expect(String(decoding: same.bytes, as: UTF8.self) == body.replacing(#""gw/x""#, with: #""x""#))
        let newest = try AnthropicMessages.printRequest(
            request, model: "x", stream: true, quirks: .init(refused: ["temperature"]))
        #expect(
            String(decoding: newest.bytes, as: UTF8.self)
                == #"{"model":"x","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"é"}]}],"#
                + #""unknown":1.10,"stream":true}"#)
        #expect(newest.warnings == ["temperature was left out: x does not take it"])
    }

    @Test func `what is printed is read as it was meant`() throws {
        var request = conversation
        request.messages.insert(Message(.system, "Be brief."), at: 0)
        request.parameters = .init(temperature: 0.5, maxTokens: 9, stop: ["x"])
        request.tools = [["type": "function", "function": ["name": "f", "parameters": ["type": "object"]]]]
        request.toolChoice = "required"
        request.extra = ["user": "u", "top_k": 3, "parallel_tool_calls": false]
        let bytes = try AnthropicMessages.printRequest(request, model: "m", stream: true).bytes
        var read = try AnthropicMessages.readRequest(bytes)
        #expect(read.stream)
        #expect(read.wireBody?.dialect == .anthropicMessages)
        read.wireBody = nil
        let again = try AnthropicMessages.printRequest(read, model: "m", stream: true).bytes
        #expect(try JSONValue.parse(again).canonicalBytes == JSONValue.parse(bytes).canonicalBytes)
        #expect(read.messages.map(\.role) == [.system, .user, .assistant, .tool, .tool, .user])
        #expect(read.messages[4].extra == ["is_error": true])
        #expect(read.parameters == request.parameters)
        #expect(read.extra == request.extra)
    }

    @Test func `a request in blocks takes OpenAI's shape`() throws {
        let body = #"""
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":[
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
            {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"BBBB"},"title":"t"}]}],
            "tool_choice":{"type":"tool","name":"f"},"output_config":{"effort":"high","format":{"type":"json_schema",
            "schema":{"type":"object"}}},"metadata":{"user_id":"u"},"thinking":{"type":"adaptive"}}
            """#
        let request = try AnthropicMessages.readRequest(Array(body.utf8))
        #expect(
            request.messages[0].content == [
                ["type": "image_url", "image_url": ["url": "data:image/png;base64,AAAA"]],
                ["type": "file", "file": ["filename": "t", "file_data": "data:application/pdf;base64,BBBB"]],
            ])
        #expect(request.toolChoice == ["type": "function", "function": ["name": "f"]])
        #expect(request.responseFormat?["json_schema"]?["schema"] == ["type": "object"])
        #expect(request.extra == ["reasoning_effort": "high", "user": "u", "thinking": ["type": "adaptive"]])
    }

    @Test(arguments: [
        ("{", "the body is not JSON: expected a key in quotes, found the end of the input at byte 1"),
        (#"{"max_tokens":1}"#, "model: required"),
        (#"{"model":"m","messages":[]}"#, "max_tokens: required"),
        (#"{"model":"m","max_tokens":0}"#, "max_tokens: must be at least 1, found 0"),
        (#"{"model":"m","max_tokens":1}"#, "messages: at least one message is required"),
        (
            #"{"model":"m","max_tokens":1,"messages":[{"role":"system","content":"a"}]}"#,
            "messages[0].role: must be user or assistant, found 'system'"
        ),
        (
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user"}]}"#,
            "messages[0].content: must be a string or a list of blocks, found null"
        ),
        (
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"text":"a"}]}]}"#,
            "messages[0].content[0].type: required"
        ),
        (
            #"{"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","name":"f"}]}]}"#,
            "messages[0].content[0]: a tool_use needs a name and an input that is a mapping"
        ),
        (
            #"{"model":"m","max_tokens":1,"system":1,"messages":[{"role":"user","content":"a"}]}"#,
            "system: must be a string or a list of blocks, found a number"
        ),
    ]) func `a body that is wrong is refused with the member and what was found`(body: String, message: String) {
        let error = #expect(throws: ChatError.self) { _ = try AnthropicMessages.readRequest(Array(body.utf8)) }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.message == message)
    }
}
