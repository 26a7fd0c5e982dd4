import Chat
import CurlTransport
import Providers
import Testing
import Wire

@testable import Server

@Suite struct ResponsesRouteTests {
    @Test func `a text gives a response with what was asked, its items and its usage`() async throws {
        let far = FarModel(
            ChatReply(
                text: "ç🙂", reasoning: "hm", model: "far-1",
                usage: TokenUsage(inputFresh: 3, cacheRead: 2, outputText: 4, reasoning: 1)))
        try await withGateway(far) { gateway in
            let answer = try await gateway.post(
                "/v1/responses",
                #"{"model":"m","input":"hi","instructions":"be brief","max_output_tokens":9,"temperature":0.5,"#
                    + #""reasoning":{"effort":"low"},"metadata":{"a":"b"},"x_new":1,"#
                    + #""text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true}}}"#)
            let body = try #require(answer.json)
            #expect(body["object"] == "response" && body["status"] == "completed" && body["model"] == "m")
            #expect(body["id"]?.stringValue?.hasPrefix("resp_") == true)
            let items = try #require(body["output"]?.arrayValue)
            #expect(items.map { $0["type"] } == ["reasoning", "message"])
            #expect(items[0]["content"]?.arrayValue?.first?["text"] == "hm")
            #expect(items[1]["content"]?.arrayValue?.first?["text"] == "ç🙂")
            #expect(body["usage"]?["input_tokens"] == 5 && body["usage"]?["output_tokens"] == 5)
            #expect(body["usage"]?["input_tokens_details"]?["cached_tokens"] == 2)
            #expect(body["usage"]?["output_tokens_details"]?["reasoning_tokens"] == 1)
            #expect(body["instructions"] == "be brief" && body["metadata"] == ["a": "b"])
            #expect(body["tool_choice"] == "auto" && body["parallel_tool_calls"] == true && body["tools"] == [])
        }
        let request = try #require(far.request)
        #expect(request.messages.map(\.role) == [.system, .user])
        #expect(request.parameters.maxTokens == 9 && request.parameters.temperature == 0.5)
        #expect(request.extra["reasoning_effort"] == "low" && request.extra["x_new"] == 1)
        #expect(request.extra["metadata"] == nil)
        #expect(request.responseFormat?["json_schema"]?["name"] == "n")
        #expect(request.responseFormat?["json_schema"]?["strict"] == true)
    }

    @Test func `a stream has OpenAI's events in their order, numbered`() async throws {
        let far = FarModel(
            ChatReply(
                text: "a b", reasoning: "hm", toolCalls: [OpenAIChat.toolCall(id: "c", name: "f", arguments: "{}")],
                finishReason: .tool, model: "far-1", usage: TokenUsage(inputFresh: 3, outputText: 4)),
            deltas: [
                .init(.reasoning("hm"), receivedAt: .now), .text("a", receivedAt: .now),
                .text(" b", receivedAt: .now),
                .init(.toolCall(index: 0, id: "c", name: "f", arguments: "{}"), receivedAt: .now),
            ])
        try await withGateway(far) { gateway in
            let answer = try await gateway.post("/v1/responses", #"{"model":"m","input":"hi","stream":true}"#)
            let events = try answer.events.map { try JSONValue.parse($0) }
            let expected = [
                "response.created", "response.in_progress",
                "response.output_item.added", "response.content_part.added", "response.reasoning_text.delta",
                "response.reasoning_text.done", "response.content_part.done", "response.output_item.done",
                "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                "response.output_text.delta", "response.output_text.done", "response.content_part.done",
                "response.output_item.done",
                "response.output_item.added", "response.function_call_arguments.delta",
                "response.function_call_arguments.done", "response.output_item.done",
                "response.completed",
            ]
            #expect(answer.names == expected)
            #expect(events.map { $0["type"]?.stringValue } == expected)
            #expect(events.map { $0["sequence_number"]?.intValue } == Array(0..<expected.count))
            #expect(!answer.text.contains("[DONE]"))
            let added = events.filter { $0["type"] == "response.output_item.added" }.compactMap { $0["item"]?["id"] }
            let last = try #require(events.last)
            #expect(last["response"]?["output"]?.arrayValue?.compactMap { $0["id"] } == added)
            #expect(last["response"]?["status"] == "completed")
            #expect(last["response"]?["usage"]?["total_tokens"] == 7)
            #expect(last["nexus"]?["model"] == "far-1")
            #expect(Set(events.compactMap { $0["response"]?["id"]?.stringValue }).count == 1)
        }
    }

    @Test(arguments: [
        (ChatReply.FinishReason.length, "max_output_tokens"), (ChatReply.FinishReason.refused, "content_filter"),
    ])
    func `an answer cut short is incomplete`(_ reason: ChatReply.FinishReason, told: String) async throws {
        try await withGateway(FarModel(ChatReply(text: "a", finishReason: reason, model: "x"))) { gateway in
            let whole = try await gateway.post("/v1/responses", #"{"model":"m","input":"hi"}"#)
            #expect(whole.json?["status"] == "incomplete")
            #expect(whole.json?["incomplete_details"]?["reason"] == .string(told))
            let streamed = try await gateway.post("/v1/responses", #"{"model":"m","input":"hi","stream":true}"#)
            #expect(streamed.names.last == "response.incomplete")
        }
    }

    @Test func `a broken stream ends in an error event`() async throws {
        let model = InPieces(pieces: ["half "], failure: ChatError(.cut, "the upstream closed the connection"))
        try await withGateway(model) { gateway in
            let answer = try await gateway.post("/v1/responses", #"{"model":"m","input":"hi","stream":true}"#)
            #expect(answer.names.last == "error")
            #expect(!answer.names.contains("response.completed"))
            let last = try JSONValue.parse(answer.events.last ?? "")
            #expect(last["code"] == "upstream_cut" && last["message"] == "the upstream closed the connection")
            #expect(last["error"]?["message"] == "the upstream closed the connection")
        }
    }

    @Test func `a conversation of items becomes messages, signed thinking included`() async throws {
        let block: JSONValue = ["type": "thinking", "thinking": "hm", "signature": "s=="]
        let far = FarModel(
            ChatReply(
                text: "", reasoning: "hm", thinkingBlocks: [block],
                toolCalls: [OpenAIChat.toolCall(id: "c", name: "f", arguments: "{}")],
                finishReason: .tool, model: "far-1"))
        try await withGateway(far) { gateway in
            let first = try await gateway.post("/v1/responses", #"{"model":"m","input":[{"role":"user","content":"q"}]}"#)
            let items = try #require(first.json?["output"]?.arrayValue)
            let question: JSONValue = ["role": "user", "content": [["type": "input_text", "text": "q"]]]
            let output: JSONValue = ["type": "function_call_output", "call_id": "c", "output": "out"]
            let next: JSONValue = ["model": "m", "input": .array([question] + items + [output])]
            #expect(try await gateway.post("/v1/responses", next.text).status == 200)
        }
        let messages = try #require(far.request?.messages)
        #expect(messages.map(\.role) == [.user, .assistant, .tool])
        #expect(messages[0].content == "q")
        #expect(messages[1].extra["thinking_blocks"] == [block])
        #expect(messages[1].toolCalls.first?["id"] == "c")
        #expect(messages[2].toolCallID == "c" && messages[2].text == "out")
    }

    @Test(arguments: [
        (#""input":"x","previous_response_id":"resp_1""#, "previous_response_id: no response is kept here"),
        (#""input":"x","conversation":"c""#, "conversation: no response is kept here"),
        (#""input":"x","background":true"#, "background: "), (#""x":1"#, "input: required"),
        (#""input":"x","tools":[{"type":"web_search"}]"#, "tools[0]: must be a function with a name, found type"),
        (#""input":[{"type":"item_reference","id":"a"}]"#, "input[0].type: must be message,"),
        (#""input":[{"role":"tool","content":"a"}]"#, "input[0].role: must be user,"),
        (#""input":[{"role":"user","content":[{"type":"x"}]}]"#, "input[0].content[0].type: must be"),
        (#""input":[{"type":"function_call","name":"f"}]"#, "input[0]: a function_call needs a call_id"),
        (#""input":"x","max_output_tokens":0"#, "max_output_tokens: must be at least 1"),
    ])
    func `what the gateway cannot do is refused plainly`(_ members: String, words: String) async throws {
        try await withGateway(FarModel(ChatReply(text: "a", model: "x"))) { gateway in
            let answer = try await gateway.post("/v1/responses", #"{"model":"m",\#(members)}"#)
            #expect(answer.status == 400)
            #expect(answer.json?["error"]?["message"]?.stringValue?.hasPrefix(words) == true, "\(answer.text)")
        }
    }
}
