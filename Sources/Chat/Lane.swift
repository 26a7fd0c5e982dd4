/// A bounded number of permits: how many calls may be under way at one provider.
///
/// Waiters are served in the order in which they came. A waiter whose task is cancelled leaves the queue without a
/// permit.
public final class Lane: Sendable {
    private struct State {
        var free: Int
        var nextTicket = 0
        var waiters: [(ticket: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        /// Tickets cancelled before they queued up.
        var cancelled: Set<Int> = []
    }

    private let state: Locked<State>

    /// - Parameter permits: at least 1.
    public init(permits: Int) {
        state = Locked(State(free: max(1, permits)))
    }

    /// Waits for a permit.
    /// - Returns: false where the task was cancelled meanwhile; then there is nothing to give back.
    public func enter() async -> Bool {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        let entered = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.cancelled.remove(ticket) != nil { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiters.append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter: CheckedContinuation<Bool, Never>? = state.withLock { state in
                if let index = state.waiters.firstIndex(where: { $0.ticket == ticket }) {
                    return state.waiters.remove(at: index).continuation
                }
                state.cancelled.insert(ticket)
                return nil
            }
            waiter?.resume(returning: false)
        }
        // A cancellation that came after the permit leaves its mark; nobody would ever take it away.
        state.withLock { _ = $0.cancelled.remove(ticket) }
        return entered
    }

    /// Takes a permit where one is free, and does not wait for one.
    public func enterAtOnce() -> Bool {
        state.withLock { state in
            guard state.free > 0 else { return false }
            state.free -= 1
            return true
        }
    }

    /// Gives a permit back.
    public func leave() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            guard !state.waiters.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiters.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
