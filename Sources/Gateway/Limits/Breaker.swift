/// Whether a failing upstream is asked at all: closed, it is; after so many failures in a row it opens and nobody is
/// let through; after a while it is half open and one call may find out.
///
/// A pure value: times are durations since any fixed moment. What calls report that began before the breaker last
/// changed its mind counts for nothing.
/// Source: M. Nygard, Release It!, 2007, chapter "Circuit Breaker".
struct Breaker: Sendable, Hashable {
    private enum State: Hashable {
        case closed(failures: Int)
        case open(until: Duration)
        /// Open for one call, which is under way or not.
        case halfOpen(isProbing: Bool)
    }

    /// What a call is told.
    enum Admission: Hashable {
        /// It may pass, and reports what came of it under this turn.
        case pass(turn: Int)
        /// It may not; asking again helps after this time.
        case refused(retryAfter: Duration)
    }

    enum Outcome: Hashable {
        case success, failure
        /// It tells nothing of the upstream's health: the caller left, the upstream asked for patience.
        case neither
    }

    /// Failures in a row that open it, at least 1.
    let failures: Int
    /// How long it stays open.
    let openTime: Duration
    private var state = State.closed(failures: 0)
    /// Counts the changes between closed, open and half open.
    private var turn = 0

    init(failures: Int, openTime: Duration) {
        self.failures = max(1, failures)
        self.openTime = openTime
    }

    /// Whether it is as new: closed with no failure counted.
    var isIdle: Bool { state == .closed(failures: 0) }

    var isOpen: Bool {
        if case .closed = state { return false }
        return true
    }

    /// Whether one call at a time may find out.
    var isHalfOpen: Bool {
        if case .halfOpen = state { return true }
        return false
    }

    mutating func admit(at now: Duration) -> Admission {
        if case .open(let until) = state {
            guard now >= until else { return .refused(retryAfter: until - now) }
            change(to: .halfOpen(isProbing: false))
        }
        if case .halfOpen(let isProbing) = state {
            // How long the probe will take nobody knows.
            if isProbing { return .refused(retryAfter: min(openTime, .seconds(1))) }
            state = .halfOpen(isProbing: true)
        }
        return .pass(turn: turn)
    }

    /// Reports what came of a call that was let pass.
    mutating func report(_ outcome: Outcome, turn: Int, at now: Duration) {
        guard turn == self.turn else { return }
        switch (state, outcome) {
        case (.closed, .success): state = .closed(failures: 0)
        case (.closed(let count), .failure):
            if count + 1 >= failures { open(at: now) } else { state = .closed(failures: count + 1) }
        case (.halfOpen, .success): change(to: .closed(failures: 0))
        case (.halfOpen, .failure): open(at: now)
        case (.halfOpen, .neither): state = .halfOpen(isProbing: false)
        case (.closed, .neither), (.open, _): break
        }
    }

    private mutating func open(at now: Duration) { change(to: .open(until: now + openTime)) }

    private mutating func change(to state: State) {
        self.state = state
        turn += 1
    }
}
