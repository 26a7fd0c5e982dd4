import Chat

/// How the calls of an alias are shared out among its deployments, and what is known of each: how busy it is, how fast,
/// whether it fails.
///
/// One value an alias, shared by every route that leads there.
public final class DeploymentPool: Sendable {
    public enum Strategy: String, Sendable, Hashable, CaseIterable {
        /// By their weights, in an even sequence.
        case weighted
        /// The one with the fewest calls under way for its weight.
        case leastBusy = "least_busy"
        /// The one that has answered fastest of late: to the first piece of a stream, to the end of a whole answer.
        case lowestLatency = "lowest_latency"
    }

    private let board: Locked<DeploymentBoard>
    private let reading: ClockReading

    /// - Parameter weights: one a deployment, at least 1 each.
    public init(weights: [Int], strategy: Strategy, clock: any Clock<Duration> = ContinuousClock()) {
        board = Locked(DeploymentBoard(weights: weights, strategy: strategy))
        reading = ClockReading(clock)
    }

    var now: Duration { reading.now }

    /// The deployment to ask next, which counts as busy until `end`; nil where all were tried.
    func begin(without tried: Set<Int>) -> Int? {
        let now = reading.now
        return board.withLock { $0.begin(without: tried, at: now) }
    }

    func end(_ index: Int, _ outcome: DeploymentBoard.Outcome) {
        let now = reading.now
        board.withLock { $0.end(index, outcome, at: now) }
    }
}

/// The state of a pool: decides, and does nothing. Times are durations since any fixed moment.
struct DeploymentBoard: Sendable {
    struct Deployment: Sendable {
        let weight: Int
        /// The turn-taking of weights: grows by the weight with each choice, falls by the sum when chosen.
        var credit = 0
        var busy = 0
        /// Exponentially weighted mean of late, and when it was last added to.
        var latency: (mean: Duration, asOf: Duration)?
        var failuresInARow = 0
        /// Left for the others until then.
        var restsUntil = Duration.zero
    }

    /// What came of a call.
    enum Outcome {
        case answered(after: Duration)
        /// It failed in a way that another deployment may mend.
        case failed(retryAfter: Duration?)
        /// Nothing is learnt: the caller left, or the request was at fault.
        case neither
    }

    private let strategy: DeploymentPool.Strategy
    private(set) var deployments: [Deployment]

    /// The rest after a first failure; it doubles with each further one, up to `longestRest`.
    static let firstRest = Duration.seconds(1)
    static let longestRest = Duration.seconds(60)
    /// A mean that nothing was added to for so long is forgotten: the deployment is tried anew.
    static let memory = Duration.seconds(60)

    init(weights: [Int], strategy: DeploymentPool.Strategy) {
        deployments = weights.map { Deployment(weight: max(1, $0)) }
        self.strategy = strategy
    }

    /// Chooses among those not tried, the resting ones only where no other is left.
    mutating func begin(without tried: Set<Int>, at now: Duration) -> Int? {
        let untried = deployments.indices.filter { !tried.contains($0) }
        let awake = untried.filter { deployments[$0].restsUntil <= now }
        guard let chosen = choose(among: awake.isEmpty ? untried : awake, at: now) else { return nil }
        deployments[chosen].busy += 1
        return chosen
    }

    mutating func end(_ index: Int, _ outcome: Outcome, at now: Duration) {
        deployments[index].busy -= 1
        switch outcome {
        case .answered(let time):
            let mean = measured(index, at: now).map { $0 * 0.7 + time * 0.3 } ?? time
            deployments[index].latency = (mean, now)
            deployments[index].failuresInARow = 0
            deployments[index].restsUntil = .zero
        case .failed(let retryAfter):
            let rest = DeploymentBoard.firstRest * (1 << min(deployments[index].failuresInARow, 6))
            deployments[index].failuresInARow += 1
            deployments[index].restsUntil = now + min(max(rest, retryAfter ?? .zero), DeploymentBoard.longestRest)
        case .neither: break
        }
    }

    private mutating func choose(among candidates: [Int], at now: Duration) -> Int? {
        switch strategy {
        case .weighted: return takeTurn(candidates)
        case .leastBusy:
            let load = candidates.map { Double(deployments[$0].busy) / Double(deployments[$0].weight) }
            let least = load.min() ?? 0
            return takeTurn(zip(candidates, load).filter { $0.1 == least }.map(\.0))
        case .lowestLatency:
            let times = candidates.map { time($0, at: now) }
            let least = times.min() ?? 0
            return takeTurn(zip(candidates, times).filter { $0.1 == least }.map(\.0))
        }
    }

    /// The next in turn by weight: of weights 3 and 1, three calls of four go to the first, evenly spread.
    /// Source: nginx, `ngx_http_upstream_get_peer`, smooth weighted round robin.
    private mutating func takeTurn(_ candidates: [Int]) -> Int? {
        guard var chosen = candidates.first else { return nil }
        for index in candidates {
            deployments[index].credit += deployments[index].weight
            if deployments[index].credit > deployments[chosen].credit { chosen = index }
        }
        deployments[chosen].credit -= candidates.reduce(0) { $0 + deployments[$1].weight }
        return chosen
    }

    /// Milliseconds that the deployment takes. One that nobody knows comes first while idle, to be known; while its
    /// first call is under way it comes last.
    private func time(_ index: Int, at now: Duration) -> Double {
        measured(index, at: now)?.milliseconds ?? (deployments[index].busy == 0 ? -1 : .infinity)
    }

    private func measured(_ index: Int, at now: Duration) -> Duration? {
        deployments[index].latency.flatMap { now - $0.asOf <= DeploymentBoard.memory ? $0.mean : nil }
    }
}
