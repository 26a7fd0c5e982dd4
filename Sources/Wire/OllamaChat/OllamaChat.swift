import Chat

/// Ollama's `/api/chat` on the wire: requests and answers, whole or as lines of JSON.
///
/// Source: Ollama, API documentation, "Generate a chat completion".
public enum OllamaChat {}

extension ChatStream {
    /// A stream of `/api/chat` lines.
    public static func ollama(model: String, secrets: Secrets = .none) -> ChatStream {
        ChatStream(dialect: .ollamaChat, framing: .lines, model: model, secrets: secrets) {
            line, memory throws(ChatError) in
            try OllamaChat.readLine(line, memory: &memory, secrets: secrets)
        }
    }
}
