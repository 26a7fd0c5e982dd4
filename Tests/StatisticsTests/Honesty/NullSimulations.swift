@testable import Statistics

/// A/A: both sides are the same system, and every rejection is a false one.
enum NullSimulations {
    static let all: [Simulation] = paired + corpus + independent + sequential

    private static func rejected(_ result: TestResult) -> Bool { (result.pValue ?? 1) <= 0.05 }

    private static let paired: [Simulation] = [
        Simulation("A/A paired t, normal differences, n = 30", .level) { generator in
            rejected(PairedT.run(differences: Draw.normals(30, &generator)))
        },
        Simulation("A/A paired t, both sides skewed, n = 50", .level) { generator in
            let before = Draw.exponentials(50, &generator)
            return rejected(PairedT.run(differences: zip(Draw.exponentials(50, &generator), before).map { $0 - $1 }))
        },
        Simulation("A/A sign-flip, exact, n = 12", .level, runs: 4000) { generator in
            rejected(SignFlip.run(differences: Draw.normals(12, &generator)))
        },
        Simulation("A/A sign-flip, 999 resamples, n = 60", .level) { generator in
            let differences = Draw.normals(60, &generator)
            return rejected(SignFlip.run(differences: differences, resamples: 999, seed: generator.next()))
        },
        Simulation("A/A Wilcoxon, n = 30", .level) { generator in
            rejected(Wilcoxon.run(differences: Draw.normals(30, &generator)))
        },
        Simulation("A/A McNemar mid-p, 20 % in dispute, n = 100", .level) { generator in
            rejected(McNemarMidP.run(Draw.disputes(100, won: 0.1, lost: 0.1, &generator)))
        },
        Simulation("A/A McNemar exact, 20 % in dispute, n = 100", .level) { generator in
            rejected(McNemarExact.run(Draw.disputes(100, won: 0.1, lost: 0.1, &generator)))
        },
        Simulation("A/A cluster t, 30 clusters of 10", .level) { generator in
            let clusters = (0..<300).map { $0 / 10 }
            return rejected(ClusterT.run(differences: Draw.clustered(clusters, &generator), clusters: clusters))
        },
        Simulation("A/A cluster sign-flip, 30 clusters of 10", .level, runs: 4000) { generator in
            let clusters = (0..<300).map { $0 / 10 }
            let differences = Draw.clustered(clusters, &generator)
            return rejected(
                SignFlip.run(differences: differences, clusters: clusters, resamples: 999, seed: generator.next()))
        },
    ]

    private static let corpus: [Simulation] = [
        Simulation("A/A approximate randomization of a corpus score, n = 100", .level, runs: 4000) { generator in
            guard let pair = Draw.corpus(100, &generator) else { return true }
            return rejected(PairedAR.run(pair, resamples: 999, seed: generator.next()))
        },
        Simulation("A/A centred bootstrap of a corpus score, n = 200", .level, runs: 4000) { generator in
            guard let pair = Draw.corpus(200, &generator) else { return true }
            return rejected(PairedBootstrap.run(pair, resamples: 999, seed: generator.next()))
        },
        Simulation("A/A sacrebleu's paired-bs, as its formula has it, n = 200", .excess, runs: 4000) { generator in
            guard let pair = Draw.corpus(200, &generator) else { return false }
            return rejected(PairedBS.run(pair, resamples: 999, seed: generator.next()))
        },
    ]

    private static let independent: [Simulation] = [
        Simulation("A/A Welch t, 40 and 25 of unequal spread", .level) { generator in
            let wide = Draw.normals(25, &generator).map { 3 * $0 }
            return rejected(WelchT.run(Draw.normals(40, &generator), wide))
        },
        Simulation("A/A Mann–Whitney, 30 and 30", .level) { generator in
            rejected(MannWhitney.run(Draw.exponentials(30, &generator), Draw.exponentials(30, &generator)))
        },
        Simulation("A/A Fisher, 60 and 60 at 0.3", .level) { generator in
            let (a, b) = (Draw.successes(60, 0.3, &generator), Draw.successes(60, 0.3, &generator))
            return rejected(FisherExact.run([[a, 60 - a], [b, 60 - b]]))
        },
    ]

    private static let sequential: [Simulation] = [
        Simulation("A/A mSPRT, a look after each of 1,000 samples", .level, runs: 2000) { generator in
            var test = MixtureSPRT(spread: 0.2)
            for _ in 0..<1000 { test.observe(generator.normal()) }
            return test.isSignificant
        },
        Simulation("A/A paired t, a look after each 50 of 1,000", .excess, runs: 2000) { generator in
            let differences = Draw.normals(1000, &generator)
            return stride(from: 50, through: 1000, by: 50).contains {
                rejected(PairedT.run(differences: Array(differences[..<$0])))
            }
        },
    ]
}
