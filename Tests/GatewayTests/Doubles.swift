import Chat

/// A model that answers by a closure and counts its calls.
final class ClosureModel: ChatModel {
    let calls = Locked<[ChatCall]>([])
    let answer: @Sendable (ChatCall, Int) async throws(ChatError) -> ChatReply

    init(_ answer: @escaping @Sendable (ChatCall, Int) async throws(ChatError) -> ChatReply) {
        self.answer = answer
    }

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        let index = calls.withLock { calls in
            calls.append(call)
            return calls.count - 1
        }
        return try await answer(call, index)
    }

    var count: Int { calls.withLock { $0.count } }
}

/// A clock whose sleeps are noted and take no time.
final class NotingClock: Clock, Sendable {
    typealias Instant = ContinuousClock.Instant
    let sleeps = Locked<[Duration]>([])
    var now: Instant { ContinuousClock.now }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let wait = deadline - .now
        sleeps.withLock { $0.append(wait) }
        try Task.checkCancellation()
    }
}

extension ChatReply {
    static func said(_ text: String) -> ChatReply { ChatReply(text: text, model: "double") }
}

extension ChatCall {
    init(asking text: String) { self.init(ChatRequest(model: "double/model", user: text)) }
}
