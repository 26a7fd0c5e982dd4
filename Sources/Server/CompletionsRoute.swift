import Chat
import Hummingbird
import Wire

extension Exchange {
    /// Answers `POST /v1/completions`: one prompt, whole or streamed, or several one after another.
    func completions() async -> Response {
        do throws(ChatError) {
            let received = try OpenAICompletions.readRequest(try await body())
            guard received.requests.count > 1 else {
                return try await response(CompletionsSurface.self, to: CompletionsSurface.asked(received))
            }
            return try await completions(received)
        } catch {
            return Reply.refusal(Refusal(error), CompletionsSurface.self, id)
        }
    }

    private func completions(_ received: OpenAICompletions.ReceivedRequest) async throws(ChatError) -> Response {
        let model = try catalog.model(named: received.requests[0].model)
        let trace = Trace()
        var replies: [ChatReply] = []
        for request in received.requests {
            replies.append(try await answer(ChatCall(request, context: context, trace: trace), model).get())
        }
        let costs = replies.compactMap(\.cost)
        let body = OpenAICompletions.printReply(
            replies, prompts: received.echoes ? received.requests.map { $0.messages[0].text } : [],
            id: answerID(CompletionsSurface.self), created: OpenAISurface.created, model: received.requests[0].model)
        let cost = costs.count == replies.count ? costs.reduce(.zero, +) : nil
        return Reply.whole(
            body, headers(model: replies[0].model, source: replies[0].source, cost: cost, trace))
    }
}
