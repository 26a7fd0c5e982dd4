import ArgumentParser
import Chat

/// `nexus power`: the n that a difference needs, or the smallest difference that an n can show.
struct PowerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "power",
        abstract: "How many samples a difference needs, or the smallest difference that so many samples can show.",
        usage: """
            nexus power --difference <d> <scores> [--power <share>] [--alpha <share>]
            nexus power --n <n> <scores> [--power <share>] [--alpha <share>]
            nexus power --n <n> --difference <d> <scores>
            """,
        discussion: """
            How the scores vary, one of:
              --sd S           same samples, any scores: standard deviation of differences
              --range R        the same in the worst case, from the metric's range
              --discordance D  same samples, right or wrong: share one alone gets right
              --pilot A B      same samples: learnt from two files of {"id", "score"}
              --rate P         different samples, right or wrong: the baseline's share

            For a gate on "no regression", the difference is the margin.
            """)

    @Option(help: ArgumentHelp("The true difference to be shown, in the score's unit.", valueName: "d"))
    var difference: Double?

    @Option(help: ArgumentHelp("Samples; with --rate, of each variant.", valueName: "n"))
    var n: Int?

    @Option(help: ArgumentHelp("Standard deviation of the differences from sample to sample.", valueName: "s"))
    var sd: Double?

    @Option(help: ArgumentHelp("The metric's highest value less its lowest.", valueName: "r"))
    var range: Double?

    @Option(help: ArgumentHelp("Share of samples that one variant alone gets right.", valueName: "share"))
    var discordance: Double?

    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("Two files of {\"id\", \"score\"}.", valueName: "file"))
    var pilot: [String] = []

    @Option(help: ArgumentHelp("The baseline's share of right answers.", valueName: "share"))
    var rate: Double?

    @Option(help: ArgumentHelp("How often a true difference shall be shown.", valueName: "share"))
    var power = 0.8

    @Option(help: ArgumentHelp("How often a difference may be shown where there is none.", valueName: "share"))
    var alpha = 0.05

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard difference != nil || n != nil else {
            throw ValidationError(
                "expected --difference D (how many samples does it need?), --n N (what can they show?), or both")
        }
        let ways = [sd != nil, range != nil, discordance != nil, rate != nil, !pilot.isEmpty].count { $0 }
        guard ways == 1 else {
            throw ValidationError(
                "found \(ways) of --sd, --range, --discordance, --pilot and --rate; expected one, to know how scores "
                    + "vary")
        }
        guard pilot.isEmpty || pilot.count == 2 else {
            throw ValidationError("--pilot: found \(pilot.count) files; expected two, of the same samples")
        }
        try check("--alpha", alpha, alpha > 0 && alpha < 1, "more than 0 and less than 1")
        try check("--power", power, power > alpha && power < 1, "more than alpha and less than 1")
        if let difference {
            try check("--difference", difference, difference.isFinite && difference != 0, "a number other than 0")
        }
        if let n, !(2...1_000_000_000 ~= n) {
            throw ValidationError("--n: found \(n); expected 2 to 1000000000")
        }
        for (flag, value) in [("--sd", sd), ("--range", range)] {
            if let value { try check(flag, value, value > 0 && value.isFinite, "more than 0") }
        }
        if let discordance {
            try check("--discordance", discordance, discordance > 0 && discordance <= 1, "more than 0 and at most 1")
        }
        if let rate { try check("--rate", rate, 0...1 ~= rate, "0 to 1") }
    }

    private func check(_ flag: String, _ value: Double, _ holds: Bool, _ expected: String) throws {
        guard holds else { throw ValidationError("\(flag): found \(value); expected \(expected)") }
    }

    func run() throws {
        let design = try design()
        if let difference, let reason = design.refusal(difference) {
            throw CommandFailure.usage("--difference: found \(difference); \(reason)")
        }
        let plan = PowerPlan(design: design, n: n, difference: difference, alpha: alpha, power: power)
        if shared.json {
            Terminal.result(plan.json.text)
        } else {
            Terminal.result(plan.lines.joined(separator: "\n"))
        }
    }

    private func design() throws -> PowerDesign {
        if let sd { return .paired(deviation: sd, source: "--sd", alpha: alpha) }
        if let range {
            return .paired(
                deviation: range, source: "the most that a range of that size allows", alpha: alpha, largest: range)
        }
        if let discordance { return .binary(discordance: discordance, source: "--discordance", alpha: alpha) }
        if let rate { return .proportions(rate: rate, alpha: alpha) }
        return try .pilot(pilot[0], pilot[1], alpha: alpha)
    }
}
