import Glibc

extension Distributions {
    /// The standard normal distribution.
    public enum Normal {
        /// The density at z.
        public static func density(_ z: Double) -> Double {
            exp(-0.5 * z * z) * 0.398942280401432677939946059934
        }

        /// P(Z ≤ z).
        public static func cdf(_ z: Double) -> Double {
            sf(-z)
        }

        /// P(Z > z).
        public static func sf(_ z: Double) -> Double {
            let root = 0.707106781186547524400844362105
            let scaled = z * root
            let tail = 0.5 * erfc(scaled)
            guard scaled > 2 else { return tail }
            // far out erfc turns one rounding of its argument into many: put back what z / √2 lost
            let lost = z * -4.833646656726457e-17 + (-scaled).addingProduct(z, root)
            return tail * (1 - 2 * scaled * lost)
        }

        /// The z with P(Z ≤ z) = p; −∞ at 0, ∞ at 1, NaN outside 0...1.
        ///
        /// A rational start (Milton Abramowitz and Irene Stegun, *Handbook of mathematical functions*, 26.2.23, 1964)
        /// and Halley's method to full precision.
        public static func quantile(_ p: Double) -> Double {
            p <= 0.5 ? lowerQuantile(p) : -lowerQuantile(1 - p)
        }

        /// The z with P(Z > z) = p: good to all digits also where 1 − p would round to 1.
        public static func upperQuantile(_ p: Double) -> Double {
            p <= 0.5 ? -lowerQuantile(p) : lowerQuantile(1 - p)
        }

        private static func lowerQuantile(_ p: Double) -> Double {
            guard p >= 0 else { return .nan }
            guard p > 0 else { return -.infinity }
            if p == 0.5 { return 0 }
            let t = (-2 * log(p)).squareRoot()
            let top = 2.515517 + t * (0.802853 + t * 0.010328)
            let bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
            var z = top / bottom - t
            for _ in 0..<6 {
                // erfc underflows before the density does; past it the start's 4 digits are what there is
                let error = (cdf(z) - p) / density(z)
                guard error.isFinite, error != 0 else { break }
                let step = error / (1 + 0.5 * z * error)
                z -= step
                if abs(step) < 1e-9 * abs(z) { break }
            }
            return z
        }
    }
}
