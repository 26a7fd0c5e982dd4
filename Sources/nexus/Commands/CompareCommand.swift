import ArgumentParser
import Chat
import Experiments
import Foundation
import Records
import Scoring
import Statistics
import Store

/// `nexus compare`: whether two runs, two variants or two files of scores or outputs differ beyond chance.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract:
            "Test whether two runs, two variants or two files differ; A is the baseline, the difference is B − A.",
        discussion: """
            Files have a row a sample: {"id": "1", "score": 0.5}, or with --metric {"id": "1", "output": "…", \
            "references": ["…"]}; with --refs they are plain text, line n of every file the same segment. Runs are \
            named by id, the beginning of one, or 'latest', their variants as RUN:VARIANT; without one, each variant \
            is compared with its namesake. Samples are matched by id.

            With --margin the status is 0 where B is no more than that worse, 100 where it is, 101 where it is open.

            Tests: \(SignificanceTests.all.map(\.name).joined(separator: ", ")).
            """)

    @Argument(help: ArgumentHelp("The baseline: a file, RUN or RUN:VARIANT.", valueName: "A"))
    var first: String

    @Argument(help: ArgumentHelp("What is compared with it.", valueName: "B"))
    var second: String

    @OptionGroup var options: CompareOptions
    @OptionGroup(title: "How metrics are computed") var choices: MetricOptions
    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if ([first, second] + options.refs).count(where: { $0 == "-" }) > 1 {
            throw ValidationError("standard input (-) can be only one of the files")
        }
    }

    func run() async throws {
        let rules = try options.rules()
        let result: ComparisonResult
        let areLines = !options.refs.isEmpty
        switch (areLines || CompareCommand.isFile(first), areLines || CompareCommand.isFile(second)) {
        case (true, true): result = try await files(rules)
        case (false, false): result = try runs(rules)
        case (let isFile, _):
            let (file, run) = isFile ? (first, second) : (second, first)
            let store = try shared.storePath
            throw CommandFailure.usage(
                "\(file) is a file and \(run) is not; compare two files, or two runs or variants of \(store)")
        }
        if !shared.quiet { say(result) }
        if shared.json {
            Terminal.result(result.json.text)
        } else {
            Terminal.result(result.lines.joined(separator: "\n"))
        }
        if let failure = result.failure(inconclusive: options.inconclusive) { throw failure }
    }

    private func say(_ result: ComparisonResult) {
        for (count, side, other) in [(result.onlyInFirst, first, second), (result.onlyInSecond, second, first)]
        where count > 0 {
            Terminal.error(
                "warning: \(count) \(count == 1 ? "id" : "ids") of \(VisibleScalar.line(side)) not in "
                    + "\(VisibleScalar.line(other)), left out")
        }
    }

    /// What stands on the disk, or has a name that only a file has.
    private static func isFile(_ text: String) -> Bool {
        let head = text.prefix { $0 != ":" }
        return text == "-" || FileManager.default.fileExists(atPath: text) || RecordFormat(fileName: text) != nil
            || head.contains("/")
    }
}

extension CompareCommand {
    private func files(_ rules: ComparisonRules) async throws -> ComparisonResult {
        let rows: ComparedSide.Rows
        if let metric = options.metric {
            rows = .outputs(try choices.metrics(MetricOptions.names([metric])))
        } else {
            rows = .scores(higherIsBetter: !options.lowerIsBetter)
        }
        // Both at once, a core each; what is wrong with the first is told first.
        let (left, right, cluster) = (first, second, options.cluster)
        let references = try TextLines.references(options.refs)
        async let baseline = CompareCommand.side(left, rows, references, cluster: cluster)
        async let candidate = CompareCommand.side(right, rows, references, cluster: cluster)
        let (before, after) = try await (baseline, candidate)
        for side in [before, after] where !shared.quiet {
            for warning in side.warnings {
                Terminal.error("warning: \(VisibleScalar.line(side.name)): \(warning)")
            }
        }
        let samples = try SamplePairs(before, after)
        if samples.differingReferences > 0, !shared.quiet {
            Terminal.error(
                "warning: \(Count.text(samples.differingReferences, "sample")) of \(samples.first.count) with other "
                    + "references in one file than in the other: their scores are no pairs")
        }
        let pairs = try zip(before.columns, after.columns).map { left, right in
            try rules.pair((first, left), (second, right), samples)
        }
        return ComparisonResult(
            sides: (first, second), pairs: rules.corrected(pairs), onlyInFirst: samples.onlyInFirst,
            onlyInSecond: samples.onlyInSecond, rules: rules)
    }

    /// One file: rows, or lines of text where there are references for them.
    private static func side(
        _ path: String, _ rows: ComparedSide.Rows, _ references: [TextLines], cluster: String?
    ) throws(RecordError) -> ComparedSide {
        if !references.isEmpty, case .outputs(let metrics) = rows {
            return try ComparedSide.text(path, references, metrics)
        }
        return try ComparedSide.file(path, rows, cluster: cluster)
    }

    private func runs(_ rules: ComparisonRules) throws -> ComparisonResult {
        let store = try RunStore(reading: shared.storePath)
        let (before, after) = (try StoredReference(first, in: store), try StoredReference(second, in: store))
        let chosen = try VariantPairs(before, after)
        if !chosen.alone.isEmpty, !shared.quiet {
            Terminal.error(
                "warning: without a namesake in the other run, left out: \(chosen.alone.joined(separator: ", "))")
        }
        let left = try before.sides(chosen.pairs.map(\.baseline), cluster: options.cluster, in: store)
        let right = try after.sides(chosen.pairs.map(\.variant), cluster: options.cluster, in: store)
        var pairs: [ComparedPair] = []
        var lone = (first: 0, second: 0)
        for (one, other) in zip(left, right) {
            let samples = try SamplePairs(one, other)
            lone = (samples.onlyInFirst, samples.onlyInSecond)
            for id in try measures(one, other) {
                guard let a = one.column(id), let b = other.column(id) else { continue }
                pairs.append(try rules.pair((one.name, a), (other.name, b), samples))
            }
        }
        return ComparisonResult(
            sides: (CompareCommand.name(before), CompareCommand.name(after)), pairs: rules.corrected(pairs),
            onlyInFirst: lone.first, onlyInSecond: lone.second, rules: rules)
    }

    private static func name(_ reference: StoredReference) -> String {
        reference.run.id + (reference.variant.map { ":" + $0 } ?? "")
    }

    /// The measures that both sides have and computed alike; one of them where `--metric` names it.
    private func measures(_ one: ComparedSide, _ other: ComparedSide) throws -> [String] {
        var ids: [String] = []
        for column in one.columns {
            guard let twin = other.column(column.measure.id) else { continue }
            let (mine, its) = (column.measure.signature, twin.measure.signature)
            if mine == its {
                ids.append(column.measure.id)
            } else if !shared.quiet {
                Terminal.error(
                    "warning: \(column.measure.id) is computed differently on the two sides, left out: "
                        + "\(mine) and \(its)")
            }
        }
        guard let wanted = options.metric else {
            guard !ids.isEmpty else {
                throw CommandFailure.usage("\(one.name) and \(other.name) have no measure in common")
            }
            return ids
        }
        let names = MetricOptions.names([wanted])
        for name in names where !ids.contains(name) {
            let nearest = NearestName.nearest(to: name, among: ids).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandFailure.usage(
                "--metric: \(one.name) and \(other.name) do not both have '\(name)'; they have "
                    + "\(ids.joined(separator: ", "))\(nearest)")
        }
        return names
    }
}
