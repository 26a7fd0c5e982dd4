import Chat
public import Wire

extension Provider {
    /// Any other endpoint over HTTP: a body with places to fill in, and the place of the answer in what comes back. It
    /// does not stream, and tells no usage.
    /// - Parameters:
    ///   - address: the whole address to which the body is sent.
    ///   - answer: where the text stands.
    public static func templated(
        name: String, address: String, request: RequestTemplate, answer: JSONPath
    ) -> Provider {
        Provider(name: name, defaultBaseURL: address) { endpoint in
            let (model, secrets, url) = (endpoint.model, endpoint.secrets, endpoint.baseURL)
            let dialect = Dialect(
                url: { _ in url }, headers: endpoint.bearerHeaders,
                printRequest: { asked, _ in request.printRequest(asked, model: model) },
                readReply: { body throws(ChatError) in
                    try TemplatedAnswer.readReply(body, at: answer, model: model, secrets: secrets)
                },
                readError: { OpenAIChat.readError(status: $0, body: $1, secrets: secrets) },
                openStream: nil,
                streamIsNoJSON: false)
            return HTTPChat(at: endpoint, dialect: dialect)
        }
    }
}
