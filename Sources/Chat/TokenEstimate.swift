/// A rough count of a request's tokens, for models whose vendor offers none: no tokenizer of any vendor's.
///
/// Four ASCII characters make a token, a scalar beyond ASCII makes one, a message takes four besides, a picture or a
/// document 1,600. English comes out within about a fifth of what vendors count; other scripts come out high.
///
/// Sources: OpenAI, "What are tokens and how to count them" (four characters of English a token); Anthropic, "Vision"
/// (about 1,600 tokens for the largest picture).
public enum TokenEstimate {
    private static let message = 4
    private static let picture = 1_600

    /// At least 1.
    public static func tokens(of request: ChatRequest) -> Int {
        var total = request.messages.reduce(3) { $0 + tokens(of: $1) }
        for tool in request.tools { total += tokens(of: tool.text) }
        if let format = request.responseFormat { total += tokens(of: format.text) }
        return total
    }

    /// A text alone.
    public static func tokens(of text: String) -> Int {
        var ascii = 0, other = 0
        for scalar in text.unicodeScalars {
            if scalar.isASCII { ascii += 1 } else { other += 1 }
        }
        return (ascii + 3) / 4 + other
    }

    private static func tokens(of message: Message) -> Int {
        var total = TokenEstimate.message
        switch message.content {
        case .string(let text): total += tokens(of: text)
        case .array(let parts):
            for part in parts {
                total += part["text"]?.stringValue.map { tokens(of: $0) } ?? picture
            }
        case .null, .bool, .number, .object: break
        }
        for call in message.toolCalls { total += tokens(of: call["function"]?.text ?? "") }
        return total
    }
}
