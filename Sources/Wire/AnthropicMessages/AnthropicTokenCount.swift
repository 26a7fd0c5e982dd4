public import Chat

/// `count_tokens`: what a message would take, without the answer.
extension AnthropicMessages {
    /// Reads the body of a request, which is that of a message without what concerns the answer alone.
    /// - Throws: `ChatError.invalidRequest`, whose message names the member and what was found there.
    public static func readCountRequest(_ bytes: [UInt8]) throws(ChatError) -> ChatRequest {
        try readRequest(bytes, needsMaxTokens: false)
    }

    /// The body of a request.
    /// - Throws: as `printRequest`.
    public static func printCountRequest(_ request: ChatRequest, model: String) throws(ChatError) -> [UInt8] {
        let printed = try printRequest(request, model: model, stream: false).bytes
        guard let spans = JSONSpans(of: printed) else { return printed }
        return spans.rewriting(printed, [], removing: answerKeys)
    }

    /// Members that the vendor refuses where no answer is asked for.
    private static let answerKeys: Set<String> = [
        "max_tokens", "metadata", "service_tier", "stop_sequences", "stream", "temperature", "top_k", "top_p",
    ]

    /// Reads the count of an answer.
    /// - Throws: `ChatError.invalidResponse` where there is none.
    public static func readCount(_ bytes: [UInt8], secrets: Secrets = .none) throws(ChatError) -> Int {
        let received = try ReceivedJSON(bytes, secrets: secrets)
        guard let value = received.value.present("input_tokens"), let count = OpenAIChat.count(value) else {
            throw received.invalid("input_tokens", expected: "a count")
        }
        return count
    }
}
