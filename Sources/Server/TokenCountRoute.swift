import Chat
import Hummingbird
import Wire

extension Exchange {
    /// Answers `POST /v1/messages/count_tokens`: by the vendor's own count where it has one, else by an estimate; the
    /// header `x-nexus-token-count` says which. What is counted is what the guard of requests lets through.
    func countTokens() async -> Response {
        do throws(ChatError) {
            let asked = try AnthropicMessages.readCountRequest(try await body())
            let counter = try catalog.tokenCounter(named: asked.model)
            let request = try await guarded(asked)
            let counted = try await vendorCount(request, counter)
            var headers = Reply.headers(id)
            headers[.nexusTokenCount] = counted == nil ? "estimate" : "vendor"
            books.release()
            let body: JSONValue = ["input_tokens": .number(counted ?? TokenEstimate.tokens(of: request))]
            return Reply.whole(body.bytes, headers)
        } catch {
            books.release()
            return Reply.refusal(Refusal(error), AnthropicSurface.self, id)
        }
    }

    private func guarded(_ asked: ChatRequest) async throws(ChatError) -> ChatRequest {
        let (pipeline, context) = try steering()
        let guarded = await untilLeft { () async throws(ChatError) in
            try await catalog.guarded(asked, pipeline: pipeline, context: context)
        }
        return try guarded.get()
    }

    /// Nil where the vendor, or a host that speaks its dialect, has no such route.
    private func vendorCount(_ request: ChatRequest, _ counter: TokenCounter?) async throws(ChatError) -> Int? {
        guard let counter else { return nil }
        let counted = await untilLeft { () async throws(ChatError) in try await counter.count(request) }
        if case .failure(let error) = counted, [404, 405, 501].contains(error.status) { return nil }
        return try counted.get()
    }
}
