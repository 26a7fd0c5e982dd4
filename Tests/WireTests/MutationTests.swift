import Chat
import Testing
import Wire

/// Bodies that came damaged: whatever the damage, there is an answer or a typed error, and never a trap.
@Suite struct MutationTests {
    struct Body: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let read: @Sendable ([UInt8]) throws(ChatError) -> ChatReply
        let stream: @Sendable () -> ChatStream
        let framed: @Sendable (String) -> [UInt8]
        var testDescription: String { name }
    }

    static let bodies = [
        Body(
            name: "OpenAI",
            text: #"{"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Olá 世界","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":1}}}"#,
            read: { bytes throws(ChatError) in try OpenAIChat.readReply(bytes, model: "m") },
            stream: { .openAI(model: "m") }, framed: { ServerSentEvents.print(data: Array($0.utf8)) }),
        Body(
            name: "Anthropic",
            text: #"{"type":"message","model":"m","content":[{"type":"text","text":"Olá 世界"},{"type":"thinking","thinking":"h","signature":"s"},{"type":"tool_use","id":"a","name":"f","input":{"x":1}}],"stop_reason":"tool_use","usage":{"input_tokens":3,"cache_creation_input_tokens":1,"output_tokens":4}}"#,
            read: { bytes throws(ChatError) in try AnthropicMessages.readReply(bytes, model: "m") },
            stream: { .anthropic(model: "m") }, framed: { ServerSentEvents.print(data: Array($0.utf8)) }),
        Body(
            name: "Gemini",
            text: #"{"candidates":[{"content":{"role":"model","parts":[{"text":"Olá 世界"},{"functionCall":{"name":"f","args":{"x":1}}}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4},"modelVersion":"m"}"#,
            read: { bytes throws(ChatError) in try Gemini.readReply(bytes, model: "m") },
            stream: { .gemini(model: "m") }, framed: { ServerSentEvents.print(data: Array($0.utf8)) }),
        Body(
            name: "Ollama",
            text: #"{"model":"m","message":{"role":"assistant","content":"Olá 世界","tool_calls":[{"function":{"name":"f","arguments":{"x":1}}}]},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":4}"#,
            read: { bytes throws(ChatError) in try OllamaChat.readReply(bytes, model: "m") },
            stream: { .ollama(model: "m") }, framed: { Array(($0 + "\n").utf8) }),
    ]

    private static let kinds: Set<ChatError.Kind> = [
        .invalidResponse, .cut, .upstreamFailure, .refused, .notFound, .rateLimited, .timeout, .authentication,
        .quotaExceeded, .invalidRequest,
    ]

    @Test(arguments: bodies) func `a damaged body is never a trap, and never an answer out of nothing`(body: Body) throws {
        var numbers = SeededNumbers(seed: 11)
        let whole = Array(body.text.utf8)
        #expect(try body.read(whole).text == "Olá 世界")
        for _ in 0..<10_000 {
            let bytes = mutated(whole, &numbers)
            do {
                let reply = try body.read(bytes)
                // What was read is JSON that holds the text as it came.
                let document = try JSONValue.parse(String(decoding: bytes, as: UTF8.self))
                #expect(document.objectValue != nil || document.arrayValue != nil)
                if !reply.text.isEmpty { #expect(String(decoding: document.bytes, as: UTF8.self).contains(escaped(reply.text))) }
                if let usage = reply.usage { #expect(usage.input >= 0 && usage.output >= 0) }
            } catch let error as ChatError {
                #expect(MutationTests.kinds.contains(error.kind), "\(error)")
            }
        }
    }

    private func escaped(_ text: String) -> String { String(JSONValue.string(text).text.dropFirst().dropLast()) }

    @Test func `damaged requests are refused or read, never a trap`() throws {
        let request =
            #"{"model":"m","max_tokens":5,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"tool_result","tool_use_id":"t","content":"x"}]},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]}],"input":["a","b"],"tools":[{"name":"f","input_schema":{}}]}"#
        var numbers = SeededNumbers(seed: 5)
        for _ in 0..<1000 {
            let bytes = mutated(Array(request.utf8), &numbers)
            if let request = try? AnthropicMessages.readRequest(bytes) {
                _ = try? Gemini.printRequest(request, model: "m")
                _ = try? OllamaChat.printRequest(request, model: "m", stream: false)
                _ = try? AnthropicMessages.printRequest(request, model: "m", stream: true)
                _ = OpenAIChat.printRequest(request, model: "m", stream: true)
            }
            _ = try? OpenAIEmbeddings.readRequest(bytes)
        }
    }

    @Test(arguments: bodies) func `a damaged stream is never a trap`(body: Body) {
        var numbers = SeededNumbers(seed: 7)
        let events = body.framed(body.text) + body.framed(body.text)
        for seed in 0..<1000 as Range<UInt64> {
            let outcome = Outcome(chunks(of: mutated(events, &numbers), seed: seed), stream: body.stream())
            if let error = outcome.error { #expect(MutationTests.kinds.contains(error.kind), "\(error)") }
        }
    }
}
