public import Chat

/// Asks a second time where the first answer is late, and takes the one that comes first: for the tail of the latency,
/// at the price of some calls made twice.
///
/// Off unless it is asked for. A stream is won by its first piece, a full answer by its end; the other call is
/// cancelled, of a stream at its own first piece at the latest. An error of one of the two is waited out on the other;
/// before the second is asked it goes on at once. With deployments the second call is shared out like any other.
///
/// The reply's usage and cost are those of the answer that was taken: what the other took is not known, and a warning
/// says so.
///
/// Source: J. Dean, L. A. Barroso, "The tail at scale", CACM 56 (2), 2013.
public struct HedgeStage: Stage {
    public let name = "hedge"
    private let patience: Duration
    private let clock: any Clock<Duration>

    /// - Parameter patience: how long the first call has before the second is asked.
    public init(after patience: Duration, clock: any Clock<Duration> = ContinuousClock()) {
        self.patience = patience
        self.clock = clock
    }

    static let definition = StageDefinition(
        name: "hedge", settings: [.seconds("after_seconds")], words: [], needsOneOf: ["after_seconds"],
        onByDefault: false, place: .choice
    ) { values, resources in
        values.seconds("after_seconds").map { HedgeStage(after: $0, clock: resources.clock) }
    }

    private enum Event: Sendable {
        case late
        case ended(lane: Int, Result<ChatReply, ChatError>)
    }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        let winner = Locked<Int?>(nil)
        let (result, wasHedged) = await withTaskGroup(of: Event.self) { group in
            group.addTask { await HedgeStage.run(0, call, winner, next) }
            group.addTask {
                try? await clock.sleep(for: patience)
                return .late
            }
            defer { group.cancelAll() }
            var (underWay, wasHedged) = (1, false)
            for await event in group {
                switch event {
                case .late:
                    guard !Task.isCancelled, winner.withLock({ $0 == nil }) else { continue }
                    group.addTask { await HedgeStage.run(1, call, winner, next) }
                    (underWay, wasHedged) = (2, true)
                case .ended(let lane, let result):
                    underWay -= 1
                    let isChosen = winner.withLock { $0 == lane }
                    if case .success = result, HedgeStage.claim(lane, winner) { return (result, wasHedged) }
                    if isChosen || underWay == 0 { return (result, wasHedged) }
                }
            }
            return (.failure(ChatError(.cancelled, "cancelled")), wasHedged)
        }
        guard wasHedged else { return try result.get() }
        note = winner.withLock { $0 == 1 } ? "the second call was quicker" : "a second call was made"
        var reply = try result.get()
        reply.warnings.append("the call was made twice (hedge); usage and cost are those of the answer that was taken")
        return reply
    }

    /// Whether this lane's answer is the one that is taken.
    private static func claim(_ lane: Int, _ winner: Locked<Int?>) -> Bool {
        winner.withLock { winner in
            winner = winner ?? lane
            return winner == lane
        }
    }

    private static func run(
        _ lane: Int, _ call: ChatCall, _ winner: Locked<Int?>, _ next: any ChatModel
    ) async -> Event {
        var attempt = call
        if let onDelta = call.onDelta {
            attempt.onDelta = { delta throws(ChatError) in
                guard claim(lane, winner) else { throw ChatError(.cancelled, "the other call was quicker") }
                try await onDelta(delta)
            }
        }
        do throws(ChatError) { return .ended(lane: lane, .success(try await next.reply(to: attempt))) } catch {
            return .ended(lane: lane, .failure(error))
        }
    }
}
