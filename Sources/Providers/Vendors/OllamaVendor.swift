import Chat
import Wire

extension Provider {
    /// Where Ollama listens unless told otherwise.
    public static let ollamaBaseURL = "http://127.0.0.1:11434"

    /// Models that Ollama serves, on this machine or another, through its own `/api/chat`. They cost nothing.
    static let ollama = Provider(
        name: "ollama", defaultBaseURL: ollamaBaseURL, baseURLVariable: "OLLAMA_BASE_URL",
        embeddings: { $0.ollamaEmbeddings },
        connect: { $0.ollamaChat })
}

extension Endpoint {
    private var free: Endpoint {
        var endpoint = self
        endpoint.isFree = true
        return endpoint
    }

    fileprivate var ollamaChat: any ChatModel {
        let (model, secrets) = (model, secrets)
        let url = baseURL + "/api/chat"
        let dialect = Dialect(
            url: { _ in url }, headers: bearerHeaders,
            printRequest: { request, stream throws(ChatError) in
                try OllamaChat.printRequest(request, model: model, stream: stream)
            },
            readReply: { body throws(ChatError) in try OllamaChat.readReply(body, model: model, secrets: secrets) },
            readError: { OllamaChat.readError(status: $0, body: $1, secrets: secrets) },
            openStream: { ChatStream.ollama(model: model, secrets: secrets) },
            streamIsNoJSON: false)
        return HTTPChat(at: free, dialect: dialect)
    }

    fileprivate var ollamaEmbeddings: any EmbeddingModel {
        let (model, secrets) = (model, secrets)
        let dialect = EmbeddingDialect(
            url: baseURL + "/api/embed", headers: bearerHeaders, maximumInputs: 256,
            printRequest: { request throws(ChatError) in try OllamaChat.printEmbeddings(request, model: model) },
            readReply: { body, count throws(ChatError) in
                try OllamaChat.readEmbeddings(body, count: count, model: model, secrets: secrets)
            },
            readError: { OllamaChat.readError(status: $0, body: $1, secrets: secrets) })
        return HTTPEmbeddings(at: free, dialect: dialect)
    }
}
