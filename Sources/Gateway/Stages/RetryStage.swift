public import Chat

/// Asks again where that may help: exponential back-off with full jitter, or the wait that the upstream asked for.
///
/// Only errors that a later attempt may mend are retried, and never once a piece of the answer was handed on. A wait
/// longer than `longestWait` is not waited for: the error goes on with its `retryAfter`. What a limit or a breaker of
/// ours refused is not asked again: to refuse early is what they are there for.
public struct RetryStage: Stage {
    public let name = "retry"
    public let policy: Policy
    private let clock: any Clock<Duration>
    private let budget: Locked<RetryBudget>?
    private let jitter: @Sendable () -> Double

    public struct Policy: Sendable, Hashable {
        /// Attempts in all, the first included.
        public var maxAttempts: Int
        public var limits: CallLimits
        /// The bound of the first back-off; it doubles with each attempt.
        public var firstBackoff: Duration
        public var longestBackoff: Duration
        /// The longest wait at an upstream's request.
        public var longestWait: Duration
        /// Retries that all calls together may cost, as a share of the calls from 0 to 1, on top of ten; nil is without
        /// a bound.
        public var budget: Double?

        public init(
            maxAttempts: Int = 3, limits: CallLimits = CallLimits(), firstBackoff: Duration = .milliseconds(500),
            longestBackoff: Duration = .seconds(8), longestWait: Duration = .seconds(60), budget: Double? = nil
        ) {
            self.maxAttempts = maxAttempts
            self.limits = limits
            self.firstBackoff = firstBackoff
            self.longestBackoff = longestBackoff
            self.longestWait = longestWait
            self.budget = budget
        }

        /// How long to wait before the attempt after `attempt` (from 1), or nil where no further one is due.
        /// - Parameter jitter: a number in 0..<1; the back-off is that share of its bound.
        public func wait(after error: ChatError, attempt: Int, jitter: Double) -> Duration? {
            guard error.isRetryable, !error.isUnsent, attempt < maxAttempts else { return nil }
            if let asked = error.retryAfter { return asked <= longestWait ? asked : nil }
            let bound = min(firstBackoff * (1 << min(attempt - 1, 16)), longestBackoff)
            return bound * jitter
        }
    }

    public init(
        policy: Policy = Policy(), clock: any Clock<Duration> = ContinuousClock(),
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.policy = policy
        self.clock = clock
        budget = policy.budget.map { Locked(RetryBudget(share: $0)) }
        self.jitter = jitter
    }

    static let definition = StageDefinition(
        name: "retry",
        settings: [
            .number("budget", 0...1), .seconds("first_token_seconds"), .seconds("idle_seconds"),
            .integer("max_attempts", 1...100), .seconds("timeout_seconds"),
        ],
        words: ["on"], onByDefault: true, place: .choice
    ) { values, resources in
        let limits = CallLimits()
        let policy = Policy(
            maxAttempts: values.integer("max_attempts") ?? 3,
            limits: CallLimits(
                total: values.seconds("timeout_seconds") ?? limits.total,
                firstToken: values.seconds("first_token_seconds") ?? limits.firstToken,
                idle: values.seconds("idle_seconds") ?? limits.idle),
            budget: values.number("budget"))
        return RetryStage(policy: policy, clock: resources.clock, jitter: resources.jitter)
    }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        budget?.withLock { $0.deposit() }
        var limited = call
        limited.context.limits = policy.limits
        var attempt = 1
        var previous: ChatError?
        while true {
            let (asked, handedOn) = limited.watched()
            do throws(ChatError) {
                let reply = try await next.reply(to: asked)
                if attempt > 1 { note = "attempt \(attempt)" }
                return reply
            } catch {
                note = "attempt \(attempt): \(error.kind.rawValue)"
                if error.isUnsent { throw previous ?? error }
                let last = error.after(attempts: attempt)
                let wait =
                    handedOn.withLock { $0 } ? nil : policy.wait(after: error, attempt: attempt, jitter: jitter())
                guard let wait else { throw last }
                guard budget?.withLock({ $0.withdraw() }) ?? true else {
                    note = "attempt \(attempt): \(error.kind.rawValue), no retries left in the budget"
                    throw last
                }
                do { try await clock.sleep(for: wait) } catch { throw ChatError(.cancelled, "cancelled while waiting") }
                previous = last
                attempt += 1
            }
        }
    }
}

extension ChatError {
    fileprivate func after(attempts: Int) -> ChatError {
        var error = self
        error.attempts = attempts
        return error
    }
}
