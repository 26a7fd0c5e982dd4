import Chat

extension ChatError {
    /// Whether a limit or a breaker of ours turned the call away before anything was sent.
    var isUnsent: Bool { attempts == 0 }

    /// Whether another upstream may answer what this one did not: all but what lies in the request itself, a model's
    /// refusal, and the caller's leaving.
    var isMendedElsewhere: Bool {
        switch kind {
        case .authentication, .quotaExceeded, .rateLimited, .upstreamFailure, .unreachable, .cut, .timeout,
            .invalidResponse, .notFound, .internal:
            true
        case .invalidRequest, .refused, .cancelled: false
        }
    }
}

extension ChatCall {
    /// The call of one attempt, and whether anything of the answer was handed on through it.
    /// - Parameter onFirst: called before the first piece is handed on.
    func watched(onFirst: (@Sendable () -> Void)? = nil) -> (call: ChatCall, handedOn: Locked<Bool>) {
        guard let onDelta else { return (self, ChatCall.unheard) }
        let handedOn = Locked(false)
        var attempt = self
        attempt.onDelta = { delta throws(ChatError) in
            let isFirst = handedOn.withLock { handedOn in
                defer { handedOn = true }
                return !handedOn
            }
            if isFirst { onFirst?() }
            try await onDelta(delta)
        }
        return (attempt, handedOn)
    }

    /// What was handed on to a listener who is not there: never anything.
    private static let unheard = Locked(false)
}

/// Who was asked in vain before somebody answered, or nobody did.
struct FailedAttempts {
    private var failures: [(name: String, error: ChatError)] = []

    var isEmpty: Bool { failures.isEmpty }

    mutating func append(_ name: String, _ error: ChatError) { failures.append((name, error)) }

    /// What the reply is told of it: "anthropic/x failed (timeout: …); openai/y answered".
    func warning(answeredBy name: String) -> String {
        let told = failures.map { "\($0.name) failed (\($0.error.description))" }
        return (told + ["\(name) answered"]).joined(separator: "; ")
    }

    /// "anthropic/x: timeout, then openai/y: upstream_failure".
    var summary: String { failures.map { "\($0.name): \($0.error.kind.rawValue)" }.joined(separator: ", then ") }

    /// The error of them all: the last that an upstream gave; where nothing was sent, the refusal that ends soonest.
    var error: ChatError {
        if let sent = failures.last(where: { !$0.error.isUnsent }) { return sent.error }
        let soonest = failures.min { ($0.error.retryAfter ?? .seconds(60)) < ($1.error.retryAfter ?? .seconds(60)) }
        return soonest?.error ?? ChatError(.internal, "nobody was asked")
    }
}
