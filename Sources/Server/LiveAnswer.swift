import Chat

/// A streamed answer between the call that makes it and the response that carries it: a bounded queue of deltas, and
/// how it ended.
///
/// The call waits while `capacity` deltas have not been taken: that is the back-pressure for a slow reader. One
/// producer, one consumer.
final class LiveAnswer: Sendable {
    enum Event: Sendable {
        case delta(Delta)
        case finished(ChatReply)
        case failed(ChatError)
    }

    private struct State {
        var deltas: [Delta] = []
        /// Deltas that the response took.
        var taken = 0
        var ending: Event?
        /// Nobody will take anything any more.
        var isAbandoned = false
        var consumer: CheckedContinuation<Event, Never>?
        var producer: CheckedContinuation<Bool, Never>?
    }

    static let capacity = 64
    private let state = Locked(State())

    /// How many deltas went on to the client.
    var taken: Int { state.withLock { $0.taken } }

    // MARK: the call's side

    /// Hands a delta on; waits while the reader is behind.
    /// - Throws: `.cancelled` once nobody reads.
    func put(_ delta: Delta) async throws(ChatError) {
        let isTaken = await withCheckedContinuation { producer in
            var consumer: CheckedContinuation<Event, Never>?
            let answer: Bool? = state.withLock { state in
                guard !state.isAbandoned else { return false }
                consumer = state.consumer
                state.consumer = nil
                guard consumer == nil else {
                    state.taken += 1
                    return true
                }
                state.deltas.append(delta)
                guard state.deltas.count >= LiveAnswer.capacity else { return true }
                state.producer = producer
                return nil
            }
            consumer?.resume(returning: .delta(delta))
            if let answer { producer.resume(returning: answer) }
        }
        guard isTaken else { throw ChatError(.cancelled, "the client has left") }
    }

    /// The last event; only the first counts.
    func end(_ event: Event) {
        let consumer = state.withLock { state -> CheckedContinuation<Event, Never>? in
            guard state.ending == nil else { return nil }
            state.ending = event
            guard state.deltas.isEmpty else { return nil }
            defer { state.consumer = nil }
            return state.consumer
        }
        consumer?.resume(returning: event)
    }

    // MARK: the response's side

    /// The next event; after the last one, the last one again.
    func next() async -> Event {
        await withCheckedContinuation { consumer in
            var producer: CheckedContinuation<Bool, Never>?
            let event: Event? = state.withLock { state in
                if !state.deltas.isEmpty {
                    producer = state.producer
                    state.producer = nil
                    state.taken += 1
                    return .delta(state.deltas.removeFirst())
                }
                if let ending = state.ending { return ending }
                state.consumer = consumer
                return nil
            }
            producer?.resume(returning: true)
            if let event { consumer.resume(returning: event) }
        }
    }

    /// What else is there already, so that one write carries all of it.
    func ready() -> [Delta] {
        var producer: CheckedContinuation<Bool, Never>?
        let deltas = state.withLock { state in
            producer = state.producer
            state.producer = nil
            state.taken += state.deltas.count
            defer { state.deltas = [] }
            return state.deltas
        }
        producer?.resume(returning: true)
        return deltas
    }

    /// Nobody reads any more.
    func abandon() {
        let producer = state.withLock { state in
            state.isAbandoned = true
            defer { state.producer = nil }
            return state.producer
        }
        producer?.resume(returning: false)
    }
}
