import Chat

/// What was asked of the simulator and what came of it, the newest rows at least.
///
/// Rows are numbered from 1 in order of arrival. When there are more than `maximumRows`, or their prompts take more
/// than `maximumPromptBytes`, the oldest are dropped; the counts of `Tally` keep them.
public final class RequestLog: Sendable {
    /// One request.
    public struct Row: Sendable, Hashable {
        /// From 1.
        public var sequence: Int
        /// Microseconds since 1970.
        public var receivedAt: Int64
        /// When the outcome was known, in microseconds since 1970; nil while the answer is under way.
        public var endedAt: Int64?
        public var model: String
        public var isStream: Bool
        /// The number of this request among those for the same model and prompt, from 1; nil where no rule of the
        /// model needed it.
        public var attempt: Int?
        /// The status sent; nil where none was (a reset, a timeout) or none is yet.
        public var status: Int?
        /// The name of the fault that hit the request.
        public var fault: String?
        /// The last user message.
        public var prompt: String
        public var headers: Headers
        public var outcome: Outcome
    }

    /// What became of an answer.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// Under way.
        case open
        /// Sent whole, be it a good answer or an error.
        case whole
        /// Ended by us before it was whole, as the script wanted or because the server stopped.
        case cut
        /// The client left before it was whole.
        case left
    }

    /// The headers worth knowing of a request. The key itself is never kept.
    public struct Headers: Sendable, Hashable {
        public var hasAuthorization: Bool
        /// The last four characters of the key, where it has at least twelve.
        public var keyEnding: String?
        public var userAgent: String?
        public var requestID: String?

        public init(
            hasAuthorization: Bool = false, keyEnding: String? = nil, userAgent: String? = nil, requestID: String? = nil
        ) {
            self.hasAuthorization = hasAuthorization
            self.keyEnding = keyEnding
            self.userAgent = userAgent
            self.requestID = requestID
        }
    }

    private struct State {
        var rows: [Row] = []
        /// How many rows at the start of `rows` were dropped.
        var dropped = 0
        var nextSequence = 1
        var promptBytes = 0
    }

    private let state = Locked(State())
    private let maximumRows: Int
    private let maximumPromptBytes: Int

    public init(maximumRows: Int = 1_000_000, maximumPromptBytes: Int = 256 << 20) {
        self.maximumRows = max(1, maximumRows)
        self.maximumPromptBytes = maximumPromptBytes
    }

    /// The rows that are kept, oldest first.
    public var rows: [Row] { state.withLock { Array($0.rows[$0.dropped...]) } }

    /// At most `count` rows after row `sequence`.
    func rows(after sequence: Int, count: Int) -> [Row] {
        state.withLock { state in
            let kept = state.rows[state.dropped...]
            guard let first = kept.first?.sequence, let last = kept.last?.sequence, sequence < last else { return [] }
            return Array(kept.dropFirst(max(0, sequence + 1 - first)).prefix(count))
        }
    }

    /// Adds a row and gives its number.
    func append(_ row: Row) -> Int {
        state.withLock { state in
            var row = row
            row.sequence = state.nextSequence
            state.nextSequence += 1
            state.promptBytes += row.prompt.utf8.count
            state.rows.append(row)
            while state.rows.count - state.dropped > maximumRows
                || (state.promptBytes > maximumPromptBytes && state.rows.count - state.dropped > 1)
            {
                state.promptBytes -= state.rows[state.dropped].prompt.utf8.count
                state.rows[state.dropped].prompt = ""
                state.dropped += 1
            }
            if state.dropped > 1024, state.dropped * 2 > state.rows.count {
                state.rows.removeFirst(state.dropped)
                state.dropped = 0
            }
            return row.sequence
        }
    }

    /// Notes what became of a request, unless its row was dropped.
    func close(_ sequence: Int, _ outcome: Outcome, status: Int?, at endedAt: Int64) {
        state.withLock { state in
            let index = state.rows.count - (state.nextSequence - sequence)
            guard index >= state.dropped, index < state.rows.count else { return }
            state.rows[index].outcome = outcome
            state.rows[index].status = status
            state.rows[index].endedAt = endedAt
        }
    }
}

extension RequestLog.Row {
    /// The row as `GET /_log` gives it.
    var json: JSONValue {
        .object([
            "sequence": .number(sequence),
            "received_at": .number(Double(receivedAt) / 1000),
            "ended_at": endedAt.map { .number(Double($0) / 1000) } ?? .null,
            "model": .string(model),
            "stream": .bool(isStream),
            "attempt": attempt.map { .number($0) } ?? .null,
            "status": status.map { .number($0) } ?? .null,
            "fault": fault.map { .string($0) } ?? .null,
            "outcome": .string(outcome.rawValue),
            "prompt": .string(prompt),
            "headers": .object([
                "authorization": .object([
                    "present": .bool(headers.hasAuthorization), "ending": headers.keyEnding.map { .string($0) },
                ]),
                "user-agent": headers.userAgent.map { .string($0) },
                "x-request-id": headers.requestID.map { .string($0) },
            ]),
        ])
    }
}
