import Chat

/// A clock read as the time since this reading began, so that plain state machines can be told the time as a
/// `Duration`.
struct ClockReading: Sendable {
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration

    init(_ clock: any Clock<Duration>) {
        self.clock = clock
        elapsed = ClockReading.elapsed(on: clock)
    }

    var now: Duration { elapsed() }

    /// - Throws: `ChatError.Kind.cancelled` where the task was cancelled meanwhile.
    func sleep(for duration: Duration) async throws(ChatError) {
        do { try await clock.sleep(for: duration) } catch { throw ChatError(.cancelled, "cancelled while waiting") }
    }

    private static func elapsed<C: Clock<Duration>>(on clock: C) -> @Sendable () -> Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }
}

extension ClockReading {
    /// What `work` gives within `limit`; then it is cancelled.
    /// - Throws: what it throws, `.timeout` where it took too long.
    func atMost<Value: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws(ChatError) -> Value
    ) async throws(ChatError) -> Value {
        do {
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask { try await work() }
                group.addTask {
                    try await sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let value = first else {
                    throw ChatError(.timeout, "no answer within \(limit)")
                }
                return value
            }
        } catch {
            throw error as? ChatError ?? ChatError(.internal, String(describing: error))
        }
    }
}
