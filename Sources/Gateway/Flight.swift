import Chat

/// One call upstream that several callers listen to: keeps the pieces so far, so that who joins late hears all of them.
///
/// It lives in a task of its own, as no caller's leaving may end it for the others; when the last listener leaves, it
/// is cancelled. The upstream waits while even the furthest listener is `window` pieces behind.
final class Flight: Sendable {
    /// Most pieces ahead of the listener that is furthest.
    static let window = 64

    fileprivate struct State {
        var deltas: [Delta] = []
        var result: Result<ChatReply, ChatError>?
        var task: Task<Void, Never>?
        var nextListener = 0
        var listeners: Set<Int> = []
        /// Listeners that have heard everything so far.
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Listeners whose task was cancelled.
        var cancelled: Set<Int> = []
        /// Pieces that the furthest listener has heard.
        var furthest = 0
        /// The upstream, while it is ahead of everybody.
        var upstream: CheckedContinuation<Void, Never>?
        /// The listener that the call's cost counts for.
        var payer: Int?
        var isAbandoned = false
    }

    private let state = Locked(State())

    /// Joins in.
    /// - Returns: the listener's number, 0 for the first; nil where the flight is being cancelled.
    func join() -> Int? {
        state.withLock { state in
            guard !state.isAbandoned else { return nil }
            defer { state.nextListener += 1 }
            state.listeners.insert(state.nextListener)
            return state.nextListener
        }
    }

    /// The task that it runs in, to be cancelled when nobody listens any more.
    func run(in task: Task<Void, Never>) {
        let isAbandoned = state.withLock { state in
            state.task = task
            return state.isAbandoned
        }
        if isAbandoned { task.cancel() }
    }

    /// Takes the next piece from upstream, and waits while everybody is far behind.
    func append(_ delta: Delta) async throws(ChatError) {
        let waiting = state.withLock { state in
            state.deltas.append(delta)
            return state.takeWaiting()
        }
        for continuation in waiting { continuation.resume() }
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                guard !state.isAbandoned, state.deltas.count - state.furthest > Flight.window else { return true }
                state.upstream = continuation
                return false
            }
            if goesOn { continuation.resume() }
        }
        if state.withLock({ $0.isAbandoned }) { throw ChatError(.cancelled, "nobody listens any more") }
    }

    /// Takes what the upstream's call ended in.
    func finish(_ result: Result<ChatReply, ChatError>) {
        let waiting = state.withLock { state in
            state.result = result
            state.payer = state.listeners.min()
            return state.takeWaiting()
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Leaves.
    /// - Returns: whether the flight is over for want of listeners.
    func leave(_ listener: Int) -> Bool {
        let (task, upstream, isAbandoned) = state.withLock { state in
            state.listeners.remove(listener)
            state.cancelled.remove(listener)
            guard state.listeners.isEmpty, state.result == nil else {
                return (Task<Void, Never>?.none, CheckedContinuation<Void, Never>?.none, false)
            }
            state.isAbandoned = true
            defer { state.upstream = nil }
            return (state.task, state.upstream, true)
        }
        task?.cancel()
        upstream?.resume()
        return isAbandoned
    }

    /// Hands every piece to `onDelta`, and gives the reply; to all but one listener it comes free of charge.
    func listen(
        _ listener: Int, _ onDelta: (@Sendable (Delta) async throws(ChatError) -> Void)?
    ) async throws(ChatError) -> ChatReply {
        let joined = ContinuousClock.now
        var heard = 0
        while true {
            await news(for: listener, after: heard)
            if Task.isCancelled { throw ChatError(.cancelled, "the caller left") }
            let (deltas, result) = state.withLock { (Array($0.deltas[heard...]), $0.result) }
            if let onDelta {
                for var delta in deltas {
                    delta.receivedAt = max(delta.receivedAt, joined)
                    try await onDelta(delta)
                    heard += 1
                    advance(to: heard)
                }
            } else {
                heard += deltas.count
                advance(to: heard)
            }
            guard let result else { continue }
            var reply = try result.get()
            if state.withLock({ $0.payer }) != listener { reply.cost = .zero }
            return reply
        }
    }

    private func advance(to heard: Int) {
        let upstream: CheckedContinuation<Void, Never>? = state.withLock { state in
            state.furthest = max(state.furthest, heard)
            guard state.deltas.count - state.furthest <= Flight.window else { return nil }
            defer { state.upstream = nil }
            return state.upstream
        }
        upstream?.resume()
    }

    /// Waits for a piece after the first `heard`, for the end, or for the listener's own cancellation.
    private func news(for listener: Int, after heard: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    guard state.deltas.count == heard, state.result == nil, !state.cancelled.contains(listener) else {
                        return true
                    }
                    state.waiting[listener] = continuation
                    return false
                }
                if isThere { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                state.cancelled.insert(listener)
                return state.waiting.removeValue(forKey: listener)
            }
            continuation?.resume()
        }
    }
}

extension Flight.State {
    fileprivate mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
        defer { waiting.removeAll(keepingCapacity: true) }
        return Array(waiting.values)
    }
}
