import Glibc

extension Distributions {
    /// The beta distribution on 0...1.
    public struct Beta: Sendable {
        /// More than 0.
        public let a: Double
        /// More than 0.
        public let b: Double

        /// - Parameters:
        ///   - a: more than 0; otherwise every answer is NaN.
        ///   - b: more than 0; otherwise every answer is NaN.
        public init(_ a: Double, _ b: Double) {
            self.a = a
            self.b = b
        }

        /// The density at x.
        public func density(_ x: Double) -> Double { density(x, 1 - x) }

        private func density(_ x: Double, _ y: Double) -> Double {
            guard a > 0, b > 0 else { return .nan }
            guard x > 0, y > 0 else {
                let edge = x <= 0 ? a : b
                guard x == 0 || y == 0, edge <= 1 else { return 0 }
                return edge < 1 ? .infinity : max(a, b)
            }
            return SpecialFunctions.binomialTerm(a, a + b, x, y) * (a * b / (a + b)) / (x * y)
        }

        /// P(X ≤ x), the regularised incomplete beta function.
        public func cdf(_ x: Double) -> Double {
            SpecialFunctions.incompleteBeta(x: x, y: 1 - x, a: a, b: b).lower
        }

        /// P(X > x).
        public func sf(_ x: Double) -> Double {
            SpecialFunctions.incompleteBeta(x: x, y: 1 - x, a: a, b: b).upper
        }

        /// The x with P(X ≤ x) = p.
        public func quantile(_ p: Double) -> Double {
            guard p >= 0, p <= 1 else { return .nan }
            return solve(lower: p, upper: 1 - p)
        }

        /// The x with P(X > x) = p, good to all digits for small p.
        public func upperQuantile(_ p: Double) -> Double {
            guard p >= 0, p <= 1 else { return .nan }
            return solve(lower: 1 - p, upper: p)
        }

        private func solve(lower: Double, upper: Double) -> Double {
            guard a > 0, b > 0 else { return .nan }
            let solver = QuantileSolver(
                support: 0...1,
                tails: { SpecialFunctions.incompleteBeta(x: $0, y: 1 - $0, a: a, b: b) },
                density: { density($0, 1 - $0) })
            return solver.solve(lower: lower, upper: upper, guess: a / (a + b))
        }
    }

    /// The F distribution.
    public struct FDistribution: Sendable {
        /// Degrees of freedom of the numerator, more than 0.
        public let numerator: Double
        /// Degrees of freedom of the denominator, more than 0.
        public let denominator: Double

        /// - Parameters:
        ///   - numerator: degrees of freedom above the line, more than 0.
        ///   - denominator: degrees of freedom below the line, more than 0.
        public init(numerator: Double, denominator: Double) {
            self.numerator = numerator
            self.denominator = denominator
        }

        private func tails(_ f: Double) -> Tails {
            guard numerator > 0, denominator > 0, !f.isNaN else { return .unknown }
            if f <= 0 { return .below }
            if f == .infinity { return .above }
            let scaled = numerator * f
            let sum = scaled + denominator
            return SpecialFunctions.incompleteBeta(
                x: scaled / sum, y: denominator / sum, a: numerator / 2, b: denominator / 2)
        }

        /// The density at f.
        public func density(_ f: Double) -> Double {
            guard numerator > 0, denominator > 0 else { return .nan }
            guard f > 0, f.isFinite else {
                guard f == 0, numerator <= 2 else { return 0 }
                return numerator == 2 ? 1 : .infinity
            }
            let sum = numerator * f + denominator
            let a = numerator / 2
            let b = denominator / 2
            return SpecialFunctions.binomialTerm(a, a + b, numerator * f / sum, denominator / sum) * (a * b / (a + b))
                / f
        }

        /// P(F ≤ f).
        public func cdf(_ f: Double) -> Double { tails(f).lower }

        /// P(F > f).
        public func sf(_ f: Double) -> Double { tails(f).upper }

        /// The f with P(F ≤ f) = p.
        public func quantile(_ p: Double) -> Double { solve(lower: p, upper: 1 - p) }

        /// The f with P(F > f) = p, good to all digits for small p.
        public func upperQuantile(_ p: Double) -> Double { solve(lower: 1 - p, upper: p) }

        private func solve(lower: Double, upper: Double) -> Double {
            guard numerator > 0, denominator > 0 else { return .nan }
            let solver = QuantileSolver(support: 0...Double.infinity, tails: tails, density: density)
            return solver.solve(lower: lower, upper: upper, guess: 1)
        }
    }
}
