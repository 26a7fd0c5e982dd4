import Foundation
import Testing

@testable import Statistics

/// That no case of the reference's is passed over: those of the statistics, of which there are 943.
@Suite(.enabled(if: Conformance.isPresent, Conformance.absent)) struct CoverageConformanceTests {
    /// The functions that the suites of this folder check case by case, none left out.
    static let checked: [String: Set<String>] = [
        "bradley_terry_elo": ["bradley_terry", "elo_online"],
        "resampling_bands": ["paired_resampling", "bt_bootstrap", "mean_bootstrap"],
        "stats_estimates": [
            "effect_sizes", "cohens_h", "mean_ci", "proportion_ci", "two_proportion_ci", "clustered_se",
            "power_paired_t", "power_two_proportions", "multiple_comparisons", "cohen_kappa", "fleiss_kappa",
            "krippendorff_alpha", "correlation", "quantiles", "summary",
        ],
        "stats_tests": [
            "ttest_paired", "ttest_ind", "wilcoxon", "mannwhitney", "sign_test", "binomial",
            "permutation_paired_exact", "mcnemar", "two_proportion_z", "fisher_exact", "chi_square", "friedman",
            "cochran_q",
        ],
    ]

    @Test func `every case is of a function that is compared`() throws {
        var cases = 0
        for (file, functions) in Self.checked {
            #expect(try Conformance.functions(file) == functions, "\(file)")
            for function in functions { cases += try Conformance.cases(file, function).count }
        }
        // Another folder, such as an independent set, may hold other numbers of cases.
        if ProcessInfo.processInfo.environment["NEXUS_CONFORMANCE_DIR"] == nil {
            #expect(cases == 129 + 43 + 389 + 382)
        }
    }
}
