import Chat
import CurlTransport
import Providers
import Testing
import Wire

@testable import Server

/// Tools and pictures through the gateway, from clients of either dialect to vendors of either.
@Suite struct ToolTests {
    static let dialects: [WireBody.Dialect] = [.openAIChat, .anthropicMessages]

    private static let picture = "data:image/png;base64,iVBORw0KGgo="

    /// A vendor that calls two functions, one of them without arguments, after a word.
    private func calling() -> FarModel {
        FarModel(
            ChatReply(
                text: "Let me see.",
                toolCalls: [
                    OpenAIChat.toolCall(id: "call_1", name: "weather", arguments: #"{"city":"São Paulo","days":2}"#),
                    OpenAIChat.toolCall(id: "call_2", name: "now", arguments: "{}"),
                ], finishReason: .tool, model: "far-1", usage: TokenUsage(inputFresh: 9, outputText: 4)),
            deltas: [
                Delta(.text("Let me see."), receivedAt: .now),
                Delta(.toolCall(index: 0, id: "call_1", name: "weather", arguments: ""), receivedAt: .now),
                Delta(.toolCall(index: 0, id: nil, name: nil, arguments: #"{"city":"São"#), receivedAt: .now),
                Delta(.toolCall(index: 0, id: nil, name: nil, arguments: #" Paulo","days":2}"#), receivedAt: .now),
                Delta(.toolCall(index: 1, id: "call_2", name: "now", arguments: "{}"), receivedAt: .now),
            ])
    }

    private func checkAsked(_ far: FarModel) throws {
        let request = try #require(far.request)
        let functions = request.tools.map { $0["function"] }
        #expect(functions.map { $0?["name"] } == ["weather", "now"])
        #expect(functions[0]?["parameters"]?["properties"]?["city"]?["type"] == "string")
        #expect(request.toolChoice == "required")
        let roles = request.messages.map(\.role)
        #expect(roles == [.system, .user, .assistant, .tool, .user], "\(roles)")
        let call = try #require(request.messages[2].toolCalls.first)
        #expect(call["id"] == "call_0" && call["function"]?["name"] == "weather")
        let arguments = try JSONValue.parse(call["function"]?["arguments"]?.stringValue ?? "")
        #expect(arguments == ["city": "Porto"])
        #expect(request.messages[3].toolCallID == "call_0")
        #expect(request.messages[3].text == "sunny")
        let parts = try #require(request.messages[4].content.arrayValue)
        #expect(parts[0]["text"] == "and here?")
        #expect(parts[1]["image_url"]?["url"] == .string(Self.picture))
    }

    private static let parameters = #"{"type":"object","properties":{"city":{"type":"string"}}}"#

    private func chat(stream: Bool) -> String {
        #"{"model":"m","stream":\#(stream),"tool_choice":"required","tools":["#
            + #"{"type":"function","function":{"name":"weather","description":"d","parameters":\#(Self.parameters)}},"#
            + #"{"type":"function","function":{"name":"now","parameters":{"type":"object","properties":{}}}}],"messages":["#
            + #"{"role":"system","content":"be brief"},{"role":"user","content":"weather?"},"#
            + #"{"role":"assistant","content":null,"tool_calls":[{"id":"call_0","type":"function","function":"#
            + #"{"name":"weather","arguments":"{\"city\":\"Porto\"}"}}]},"#
            + #"{"role":"tool","tool_call_id":"call_0","content":"sunny"},{"role":"user","content":["#
            + #"{"type":"text","text":"and here?"},{"type":"image_url","image_url":{"url":"\#(Self.picture)"}}]}]}"#
    }

    private func message(stream: Bool) -> String {
        #"{"model":"m","stream":\#(stream),"max_tokens":99,"tool_choice":{"type":"any"},"system":"be brief","tools":["#
            + #"{"name":"weather","description":"d","input_schema":\#(Self.parameters)},"#
            + #"{"name":"now","input_schema":{"type":"object","properties":{}}}],"messages":["#
            + #"{"role":"user","content":"weather?"},{"role":"assistant","content":["#
            + #"{"type":"tool_use","id":"call_0","name":"weather","input":{"city":"Porto"}}]},{"role":"user","content":["#
            + #"{"type":"tool_result","tool_use_id":"call_0","content":"sunny"},{"type":"text","text":"and here?"},"#
            + #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]}]}"#
    }

    private func response(stream: Bool) -> String {
        #"{"model":"m","stream":\#(stream),"tool_choice":"required","instructions":"be brief","tools":["#
            + #"{"type":"function","name":"weather","description":"d","parameters":\#(Self.parameters)},"#
            + #"{"type":"function","name":"now","parameters":{"type":"object","properties":{}}}],"input":["#
            + #"{"role":"user","content":"weather?"},{"type":"function_call","call_id":"call_0","name":"weather","#
            + #""arguments":"{\"city\":\"Porto\"}"},{"type":"function_call_output","call_id":"call_0","output":"sunny"},"#
            + #"{"role":"user","content":[{"type":"input_text","text":"and here?"},"#
            + #"{"type":"input_image","image_url":"\#(Self.picture)"}]}]}"#
    }

    @Test(arguments: dialects) func `an OpenAI client's tools reach any vendor, and its calls come back`(
        _ dialect: WireBody.Dialect
    ) async throws {
        let far = calling()
        try await withChain(dialect, to: far) { gateway in
            let whole = try await gateway.post("/v1/chat/completions", chat(stream: false))
            try checkAsked(far)
            let choice = try #require(whole.json?["choices"]?.arrayValue?.first, "\(whole.text)")
            #expect(choice["finish_reason"] == "tool_calls")
            #expect(choice["message"]?["content"] == "Let me see.")
            let calls = try #require(choice["message"]?["tool_calls"]?.arrayValue)
            #expect(calls.map { $0["id"] } == ["call_1", "call_2"])
            let arguments = try JSONValue.parse(calls[0]["function"]?["arguments"]?.stringValue ?? "")
            #expect(arguments == ["city": "São Paulo", "days": 2])
            let streamed = try await gateway.post("/v1/chat/completions", chat(stream: true))
            let chunks = try streamed.events.dropLast().map { try JSONValue.parse($0) }
            let pieces = chunks.flatMap {
                $0["choices"]?.arrayValue?.first?["delta"]?["tool_calls"]?.arrayValue ?? []
            }
            #expect(pieces.compactMap { $0["id"]?.stringValue } == ["call_1", "call_2"])
            let first = pieces.filter { $0["index"] == 0 }.compactMap { $0["function"]?["arguments"]?.stringValue }
            #expect(first.joined() == #"{"city":"São Paulo","days":2}"#)
            #expect(first.filter { !$0.isEmpty }.count == 2, "arguments stream")
            let reasons = chunks.compactMap { $0["choices"]?.arrayValue?.first?["finish_reason"]?.stringValue }
            #expect(reasons == ["tool_calls"])
        }
    }

    @Test(arguments: dialects) func `an Anthropic client's tools reach any vendor, and its calls come back`(
        _ dialect: WireBody.Dialect
    ) async throws {
        let far = calling()
        try await withChain(dialect, to: far) { gateway in
            let whole = try await gateway.post("/v1/messages", message(stream: false))
            try checkAsked(far)
            try checkMessage(whole)
            try checkEvents(try await gateway.post("/v1/messages", message(stream: true)))
        }
    }

    private func checkMessage(_ whole: Gateway.Answer) throws {
        let blocks = try #require(whole.json?["content"]?.arrayValue)
        let types = blocks.compactMap { $0["type"]?.stringValue }
        #expect(types == ["text", "tool_use", "tool_use"])
        let inputs = blocks.compactMap { $0["input"]?.text }
        #expect(inputs == [#"{"city":"São Paulo","days":2}"#, "{}"])
        #expect(whole.json?["stop_reason"]?.stringValue == "tool_use")
    }

    private func checkEvents(_ streamed: Gateway.Answer) throws {
        let events = try streamed.events.map { try JSONValue.parse($0) }
        let starts = events.filter { $0["type"] == "content_block_start" }.compactMap { $0["content_block"] }
        let types = starts.compactMap { $0["type"]?.stringValue }
        #expect(types == ["text", "tool_use", "tool_use"])
        #expect(starts.compactMap { $0["id"]?.stringValue } == ["call_1", "call_2"])
        let pieces = events.filter { $0["index"] == 1 }.compactMap { $0["delta"]?["partial_json"]?.stringValue }
        #expect(pieces.joined() == #"{"city":"São Paulo","days":2}"#)
        #expect(pieces.count == 2, "arguments stream")
        #expect(events.compactMap { $0["delta"]?["stop_reason"]?.stringValue } == ["tool_use"])
    }

    @Test(arguments: dialects) func `a Responses client's tools reach any vendor, and its calls come back`(
        _ dialect: WireBody.Dialect
    ) async throws {
        let far = calling()
        try await withChain(dialect, to: far) { gateway in
            let whole = try await gateway.post("/v1/responses", response(stream: false))
            try checkAsked(far)
            let items = try #require(whole.json?["output"]?.arrayValue, "\(whole.text)")
            #expect(items.map { $0["type"] } == ["message", "function_call", "function_call"])
            #expect(items[1]["call_id"] == "call_1" && items[1]["name"] == "weather")
            #expect(whole.json?["status"] == "completed")
            let streamed = try await gateway.post("/v1/responses", response(stream: true))
            let events = try streamed.events.map { try JSONValue.parse($0) }
            let done = events.filter { $0["type"] == "response.function_call_arguments.done" }
            #expect(done.map { $0["output_index"] } == [1, 2])
            #expect(done.first?["arguments"] == #"{"city":"São Paulo","days":2}"#)
            let arguments = try JSONValue.parse(items[1]["arguments"]?.stringValue ?? "")
            #expect(arguments == ["city": "São Paulo", "days": 2])
        }
    }

    @Test func `a cached answer's calls reach listeners too`() {
        let reply = ChatReply(
            text: "", reasoning: "hm", toolCalls: [OpenAIChat.toolCall(id: "a", name: "f", arguments: "{}")],
            model: "m")
        #expect(reply.pieces == [.reasoning("hm"), .toolCall(index: 0, id: "a", name: "f", arguments: "{}")])
    }
}
