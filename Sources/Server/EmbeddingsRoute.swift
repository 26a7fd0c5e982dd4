import Chat
import Hummingbird
import Wire

extension Exchange {
    /// Answers `POST /v1/embeddings`: vectors as floats or base64, as the client asked.
    func embeddings() async -> Response {
        let trace = Trace(identity: books.identity)
        var named: ChatRequest?
        do throws(ChatError) {
            let asked = try OpenAIEmbeddings.readRequest(try await body())
            named = ChatRequest(model: asked.request.model, messages: [])
            let (pipeline, context) = try steering()
            let reply = try await untilLeft { () async throws(ChatError) in
                try await catalog.embed(asked.request, pipeline: pipeline, context: context, trace: trace)
            }.get()
            let body = OpenAIEmbeddings.printReply(
                reply, model: asked.request.model, usesBase64: asked.usesBase64)
            // To the books it is an answer without words.
            let wordless = ChatReply(text: "", model: reply.model, usage: reply.usage, cost: reply.cost)
            books.close(named, trace, .success(wordless))
            return answered(headers(wordless, trace), body)
        } catch {
            return refusal(error, OpenAISurface.self, named, trace)
        }
    }
}
