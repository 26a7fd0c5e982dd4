public import Chat

/// How far a run has come: what a progress line shows.
public struct RunProgress: Sendable, Hashable {
    /// Trials of the whole run.
    public var total: Int
    /// Trials stored before this process began: a resumed run's.
    public var earlier: Int
    /// Trials stored by this process, failed ones included.
    public var done: Int
    public var failed: Int
    /// Spent by this process, as far as prices are known.
    public var cost: NanoUSD
    /// Answers whose cost is unknown.
    public var unknownCosts: Int
    public var elapsed: Duration

    public init(
        total: Int, earlier: Int, done: Int = 0, failed: Int = 0, cost: NanoUSD = .zero, unknownCosts: Int = 0,
        elapsed: Duration = .zero
    ) {
        self.total = total
        self.earlier = earlier
        self.done = done
        self.failed = failed
        self.cost = cost
        self.unknownCosts = unknownCosts
        self.elapsed = elapsed
    }

    /// Trials a second; nil before the first.
    public var rate: Double? {
        let seconds = elapsed.milliseconds / 1e3
        return done > 0 && seconds > 0 ? Double(done) / seconds : nil
    }

    /// How long the rest takes at this rate; nil before the first.
    public var remaining: Duration? {
        rate.map { .milliseconds(Int64(Double(total - earlier - done) / $0 * 1e3)) }
    }
}
