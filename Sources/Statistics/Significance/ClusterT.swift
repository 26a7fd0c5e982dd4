/// The t test on paired differences that come in dependent groups.
public enum ClusterT {
    static let test = SignificanceTest.paired(
        "cluster-t", "cluster-robust t test",
        "mean difference on the same samples where samples belong together (same document, template, language)"
    ) { scores, settings in
        guard let clusters = scores.clusters else {
            return .notTestable(
                "cluster-t", n: scores.count, "the samples have no cluster", alternative: settings.alternative)
        }
        return run(differences: scores.differences, clusters: clusters, alternative: settings.alternative)
    }

    /// Tests whether the mean of the differences is 0, with a cluster-robust (CR1) standard error.
    ///
    /// - Parameters:
    ///   - differences: candidate − baseline for each sample, finite.
    ///   - clusters: the cluster of each sample, as many as differences.
    /// - Returns: t with clusters − 1 degrees of freedom, n counting clusters; not testable for fewer than two clusters
    ///   or where the clusters do not vary.
    ///
    /// Source: A. Colin Cameron and Douglas Miller, *A practitioner's guide to cluster-robust inference*, 2015.
    public static func run(
        differences: [Double], clusters: [Int], alternative: Alternative = .twoSided
    ) -> TestResult {
        guard let error = ClusteredError(differences, clusters: clusters), error.clusters > 1 else {
            return .notTestable(
                test.name, n: Set(clusters).count, "at least two clusters are needed", alternative: alternative)
        }
        guard error.cr1 > 0, !Moments(differences).hasNoSpread else {
            let what = Moments(differences).hasNoSpread ? "all \(differences.count) differences" : "all clusters"
            let reason = "\(what) are equal, so there is no variance"
            return .notTestable(test.name, n: error.clusters, reason, alternative: alternative)
        }
        let t = error.mean / error.cr1
        let freedom = Double(error.clusters - 1)
        let tails = Distributions.StudentT(degreesOfFreedom: freedom).tails(t)
        return TestResult(
            name: test.name, statisticName: "t", statistic: t,
            pValue: alternative.pValue(lower: tails.lower, upper: tails.upper), n: error.clusters,
            degreesOfFreedom: freedom, alternative: alternative,
            detail: "\(differences.count) samples in \(error.clusters) clusters")
    }
}
