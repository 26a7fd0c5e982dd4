/// Decides when a transfer has waited too long: a pure state machine that is told what happened and when.
///
/// ```
/// connecting --connected--> waiting --first body byte--> reading <--pause, resume--> paused
/// ```
struct TransferClock {
    /// A limit that was reached.
    struct Expiry: Equatable {
        let phase: TimeLimit
        let limit: Duration
    }

    private enum Phase {
        case connecting, waiting, reading, paused
    }

    private let limits: TransferLimits
    private let start: ContinuousClock.Instant
    private var phase = Phase.connecting
    /// When the running phase's own limit started to count.
    private var mark: ContinuousClock.Instant

    init(limits: TransferLimits, start: ContinuousClock.Instant) {
        self.limits = limits
        self.start = start
        mark = start
    }

    /// The connection is ready for the request.
    mutating func connected(at now: ContinuousClock.Instant) {
        phase = .waiting
        mark = now
    }

    /// Bytes of the body came.
    mutating func received(at now: ContinuousClock.Instant) {
        phase = .reading
        mark = now
    }

    /// We stopped reading, for our reader is slow: only the total goes on counting.
    mutating func paused() {
        phase = .paused
    }

    mutating func resumed(at now: ContinuousClock.Instant) {
        received(at: now)
    }

    /// When the first limit will be reached if nothing more happens; `nil`: never.
    var deadline: ContinuousClock.Instant? {
        let own = ownLimit.map { mark + $0.limit }
        let total = limits.total.map { start + $0 }
        guard let own, let total else { return own ?? total }
        return min(own, total)
    }

    /// The limit that is reached at that time; `nil`: none yet.
    func expiry(at now: ContinuousClock.Instant) -> Expiry? {
        if let own = ownLimit, mark + own.limit <= now { return own }
        if let total = limits.total, start + total <= now { return Expiry(phase: .total, limit: total) }
        return nil
    }

    private var ownLimit: Expiry? {
        switch phase {
        case .connecting: Expiry(phase: .connect, limit: limits.connect)
        case .waiting: Expiry(phase: .firstByte, limit: limits.firstByte)
        case .reading: Expiry(phase: .idle, limit: limits.idle)
        case .paused: nil
        }
    }
}
