import Chat
import Testing
import Wire

/// Plain bodies are read in a quicker way than others: it must say the same. A byte order mark, which changes nothing,
/// keeps a body from that way.
@Suite struct PlainReadingTests {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    static let requests = [
        #"{"model":"up/m","stream":true,"temperature":0.7,"messages":[{"role":"system","content":"You are."},{"role":"user","content":"Olá \"世界\"\n\u00e9"}]}"#,
        #" {"messages" : [ {"content":"a","role":"assistant"} ] , "model":"m","max_tokens":12,"seed":-3,"top_p":1e-1,"presence_penalty":0,"frequency_penalty":-0.5,"stream":false,"stream_options":{"include_usage":true} } "#,
        #"{"model":"m","messages":[{"role":"user","content":"x","name":"n"}],"user":"u","tools":[],"stop":"s"}"#,
    ]
    static let replies = [
        #"{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Olá 世界\n","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"prompt_tokens_details":{"cached_tokens":1}},"service_tier":"default","system_fingerprint":"fp"}"#,
        #"{"choices":[{"message":{"content":""},"finish_reason":"length"}],"usage":null,"model":"x"}"#,
        #"{"choices":[{"message":{"content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}"#,
    ]
    static let chunks = [
        #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Olá\n","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}"#,
        #"{"id":"c","model":"m","choices":[{"delta":{"content":""},"index":0}],"obfuscation":"abc"}"#,
        #"{"id":"c","model":"m","choices":[{"delta":{},"index":0,"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#,
        #"{"id":"c","model":"m","choices":[{"delta":{"reasoning_content":"hm","content":null},"index":0}]}"#,
    ]

    /// What a reading came to, in words: what was read, or the kind of the error.
    private func told<Value>(_ read: () throws(ChatError) -> Value, _ tell: (Value) -> String) -> String {
        do throws(ChatError) { return tell(try read()) } catch { return "error: \(error.kind)" }
    }

    /// What a request came to: it, with whether it asks for usage, or the kind of the error.
    private struct Asked: Equatable {
        var request: ChatRequest?
        var includesUsage = false
        var error: ChatError.Kind?
    }

    private func request(_ bytes: [UInt8]) -> Asked {
        do throws(ChatError) {
            let received = try OpenAIChat.readRequest(bytes)
            var request = received.request
            request.wireBody = nil
            return Asked(request: request, includesUsage: received.includesUsage)
        } catch {
            return Asked(error: error.kind)
        }
    }

    private func reply(_ bytes: [UInt8]) -> String {
        told { () throws(ChatError) in try OpenAIChat.readReply(bytes, model: "asked") } _: { reply in
            var reply = reply
            let isOwn = reply.wireBody != nil
            reply.wireBody = nil
            return "\(reply) \(isOwn)"
        }
    }

    private func chunk(_ bytes: [UInt8]) -> String {
        told { () throws(ChatError) in try OpenAIChat.readChunk(bytes) } _: { "\($0)" }
    }

    @Test(arguments: requests, 0..<4) func `a plain request says what its tree says`(body: String, seed: Int) {
        var numbers = SeededNumbers(seed: UInt64(seed))
        for round in 0..<400 {
            let bytes = round == 0 ? Array(body.utf8) : mutated(Array(body.utf8), &numbers)
            #expect(request(bytes) == request(PlainReadingTests.mark + bytes), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test(arguments: replies, 0..<4) func `a plain reply says what its tree says`(body: String, seed: Int) {
        var numbers = SeededNumbers(seed: UInt64(seed))
        for round in 0..<400 {
            let bytes = round == 0 ? Array(body.utf8) : mutated(Array(body.utf8), &numbers)
            #expect(reply(bytes) == reply(PlainReadingTests.mark + bytes), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test(arguments: chunks, 0..<4) func `a plain chunk says what its tree says`(body: String, seed: Int) {
        var numbers = SeededNumbers(seed: UInt64(seed))
        for round in 0..<400 {
            let bytes = round == 0 ? Array(body.utf8) : mutated(Array(body.utf8), &numbers)
            #expect(chunk(bytes) == chunk(PlainReadingTests.mark + bytes), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func `a key that stands twice is refused at any depth`() {
        for body in [
            #"{"model":"m","messages":[{"role":"user","content":"a","content":"b"}]}"#,
            #"{"model":"m","model":"n","messages":[{"role":"user","content":"a"}]}"#,
            #"{"model":"m","messages":[{"role":"user","content":"a"}],"stream_options":{"include_usage":true,"include_usage":false}}"#,
        ] {
            #expect(request(Array(body.utf8)).error == .invalidRequest, "\(body)")
        }
    }

    @Test func `what begins like an earlier event is rewritten like it`() throws {
        let first = Array(#"{"id":"c","created":1,"model":"m","choices":[1]}"#.utf8)
        let spans = try #require(JSONSpans(of: first))
        let rewritten = spans.rewriting(first, [("id", "ours"), ("model", "asked")])
        let lead = try #require(RepeatedLead(of: first, spans, rewritten: rewritten))
        let later = Array(#"{"id":"c","created":1,"model":"m","choices":[2,"é"] }"#.utf8)
        let event = try #require(lead.event(later))
        #expect(
            String(decoding: event, as: UTF8.self)
                == "data: {\"id\":\"ours\",\"created\":1,\"model\":\"asked\",\"choices\":[2,\"é\"] }\n\n")
        #expect(lead.event(Array(#"{"id":"d","created":1,"model":"m","choices":[2]}"#.utf8)) == nil)
        #expect(lead.event(Array("{\"id\":\"c\",\"created\":1,\"model\":\"m\",\n\"choices\":[2]}".utf8)) == nil)
        let numbered = Array(#"{"id":1,"model":"m"}"#.utf8)
        let other = try #require(JSONSpans(of: numbered))
        #expect(RepeatedLead(of: numbered, other, rewritten: numbered) == nil)
    }
}
