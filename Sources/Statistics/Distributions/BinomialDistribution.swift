import Glibc

extension Distributions {
    /// The number of successes in n independent trials.
    public struct Binomial: Sendable {
        /// Trials, at least 0.
        public let trials: Int
        /// Probability of success, 0...1.
        public let probability: Double

        /// - Parameters:
        ///   - trials: at least 0.
        ///   - probability: 0...1; otherwise every answer is NaN.
        public init(trials: Int, probability: Double) {
            self.trials = trials
            self.probability = probability
        }

        private var isDefined: Bool { trials >= 0 && probability >= 0 && probability <= 1 }

        /// P(X = k).
        public func mass(_ k: Int) -> Double {
            guard isDefined else { return .nan }
            guard k >= 0, k <= trials else { return 0 }
            return SpecialFunctions.binomialTerm(Double(k), Double(trials), probability, 1 - probability)
        }

        private func tails(_ k: Int) -> Tails {
            guard isDefined else { return .unknown }
            if k < 0 { return .below }
            if k >= trials { return .above }
            return SpecialFunctions.incompleteBeta(
                x: 1 - probability, y: probability, a: Double(trials - k), b: Double(k) + 1)
        }

        /// P(X ≤ k).
        public func cdf(_ k: Int) -> Double { tails(k).lower }

        /// P(X > k).
        public func sf(_ k: Int) -> Double { tails(k).upper }

        /// The smallest k with P(X ≤ k) ≥ p.
        public func quantile(_ p: Double) -> Int {
            guard isDefined, p > 0 else { return 0 }
            var low = 0
            var high = max(0, trials)
            while low < high {
                let middle = low + (high - low) / 2
                if cdf(middle) >= p { high = middle } else { low = middle + 1 }
            }
            return low
        }
    }

    /// Marked balls in a draw without replacement: the null distribution of Fisher's exact test.
    public struct Hypergeometric: Sendable {
        /// Balls in the urn.
        public let population: Int
        /// Marked balls in the urn.
        public let marked: Int
        /// Balls drawn.
        public let drawn: Int

        /// - Parameters:
        ///   - population: balls in the urn, at least 0.
        ///   - marked: how many of them are marked, 0...population.
        ///   - drawn: how many are drawn, 0...population.
        public init(population: Int, marked: Int, drawn: Int) {
            self.population = population
            self.marked = marked
            self.drawn = drawn
        }

        /// What can be drawn at all.
        public var support: ClosedRange<Int> {
            let low = max(0, drawn - (population - marked))
            return low...max(low, min(drawn, marked))
        }

        /// The likeliest outcome; of two, the higher.
        public var mode: Int {
            let place = (Double(drawn) + 1) * (Double(marked) + 1) / (Double(population) + 2)
            return min(max(Int(min(max(place, 0), 0x1p62)), support.lowerBound), support.upperBound)
        }

        /// P(X = k), as a product of three binomial terms (Loader 2000).
        public func mass(_ k: Int) -> Double {
            guard population >= 0, marked >= 0, marked <= population, drawn >= 0, drawn <= population else {
                return .nan
            }
            guard support.contains(k) else { return 0 }
            if drawn == 0 || drawn == population { return 1 }
            let p = Double(drawn) / Double(population)
            let q = Double(population - drawn) / Double(population)
            return SpecialFunctions.binomialTerm(Double(k), Double(marked), p, q)
                * SpecialFunctions.binomialTerm(Double(drawn - k), Double(population - marked), p, q)
                / SpecialFunctions.binomialTerm(Double(drawn), Double(population), p, q)
        }

        /// P(X ≤ k).
        public func cdf(_ k: Int) -> Double { min(1, sum(support.lowerBound, k)) }

        /// P(X ≥ k).
        public func atLeast(_ k: Int) -> Double { min(1, sum(k, support.upperBound)) }

        private func sum(_ from: Int, _ to: Int) -> Double {
            let low = max(from, support.lowerBound)
            let high = min(to, support.upperBound)
            guard low <= high else { return 0 }
            // From the likeliest outwards, as far as the masses count: some standard deviations, not all outcomes.
            let start = min(max(mode, low), high)
            var total = 0.0
            for outcomes in [stride(from: start, through: low, by: -1), stride(from: start + 1, through: high, by: 1)] {
                for k in outcomes {
                    let mass = mass(k)
                    total += mass
                    if !(mass > total * 1e-20) { break }
                }
            }
            return total
        }
    }
}
