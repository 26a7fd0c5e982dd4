public import Chat

/// Holds each session, key or model to so many requests and tokens a minute, and refuses what is over at once.
///
/// Requests are a token bucket that holds a minute's worth. Tokens are paid after the answer, for nobody knows them
/// before: a call is let in while any are left, and what it used above them delays the next. An answer without usage
/// pays none. The reply's `rateLimits` tell the caller how much is left to it.
public struct RateLimitStage: Stage {
    public let name = "rate_limit"
    private let policy: Policy
    private let reading: ClockReading
    private let buckets = Locked(MemoryCache<Owner, Buckets>(capacity: RateLimitStage.mostOwners))

    /// Owners that are remembered; names of sessions come from outside. Who was forgotten starts with a full bucket.
    private static let mostOwners = 50_000

    /// Whose calls share a limit.
    public enum Scope: String, Sendable, Hashable, CaseIterable {
        /// A session; calls without one share their key's.
        case session
        /// An authenticated caller.
        case key
        case model
    }

    public struct Policy: Sendable, Hashable {
        /// At least 1; nil is without a bound.
        public var requestsPerMinute: Int?
        /// At least 1; nil is without a bound.
        public var tokensPerMinute: Int?
        public var scope: Scope
        /// Most requests of one owner that wait for their turn; more are refused at once.
        public var queue: Int

        public init(
            requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil, scope: Scope = .session, queue: Int = 0
        ) {
            self.requestsPerMinute = requestsPerMinute
            self.tokensPerMinute = tokensPerMinute
            self.scope = scope
            self.queue = queue
        }
    }

    private struct Owner: Hashable {
        var caller: String?
        var name: String?
    }

    private struct Buckets {
        var requests: TokenBucket?
        var tokens: TokenBucket?
    }

    public init(policy: Policy, clock: any Clock<Duration> = ContinuousClock()) {
        self.policy = policy
        reading = ClockReading(clock)
    }

    static let definition = StageDefinition(
        name: "rate_limit",
        settings: [
            .word("per", Scope.allCases.map(\.rawValue)), .integer("queue", 0...100_000),
            .integer("requests_per_minute", 1...1_000_000_000), .integer("tokens_per_minute", 1...1_000_000_000_000),
        ],
        words: [], needsOneOf: ["requests_per_minute", "tokens_per_minute"], onByDefault: false
    ) { values, resources in
        let policy = Policy(
            requestsPerMinute: values.integer("requests_per_minute"),
            tokensPerMinute: values.integer("tokens_per_minute"),
            scope: values.word("per").flatMap(Scope.init) ?? .session, queue: values.integer("queue") ?? 0)
        return RateLimitStage(policy: policy, clock: resources.clock)
    }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        let owner = owner(of: call)
        do throws(ChatError) {
            let (admission, allowance) = change(owner) { buckets, now in
                (admit(&buckets, at: now), RateLimitStage.state(of: &buckets, policy, at: now))
            }
            call.trace.note { $0.allowance = allowance }
            let wait = try admission.get()
            if wait > .zero {
                note = "waited"
                try await sleep(wait, owner)
            }
        } catch {
            note = error.kind == .rateLimited ? "refused" : "left while waiting"
            throw error
        }
        var reply = try await next.reply(to: call)
        let rateLimits: RateLimits = change(owner) { buckets, now in
            if let usage = reply.usage, reply.source != .cache {
                buckets.tokens?.charge(usage.input + usage.output, at: now)
            }
            return RateLimitStage.state(of: &buckets, policy, at: now)
        }
        reply.rateLimits = rateLimits
        return reply
    }

    private func sleep(_ wait: Duration, _ owner: Owner) async throws(ChatError) {
        do throws(ChatError) { try await reading.sleep(for: wait) } catch {
            change(owner) { buckets, _ in buckets.requests?.giveBack() }
            throw error
        }
    }

    private func owner(of call: ChatCall) -> Owner {
        let context = call.context
        return switch policy.scope {
        // Sessions that we made count together: else each call without one would have a bucket of its own.
        case .session: Owner(caller: context.caller, name: context.beginsSession ? nil : context.session)
        case .key: Owner(caller: context.caller)
        case .model: Owner(name: call.request.model)
        }
    }

    /// Takes a request out of the owner's bucket.
    /// - Returns: how long to wait before it may go on.
    private func admit(_ buckets: inout Buckets, at now: Duration) -> Result<Duration, ChatError> {
        let drought = buckets.tokens?.timeUntilPositive(at: now) ?? .zero
        guard drought == .zero else { return .failure(refusal("\(policy.tokensPerMinute ?? 0) tokens", drought)) }
        return switch buckets.requests?.take(debt: policy.queue, at: now) {
        case .taken(let wait): .success(wait)
        case .refused(let time): .failure(refusal("\(policy.requestsPerMinute ?? 0) requests", time))
        case nil: .success(.zero)
        }
    }

    private func refusal(_ limit: String, _ retryAfter: Duration) -> ChatError {
        let seconds = max(1, Int((retryAfter.milliseconds / 1000).rounded(.up)))
        return ChatError(
            .rateLimited,
            "rate limit: \(limit) a minute per \(policy.scope.rawValue) are used up; try again in \(seconds) s",
            code: "rate_limit_exceeded", retryAfter: retryAfter, attempts: 0)
    }

    private func change<Result, Failure: Error>(
        _ owner: Owner, _ body: (inout Buckets, Duration) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let now = reading.now
        return try buckets.withLock { held throws(Failure) in
            var own =
                held.value(for: owner)
                ?? Buckets(
                    requests: policy.requestsPerMinute.map { TokenBucket(perMinute: $0, at: now) },
                    tokens: policy.tokensPerMinute.map { TokenBucket(perMinute: $0, at: now) })
            defer { held.insert(own, for: owner) }
            return try body(&own, now)
        }
    }

    private static func state(of buckets: inout Buckets, _ policy: Policy, at now: Duration) -> RateLimits {
        let requests = buckets.requests?.remaining(at: now)
        let tokens = buckets.tokens?.remaining(at: now)
        return RateLimits(
            limitRequests: policy.requestsPerMinute, remainingRequests: requests?.count,
            resetRequests: requests?.full, limitTokens: policy.tokensPerMinute, remainingTokens: tokens?.count,
            resetTokens: tokens?.full)
    }
}
