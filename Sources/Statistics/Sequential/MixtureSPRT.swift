import Glibc

/// The mixture sequential probability ratio test: a p-value and an interval that stay valid however often one looks.
///
/// For live experiments: looking at a plain p-value each day and stopping when it is small rejects a true null
/// hypothesis far more often than it says; this one does not.
///
/// ```swift
/// var test = MixtureSPRT(spread: 0.1)
/// for difference in stream { test.observe(difference); if test.isSignificant { break } }
/// ```
/// Source: Ramesh Johari, Pete Koomen, Leonid Pekelis and David Walsh, *Always valid inference: continuous monitoring
/// of A/B tests*, 2022; Herbert Robbins, *Statistical methods related to the law of the iterated logarithm*, 1970.
public struct MixtureSPRT: Sendable, Equatable {
    /// Observations of each arm (or differences) before the variance counts as known.
    public static let burnIn = 50

    /// Standard deviation τ of the effects expected, in the score's unit; more than 0.
    public let spread: Double
    /// The level: at most this share of true null hypotheses is ever rejected.
    public let alpha: Double
    /// The mean under the null hypothesis.
    public let null: Double
    /// The smallest 1/Λ so far: the always-valid p-value; 1 before the burn-in is over.
    public private(set) var pValue = 1.0
    private var first = RunningMoments()
    private var second = RunningMoments()
    private let arms: Int

    /// A test of the mean of one stream, such as paired differences.
    public init(spread: Double, alpha: Double = 0.05, null: Double = 0) {
        self.init(spread: spread, alpha: alpha, null: null, arms: 1)
    }

    /// A test of mean(candidate) − mean(baseline) of two streams of different callers.
    public static func twoArms(spread: Double, alpha: Double = 0.05) -> MixtureSPRT {
        MixtureSPRT(spread: spread, alpha: alpha, null: 0, arms: 2)
    }

    private init(spread: Double, alpha: Double, null: Double, arms: Int) {
        self.spread = spread > 0 && spread.isFinite ? spread : 1
        self.alpha = alpha > 0 && alpha < 1 ? alpha : 0.05
        self.null = null
        self.arms = arms
    }

    /// Takes in the next value of a single stream, or of the candidate's.
    public mutating func observe(_ value: Double) {
        second.add(value)
        look()
    }

    /// Takes in the next value of the baseline's stream; of a test of one stream it changes nothing.
    public mutating func observeBaseline(_ value: Double) {
        guard arms == 2 else { return }
        first.add(value)
        look()
    }

    /// Whether the null hypothesis is rejected, now or at an earlier look.
    public var isSignificant: Bool { pValue <= alpha }

    /// How many values were taken in.
    public var count: Int { first.count + second.count }

    /// The estimated mean, or difference of means.
    public var estimate: Double { second.mean - first.mean }

    /// The confidence sequence at this look: with probability 1 − alpha it holds the truth at all looks together. Nil
    /// before the burn-in is over or without spread.
    public var interval: Interval? {
        guard let error = squaredError else { return nil }
        let total = error + spread * spread
        let half = (2 * error * total / (spread * spread) * log((total / error).squareRoot() / alpha)).squareRoot()
        return Interval(
            estimate: estimate, low: estimate - half, high: estimate + half, level: 1 - alpha,
            method: "confidence sequence")
    }

    /// Λ for a mean (or difference) with a squared standard error, against effects of spread τ.
    ///
    /// √(s²/(s² + τ²)) · exp(τ²·d² / (2·s²·(s² + τ²))); with s² = V/n it is the form of the literature.
    /// - Returns: nil where the squared error or the spread is not above 0.
    public static func likelihoodRatio(difference: Double, squaredError: Double, spread: Double) -> Double? {
        guard squaredError > 0, spread > 0 else { return nil }
        let total = squaredError + spread * spread
        return (squaredError / total).squareRoot()
            * exp(spread * spread * difference * difference / (2 * squaredError * total))
    }

    private var squaredError: Double? {
        guard second.count >= Self.burnIn, arms == 1 || first.count >= Self.burnIn, let own = second.variance else {
            return nil
        }
        let other = arms == 2 ? (first.variance ?? 0) / Double(first.count) : 0
        let error = own / Double(second.count) + other
        return error > 0 ? error : nil
    }

    private mutating func look() {
        guard let error = squaredError,
            let ratio = Self.likelihoodRatio(difference: estimate - null, squaredError: error, spread: spread)
        else { return }
        pValue = min(pValue, 1 / ratio)
    }
}
