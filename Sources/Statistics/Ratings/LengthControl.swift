import Glibc

/// A win rate at equal length: what it would be if the contestant's outputs were as long as the baseline's.
///
/// A logistic model of the preference on an intercept and on the hyperbolic tangent of the standardised difference of
/// lengths, the length weight held by a fixed ridge (unpenalised it takes for length what is quality); the controlled
/// win rate is the model's at no difference. After Yann Dubois, Balázs Galambosi, Percy Liang and Tatsunori Hashimoto,
/// *Length-controlled AlpacaEval: a simple way to debias automatic evaluators*, 2024, without their term for the
/// difficulty of an instruction.
public struct LengthControl: Sendable, Equatable {
    /// The penalty on the length weight, as a share of the battles.
    ///
    /// Fixed once: with it the figures of the seven models of AlpacaEval whose outputs we hold are 1.1 points from the
    /// published ones on average (0.5 without the constant answer); without it 4.6.
    public static let ridgeShare = 0.02

    /// The win rate at equal length, in percent.
    public let winRate: Interval
    /// The length weight with its interval: above 0 where the judge prefers the longer; nil where lengths never differ.
    public let lengthWeight: Interval?
    /// The ridge used.
    public let ridge: Double

    /// Fits the model.
    ///
    /// - Parameters:
    ///   - scores: what the contestant got in each battle, 0...1.
    ///   - lengthDifferences: length of the contestant's output minus the baseline's in each battle, any unit.
    ///   - ridge: penalty on the length weight; by default ``ridgeShare`` × battles.
    /// - Returns: nil for fewer than two battles, lists of different length or where a finite fit does not exist (all
    ///   won, all lost).
    public init?(scores: [Double], lengthDifferences: [Double], ridge given: Double? = nil, level: Double = 0.95) {
        guard scores.count == lengthDifferences.count, scores.count > 1, lengthDifferences.allSatisfy(\.isFinite) else {
            return nil
        }
        let ridge = given ?? Self.ridgeShare * Double(scores.count)
        let spread = Moments(lengthDifferences).standardDeviation ?? 0
        let rows = lengthDifferences.flatMap { gap -> [Double] in [1, spread > 0 ? tanh(gap / spread) : 0] }
        guard spread > 0 || ridge > 0,
            let model = LogisticModel(
                rows: rows, columns: 2, labels: scores, ridge: [0, spread > 0 ? ridge : max(ridge, 1)]),
            let intercept = model.interval(of: 0, level: level), let centre = intercept.estimate
        else { return nil }
        winRate = Interval(
            estimate: 100 * LogisticModel.logistic(centre), low: 100 * LogisticModel.logistic(intercept.low),
            high: 100 * LogisticModel.logistic(intercept.high), level: level, method: "length-controlled logistic")
        lengthWeight = spread > 0 ? model.interval(of: 1, level: level) : nil
        self.ridge = ridge
    }
}
