public import Chat

/// Does not ask an upstream that keeps failing: after `failures` in a row it refuses at once for a while, then lets one
/// call through to find out.
///
/// There is a breaker for each model, by the name in the request. Failures are those of the upstream: errors 5xx, no
/// connection, a cut, no answer in time, an answer that cannot be read. A refusal is `upstream_failure` with status
/// 503, the code `breaker_open`, a `retryAfter` and `attempts` 0, for nothing was sent.
public struct BreakerStage: Stage {
    public let name = "breaker"
    private let failures: Int
    private let openTime: Duration
    private let reading: ClockReading
    /// The breakers that are not as new.
    private let breakers = Locked(MemoryCache<String, Breaker>(capacity: BreakerStage.mostModels))

    /// Models of which something is remembered; names come from outside.
    private static let mostModels = 10_000

    public init(failures: Int = 5, openTime: Duration = .seconds(10), clock: any Clock<Duration> = ContinuousClock()) {
        self.failures = failures
        self.openTime = openTime
        reading = ClockReading(clock)
    }

    static let definition = StageDefinition(
        name: "breaker", settings: [.integer("failures", 1...1000), .seconds("open_seconds")], words: ["on"],
        onByDefault: false, place: .upstream
    ) { values, resources in
        BreakerStage(
            failures: values.integer("failures") ?? 5, openTime: values.seconds("open_seconds") ?? .seconds(10),
            clock: resources.clock)
    }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        let model = call.request.model
        let turn: Int
        switch change(model, { $0.admit(at: reading.now) }) {
        case .pass(let given): turn = given
        case .refused(let time):
            note = "open"
            throw ChatError(
                .upstreamFailure, "\(model) keeps failing and is not asked for a while (breaker)", status: 503,
                code: "breaker_open", retryAfter: time, attempts: 0)
        }
        do throws(ChatError) {
            let reply = try await next.reply(to: call)
            change(model) { $0.report(.success, turn: turn, at: reading.now) }
            return reply
        } catch {
            let outcome = BreakerStage.outcome(of: error)
            let isOpen = change(model) { breaker in
                breaker.report(outcome, turn: turn, at: reading.now)
                return breaker.isOpen
            }
            if isOpen, outcome == .failure { note = "opened" }
            throw error
        }
    }

    /// The breakers that are open or half open, by model.
    var openBreakers: [(model: String, isHalfOpen: Bool)] {
        breakers.withLock { breakers in
            breakers.entries.filter { $0.value.isOpen }.map { ($0.key, $0.value.isHalfOpen) }
        }
    }

    /// What an error tells of the upstream's health.
    static func outcome(of error: ChatError) -> Breaker.Outcome {
        if error.isUnsent { return .neither }
        return switch error.kind {
        case .upstreamFailure, .unreachable, .cut, .timeout, .invalidResponse: .failure
        case .invalidRequest, .refused, .notFound: .success
        case .authentication, .quotaExceeded, .rateLimited, .cancelled, .internal: .neither
        }
    }

    private func change<Result>(_ model: String, _ body: (inout Breaker) -> Result) -> Result {
        breakers.withLock { breakers in
            let known = breakers.value(for: model)
            var breaker = known ?? Breaker(failures: failures, openTime: openTime)
            defer { if known != nil || !breaker.isIdle { breakers.insert(breaker, for: model) } }
            return body(&breaker)
        }
    }
}
