public import Chat

/// The double: answers as it was told, and keeps the calls it got. For tests, rehearsals and A/A studies.
///
/// ```swift
/// let model = Scripted([.text("yes"), .error(ChatError(.rateLimited, "slow down"))])
/// ```
public final class Scripted: ChatModel {
    /// One answer of the script.
    public struct Answer: Sendable {
        /// What comes: a reply or an error.
        public var outcome: Result<ChatReply, ChatError>
        /// How long the answer takes.
        public var latency: Duration
        /// How long its first piece takes, for callers that listen; nil gives the text at the end.
        public var firstToken: Duration?

        public init(
            _ outcome: Result<ChatReply, ChatError>, latency: Duration = .zero, firstToken: Duration? = nil
        ) {
            self.outcome = outcome
            self.latency = latency
            self.firstToken = firstToken
        }

        public static func text(
            _ text: String, latency: Duration = .zero, firstToken: Duration? = nil, usage: TokenUsage? = nil,
            cost: NanoUSD? = nil
        ) -> Answer {
            let reply = ChatReply(text: text, model: "scripted", usage: usage, cost: cost)
            return Answer(.success(reply), latency: latency, firstToken: firstToken)
        }

        public static func error(_ error: ChatError, latency: Duration = .zero) -> Answer {
            Answer(.failure(error), latency: latency)
        }
    }

    /// Gives the answer to a call; `index` counts the calls from 0.
    public typealias Script = @Sendable (_ call: ChatCall, _ index: Int) async throws(ChatError) -> Answer
    /// Lets time pass; a test hands in one that only adds it up.
    public typealias Sleep = @Sendable (Duration) async throws -> Void

    private let script: Script
    private let sleep: Sleep
    private let recorded = Locked<[ChatCall]>([])

    /// Answers in order; a call beyond the last is `ChatError.notFound`.
    public convenience init(_ answers: [Answer], sleep: @escaping Sleep = { try await Task.sleep(for: $0) }) {
        self.init(sleep: sleep) { _, index throws(ChatError) in
            guard index < answers.count else {
                throw ChatError(.notFound, "the script has \(answers.count) answers; this is call \(index + 1)")
            }
            return answers[index]
        }
    }

    /// Answers as a closure says.
    public init(sleep: @escaping Sleep = { try await Task.sleep(for: $0) }, answer script: @escaping Script) {
        self.sleep = sleep
        self.script = script
    }

    /// The calls so far, in the order in which they came.
    public var calls: [ChatCall] { recorded.withLock { $0 } }

    public func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        let index = recorded.withLock { calls in
            calls.append(call)
            return calls.count - 1
        }
        let answer = try await script(call, index)
        let silence = min(answer.firstToken ?? answer.latency, answer.latency)
        try await pass(silence)
        switch answer.outcome {
        case .failure(let error):
            try await pass(answer.latency - silence)
            throw error
        case .success(var reply):
            if !reply.text.isEmpty { try await call.onDelta?(.text(reply.text, receivedAt: .now)) }
            try await pass(answer.latency - silence)
            reply.timing = ChatReply.Timing(total: answer.latency, firstToken: answer.firstToken)
            return reply
        }
    }

    private func pass(_ duration: Duration) async throws(ChatError) {
        guard duration > .zero else { return }
        do {
            try await sleep(duration)
        } catch {
            throw ChatError(.cancelled, "the call was cancelled")
        }
    }

    /// A number in 0..<1 that belongs to this trial: of the seed, the sample, the repeat and the arm, and of nothing
    /// else, so that it is the same in whatever order the trials run.
    public static func noise(seed: UInt64, call: ChatCall) -> Double {
        let context = call.context
        let key = "\(context.sampleID ?? "")\u{1F}\(context.repeatIndex)\u{1F}\(context.arm ?? "")"
        // FNV-1a (Fowler, Noll, Vo), then the finalizer of SplitMix64 (Steele, Lea, Flood, 2014).
        var hash = key.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        hash ^= seed &* 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((hash ^ (hash >> 31)) >> 11) / 9_007_199_254_740_992
    }
}
