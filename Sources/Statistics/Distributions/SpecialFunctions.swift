import Glibc

/// The functions below the distributions: gamma and beta, complete and incomplete.
enum SpecialFunctions {
    /// ln Γ(x) for x > 0. The C function of the name writes a global sign; this one is free of it.
    static func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }

    /// ln n! for whole n ≥ 0: from a table, above it by Stirling's series; faster than ``logGamma(_:)``.
    static func logFactorial(_ n: Double) -> Double {
        if n < Double(logFactorials.count) { return logFactorials[Int(n)] }
        return (n + 0.5) * log(n) - n + 0.918938533204672741780329736406 + (1.0 / 12 - 1 / (360 * n * n)) / n
    }

    private static let logFactorials: [Double] = (0..<1024).map { logGamma(Double($0) + 1) }

    /// ln Γ(n + 1) − (n + ½) ln n + n − ½ ln 2π: what Stirling's formula leaves over; n > 0.
    ///
    /// By its asymptotic series for n ≥ 12, below from ln Γ. Source: Catherine Loader, *Fast and accurate computation
    /// of binomial probabilities*, 2000.
    static func stirlingRemainder(_ n: Double) -> Double {
        if n < 12 {
            return logGamma(n + 1) - (n + 0.5) * log(n) + n - 0.918938533204672741780329736406
        }
        let square = n * n
        var sum = -3617.0 / 122_400 / square
        for term in [1.0 / 156, -691.0 / 360_360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360] {
            sum = (sum + term) / square
        }
        return (sum + 1.0 / 12) / n
    }

    /// x ln(x / m) + m − x without the cancellation near x = m (Loader's deviance part `bd0`).
    static func deviance(_ x: Double, _ m: Double) -> Double {
        guard abs(x - m) < 0.1 * (x + m) else { return x * log(x / m) + m - x }
        let v = (x - m) / (x + m)
        var sum = (x - m) * v
        var power = 2 * x * v
        for j in 1..<1000 {
            power *= v * v
            let next = sum + power / Double(2 * j + 1)
            if next == sum { break }
            sum = next
        }
        return sum
    }

    /// Γ(n+1) / (Γ(x+1) Γ(n−x+1)) pˣ qⁿ⁻ˣ for real 0 ≤ x ≤ n and p + q = 1 (Loader's saddle-point form).
    static func binomialTerm(_ x: Double, _ n: Double, _ p: Double, _ q: Double) -> Double {
        if p == 0 { return x == 0 ? 1 : 0 }
        if q == 0 { return x == n ? 1 : 0 }
        if x == 0 { return exp(p < 0.1 ? n * log1p(-p) : n * log(q)) }
        if x == n { return exp(q < 0.1 ? n * log1p(-q) : n * log(p)) }
        if x < 0 || x > n { return 0 }
        let exponent =
            stirlingRemainder(n) - stirlingRemainder(x) - stirlingRemainder(n - x)
            - deviance(x, n * p) - deviance(n - x, n * q)
        return (n / (2 * Double.pi * x * (n - x))).squareRoot() * exp(exponent)
    }

    /// mˣ e⁻ᵐ / Γ(x + 1) for real x ≥ 0.
    static func poissonTerm(_ x: Double, _ m: Double) -> Double {
        if m == 0 { return x == 0 ? 1 : 0 }
        if x == 0 { return exp(-m) }
        return exp(-stirlingRemainder(x) - deviance(x, m)) / (2 * Double.pi * x).squareRoot()
    }

    /// Both regularised incomplete gamma functions P(a, x) and Q(a, x), the smaller computed directly.
    ///
    /// Series below a + 1, Legendre's continued fraction above (NIST Digital Library of Mathematical Functions, §8.9
    /// and §8.11).
    static func incompleteGamma(_ a: Double, _ x: Double) -> Tails {
        guard a > 0, !x.isNaN else { return .unknown }
        if x <= 0 { return .below }
        if x == .infinity { return .above }
        let term = poissonTerm(a, x)
        if x < a + 1 {
            var sum = 1.0
            var factor = 1.0
            var k = a
            while factor > sum * 1e-17 {
                k += 1
                factor *= x / k
                sum += factor
            }
            let lower = min(1, term * sum)
            return Tails(lower: lower, upper: 1 - lower)
        }
        let upper = min(1, term * a * gammaFraction(a, x))
        return Tails(lower: 1 - upper, upper: upper)
    }

    /// Γ(a, x) / (xᵃ e⁻ˣ) by the modified Lentz method.
    private static func gammaFraction(_ a: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var value = d
        for i in 1..<1_000_000 {
            let an = -Double(i) * (Double(i) - a)
            b += 2
            d = an * d + b
            if abs(d) < tiny { d = tiny }
            c = b + an / c
            if abs(c) < tiny { c = tiny }
            d = 1 / d
            value *= d * c
            if abs(d * c - 1) < 1e-16 { break }
        }
        return value
    }

    /// Both regularised incomplete beta functions: I_x(a, b) as the lower and I_y(b, a) as the upper tail, with y = 1 −
    /// x given apart so that neither end loses digits.
    ///
    /// The continued fraction of A. R. DiDonato and A. H. Morris, *Algorithm 708: significant digit computation of the
    /// incomplete beta function ratios*, 1992, on the side of the mean where it converges fast.
    static func incompleteBeta(x: Double, y: Double, a: Double, b: Double) -> Tails {
        guard a > 0, b > 0, !x.isNaN, !y.isNaN else { return .unknown }
        if x <= 0 { return .below }
        if y <= 0 { return .above }
        if x * b > y * a {
            return incompleteBeta(x: y, y: x, a: b, b: a).mirrored
        }
        let power = binomialTerm(a, a + b, x, y) * (a * b / (a + b))
        let lower = min(1, power / betaFraction(x, y, a, b))
        return Tails(lower: lower, upper: 1 - lower)
    }

    private static func betaFraction(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func denominator(_ m: Double) -> Double {
            // for a = 1 the quotient is 0/0 at m = 0, where the whole term is 0
            let first = m == 0 ? 0 : m + m * (b - m) * x / (a + 2 * m - 1)
            return first + (a + m) * (a * y - b * x + 1 + m * (2 - x)) / (a + 2 * m + 1)
        }
        var value = denominator(0)
        if value == 0 { value = tiny }
        var c = value
        var d = 0.0
        for i in 1..<1_000_000 {
            let m = Double(i)
            let odd = a + 2 * m - 1
            let numerator = (a + m - 1) * (a + b + m - 1) / (odd * odd) * m * (b - m) * x * x
            let bm = denominator(m)
            d = bm + numerator * d
            if d == 0 { d = tiny }
            c = bm + numerator / c
            if c == 0 { c = tiny }
            d = 1 / d
            value *= c * d
            if abs(c * d - 1) < 1e-16 { break }
        }
        return value
    }
}
