import Chat

/// What one provider is asked at most: so many calls under way, so many a minute, so many waiting for their turn, and
/// the rest refused at once.
///
/// One value a provider, shared by every route that leads there. Who waits is served in the order of coming. A
/// refusal is `ChatError.Kind.rateLimited` with `attempts` 0, for nothing was sent, and says after what time to try
/// again.
public final class ProviderLimit: Sendable {
    public let provider: String
    private let maxConcurrency: Int?
    private let requestsPerMinute: Int?
    /// Most calls waiting; nil is without a bound.
    private let queue: Int?
    private let reading: ClockReading
    private let lane: Lane?
    private let state: Locked<State>

    private struct State {
        /// Calls that wait or are under way.
        var admitted = 0
        var bucket: TokenBucket?
        /// How long a call takes, as an exponentially weighted mean; nil until one has ended.
        var meanTime: Duration?
    }

    /// - Parameters:
    ///   - maxConcurrency: most calls under way, at least 1; nil is without a bound.
    ///   - requestsPerMinute: at least 1, all of which may come at once; nil is without a bound.
    ///   - queue: most calls that wait for the other two, from 0; nil is without a bound.
    public init(
        provider: String, maxConcurrency: Int?, requestsPerMinute: Int?, queue: Int?,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.provider = provider
        self.maxConcurrency = maxConcurrency
        self.requestsPerMinute = requestsPerMinute
        self.queue = queue
        let reading = ClockReading(clock)
        self.reading = reading
        lane = maxConcurrency.map(Lane.init)
        state = Locked(State(bucket: requestsPerMinute.map { TokenBucket(perMinute: $0, at: reading.now) }))
    }

    /// How many calls are under way at the provider, and how many wait for their turn.
    public var load: (underWay: Int, waiting: Int) {
        let admitted = state.withLock { $0.admitted }
        let underWay = min(admitted, maxConcurrency ?? admitted)
        return (underWay, admitted - underWay)
    }

    /// Asks `next` within the limit.
    /// - Parameter trace: gets a span named `limit` where the call had to wait or was refused.
    func reply(to call: ChatCall, next: any ChatModel) async throws(ChatError) -> ChatReply {
        try await enter(call.trace)
        let begin = reading.now
        defer { leave(after: reading.now - begin) }
        return try await next.reply(to: call)
    }

    private func enter(_ trace: Trace) async throws(ChatError) {
        let begin = ContinuousClock.now
        do throws(ChatError) {
            let wait = try reserve()
            var waited = wait > .zero
            do throws(ChatError) {
                if waited { try await reading.sleep(for: wait) }
            } catch {
                state.withLock { state in
                    state.admitted -= 1
                    state.bucket?.giveBack()
                }
                throw error
            }
            if let lane, !lane.enterAtOnce() {
                waited = true
                guard await lane.enter() else {
                    state.withLock { $0.admitted -= 1 }
                    throw ChatError(.cancelled, "cancelled while waiting for \(provider)")
                }
            }
            if waited { trace.record(stage: "limit", from: begin, outcome: "waited") }
        } catch {
            trace.record(stage: "limit", from: begin, outcome: error.kind.rawValue)
            throw error
        }
    }

    /// A place under way or in the queue.
    /// - Returns: how long to wait for the minute's limit; the limit of calls under way is waited for after that.
    private func reserve() throws(ChatError) -> Duration {
        try state.withLock { state throws(ChatError) in
            if let permits = maxConcurrency, let queue, state.admitted >= permits + queue {
                let mean = state.meanTime ?? .seconds(1)
                throw refusal(
                    "\(permits) calls are under way (max_concurrency)",
                    retryAfter: max(mean / permits * Double(queue + 1), .milliseconds(100)))
            }
            switch state.bucket?.take(debt: queue ?? .max, at: reading.now) {
            case .refused(let time):
                throw refusal(
                    "\(requestsPerMinute ?? 0) requests of this minute are used up (requests_per_minute)",
                    retryAfter: time)
            case .taken(let wait):
                state.admitted += 1
                return wait
            case nil:
                state.admitted += 1
                return .zero
            }
        }
    }

    private func refusal(_ limit: String, retryAfter: Duration) -> ChatError {
        let places = queue.map { $0 == 0 ? "nothing may wait" : "\($0) wait already" } ?? ""
        return ChatError(
            .rateLimited, "providers.\(provider): \(limit) and \(places) (queue)", code: "queue_full",
            retryAfter: retryAfter, attempts: 0)
    }

    private func leave(after time: Duration) {
        lane?.leave()
        state.withLock { state in
            state.admitted -= 1
            state.meanTime = state.meanTime.map { $0 * 0.9 + time * 0.1 } ?? time
        }
    }
}

/// A model behind its provider's limit.
struct LimitedModel: ChatModel {
    let limit: ProviderLimit
    let next: any ChatModel

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        try await limit.reply(to: call, next: next)
    }
}
