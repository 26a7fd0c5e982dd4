/// All significance tests, in the order of their names: one file of `Significance/` and one line here for each.
public enum SignificanceTests {
    /// Every test there is.
    public static let all: [SignificanceTest] = [
        BinomialTest.test,
        ChiSquare.test,
        ClusterT.test,
        CochranQ.test,
        FisherExact.test,
        Friedman.test,
        MannWhitney.test,
        McNemarChi2.test,
        McNemarExact.test,
        McNemarMidP.test,
        PairedAR.test,
        PairedBootstrap.test,
        PairedBS.test,
        PairedT.test,
        Sign.test,
        SignFlip.test,
        StudentT.test,
        TwoProportionZ.test,
        WelchT.test,
        Wilcoxon.test,
    ]

    /// The test of a name; nil where there is none, see ``all`` for the names.
    public static func named(_ name: String) -> SignificanceTest? {
        all.first { $0.name == name }
    }
}
