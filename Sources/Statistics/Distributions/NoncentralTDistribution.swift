import Glibc

extension Distributions {
    /// The noncentral t distribution, of a t statistic when the null hypothesis is false: what power is computed from.
    public struct NoncentralT: Sendable {
        /// More than 0.
        public let degreesOfFreedom: Double
        /// The mean of the normal numerator: effect size × √n.
        public let noncentrality: Double

        /// - Parameters:
        ///   - degreesOfFreedom: more than 0; otherwise every answer is NaN.
        ///   - noncentrality: finite.
        public init(degreesOfFreedom: Double, noncentrality: Double) {
            self.degreesOfFreedom = degreesOfFreedom
            self.noncentrality = noncentrality
        }

        /// P(T ≤ t).
        public func cdf(_ t: Double) -> Double {
            integral(stepAt: t) { Normal.cdf(t * $0 - noncentrality) }
        }

        /// P(T > t).
        public func sf(_ t: Double) -> Double {
            integral(stepAt: t) { Normal.sf(t * $0 - noncentrality) }
        }

        /// The mean of `value(S)` where S = √(χ²/v), by Gauss–Legendre panels over where S lives. A large t makes the
        /// value a steep step at S = noncentrality / t, which gets panels of its own width.
        private func integral(stepAt t: Double, _ value: (Double) -> Double) -> Double {
            let v = degreesOfFreedom
            guard v > 0, noncentrality.isFinite else { return .nan }
            if v > 1e12 { return value(1) }
            let gamma = Gamma(shape: v / 2)
            let low: Double
            let high: Double
            if v > 1000 {
                // S is all but normal with variance 1 / 2v; its own quantiles would cost √v steps each.
                let reach = 10 / (2 * v).squareRoot()
                (low, high) = (1 - reach, 1 + reach)
            } else {
                low = (gamma.quantile(1e-17) * 2 / v).squareRoot()
                high = (gamma.upperQuantile(1e-17) * 2 / v).squareRoot()
            }
            let even = (0...24).map { low + (high - low) * Double($0) / 24 }
            let steep = [-8.0, -4, -2, -1, 0, 1, 2, 4, 8].map { (noncentrality + $0) / t }
            let edges = (even + steep.filter { $0 > low && $0 < high }).sorted()
            var sum = 0.0
            for (left, right) in zip(edges, edges.dropFirst()) {
                let width = right - left
                let middle = left + width / 2
                for (node, weight) in GaussLegendre.sixteen {
                    let s = middle + node * width / 2
                    // density of S: v s f(v s² / 2) with f the gamma density
                    sum += weight * width / 2 * v * s * gamma.density(v * s * s / 2) * value(s)
                }
            }
            return min(1, max(0, sum))
        }
    }
}

/// Nodes and weights of Gauss–Legendre quadrature on −1...1.
enum GaussLegendre {
    /// Sixteen points, exact for polynomials of degree 31; roots found by Newton's method on the Legendre recurrence.
    static let sixteen: [(node: Double, weight: Double)] = points(16)

    private static func points(_ n: Int) -> [(node: Double, weight: Double)] {
        (0..<n).map { index in
            var x = cos(Double.pi * (Double(index) + 0.75) / (Double(n) + 0.5))
            var slope = 1.0
            for _ in 0..<100 {
                var previous = 1.0
                var value = x
                for k in 2...n {
                    let next = (Double(2 * k - 1) * x * value - Double(k - 1) * previous) / Double(k)
                    previous = value
                    value = next
                }
                slope = Double(n) * (x * value - previous) / (x * x - 1)
                let step = value / slope
                x -= step
                if abs(step) < 1e-16 { break }
            }
            return (x, 2 / ((1 - x * x) * slope * slope))
        }
    }
}
