import Glibc

extension Distributions {
    /// Student's t distribution; the degrees of freedom may be any positive number, ∞ being the normal distribution.
    public struct StudentT: Sendable {
        /// More than 0.
        public let degreesOfFreedom: Double

        /// - Parameter degreesOfFreedom: more than 0; otherwise every answer is NaN.
        public init(degreesOfFreedom: Double) {
            self.degreesOfFreedom = degreesOfFreedom
        }

        /// The density at t.
        public func density(_ t: Double) -> Double {
            let v = degreesOfFreedom
            guard v > 0 else { return .nan }
            if v > 1e15 { return Normal.density(t) }
            // The ratio of gamma functions through Stirling's remainders, so that large v keep their digits (Loader
            // 2000)
            let ratio =
                SpecialFunctions.stirlingRemainder((v + 1) / 2) - SpecialFunctions.stirlingRemainder(v / 2)
                - SpecialFunctions.deviance(v / 2, (v + 1) / 2)
            return exp(ratio - log1p(t * t / v) * (v + 1) / 2) * 0.398942280401432677939946059934
        }

        func tails(_ t: Double) -> Tails {
            let v = degreesOfFreedom
            guard v > 0, !t.isNaN else { return .unknown }
            if t == -.infinity { return .below }
            if t == .infinity { return .above }
            if v > 1e15 { return Tails(lower: Normal.cdf(t), upper: Normal.sf(t)) }
            let square = t * t
            let sum = v + square
            // Past 10^150 the square overflows: there the tail is a power of t.
            let both =
                sum.isFinite
                ? SpecialFunctions.incompleteBeta(x: v / sum, y: square / sum, a: v / 2, b: 0.5).lower
                : exp(v * (log(v.squareRoot()) - log(abs(t))) - logBetaHalf(v) - log(v / 2))
            let far = Tails(lower: both / 2, upper: 1 - both / 2)
            return t <= 0 ? far : far.mirrored
        }

        private func logBetaHalf(_ v: Double) -> Double {
            SpecialFunctions.logGamma(v / 2) + SpecialFunctions.logGamma(0.5) - SpecialFunctions.logGamma((v + 1) / 2)
        }

        /// P(T ≤ t).
        public func cdf(_ t: Double) -> Double { tails(t).lower }

        /// P(T > t).
        public func sf(_ t: Double) -> Double { tails(t).upper }

        /// The t with P(T ≤ t) = p.
        public func quantile(_ p: Double) -> Double {
            p <= 0.5 ? lowerQuantile(p) : -lowerQuantile(1 - p)
        }

        /// The t with P(T > t) = p, good to all digits for small p.
        public func upperQuantile(_ p: Double) -> Double {
            p <= 0.5 ? -lowerQuantile(p) : lowerQuantile(1 - p)
        }

        private func lowerQuantile(_ p: Double) -> Double {
            let v = degreesOfFreedom
            guard v > 0, p >= 0 else { return .nan }
            guard p > 0 else { return -.infinity }
            if p == 0.5 { return 0 }
            if v > 1e15 { return Normal.quantile(p) }
            if v == 1 { return -1 / tan(Double.pi * p) }
            if v == 2 { return (2 * p - 1) / (2 * p * (1 - p)).squareRoot() }
            let z = Normal.quantile(p)
            let guess = z + (z * z * z + z) / (4 * v)
            let solver = QuantileSolver(support: -Double.infinity...0, tails: tails, density: density)
            return solver.solve(lower: p, upper: 1 - p, guess: guess)
        }
    }
}
