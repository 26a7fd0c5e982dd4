/// How a judge's yes-or-no verdicts stand against human labels: sensitivity and specificity, and the headline corrected
/// for both.
///
/// Source of the correction: Walter Rogan and Beth Gladen, *Estimating prevalence from the results of a screening
/// test*, 1978.
public struct JudgeCalibration: Sendable, Equatable {
    /// Items a human and the judge both call good.
    public let truePositives: Int
    /// Items only the judge calls good.
    public let falsePositives: Int
    /// Items only the human calls good.
    public let falseNegatives: Int
    /// Items neither calls good.
    public let trueNegatives: Int

    /// The four counts, each at least 0.
    public init(truePositives: Int, falsePositives: Int, falseNegatives: Int, trueNegatives: Int) {
        self.truePositives = truePositives
        self.falsePositives = falsePositives
        self.falseNegatives = falseNegatives
        self.trueNegatives = trueNegatives
    }

    /// Share of good items that the judge calls good; nil without good items.
    public func sensitivity(level: Double = 0.95) -> Interval? {
        Interval.wilson(successes: truePositives, of: truePositives + falseNegatives, level: level)
    }

    /// Share of bad items that the judge calls bad; nil without bad items.
    public func specificity(level: Double = 0.95) -> Interval? {
        Interval.wilson(successes: trueNegatives, of: trueNegatives + falsePositives, level: level)
    }

    /// Share of items on which the two agree; nil without items.
    public func accuracy(level: Double = 0.95) -> Interval? {
        let right = truePositives + trueNegatives
        return Interval.wilson(successes: right, of: right + falsePositives + falseNegatives, level: level)
    }

    /// The true share of good items behind a share of good verdicts, with an interval that holds the judge's error too.
    ///
    /// (q + specificity − 1) / (sensitivity + specificity − 1), its variance by the delta method over all three shares,
    /// cut to 0...1.
    /// - Parameters:
    ///   - good: items the judge called good.
    ///   - n: items judged; other ones than those of the calibration.
    /// - Returns: nil where the calibration lacks good or bad items, or the judge is no better than chance.
    public func corrected(good: Int, of n: Int, level: Double = 0.95) -> Interval? {
        let (positives, negatives) = (truePositives + falseNegatives, trueNegatives + falsePositives)
        guard n > 0, good >= 0, good <= n, positives > 0, negatives > 0, Interval.isLevel(level) else { return nil }
        let q = Double(good) / Double(n)
        // half an item added to each cell keeps a spotless calibration from counting as certain
        let sensitivity = (Double(truePositives) + 0.5) / (Double(positives) + 1)
        let specificity = (Double(trueNegatives) + 0.5) / (Double(negatives) + 1)
        let skill = sensitivity + specificity - 1
        guard skill > 0 else { return nil }
        let share = (q + specificity - 1) / skill
        let variance =
            (q * (1 - q) / Double(n)
                + share * share * sensitivity * (1 - sensitivity) / Double(positives)
                + (1 - share) * (1 - share) * specificity * (1 - specificity) / Double(negatives)) / (skill * skill)
        let half = Interval.normalMultiplier(level) * variance.squareRoot()
        return Interval(
            estimate: min(1, max(0, share)), low: min(1, max(0, share - half)), high: min(1, max(0, share + half)),
            level: level, method: "Rogan-Gladen")
    }
}

/// The mean of human scores from many judged items and few that are labelled too.
///
/// Source: Anastasios Angelopoulos, Stephen Bates, Clara Fannjiang, Michael Jordan and Tijana Zrnic,
/// *Prediction-powered inference*, 2023; power tuning after Angelopoulos, Duchi and Zrnic, *PPI++*, 2023.
public enum PredictionPowered {
    /// The interval of the mean label, using the judge as far as it helps.
    ///
    /// - Parameters:
    ///   - labels: human scores of the labelled items, finite.
    ///   - judged: the judge's scores of the same items.
    ///   - unlabelled: the judge's scores of items without a label.
    /// - Returns: never systematically off, however bad the judge; nil for fewer than two labelled or unlabelled items,
    ///   lists of different length or no spread.
    public static func mean(
        labels: [Double], judged: [Double], unlabelled: [Double], level: Double = 0.95
    ) -> Interval? {
        let (n, m) = (Double(labels.count), Double(unlabelled.count))
        guard labels.count == judged.count, labels.count > 1, unlabelled.count > 1,
            let judgeMean = Moments.mean(unlabelled), let labelMean = Moments.mean(labels),
            let ownMean = Moments.mean(judged), let judgeVariance = Moments(judged + unlabelled).variance
        else { return nil }
        let covariance = zip(labels, judged).reduce(0) { $0 + ($1.0 - labelMean) * ($1.1 - ownMean) } / (n - 1)
        let weight = judgeVariance > 0 ? min(1, max(0, covariance / ((1 + n / m) * judgeVariance))) : 0
        let rest = zip(labels, judged).map { $0 - weight * $1 }
        guard let correction = Moments(rest).mean, let restVariance = Moments(rest).variance,
            let spread = Moments(unlabelled).variance
        else { return nil }
        return Interval.t(
            estimate: weight * judgeMean + correction,
            standardError: (weight * weight * spread / m + restVariance / n).squareRoot(), degreesOfFreedom: .infinity,
            level: level, method: "prediction-powered")
    }
}
