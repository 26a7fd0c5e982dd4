public import Chat

/// The answer of an endpoint that speaks no vendor's dialect: the value at one place of a JSON document.
public enum TemplatedAnswer {
    /// Reads the body of an answer. Text is the answer itself; a number, or true or false, its spelling.
    /// - Throws: `ChatError.invalidResponse` with the start of the body where nothing stands at the place, or a list, a
    ///   mapping or null.
    public static func readReply(
        _ bytes: [UInt8], at path: JSONPath, model: String, secrets: Secrets = .none
    ) throws(ChatError) -> ChatReply {
        let received = try ReceivedJSON(bytes, secrets: secrets)
        guard let value = path.value(in: received.value) else {
            throw received.invalid("nothing stands at '\(path)' of the answer")
        }
        switch value {
        case .string(let text):
            return ChatReply(text: text, model: model, warnings: received.warnings)
        case .number, .bool:
            return ChatReply(text: value.text, model: model, warnings: received.warnings)
        case .null, .array, .object:
            throw received.invalid("'\(path)' of the answer is \(value.kindName), not a text")
        }
    }
}
