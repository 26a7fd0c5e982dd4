import Chat
import Testing
import Wire

@Suite struct OllamaStreamTests {
    private func line(_ text: String) -> [UInt8] { Array((text + "\n").utf8) }

    @Test func `any cutting into packets gives the same text`() throws {
        let bytes =
            ["Olá", " 世界"].flatMap {
                NewlineJSON.print([
                    "model": "llama3.2", "message": ["role": "assistant", "content": .string($0)], "done": false,
                ])
            }
            + line(
                #"{"model":"llama3.2","message":{"role":"assistant","content":""},"done":true,"done_reason":"length","prompt_eval_count":5,"eval_count":2}"#
            )
        for seed in 0..<1000 as Range<UInt64> {
            let outcome = Outcome(chunks(of: bytes, seed: seed), stream: .ollama(model: "llama3.2"))
            let reply = try #require(outcome.reply, "seed \(seed)")
            try #require(reply.text == "Olá 世界" && outcome.text == reply.text)
            #expect(reply.finishReason == .length)
            #expect(reply.usage?.input == 5 && reply.usage?.output == 2)
        }
    }

    @Test func `an error line ends the stream`() {
        let outcome = Outcome(
            [line(#"{"message":{"content":"a"},"done":false}"#) + line(#"{"error":"out of memory"}"#)],
            stream: .ollama(model: "m"))
        #expect(outcome.error?.kind == .upstreamFailure)
        #expect(outcome.error?.message == "the upstream reported an error: out of memory")
    }

    @Test func `a stream without its last line is cut`() {
        let outcome = Outcome(
            [line(#"{"message":{"content":"a"},"done":false}"#) + Array("{\"mess".utf8)], stream: .ollama(model: "m"))
        #expect(outcome.error?.kind == .cut)
    }

    @Test func `whole calls of several lines stay apart`() {
        let call = { (name: String) in
            #"{"message":{"content":"","tool_calls":[{"function":{"name":"\#(name)","arguments":{"x":1}}}]},"done":false}"#
        }
        let outcome = Outcome(
            [line(call("f")) + line(call("g")) + line(#"{"done":true,"done_reason":"stop"}"#)],
            stream: .ollama(model: "m"))
        #expect(
            outcome.reply?.toolCalls == [
                OpenAIChat.toolCall(id: "call_0", name: "f", arguments: "{\"x\":1}"),
                OpenAIChat.toolCall(id: "call_1", name: "g", arguments: "{\"x\":1}"),
            ])
        #expect(outcome.reply?.finishReason == .tool)
        #expect(outcome.reply?.usage == nil)
    }

    @Test func `thinking is told apart from text`() {
        let outcome = Outcome(
            [line(#"{"message":{"content":"a","thinking":"hm"},"done":true}"#)], stream: .ollama(model: "m"))
        #expect(outcome.reply?.reasoning == "hm")
        #expect(outcome.reply?.text == "a")
    }
}
