/// Wilcoxon's signed-rank test on paired differences.
public enum Wilcoxon {
    /// What becomes of differences of 0.
    public enum ZeroMethod: String, Sendable, CaseIterable {
        /// They are dropped: Wilcoxon's own way, the default.
        case wilcox
        /// They are ranked and then dropped (John Pratt, *Remarks on zeros and ties in the Wilcoxon signed rank
        /// procedures*, 1959).
        case pratt
        /// They are ranked, and half of their ranks goes to each side.
        case zsplit
    }

    /// How the p-value is got.
    public enum Method: String, Sendable, CaseIterable {
        /// Exact up to 50 differences, by the normal approximation above.
        case automatic
        /// From all sign patterns of the ranks at hand, ties included; zeros must be dropped or absent.
        case exact
        /// From the normal approximation with the correction for ties.
        case asymptotic
    }

    static let test = SignificanceTest.paired(
        "wilcoxon", "Wilcoxon signed-rank test",
        "two systems on the same samples by ranks: robust against outliers, a check beside the paired t test"
    ) { scores, settings in
        run(differences: scores.differences, alternative: settings.alternative)
    }

    /// Tests whether the differences are symmetric about 0.
    ///
    /// The statistic is min(W⁺, W⁻) two-sided and W⁺ one-sided, as in scipy.
    /// - Parameters:
    ///   - differences: candidate − baseline for each sample, finite.
    ///   - continuity: takes half a rank off in the normal approximation.
    /// - Returns: not testable without samples or where every difference is 0 and zeros are not split.
    ///
    /// Source: Frank Wilcoxon, *Individual comparisons by ranking methods*, 1945; variance with zeros after Edward
    /// Cureton, *The normal approximation to the signed-rank sampling distribution when zero differences are present*,
    /// 1967.
    public static func run(
        differences: [Double], zeroMethod: ZeroMethod = .wilcox, method: Method = .automatic,
        continuity: Bool = false, alternative: Alternative = .twoSided
    ) -> TestResult {
        let all = differences.count
        let zeros = differences.count { $0 == 0 }
        guard all > 0, zeros < all || zeroMethod == .zsplit else {
            return .notTestable(
                test.name, n: all, all == 0 ? "there are no samples" : "all \(all) differences are 0",
                alternative: alternative)
        }
        let sums = SignedRanks(differences, zeroMethod)
        let statistic = alternative == .twoSided ? min(sums.plus, sums.minus) : sums.plus
        let exact: Bool
        switch method {
        case .automatic: exact = sums.ranked <= 50 && (zeros == 0 || zeroMethod == .wilcox)
        case .exact: exact = true
        case .asymptotic: exact = false
        }
        if exact {
            return TestResult(
                name: test.name, statisticName: "W", statistic: statistic, pValue: sums.exactPValue(alternative),
                n: all,
                alternative: alternative, detail: "exact" + (zeros > 0 ? ", \(zeros) zeros dropped" : ""))
        }
        var z = sums.z
        if continuity, sums.spread > 0 {
            let sign: Double
            switch alternative {
            case .twoSided: sign = z > 0 ? 1 : (z < 0 ? -1 : 0)
            case .greater: sign = 1
            case .less: sign = -1
            }
            z -= sign * 0.5 / sums.spread
        }
        return TestResult(
            name: test.name, statisticName: "W", statistic: statistic, pValue: alternative.pValue(z: z), n: all,
            alternative: alternative,
            detail: "normal approximation, z = \(z)" + (zeros > 0 ? ", \(zeros) zeros (\(zeroMethod.rawValue))" : ""))
    }

    /// The z of the normal approximation without continuity correction; nil where every difference is 0.
    public static func z(differences: [Double], zeroMethod: ZeroMethod = .wilcox) -> Double? {
        let sums = SignedRanks(differences, zeroMethod)
        return sums.spread > 0 ? sums.z : nil
    }
}

/// Sums of the ranks of |difference| by sign, with their null mean and spread.
private struct SignedRanks {
    var plus = 0.0
    var minus = 0.0
    /// Ranks that take part in the null distribution.
    let ranks: [Double]
    let ranked: Int
    let mean: Double
    let spread: Double
    var z: Double { spread > 0 ? (plus - mean) / spread : 0 }

    init(_ differences: [Double], _ zeroMethod: Wilcoxon.ZeroMethod) {
        let kept = zeroMethod == .wilcox ? differences.filter { $0 != 0 } : differences
        let ranking = Ranks(kept.map { abs($0) })
        let zeros = Double(kept.count { $0 == 0 })
        var split = 0.0
        for (difference, rank) in zip(kept, ranking.values) {
            if difference > 0 { plus += rank } else if difference < 0 { minus += rank } else { split += rank / 2 }
        }
        let n = Double(kept.count)
        var mean = n * (n + 1) / 4
        var square = n * (n + 1) * (2 * n + 1)
        var ties = ranking.tieTerm
        switch zeroMethod {
        case .wilcox: break
        case .pratt:
            mean -= zeros * (zeros + 1) / 4
            square -= zeros * (zeros + 1) * (2 * zeros + 1)
            ties -= zeros * zeros * zeros - zeros
        case .zsplit:
            plus += split
            minus += split
        }
        ranks = zip(kept, ranking.values).filter { $0.0 != 0 }.map(\.1)
        ranked = kept.count
        self.mean = mean
        spread = (max(0, square - ties / 2) / 24).squareRoot()
    }

    /// P from all 2ⁿ sign patterns of the ranks, counted by dynamic programming over doubled ranks, which are whole.
    func exactPValue(_ alternative: Alternative) -> Double {
        let doubled = ranks.map { Int(($0 * 2).rounded()) }
        let total = doubled.reduce(0, +)
        var shares = [Double](repeating: 0, count: total + 1)
        shares[0] = 1
        var reach = 0
        for rank in doubled {
            reach += rank
            for sum in stride(from: reach, through: 0, by: -1) {
                let with = sum >= rank ? shares[sum - rank] : 0
                shares[sum] = (shares[sum] + with) / 2
            }
        }
        let observed = Int((plus * 2).rounded())
        let lower = shares[0...max(0, min(observed, total))].reduce(0, +)
        let upper = shares[max(0, min(observed, total))...].reduce(0, +)
        return alternative.pValue(lower: lower, upper: upper)
    }
}
