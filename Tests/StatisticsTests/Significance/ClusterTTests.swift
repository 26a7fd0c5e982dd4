import Testing

@testable import Statistics

@Suite struct ClusterTTests {
    // numpy: t = mean / (√Σ(cluster residual sums)² / n · √(G/(G−1))), two-sided p with G − 1 degrees of freedom
    @Test func `the t statistic uses the cluster-robust error and clusters minus 1 degrees of freedom`() {
        let result = ClusterT.run(differences: [0.1, 0.4, -0.2, 0.5, 0.3, 0.9], clusters: [0, 0, 1, 1, 2, 2])
        #expect(near(result.statistic, 2.4433888871261047, 1e-12))
        #expect(near(result.pValue, 0.13451535518416904, 1e-12))
        #expect(result.degreesOfFreedom == 2 && result.n == 3)
        #expect(result.detail == "6 samples in 3 clusters")
    }

    @Test func `a cluster for each sample is the paired t test`() {
        let differences = [0.1, 0.4, -0.5, 0.9, 0.2]
        let clustered = ClusterT.run(differences: differences, clusters: [5, 4, 3, 2, 1])
        #expect(near(clustered.pValue, PairedT.run(differences: differences).pValue ?? 0, 1e-12))
    }

    @Test func `one cluster, no cluster and no variance are not testable`() throws {
        #expect(ClusterT.run(differences: [1, 2], clusters: [7, 7]).notTestable == "at least two clusters are needed")
        #expect(
            ClusterT.run(differences: [1, 1], clusters: [1, 2]).notTestable
                == "all 2 differences are equal, so there is no variance")
        let plain = try PairedScores(baseline: [1, 2], candidate: [3, 5])
        #expect(ClusterT.test.run(.paired(plain)).notTestable == "the samples have no cluster")
        #expect(ClusterT.run(differences: [1, 2, 3], clusters: [1, 2]).notTestable != nil)
    }

    @Test(arguments: [
        ([1.0, 0, 0], 5), ([1, 0, 0, 0, 0, 0, 0], 5), ([0.1, 0.5], 4),
    ]) func `clusters that are all alike leave nothing to test with`(pattern: [Double], clusters: Int) {
        let differences = (0..<clusters).flatMap { _ in pattern }
        let labels = (0..<clusters).flatMap { cluster in pattern.map { _ in cluster } }
        let result = ClusterT.run(differences: differences, clusters: labels)
        #expect(result.pValue == nil)
        #expect(result.notTestable == "all clusters are equal, so there is no variance")
        #expect(Interval.clusteredMean(differences, clusters: labels) == nil)
    }
}
