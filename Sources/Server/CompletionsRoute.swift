import Chat
import Hummingbird
import Wire

extension Exchange {
    /// Answers `POST /v1/completions`: one prompt, whole or streamed, or several one after another.
    func completions() async -> Response {
        do throws(ChatError) {
            let received = try OpenAICompletions.readRequest(try await body())
            guard received.requests.count > 1 else {
                return await response(CompletionsSurface.self, to: CompletionsSurface.asked(received))
            }
            return await completions(received)
        } catch {
            return refusal(error, CompletionsSurface.self)
        }
    }

    private func completions(_ received: OpenAICompletions.ReceivedRequest) async -> Response {
        let first = received.requests[0]
        let trace = Trace(identity: books.identity)
        var replies: [ChatReply] = []
        do throws(ChatError) {
            let (model, context) = try steered(first.model)
            for request in received.requests {
                replies.append(try await answer(ChatCall(request, context: context, trace: trace), model).get())
            }
            let body = OpenAICompletions.printReply(
                replies, prompts: received.echoes ? received.requests.map { $0.messages[0].text } : [],
                id: answerID(CompletionsSurface.self), created: OpenAISurface.created, model: first.model)
            let whole = ChatReply(joining: replies)
            books.close(first, trace, .success(whole))
            return answered(headers(whole, trace), body)
        } catch {
            if !replies.isEmpty { trace.note { $0.add(ChatReply(joining: replies), before: error) } }
            return refusal(error, CompletionsSurface.self, first, trace)
        }
    }
}

extension Trace.Notes {
    /// What earlier calls of a request took, before one of them failed. A vendor that refused, or was never asked, took
    /// nothing; what an answer that broke off took is known where the vendor told it.
    fileprivate mutating func add(_ answered: ChatReply, before error: ChatError) {
        let isFree = error.attempts == 0 || error.status != nil
        let last = spentCost ?? (isFree ? .zero : nil)
        spentCost = last.flatMap { last in answered.cost.map { $0 + last } }
        spent = answered.usage.flatMap { usage in spent.map { usage.adding($0) } ?? usage }
    }
}

extension ChatReply {
    /// Several answers to one request as one, for its books: usage and cost are sums, or unknown where one is.
    fileprivate init(joining replies: [ChatReply]) {
        self = replies[0]
        for reply in replies.dropFirst() {
            text += reply.text
            cost = cost.flatMap { sum in reply.cost.map { sum + $0 } }
            usage = usage.flatMap { sum in reply.usage.flatMap(sum.adding) }
        }
    }
}

extension TokenUsage {
    /// The sum of both; nil where it is more than any usage.
    fileprivate func adding(_ other: TokenUsage) -> TokenUsage? {
        TokenUsage(
            inputFresh: inputFresh + other.inputFresh, cacheRead: cacheRead + other.cacheRead,
            cacheWrite5m: cacheWrite5m + other.cacheWrite5m, cacheWrite1h: cacheWrite1h + other.cacheWrite1h,
            outputText: outputText + other.outputText, reasoning: reasoning + other.reasoning)
    }
}
