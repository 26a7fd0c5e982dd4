/// Scores with the part taken out that a covariate known beforehand explains, so that the same samples show smaller
/// differences.
///
/// Source: Alex Deng, Ya Xu, Ron Kohavi and Toby Walker, *Improving the sensitivity of online controlled experiments by
/// utilizing pre-experiment data*, 2013.
public struct CUPED: Sendable, Equatable {
    /// The scores less slope × (covariate − its mean): the same mean, a smaller variance.
    public let adjusted: [Double]
    /// What a unit of the covariate is worth.
    public let slope: Double
    /// Share of the variance taken out: the squared correlation.
    public let varianceReduction: Double

    /// - Parameters:
    ///   - scores: of all arms together, finite.
    ///   - covariate: of the same samples, known before the experiment.
    /// - Returns: nil for fewer than two samples, lists of different length or no spread in either.
    public init?(scores: [Double], covariate: [Double]) {
        guard let correlation = Correlation.pearson(covariate, scores)?.coefficient,
            let spread = Moments(covariate).standardDeviation, let centre = Moments.mean(covariate),
            let own = Moments(scores).standardDeviation
        else { return nil }
        let slope = correlation * own / spread
        self.slope = slope
        adjusted = zip(scores, covariate).map { $0 - slope * ($1 - centre) }
        varianceReduction = correlation * correlation
    }
}
