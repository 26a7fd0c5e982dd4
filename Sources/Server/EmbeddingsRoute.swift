import Chat
import Hummingbird
import Wire

extension Exchange {
    /// Answers `POST /v1/embeddings`: vectors as floats or base64, as the client asked.
    func embeddings() async -> Response {
        do throws(ChatError) {
            let asked = try OpenAIEmbeddings.readRequest(try await body())
            let model = try catalog.embeddings(named: asked.request.model)
            let trace = Trace()
            let reply = try await untilLeft { () async throws(ChatError) in
                let begin = ContinuousClock.now
                defer { trace.record(stage: "provider", from: begin) }
                return try await model.reply(to: asked.request)
            }.get()
            let body = OpenAIEmbeddings.printReply(
                reply, model: asked.request.model, usesBase64: asked.usesBase64)
            return Reply.whole(body, headers(model: reply.model, source: .model, cost: reply.cost, trace))
        } catch {
            return Reply.refusal(Refusal(error), OpenAISurface.self, id)
        }
    }
}
