import Foundation
import Testing

@testable import Statistics

/// A claim of the statistics, and the made-up data with a known truth that holds it to account.
struct Simulation: Sendable, CustomTestStringConvertible {
    /// What is claimed of the share of trials in which something happens.
    enum Claim: Sendable {
        /// A true null hypothesis is rejected at 0.05 in at most 5 %.
        case level
        /// A known effect is found with this power; `within` is what a formula by normal approximation may be off.
        case power(Double, within: Double = 0)
        /// 95 % intervals hold the truth in 94–96 % on average.
        case coverage
        /// 95 % intervals hold the truth in at least 95 %: a conservative method.
        case conservative
        /// Rejects a true null hypothesis in more than 5 %: kept for compatibility, and labelled.
        case excess

        var text: String {
            switch self {
            case .level: "rejects at most 5 %"
            case .power(let power, within: 0): "finds \(Simulation.percent(power))"
            case .power(let power, let within): "finds \(Simulation.percent(power)) ± \(Int(100 * within))"
            case .coverage: "covers 94–96 %"
            case .conservative: "covers at least 95 %"
            case .excess: "known to reject more"
            }
        }
    }

    let title: String
    let claim: Claim
    /// Trials of the full study.
    let runs: Int
    /// One trial; whether it happened: a rejection, a find, the truth held.
    let trial: @Sendable (inout SeededGenerator) -> Bool

    init(
        _ title: String, _ claim: Claim, runs: Int = 10_000, trial: @escaping @Sendable (inout SeededGenerator) -> Bool
    ) {
        self.title = title
        self.claim = claim
        self.runs = runs
        self.trial = trial
    }

    var testDescription: String { "\(title) \(claim.text)" }

    /// Whether the full study was asked for.
    static let isFull = ProcessInfo.processInfo.environment["NEXUS_HONESTY"] == "1"

    /// Draws the trials: all of them, or a tenth where the study is only a test among others.
    func finding() throws -> Finding {
        let runs = Simulation.isFull ? runs : runs / 10
        var generator = SeededGenerator(seed: 20_261_121).stream(named: title)
        let hits = (0..<runs).count { _ in trial(&generator) }
        return Finding(
            simulation: self, hits: hits, runs: runs, interval: try #require(Interval.wilson(successes: hits, of: runs)))
    }

    static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}

/// What came of a simulation.
struct Finding {
    let simulation: Simulation
    let hits: Int
    let runs: Int
    /// Wilson's interval of the share, 95 %.
    let interval: Interval

    var share: Double { Double(hits) / Double(runs) }

    var holds: Bool {
        switch simulation.claim {
        case .level: interval.low <= 0.05
        case .power(let power, let within):
            Interval.wilson(successes: hits, of: runs, level: 0.99).map {
                $0.low <= power + within && $0.high >= power - within
            } == true
        // The full study is large enough to go by the share itself.
        case .coverage:
            Simulation.isFull ? (0.94...0.96).contains(share) : interval.low <= 0.96 && interval.high >= 0.94
        case .conservative: interval.high >= 0.95
        case .excess: interval.low > 0.05
        }
    }

    /// A line of the table that `scripts/honesty` shows.
    var line: String {
        let bounds = [interval.low, interval.high].map(Simulation.percent)
        return [
            "honesty", simulation.title, simulation.claim.text, Simulation.percent(share),
            "[\(bounds[0]), \(bounds[1])]", String(runs), holds ? "PASS" : "FAIL",
        ].joined(separator: "\t")
    }
}
