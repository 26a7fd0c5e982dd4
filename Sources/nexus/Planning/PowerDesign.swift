import Chat
import Scoring
import Statistics

/// What kind of comparison is planned: how many samples, differences and power belong together in it.
struct PowerDesign {
    /// `paired`, `paired-binary` or `two-proportions`.
    let name: String
    /// The test that is planned for.
    let test: String
    /// What is known of the scores, as members of the JSON document.
    let known: [JSONValue.Member]
    /// The same in a sentence.
    let assumption: String
    /// Whether each sample is answered by one variant alone, so that n counts for each of them.
    var isByGroup = false
    /// How many samples show a difference with a power; a fraction. Nil where none do.
    let samples: (_ difference: Double, _ power: Double) -> Double?
    /// The smallest differences that so many samples show, up and down, each at least 0; nil where none is.
    let detectable: (_ n: Double, _ power: Double) -> (up: Double?, down: Double?)
    /// The share of evaluations that show the difference.
    let power: (_ difference: Double, _ n: Double) -> Double?
    /// Why a difference cannot be; nil where it can.
    let refusal: (_ difference: Double) -> String?
}

extension PowerDesign {
    /// Scores of any kind on the same samples, by the paired t test.
    /// - Parameters:
    ///   - deviation: of the differences from sample to sample, more than 0.
    ///   - source: where it is from.
    ///   - largest: the largest difference that the metric's range allows; nil where it is not known.
    static func paired(deviation: Double, source: String, alpha: Double, largest: Double? = nil) -> PowerDesign {
        let test = Power.PairedT(alpha: alpha)
        return PowerDesign(
            name: "paired", test: "paired-t", known: [.init(key: "sd", value: .number(deviation))],
            assumption: "both variants answer the same samples, and their scores differ from sample to sample with a "
                + "standard deviation of \(FigureText.brief(deviation)) (\(source)).",
            samples: { difference, power in test.sampleSize(effect: difference / deviation, power: power) },
            detectable: { n, power in
                let difference = test.detectableEffect(n: n, power: power).map { $0 * deviation }
                    .flatMap { $0 <= largest ?? .infinity ? $0 : nil }
                return (difference, difference)
            },
            power: { difference, n in test.power(effect: difference / deviation, n: n) },
            refusal: { difference in
                guard let largest, abs(difference) > largest else { return nil }
                return "expected at most the range, \(FigureText.brief(largest)): scores can differ by no more"
            })
    }

    /// Right or wrong on the same samples, by McNemar's test.
    /// - Parameter discordance: the share of samples that one variant alone gets right, more than 0 and at most 1.
    static func binary(discordance: Double, source: String, alpha: Double) -> PowerDesign {
        let test = Power.McNemar(alpha: alpha)
        return PowerDesign(
            name: "paired-binary", test: "mcnemar", known: [.init(key: "discordance", value: .number(discordance))],
            assumption: "both variants answer the same samples, right or wrong, and one alone is right on "
                + "\(FigureText.percent(discordance)) of them (\(source)).",
            samples: { difference, power in
                test.sampleSize(difference: difference, discordance: discordance, power: power)
            },
            detectable: { n, power in
                let difference = test.detectableDifference(discordance: discordance, n: n, power: power)
                return (difference, difference)
            },
            power: { difference, n in test.power(difference: difference, discordance: discordance, n: n) },
            refusal: { difference in
                abs(difference) <= discordance
                    ? nil
                    : "expected at most the discordance, \(FigureText.brief(discordance)): shares can differ by no "
                        + "more than the samples on which one variant alone is right"
            })
    }

    /// Shares of right answers on different samples, as in a live A/B, by the two-proportion z test.
    /// - Parameter rate: the baseline's, 0...1.
    static func proportions(rate: Double, alpha: Double) -> PowerDesign {
        let test = Power.TwoProportions(alpha: alpha)
        return PowerDesign(
            name: "two-proportions", test: "two-proportion-z", known: [.init(key: "rate", value: .number(rate))],
            assumption: "each variant answers samples of its own, as many as the other, and the baseline is right on "
                + "\(FigureText.percent(rate)) of them (--rate).",
            isByGroup: true,
            samples: { difference, power in test.sampleSize(rate + difference, rate, power: power) },
            detectable: { n, power in
                (
                    test.detectableDifference(from: rate, n: n, power: power),
                    // A fall of a share is a rise of what is left of 1.
                    test.detectableDifference(from: 1 - rate, n: n, power: power)
                )
            },
            power: { difference, n in test.power(rate + difference, rate, n: n) },
            refusal: { difference in
                0...1 ~= rate + difference
                    ? nil
                    : "expected \(FigureText.brief(-rate)) to \(FigureText.brief(1 - rate)): a share of "
                        + "\(FigureText.brief(rate)) can change by no more"
            })
    }
}

extension PowerDesign {
    /// The design of two files of scores, by what they hold.
    /// - Throws: `RecordError` and `CommandFailure` for files that cannot be compared or do not differ.
    static func pilot(_ first: String, _ second: String, alpha: Double) throws -> PowerDesign {
        let rows = ComparedSide.Rows.scores(higherIsBetter: true)
        let (before, after) = (
            try ComparedSide.file(first, rows, cluster: nil), try ComparedSide.file(second, rows, cluster: nil)
        )
        let samples = try SamplePairs(before, after)
        let (left, right) = (before.columns[0], after.columns[0])
        let kept = samples.first.indices.filter {
            left.isScored(samples.first[$0]) && right.isScored(samples.second[$0])
        }
        let scores = try PairedScores(
            baseline: kept.compactMap { left.score(samples.first[$0]) },
            candidate: kept.compactMap { right.score(samples.second[$0]) })
        let source = "pilot of \(kept.count) samples"
        let deviation = Moments(scores.differences).standardDeviation ?? 0
        guard deviation > 0 else {
            throw CommandFailure.usage(
                "--pilot: found \(kept.count) samples with scores on both sides whose differences do not vary; "
                    + "expected two or more that do, to learn the spread from")
        }
        guard scores.isBinary else { return paired(deviation: deviation, source: source, alpha: alpha) }
        let disputed = scores.differences.count { $0 != 0 }
        return binary(discordance: Double(disputed) / Double(kept.count), source: source, alpha: alpha)
    }
}
