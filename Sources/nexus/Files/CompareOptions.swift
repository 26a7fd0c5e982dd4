import Chat
import ArgumentParser
import Scoring
import Statistics

/// The flags that say what is compared and how it is tested.
struct CompareOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("For files of outputs: what scores them. For runs: this measure alone.", valueName: "name"))
    var metric: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "References for two files of plain text, a line a segment, as in sacrebleu; with --metric.",
            valueName: "ref"))
    var refs: [String] = []

    @Option(help: ArgumentHelp("The significance test (default: by the kind of the scores).", valueName: "name"))
    var test: String?

    @Option(help: ArgumentHelp("Correction over all comparisons: \(Correction.names).", valueName: "name"))
    var correction = Correction.holm.rawValue

    @Option(help: ArgumentHelp("Field that groups dependent samples.", valueName: "field"))
    var cluster: String?

    @Option(help: ArgumentHelp("Non-inferiority: B may be at most this much worse.", valueName: "d"))
    var margin: Double?

    @Option(help: "Whether an open verdict on the margin passes or fails.")
    var inconclusive: EvalOptions.Inconclusive?

    @Flag(help: "For files of scores: a lower score is better.")
    var lowerIsBetter = false

    @Option(help: ArgumentHelp("Level of significance; intervals are at 1 − alpha.", valueName: "share"))
    var alpha = 0.05

    @Option(help: ArgumentHelp("Resamples of randomization and bootstrap.", valueName: "n"))
    var resamples = 10_000

    @Option(help: ArgumentHelp("Seed of every resampling.", valueName: "n"))
    var seed: UInt64 = 12_345

    func validate() throws {
        if !refs.isEmpty {
            guard metric != nil else { throw ValidationError("--refs needs --metric, such as --metric bleu") }
            guard cluster == nil else { throw ValidationError("--cluster goes with files of rows, not with --refs") }
        }
        guard alpha > 0, alpha < 1 else {
            throw ValidationError("--alpha: found \(alpha); expected more than 0 and less than 1")
        }
        guard 1...10_000_000 ~= resamples else {
            throw ValidationError("--resamples: found \(resamples); expected 1 to 10000000")
        }
        if let margin, !(margin >= 0 && margin.isFinite) {
            throw ValidationError("--margin: found \(margin); expected 0 or more, in the score's unit")
        }
    }

    /// - Throws: `CommandFailure` for an unknown test or correction, with the nearest.
    func rules() throws -> ComparisonRules {
        guard let correction = Correction(rawValue: correction) else {
            throw CommandFailure.usage(
                unknown: correction, of: "--correction", among: Correction.allCases.map(\.rawValue))
        }
        return ComparisonRules(
            test: try test.map { name in
                guard let test = SignificanceTests.named(name) else {
                    throw CommandFailure.usage(
                        unknown: name, of: "--test", among: SignificanceTests.all.map(\.name))
                }
                return test
            },
            settings: TestSettings(resamples: resamples, seed: seed, level: 1 - alpha), correction: correction,
            alpha: alpha, margin: margin)
    }
}

extension Correction {
    fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
