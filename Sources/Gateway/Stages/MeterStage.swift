public import Chat

/// Measures each call from outside all other stages: the time to the end and to the first token as the caller sees
/// them.
///
/// Recorded answers keep the times they were recorded with.
public struct MeterStage: Stage {
    public let name = "meter"

    public init() {}

    static let definition = StageDefinition(name: "meter", settings: [], words: ["on"], onByDefault: true) { _, _ in
        MeterStage()
    }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        let begin = ContinuousClock.now
        var firstDelta: Locked<ContinuousClock.Instant?>?
        var metered = call
        if let onDelta = call.onDelta {
            let first = Locked<ContinuousClock.Instant?>(nil)
            firstDelta = first
            metered.onDelta = { delta throws(ChatError) in
                first.withLock { $0 = $0 ?? delta.receivedAt }
                try await onDelta(delta)
            }
        }
        var reply = try await next.reply(to: metered)
        if reply.source != .recorded {
            let total = ContinuousClock.now - begin
            if let first = firstDelta?.withLock({ $0 }) {
                reply.timing.firstToken = first - begin
            } else if let first = reply.timing.firstToken, let answered = reply.timing.total {
                // Streamed, though nobody listened: what went before, as failed attempts do, comes on top.
                reply.timing.firstToken = total - (answered - first)
            }
            reply.timing.total = total
        }
        return reply
    }
}
