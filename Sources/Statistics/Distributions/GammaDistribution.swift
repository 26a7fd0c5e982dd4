import Glibc

extension Distributions {
    /// The gamma distribution of a given shape and scale 1; the chi-square is twice it.
    public struct Gamma: Sendable {
        /// More than 0.
        public let shape: Double

        /// - Parameter shape: more than 0; otherwise every answer is NaN.
        public init(shape: Double) {
            self.shape = shape
        }

        /// The density at x.
        public func density(_ x: Double) -> Double {
            guard shape > 0, x >= 0 else { return shape > 0 ? 0 : .nan }
            if x == 0 { return shape < 1 ? .infinity : (shape == 1 ? 1 : 0) }
            return SpecialFunctions.poissonTerm(shape, x) * shape / x
        }

        /// P(X ≤ x), the regularised incomplete gamma function P(shape, x).
        public func cdf(_ x: Double) -> Double { SpecialFunctions.incompleteGamma(shape, x).lower }

        /// P(X > x), the regularised incomplete gamma function Q(shape, x).
        public func sf(_ x: Double) -> Double { SpecialFunctions.incompleteGamma(shape, x).upper }

        /// The x with P(X ≤ x) = p.
        public func quantile(_ p: Double) -> Double { solve(lower: p, upper: 1 - p) }

        /// The x with P(X > x) = p, good to all digits for small p.
        public func upperQuantile(_ p: Double) -> Double { solve(lower: 1 - p, upper: p) }

        private func solve(lower: Double, upper: Double) -> Double {
            guard shape > 0 else { return .nan }
            // Wilson and Hilferty's cube of a normal
            let z = lower <= upper ? Normal.quantile(lower) : Normal.upperQuantile(upper)
            let cube = 1 - 1 / (9 * shape) + z / (3 * shape.squareRoot())
            let guess = cube > 0 ? shape * cube * cube * cube : shape / 100
            let solver = QuantileSolver(
                support: 0...Double.infinity,
                tails: { SpecialFunctions.incompleteGamma(shape, $0) },
                density: density)
            return solver.solve(lower: lower, upper: upper, guess: guess.isFinite ? guess : shape)
        }
    }

    /// The chi-square distribution.
    public struct ChiSquare: Sendable {
        /// More than 0.
        public let degreesOfFreedom: Double
        private var half: Gamma { Gamma(shape: degreesOfFreedom / 2) }

        /// - Parameter degreesOfFreedom: more than 0; otherwise every answer is NaN.
        public init(degreesOfFreedom: Double) {
            self.degreesOfFreedom = degreesOfFreedom
        }

        /// The density at x.
        public func density(_ x: Double) -> Double { half.density(x / 2) / 2 }

        /// P(X ≤ x).
        public func cdf(_ x: Double) -> Double { half.cdf(x / 2) }

        /// P(X > x).
        public func sf(_ x: Double) -> Double { half.sf(x / 2) }

        /// The x with P(X ≤ x) = p.
        public func quantile(_ p: Double) -> Double { 2 * half.quantile(p) }

        /// The x with P(X > x) = p.
        public func upperQuantile(_ p: Double) -> Double { 2 * half.upperQuantile(p) }
    }
}
