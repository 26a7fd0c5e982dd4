import Chat

/// A bucket that fills at an even rate and holds at most a minute's worth: what may be taken at once is the limit of a
/// minute, and over any longer time the rate holds.
///
/// Takers may go into debt, which is the queue: each waits until what was owed when it came is paid back, first come,
/// first served, without a list of who waits. A pure value: times are durations since any fixed moment.
/// Source: J. S. Turner, "New directions in communications", IEEE Communications Magazine 24(10), 1986 (leaky bucket).
struct TokenBucket: Sendable, Hashable {
    let capacity: Double
    private var level: Double
    private var asOf: Duration

    /// What came of taking.
    enum Taking: Hashable {
        /// Taken; it may be used after this wait, zero where it is there already.
        case taken(wait: Duration)
        /// Not taken: the debt is as deep as it may be. Trying again helps after this time.
        case refused(retryAfter: Duration)
    }

    /// - Parameter perMinute: at least 1.
    init(perMinute: Int, at now: Duration) {
        capacity = Double(max(1, perMinute))
        level = capacity
        asOf = now
    }

    /// Differences below this are rounding: who comes back after the time that it was told is not sent away again.
    private static let rounding = 1e-6

    /// Takes one.
    /// - Parameter debt: how many may be owed, this one included; 0 takes only what is there.
    mutating func take(debt: Int, at now: Duration) -> Taking {
        refill(at: now)
        let missing = 1 - Double(max(0, debt)) - level
        guard missing <= TokenBucket.rounding else { return .refused(retryAfter: time(toFill: missing)) }
        level -= 1
        return .taken(wait: time(toFill: -level))
    }

    /// How long until there is anything in the bucket; zero where there is.
    mutating func timeUntilPositive(at now: Duration) -> Duration {
        refill(at: now)
        return level > 0 ? .zero : max(time(toFill: -level), .milliseconds(1))
    }

    /// Takes what was used already, however deep into debt.
    mutating func charge(_ amount: Int, at now: Duration) {
        refill(at: now)
        level -= Double(amount)
    }

    /// Puts back one that was taken and not used.
    mutating func giveBack() { level = min(capacity, level + 1) }

    /// How many are there, and how long until the bucket is full.
    mutating func remaining(at now: Duration) -> (count: Int, full: Duration) {
        refill(at: now)
        return (Int(max(0, level + TokenBucket.rounding)), time(toFill: capacity - level))
    }

    private mutating func refill(at now: Duration) {
        guard now > asOf else { return }
        level = min(capacity, level + (now - asOf).milliseconds / 60_000 * capacity)
        asOf = now
    }

    /// The time in which `amount` flows in, up to a whole microsecond, held to a century.
    private func time(toFill amount: Double) -> Duration {
        guard amount > TokenBucket.rounding else { return .zero }
        let exact = min(amount / capacity * 60e6, 3e15)
        return .microseconds(Int64((exact * (1 - 1e-12)).rounded(.up)))
    }
}
