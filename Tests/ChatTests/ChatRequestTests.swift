import Chat
import Testing

@Suite struct ChatRequestTests {
    static let request = ChatRequest(
        model: "openai/gpt-4o-mini", messages: [Message(.system, "Be brief."), Message(.user, "Hello")],
        parameters: .init(temperature: 0, maxTokens: 16, stop: ["END"], seed: 7),
        tools: [["type": "function"]], toolChoice: "auto", responseFormat: ["type": "json_object"],
        extra: ["user": "u1"])

    static let changes: [(String, @Sendable (inout ChatRequest) -> Void)] = [
        ("model", { $0.model = "openai/gpt-4o" }),
        ("a message's text", { $0.messages[1].content = "Hello!" }),
        ("a message's role", { $0.messages[0].role = .user }),
        ("a message's name", { $0.messages[1].name = "Ana" }),
        ("temperature", { $0.parameters.temperature = 0.1 }),
        ("no temperature", { $0.parameters.temperature = nil }),
        ("max tokens", { $0.parameters.maxTokens = 17 }),
        ("top p", { $0.parameters.topP = 1 }),
        ("stop", { $0.parameters.stop = [] }),
        ("seed", { $0.parameters.seed = 8 }),
        ("presence penalty", { $0.parameters.presencePenalty = 0 }),
        ("frequency penalty", { $0.parameters.frequencyPenalty = 0 }),
        ("tools", { $0.tools = [] }),
        ("tool choice", { $0.toolChoice = "none" }),
        ("response format", { $0.responseFormat = nil }),
        ("an extra member", { $0.extra["user"] = "u2" }),
    ]

    @Test(arguments: changes.indices)
    func `whatever may change the answer changes the canonical bytes`(index: Int) {
        var changed = ChatRequestTests.request
        ChatRequestTests.changes[index].1(&changed)
        #expect(
            changed.canonicalBytes != ChatRequestTests.request.canonicalBytes, "\(ChatRequestTests.changes[index].0)")
    }

    @Test func `streaming and the order of keys change nothing`() {
        var same = ChatRequestTests.request
        same.stream = true
        same.wireBody = WireBody(dialect: .openAIChat, bytes: [1])
        same.extra = ["user": "u1"]
        #expect(same.canonicalBytes == ChatRequestTests.request.canonicalBytes)
    }

    /// Stored caches are found by these bytes: another spelling of them would empty every one.
    @Test func `the canonical bytes are compact JSON with sorted keys`() {
        var request = ChatRequestTests.request
        request.messages = [
            Message(role: .system, content: [["type": "text", "text": "a\u{1}\"\\b\né and some more"]]),
            Message(
                role: .assistant, content: .null, name: "n", toolCalls: [["id": "c", "a": 1.50]],
                extra: ["z": 1, "b": ["d": [], "c": .null]]),
            Message(role: .tool, content: "", toolCallID: "c"),
        ]
        request.extra = ["user": "u1", "logit_bias": ["2": 1, "1": 0.5]]
        request.parameters.topP = 0.25
        let expected =
            #"{"extra":{"logit_bias":{"1":0.5,"2":1},"user":"u1"},"max_tokens":16,"messages":["#
            + #"{"content":[{"text":"a\u0001\"\\b\né and some more","type":"text"}],"role":"system"},"#
            + #"{"content":null,"extra":{"b":{"c":null,"d":[]},"z":1},"name":"n","role":"assistant","#
            + #""tool_calls":[{"a":1.5,"id":"c"}]},"#
            + #"{"content":"","role":"tool","tool_call_id":"c"}],"model":"openai/gpt-4o-mini","#
            + #""response_format":{"type":"json_object"},"seed":7,"stop":["END"],"temperature":0,"#
            + #""tool_choice":"auto","tools":[{"type":"function"}],"top_p":0.25}"#
        #expect(String(decoding: request.canonicalBytes, as: UTF8.self) == expected)
    }

    @Test func `the text of content parts is joined`() {
        let message = Message(
            role: .user,
            content: [["type": "text", "text": "a"], ["type": "image_url"], ["type": "text", "text": "b"]])
        #expect(message.text == "a\nb")
    }
}
