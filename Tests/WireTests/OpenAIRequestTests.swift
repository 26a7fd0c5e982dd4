import Chat
import Testing
import Wire

@Suite struct OpenAIRequestTests {
    private func text(_ printed: PrintedRequest) -> String { String(decoding: printed.bytes, as: UTF8.self) }

    private var full: ChatRequest {
        ChatRequest(
            model: "openai/m",
            messages: [
                Message(.system, "Be \"brief\"."), Message(.user, "Olá\n"),
                Message(
                    role: .assistant, content: .null,
                    toolCalls: [OpenAIChat.toolCall(id: "c1", name: "f", arguments: "{\"a\":1}")]),
                Message(role: .tool, content: "42", name: "f", toolCallID: "c1"),
            ],
            parameters: .init(
                temperature: 0.7, topP: 1, maxTokens: 64, stop: ["END"], seed: 7, presencePenalty: -0.5,
                frequencyPenalty: 2),
            tools: [["type": "function", "function": ["name": "f"]]], toolChoice: "auto",
            responseFormat: ["type": "json_object"], extra: ["user": "u", "logit_bias": ["50256": -100]])
    }

    @Test func `a bare question is a small body`() {
        #expect(
            text(OpenAIChat.printRequest(ChatRequest(model: "openai/m", user: "Hi"), model: "m", stream: false))
                == #"{"model":"m","messages":[{"role":"user","content":"Hi"}]}"#)
    }

    @Test func `a stream asks for its usage, where the host takes that`() {
        let request = ChatRequest(model: "m", user: "Hi")
        #expect(
            text(OpenAIChat.printRequest(request, model: "m", stream: true)).hasSuffix(
                #","stream":true,"stream_options":{"include_usage":true}}"#))
        #expect(
            text(OpenAIChat.printRequest(request, model: "m", stream: true, quirks: .init(asksForStreamUsage: false)))
                .hasSuffix(#"],"stream":true}"#))
    }

    @Test func `every part of a request is printed`() throws {
        let body = try JSONValue.parse(OpenAIChat.printRequest(full, model: "m", stream: false).bytes)
        #expect(body["model"] == "m")
        #expect(body["temperature"] == 0.7)
        #expect(body["top_p"] == 1)
        #expect(body["max_tokens"] == 64)
        #expect(body["stop"] == ["END"])
        #expect(body["seed"] == 7)
        #expect(body["presence_penalty"] == -0.5)
        #expect(body["frequency_penalty"] == 2)
        #expect(body["tools"] == [["type": "function", "function": ["name": "f"]]])
        #expect(body["tool_choice"] == "auto")
        #expect(body["response_format"] == ["type": "json_object"])
        #expect(body["user"] == "u")
        #expect(body["logit_bias"] == ["50256": -100])
        #expect(body["messages"]?.arrayValue?.count == 4)
        #expect(body["messages"]?.arrayValue?[2]["content"] == .null)
        #expect(body.duplicateKey == nil)
    }

    @Test func `quirks rename members, and what is typed wins over what is extra`() throws {
        var request = full
        request.extra = ["temperature": 2, "stream": true, "max_completion_tokens": 1]
        let quirks = OpenAIChat.RequestQuirks(
            renamed: ["max_tokens": "max_completion_tokens", "seed": "random_seed"])
        let body = try JSONValue.parse(OpenAIChat.printRequest(request, model: "m", stream: false, quirks: quirks).bytes)
        #expect(body["max_completion_tokens"] == 64)
        #expect(body["random_seed"] == 7)
        #expect(body["temperature"] == 0.7)
        #expect(body["stream"] == nil)
        #expect(body.duplicateKey == nil)
    }

    @Test func `what is printed is read as it was meant`() throws {
        let read = try OpenAIChat.readRequest(
            OpenAIChat.printRequest(full, model: "openai/m", stream: true).bytes)
        #expect(read.includesUsage)
        #expect(read.request.stream)
        #expect(read.request.canonicalBytes == full.canonicalBytes)
        #expect(read.request.wireBody?.dialect == .openAIChat)
    }

    @Test func `a client's body goes on as it came, but for model and stream`() throws {
        let body =
            #"{"model" : "gw/x", "messages":[{"role":"user","content":"a\u00e9","cache_control":{"k":1}}], "unknown": 1.10 }"#
        let request = try OpenAIChat.readRequest(Array(body.utf8)).request
        #expect(
            text(OpenAIChat.printRequest(request, model: "x", stream: false))
                == body.replacing(#""gw/x""#, with: #""x""#))
        #expect(
            text(OpenAIChat.printRequest(request, model: "x", stream: true))
                == #"{"model" : "x", "messages":[{"role":"user","content":"a\u00e9","cache_control":{"k":1}}], "unknown": 1.10 ,"#
                + #""stream":true,"stream_options":{"include_usage":true}}"#)
    }

    @Test func `a streamed body sent on whole loses its stream options, and a stream keeps its others`() throws {
        let body =
            #"{"model":"x","messages":[{"role":"user","content":"a"}],"stream":true,"stream_options":{"include_obfuscation":false}}"#
        let request = try OpenAIChat.readRequest(Array(body.utf8)).request
        let whole = try JSONValue.parse(OpenAIChat.printRequest(request, model: "x", stream: false).bytes)
        #expect(whole["stream"] == false)
        #expect(whole["stream_options"] == .null)
        let stream = try JSONValue.parse(OpenAIChat.printRequest(request, model: "x", stream: true).bytes)
        #expect(stream["stream_options"] == ["include_obfuscation": false, "include_usage": true])
    }

    @Test func `parts of content, null members and old names are understood`() throws {
        let body = #"""
            {"model":"m","messages":[{"role":"developer","content":"d"},{"role":"user","content":[{"type":"text","text":"one"},
            {"type":"image_url","image_url":{"url":"http://h/i"}},{"type":"text","text":"two"}]},{"role":"assistant","content":null}],
            "max_completion_tokens":9,"max_tokens":null,"stop":"x","temperature":null,"stream":null,"n":1}
            """#
        let request = try OpenAIChat.readRequest(Array(body.utf8)).request
        #expect(request.messages.map(\.role) == [.system, .user, .assistant])
        #expect(request.messages[1].text == "one\ntwo")
        #expect(request.parameters == .init(maxTokens: 9, stop: ["x"]))
        #expect(request.extra == ["n": 1])
        #expect(!request.stream)
    }

    @Test(arguments: [
        ("{", "the body is not JSON: expected a key in quotes, found the end of the input at byte 1"),
        ("[]", "the body must be a mapping, not a list"),
        ("{}", "model: required"),
        (#"{"model":1}"#, "model: must be a string, found a number"),
        (#"{"model":"m"}"#, "messages: at least one message is required"),
        (#"{"model":"m","messages":[]}"#, "messages: at least one message is required"),
        (#"{"model":"m","messages":{}}"#, "messages: must be a list, found a mapping"),
        (#"{"model":"m","messages":["a"]}"#, "messages[0]: must be a mapping, found a string"),
        (#"{"model":"m","messages":[{"content":"a"}]}"#, "messages[0].role: must be a string, found null"),
        (
            #"{"model":"m","messages":[{"role":"robot","content":"a"}]}"#,
            "messages[0].role: must be system, developer, user, assistant or tool, found 'robot'"
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"user"}]}"#,
            "messages[1].content: must be a string or a list of parts, found null"
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":"a"}],"stream":"yes"}"#,
            "stream: must be true or false, found a string"
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":"a"}],"temperature":"0"}"#,
            "temperature: must be a number, found a string"
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":"a"}],"seed":1.5}"#,
            "seed: must be a whole number, found a number"
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":0}"#,
            "max_tokens: must be at least 1, found 0"
        ),
        (
            #"{"model":"m","messages":[{"role":"user","content":"a"}],"stop":[1]}"#,
            "stop: must be a string or a list of strings, found a list"
        ),
        (#"{"model":"m","model":"n"}"#, "the key 'model' stands twice in the body"),
    ]) func `a body that is wrong is refused with the member and what was found`(body: String, message: String) {
        let error = #expect(throws: ChatError.self) { _ = try OpenAIChat.readRequest(Array(body.utf8)) }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.message == message)
    }
}
