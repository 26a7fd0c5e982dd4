import Chat
import Hummingbird
import Wire

extension Exchange {
    /// Answers `POST /v1/messages/count_tokens`: by the vendor's own count where it has one, else by an estimate; the
    /// header `x-nexus-token-count` says which.
    func countTokens() async -> Response {
        do throws(ChatError) {
            let asked = try AnthropicMessages.readCountRequest(try await body())
            let counted = try await vendorCount(asked)
            var headers = Reply.headers(id)
            headers[.nexusTokenCount] = counted == nil ? "estimate" : "vendor"
            books.release()
            let body: JSONValue = ["input_tokens": .number(counted ?? TokenEstimate.tokens(of: asked))]
            return Reply.whole(body.bytes, headers)
        } catch {
            books.release()
            return Reply.refusal(Refusal(error), AnthropicSurface.self, id)
        }
    }

    /// Nil where the vendor, or a host that speaks its dialect, has no such route.
    private func vendorCount(_ asked: ChatRequest) async throws(ChatError) -> Int? {
        guard let counter = try catalog.tokenCounter(named: asked.model) else { return nil }
        let counted = await untilLeft { () async throws(ChatError) in try await counter.count(asked) }
        if case .failure(let error) = counted, [404, 405, 501].contains(error.status) { return nil }
        return try counted.get()
    }
}
