import Chat
import Testing
import Wire

/// What is said of streams that end too early or without an answer, in every framing.
@Suite struct CutStreamTests {
    private static let cut = ChatError(.cut, "the stream ended before the answer was whole")

    /// A dialect's stream, and what came of it before the connection ended.
    static let beginnings: [(ChatStream, String)] = [
        (.openAI(model: "m"), ""),
        (.openAI(model: "m"), ": keep-alive\n\n"),
        (.openAI(model: "m"), "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"),
        (.openAI(model: "m"), "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n"),
        (.ollama(model: "m"), ""),
        (.ollama(model: "m"), "{\"message\":{\"content\":\"a\"},\"done\":false}\n"),
        (.ollama(model: "m"), "{\"message\":{\"content\":\"a\"},\"done\":false}\n{\"mess"),
    ]

    @Test(arguments: beginnings) func `an answer without its end is cut, and asked for again`(
        stream: ChatStream, text: String
    ) {
        let error = Outcome([Array(text.utf8)], stream: stream).error
        #expect(error == Self.cut)
        #expect(error?.isRetryable == true)
    }

    @Test func `an answer that the provider's filter withheld is a refusal`() {
        let role = #"data: {"choices":[{"delta":{"role":"assistant","content":null}}]}"# + "\n\n"
        let finish = #"data: {"choices":[{"delta":{},"finish_reason":"content_filter"}]}"# + "\n\n"
        let error = Outcome([Array((role + finish).utf8)]).error
        #expect(error?.description == "refused: the provider's filter withheld the answer")
    }

    @Test func `an event beyond the limit names it`() {
        var stream = ChatStream.openAI(model: "m")
        let error = #expect(throws: ChatError.self) {
            for _ in 0..<10 {
                stream.feed([UInt8](repeating: 0x61, count: 1 << 20), receivedAt: .now)
                while try stream.next() != nil {}
            }
        }
        #expect(error?.message == "an event of the stream is larger than 4194304 bytes")
    }
}
