public import Chat
public import CurlTransport
import Wire

/// A model that Ollama serves, on this machine or another, through its own `/api/chat`. It costs nothing.
public struct Ollama: ChatModel {
    /// Where Ollama listens unless told otherwise.
    public static let defaultBaseURL = "http://127.0.0.1:11434"

    private let chat: HTTPChat

    /// - Parameters:
    ///   - model: the model's name; without a tag it is the latest.
    ///   - provider: the name that begins every error's message.
    ///   - baseURL: without `/api`.
    ///   - maximumBodyBytes: most bytes of an answer; a larger one is `ChatError.invalidResponse`.
    public init(
        provider: String = "ollama", model: String, baseURL: String = Ollama.defaultBaseURL, loop: CurlLoop,
        maximumBodyBytes: Int = 16 << 20
    ) {
        let dialect = Dialect(
            url: baseURL.trimmingSlashes + "/api/chat", headers: [("Content-Type", "application/json")],
            printRequest: { OllamaChat.printRequest($0, model: model, stream: $1) },
            readReply: { body throws(ChatError) in try OllamaChat.readReply(body, model: model) },
            readError: { OllamaChat.readError(status: $0, body: $1) },
            openStream: { ChatStream.ollama(model: model) },
            streamIsNoJSON: false)
        chat = HTTPChat(
            provider: provider, dialect: dialect, loop: loop, maximumBodyBytes: maximumBodyBytes
        ) { _ in .zero }
    }

    public func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        try await chat.reply(to: call)
    }
}
