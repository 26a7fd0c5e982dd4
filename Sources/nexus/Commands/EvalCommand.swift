import ArgumentParser
import Chat
import Experiments
import Store

/// `nexus eval`: a spec from samples to verdict.
struct EvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Run a spec: every sample through every variant, scored, tested, gated, reported.",
        discussion: """
            Ends with 0 where all is well, 2 for a spec or data that cannot be used, 100 where a gate failed, \
            101 where one is inconclusive, 102 for a run that is not valid or not complete, 130 where it was \
            interrupted (it can be resumed).
            """)

    @Argument(help: "The spec (YAML or JSON).")
    var spec: String

    @OptionGroup var options: EvalOptions
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        var session = try EvalSession(specFile: spec, options: options, shared: shared)
        await session.findDefaultProvider()
        if options.dryRun {
            try session.showPlan()
        } else {
            try await session.run()
        }
    }
}

/// The flags of commands that run specs.
struct EvalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Use the first N samples (or N at random, where the spec says so).", valueName: "n"))
    var limit: Int?

    @Option(
        name: .customLong("sample-id"), help: ArgumentHelp("Run this sample alone; may be repeated.", valueName: "id"))
    var sampleIDs: [String] = []

    @Option(help: ArgumentHelp("Run these variants alone, by label, separated by commas.", valueName: "a,b"))
    var variants: String?

    @Option(help: ArgumentHelp("Passes for each sample and variant.", valueName: "n"))
    var repeats: Int?

    @Option(help: ArgumentHelp("Trials in flight in all.", valueName: "n"))
    var concurrency: Int?

    @Option(help: ArgumentHelp("Seed of order, sampling and resampling.", valueName: "n"))
    var seed: Int?

    @Option(help: ArgumentHelp("Where the report goes (default: reports/<run id>).", valueName: "dir"))
    var out: String?

    @Option(help: ArgumentHelp("Go on with a run, by its id, the beginning of one, or 'latest'.", valueName: "run"))
    var resume: String?

    @Flag(help: "With --resume: ask failed trials again.")
    var retryFailed = false

    @Flag(help: "Switch every pipeline's cache off.")
    var noCache = false

    @Flag(help: "Show the plan (trials, tokens, cost, smallest detectable difference) and send nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("Ask this OpenAI-compatible endpoint instead of the pipeline inside.", valueName: "url"))
    var gateway: String?

    @Option(help: ArgumentHelp("Stop handing out trials once the run has cost this much.", valueName: "usd"))
    var maxCost: Double?

    @Option(help: "Whether an inconclusive gate passes or fails.")
    var inconclusive: Inconclusive?

    enum Inconclusive: String, ExpressibleByArgument, CaseIterable {
        case pass, fail
    }

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit: found \(limit); expected 1 or more") }
        if let repeats, repeats < 1 { throw ValidationError("--repeats: found \(repeats); expected 1 or more") }
        if let concurrency, !(1...10_000).contains(concurrency) {
            throw ValidationError("--concurrency: found \(concurrency); expected 1 to 10000")
        }
        if let maxCost, NanoUSD(dollars: maxCost) == nil {
            throw ValidationError("--max-cost: found \(maxCost); expected dollars, 0 or more")
        }
        if let gateway, !gateway.hasPrefix("http://"), !gateway.hasPrefix("https://") {
            throw ValidationError("--gateway: found '\(gateway)'; expected an http:// or https:// address")
        }
        if variants != nil, chosenVariants.isEmpty {
            throw ValidationError("--variants: found no name; expected labels, a,b")
        }
        if retryFailed, resume == nil { throw ValidationError("--retry-failed goes with --resume RUN") }
    }

    /// The labels of `--variants`.
    private var chosenVariants: [String] {
        (variants ?? "").split(separator: ",").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    }

    /// What the flags change in a spec.
    var overrides: SpecOverrides {
        SpecOverrides(
            limit: limit, sampleIDs: sampleIDs.isEmpty ? nil : sampleIDs,
            variants: variants == nil ? nil : chosenVariants, repeats: repeats,
            concurrency: concurrency, seed: seed, disablesCache: noCache)
    }

    /// The flags that matter for resuming, as the user would type them.
    var resumeFlags: String {
        var flags = ""
        if let limit { flags += " --limit \(limit)" }
        for id in sampleIDs { flags += " --sample-id \(EvalOptions.quoted(id))" }
        if let variants { flags += " --variants \(EvalOptions.quoted(variants))" }
        if let repeats { flags += " --repeats \(repeats)" }
        if let concurrency { flags += " --concurrency \(concurrency)" }
        if let seed { flags += " --seed \(seed)" }
        if noCache { flags += " --no-cache" }
        if let gateway { flags += " --gateway \(EvalOptions.quoted(gateway))" }
        if let out { flags += " --out \(EvalOptions.quoted(out))" }
        if let inconclusive { flags += " --inconclusive \(inconclusive.rawValue)" }
        return flags
    }

    /// A word as a POSIX shell takes it.
    static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                    || "-_./:,@%+=".utf8.contains(byte)
            }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
