public import Chat

/// OpenAI's Responses on the wire, the server's side: what a client sends is read into a chat, and the chat's answer
/// printed as output items, whole or as typed events.
///
/// - `readRequest`, `printReply`, `EventPrinter`.
///
/// Nothing is kept between two requests: what refers to an earlier response, and the vendor's own tools, are refused
/// plainly. Signed thinking travels in a reasoning item's `encrypted_content`, and comes back in it.
///
/// Source: OpenAI, API reference, Responses and Responses streaming events, and the official Python SDK's types.
public enum OpenAIResponses {
    /// A request as a client sent it.
    public struct ReceivedRequest: Sendable {
        public var request: ChatRequest
        /// What of it stands in the response again: instructions, tools, sampling …, each member with its value.
        public var echo: JSONValue
    }

    /// A usage in this dialect's members: cached tokens within the input's, reasoning within the output's.
    static func printUsage(_ usage: TokenUsage) -> JSONValue {
        let written = usage.cacheWrite5m + usage.cacheWrite1h
        return .object([
            "input_tokens": .number(usage.input),
            "input_tokens_details": .object([
                "cached_tokens": .number(usage.cacheRead), "cache_write_tokens": .number(written),
            ]),
            "output_tokens": .number(usage.output),
            "output_tokens_details": .object(["reasoning_tokens": .number(usage.reasoning)]),
            "total_tokens": .number(usage.input + usage.output),
        ])
    }

    /// Signed thinking as a reasoning item carries it.
    static func sealed(_ blocks: [JSONValue]) -> JSONValue? {
        guard !blocks.isEmpty else { return nil }
        return .string(String(decoding: Base64.encode(JSONValue.array(blocks).bytes), as: UTF8.self))
    }

    /// What `sealed` sealed; nil for a vendor's own content.
    static func unsealed(_ content: JSONValue?) -> [JSONValue]? {
        guard let bytes = (content?.stringValue).flatMap(Base64.decode) else { return nil }
        let blocks = (try? JSONValue.parse(bytes))?.arrayValue
        return blocks.flatMap { $0.allSatisfy { $0["type"]?.stringValue != nil } ? $0 : nil }
    }
}
