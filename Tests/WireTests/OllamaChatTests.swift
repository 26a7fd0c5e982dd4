import Chat
import Testing
import Wire

@Suite struct OllamaChatTests {
    @Test func `a bare question is a small body that says whether to stream`() throws {
        let body = try OllamaChat.printRequest(
            ChatRequest(model: "ollama/llama3.2", user: "Hi"), model: "llama3.2", stream: false
        ).bytes
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"model":"llama3.2","messages":[{"role":"user","content":"Hi"}],"stream":false}"#)
    }

    @Test func `parameters stand among the options`() throws {
        let request = ChatRequest(
            model: "m", messages: [Message(.user, "a")],
            parameters: .init(temperature: 0, topP: 0.9, maxTokens: 5, stop: ["x"], seed: 1),
            responseFormat: ["type": "json_schema", "json_schema": ["schema": ["type": "object"]]],
            extra: ["keep_alive": "5m", "options": ["num_ctx": 8192, "seed": 2]])
        let body = try JSONValue.parse(OllamaChat.printRequest(request, model: "m", stream: true).bytes)
        #expect(
            body["options"] == [
                "temperature": 0, "top_p": 0.9, "num_predict": 5, "seed": 1, "stop": ["x"], "num_ctx": 8192,
            ])
        #expect(body["format"] == ["type": "object"])
        #expect(body["keep_alive"] == "5m")
        #expect(body["stream"] == true)
    }

    @Test func `calls, images and tools' answers take Ollama's shape`() throws {
        let parts: JSONValue = [
            ["type": "text", "text": "see"], ["type": "image_url", "image_url": ["url": "data:image/png;base64,AAAA"]],
        ]
        let request = ChatRequest(
            model: "m",
            messages: [
                Message(role: .user, content: parts),
                Message(
                    role: .assistant, content: .null,
                    toolCalls: [OpenAIChat.toolCall(id: "c", name: "f", arguments: "{\"x\":1}")]),
                Message(role: .tool, content: "1", name: "f", toolCallID: "c"),
            ])
        let body = try JSONValue.parse(OllamaChat.printRequest(request, model: "m", stream: false).bytes)
        #expect(
            body["messages"] == [
                ["role": "user", "content": "see", "images": ["AAAA"]],
                [
                    "role": "assistant", "content": "",
                    "tool_calls": [["function": ["name": "f", "arguments": ["x": 1]]]],
                ],
                ["role": "tool", "content": "1", "tool_name": "f"],
            ])
    }

    @Test func `a full answer is read`() throws {
        let body =
            #"{"model":"llama3.2:latest","message":{"role":"assistant","content":"Olá"},"done":true,"done_reason":"stop","prompt_eval_count":7,"eval_count":3}"#
        let reply = try OllamaChat.readReply(Array(body.utf8), model: "llama3.2")
        #expect(reply.text == "Olá")
        #expect(reply.model == "llama3.2:latest")
        #expect(reply.usage?.input == 7 && reply.usage?.output == 3)
        #expect(reply.finishReason == .stop)
    }

    @Test(arguments: [
        ("<html>", "the answer is not JSON: expected a value, found '<' at byte 0"),
        ("[]", "the answer is a list, not a mapping"),
        ("{}", "message of the answer is not a mapping"), (#"{"message":1}"#, "message of the answer is not a mapping"),
        (#"{"message":{"content":1},"done":true}"#, "message.content of the answer is not a string"),
        (#"{"message":{"content":"a"},"done":false}"#, "done of the answer is not true"),
        (
            #"{"message":{"tool_calls":[{}]},"done":true}"#,
            "message.tool_calls[0].function.name of the answer is not a string"
        ),
    ]) func `what is no answer is an error with the start of the body`(body: String, message: String) {
        let error = #expect(throws: ChatError.self) { try OllamaChat.readReply(Array(body.utf8), model: "m") }
        #expect(error?.kind == .invalidResponse)
        #expect(error?.message == message)
        #expect(error?.body == body)
    }

    @Test func `a model that is not there is not found`() {
        let error = OllamaChat.readError(status: 404, body: Array(#"{"error":"model 'x' not found"}"#.utf8))
        #expect(error.kind == .notFound)
        #expect(error.message == "the upstream answered 404: model 'x' not found")
    }

    @Test func `counts that are not to be believed are unknown`() throws {
        let body = #"{"message":{"content":"a"},"done":true,"prompt_eval_count":-7,"eval_count":3}"#
        let reply = try OllamaChat.readReply(Array(body.utf8), model: "m")
        #expect(reply.usage == nil)
        #expect(reply.warnings.count == 1)
    }
}
