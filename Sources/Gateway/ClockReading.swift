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
