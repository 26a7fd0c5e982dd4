import Chat
public import Store

/// Conversations in the store: what was said in them is at hand from the moment that the answer was whole, and durable
/// a few milliseconds later.
///
/// A session is its caller's own. It begins with its first turn and ends when it was idle for as long as its last turn
/// allowed; what has expired is found nowhere any more, and removed with time. A store that cannot be written costs the
/// turn, never the answer; one that cannot be read is an error, as an answer without its history would be a wrong one.
public final class Sessions: Sendable {
    /// Turns that could not be kept.
    public struct Loss: Sendable, Hashable {
        public var turns: Int
        /// Why the last of them could not be written; nil where too much waited for the store.
        public var reason: StoreError?
    }

    private struct Waiting {
        var turn: SessionTurn
        var expiry: Int64
        var bytes: Int
    }

    private struct State {
        /// The store, and the number of its next turn; nil until it is first needed.
        var store: (store: RunStore, next: Int64)?
        /// What is handed to the store and not written yet.
        var waiting: [SessionOwner: [Waiting]] = [:]
        var waitingBytes = 0
        var loss: Loss?
        var nextSweep: Int64 = 0
    }

    /// The longest turn that is kept, question and answer together.
    public static let mostTurnBytes = 1 << 20
    /// What may wait for a slow store.
    private static let mostWaitingBytes = 64 << 20
    /// Most of a conversation that is read at once.
    private static let mostHistoryBytes = 8 << 20
    /// How often expired sessions are removed, in milliseconds.
    private static let sweepInterval: Int64 = 60_000

    private let open: @Sendable () throws(StoreError) -> RunStore
    private let state = Locked(State())
    /// Milliseconds since 1970.
    private let now: @Sendable () -> Int64

    /// - Parameter open: opens the store for writing; called when it is first needed, and again where that failed.
    public init(
        open: @escaping @Sendable () throws(StoreError) -> RunStore, now: @escaping @Sendable () -> Int64
    ) {
        self.open = open
        self.now = now
    }

    /// What could not be kept so far; nil where all was.
    public var loss: Loss? { state.withLock { $0.loss } }

    // MARK: turns

    /// The last turns of a session that together take at most `tokens` of a prompt, oldest first; none where there is
    /// no such session.
    public func history(of owner: SessionOwner, tokens: Int) throws(StoreError) -> [SessionTurn] {
        try turns(of: owner, tokens: tokens) ?? []
    }

    /// The last turns of a session, oldest first, up to 8 MiB of text; nil where there is no such session.
    public func turns(of owner: SessionOwner) throws(StoreError) -> [SessionTurn]? {
        try turns(of: owner, tokens: .max)
    }

    private func turns(of owner: SessionOwner, tokens: Int) throws(StoreError) -> [SessionTurn]? {
        let store = try store()
        let moment = now()
        // What waits is looked at first: it may be written meanwhile, and is then found twice, but never missed.
        let waiting = waiting(of: owner, moment)
        let written = try store.sessionTurns(
            of: owner, tokens: tokens, bytes: Sessions.mostHistoryBytes, nowMilliseconds: moment)
        guard !waiting.isEmpty else { return written?.reversed() }
        let known = Set((written ?? []).map(\.number))
        let all = ((written ?? []) + waiting.filter { !known.contains($0.number) }).sorted { $0.number > $1.number }
        var left = tokens
        var fitting: [SessionTurn] = []
        for turn in all {
            guard turn.tokens <= left else { break }
            left -= turn.tokens
            fitting.append(turn)
        }
        return fitting.reversed()
    }

    private func waiting(of owner: SessionOwner, _ moment: Int64) -> [SessionTurn] {
        state.withLock { $0.waiting[owner] ?? [] }.filter { $0.expiry > moment }.map(\.turn)
    }

    /// Appends a turn; it is part of the history at once.
    /// - Parameter idle: how long the session lives from now on unless it is used.
    /// - Returns: whether it is kept: not where it is too long, or the store does not keep up.
    @discardableResult
    public func append(
        question: String, answer: String, by model: String, to owner: SessionOwner, idle: Duration
    ) -> Bool {
        let bytes = question.utf8.count + answer.utf8.count
        guard bytes <= Sessions.mostTurnBytes, let store = try? store() else { return lost(nil) }
        let moment = now()
        let (expiry, isOver) = moment.addingReportingOverflow(idle.microseconds / 1000)
        let tokens = TokenEstimate.tokens(ofTurn: question, answer)
        let waiting = state.withLock { state -> Waiting? in
            guard state.waitingBytes + bytes <= Sessions.mostWaitingBytes, let number = state.store?.next else {
                return nil
            }
            state.store?.next = number + 1
            state.waitingBytes += bytes
            let turn = SessionTurn(
                number: number, atMilliseconds: moment, model: model, tokens: tokens, question: question,
                answer: answer)
            let waiting = Waiting(turn: turn, expiry: isOver ? .max : expiry, bytes: bytes)
            state.waiting[owner, default: []].append(waiting)
            return waiting
        }
        guard let waiting else { return lost(nil) }
        store.append(waiting.turn, to: owner, expiresAtMilliseconds: waiting.expiry) {
            self.written(waiting, owner, $0)
        }
        sweep(store, moment)
        return true
    }

    private func written(_ waiting: Waiting, _ owner: SessionOwner, _ result: Result<Void, StoreError>) {
        state.withLock { state in
            state.waitingBytes -= waiting.bytes
            state.waiting[owner]?.removeAll { $0.turn.number == waiting.turn.number }
            if state.waiting[owner]?.isEmpty == true { state.waiting[owner] = nil }
        }
        if case .failure(let error) = result { _ = lost(error) }
    }

    private func lost(_ reason: StoreError?) -> Bool {
        state.withLock { state in
            state.loss = Loss(turns: (state.loss?.turns ?? 0) + 1, reason: reason ?? state.loss?.reason)
        }
        return false
    }

    private func sweep(_ store: RunStore, _ moment: Int64) {
        let isDue = state.withLock { state in
            guard moment >= state.nextSweep else { return false }
            state.nextSweep = moment + Sessions.sweepInterval
            return true
        }
        if isDue { store.removeExpiredSessions(nowMilliseconds: moment) }
    }

    // MARK: sessions

    /// A session without its turns; nil where there is none.
    public func session(_ owner: SessionOwner) async throws(StoreError) -> SessionRecord? {
        try await settle(owner)
        return try store().session(owner, nowMilliseconds: now())
    }

    /// Forgets a session.
    /// - Returns: whether there was one.
    public func remove(_ owner: SessionOwner) async throws(StoreError) -> Bool {
        let store = try store()
        let isThere = try turns(of: owner, tokens: 0) != nil
        state.withLock { $0.waiting[owner] = nil }
        // Written behind the turns that wait, so that these go too.
        try await store.removeSession(owner)
        return isThere
    }

    /// How many sessions a caller has, and how many turns are in them; those of the last milliseconds may be missing.
    public func counts(ofCaller caller: String?) throws(StoreError) -> (sessions: Int, turns: Int) {
        try store().sessionCounts(ofCaller: caller, nowMilliseconds: now())
    }

    /// Returns once the session's turns of before are written.
    private func settle(_ owner: SessionOwner) async throws(StoreError) {
        guard !waiting(of: owner, now()).isEmpty else { return }
        try await store().flush()
    }

    private func store() throws(StoreError) -> RunStore {
        try state.withLock { state throws(StoreError) in
            if let known = state.store { return known.store }
            let opened = try open()
            state.store = (opened, try opened.lastTurnNumber() + 1)
            return opened
        }
    }
}

extension TokenEstimate {
    /// What a question and its answer take of a prompt, as two messages.
    static func tokens(ofTurn question: String, _ answer: String) -> Int {
        tokens(of: question) + tokens(of: answer) + 8
    }
}
