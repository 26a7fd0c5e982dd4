import Chat
public import Scoring
public import Store

/// Everything that a report says of a run, computed from the store alone: it never asks a model.
///
/// The same run gives the same figures: resampling is seeded by the run's seed.
public struct RunAnalysis: RunContents {
    public let summary: RunSummary
    private let store: RunStore
    private let run: RunRecord
    private let shownFields: Set<String>

    /// - Parameters:
    ///   - spec: the run's, read again from the store or from its file.
    ///   - metrics: the spec's, as `Grader` makes them.
    /// - Throws: `StoreError` where the run cannot be read.
    public init(runID: String, store: RunStore, spec: EvalSpec, metrics: [any Metric]) throws(StoreError) {
        self.store = store
        run = try store.run(runID)
        let results = try RunResults(run: run, store: store, spec: spec, measures: metrics.flatMap(\.measures))
        summary = RunAnalysis.summary(run, results, spec, metrics)
        let used = spec.prompts.flatMap(\.template.variables) + spec.models.compactMap(\.input)
        shownFields = Set(used)
    }

    private static func summary(
        _ run: RunRecord, _ results: RunResults, _ spec: EvalSpec, _ metrics: [any Metric]
    ) -> RunSummary {
        let figures = VariantAnalysis(results: results, compare: spec.compare, seed: spec.seed)
        let variants = spec.variants.enumerated().map { figures.summary(of: $1, at: $0) }
        let baseline = spec.baselineLabel ?? variants.first?.label ?? ""
        let place = variants.firstIndex { $0.label == baseline } ?? 0
        let comparison = ComparisonAnalysis(results: results, compare: spec.compare, seed: spec.seed, baseline: place)
        let rows = comparison.rows()
        let ablations = AblationAnalysis(spec: spec, results: results, comparison: comparison).summaries()
        let gates = GateAnalysis(spec: spec, results: results, variants: variants, comparisons: comparison).verdicts()
        let facts = results.measures.map { $0.facts(results.reducers[$0.id]) }
        let planned = results.samples.count * variants.count * spec.repeats
        let failed = variants.reduce(0) { $0 + $1.failed }
        return RunSummary(
            runID: run.id, name: run.specName, description: spec.description, startedAt: run.startedAtMilliseconds,
            finishedAt: run.finishedAtMilliseconds, seed: run.seed, version: run.version, spec: run.spec,
            specHash: run.specHash, datasetHash: run.datasetHash, sampleCount: results.samples.count,
            repeats: spec.repeats, alpha: spec.compare.alpha, correction: spec.compare.correction.rawValue,
            resamples: spec.compare.resamples, plannedTrials: planned, storedTrials: results.trials,
            failedTrials: failed, variants: variants, baseline: baseline, measures: facts, comparisons: rows,
            resourceComparisons: comparison.resourceRows(), gates: gates,
            ablations: ablations, faults: faults(spec, results, planned: planned, failed: failed),
            warnings: warnings(results, rows, metrics),
            verdict: Verdict(
                variants: variants, baseline: place, comparisons: rows, ablations: ablations, measures: facts,
                alpha: spec.compare.alpha
            ).sentences())
    }

    private static func faults(_ spec: EvalSpec, _ results: RunResults, planned: Int, failed: Int) -> [String] {
        var faults: [String] = []
        let stored = results.trials
        let allowed = Text.number(spec.maxFailures * 100)
        func share(_ count: Int, of all: Int) -> String? {
            guard all > 0, Double(count) / Double(all) > spec.maxFailures else { return nil }
            return Text.number((Double(count) / Double(all) * 1000).rounded() / 10)
        }
        if stored < planned { faults.append("\(planned - stored) of \(planned) trials were not made") }
        if let share = share(failed, of: stored) {
            faults.append("\(failed) of \(stored) trials failed (\(share) %; max_failures allows \(allowed) %)")
        }
        let answered = stored - failed
        for (measure, missing) in results.unscored.sorted(by: { $0.key < $1.key }) {
            if let share = share(missing.stopped, of: answered), let first = missing.firstStopped {
                faults.append(
                    "\(measure): \(missing.stopped) of \(answered) answers could not be scored (\(share) %; "
                        + "max_failures allows \(allowed) %); the first, \(first)")
            } else if missing.count == answered, let first = missing.first {
                faults.append("\(measure): no answer could be scored; the first, \(first)")
            }
        }
        return faults
    }

    private static func warnings(
        _ results: RunResults, _ rows: [ComparisonRow], _ metrics: [any Metric]
    ) -> [String] {
        var counts: [(text: String, samples: Int)] = []
        for sample in results.samples {
            let segment = Segment(output: "", references: sample.references)
            for warning in Set(metrics.flatMap { $0.warnings(for: segment) }).sorted() {
                if let place = counts.firstIndex(where: { $0.text == warning }) {
                    counts[place].samples += 1
                } else {
                    counts.append((warning, 1))
                }
            }
        }
        var warnings = counts.map { "\($0.text) (\($0.samples) of \(results.samples.count) samples)" }
        for (variant, resources) in zip(results.variants, results.resources) {
            let answered = resources.trials - resources.failed
            if let cut = resources.unfinished[.length] {
                warnings.append(
                    "\(variant): \(cut) of \(answered) answers ended at a limit of tokens; they are scored as they are")
            }
            if let refused = resources.unfinished[.refused] {
                warnings.append(
                    "\(variant): \(refused) of \(answered) answers were refused or stopped by the provider's filter; "
                        + "they are scored as they are")
            }
        }
        for (measure, missing) in results.unscored.sorted(by: { $0.key < $1.key }) {
            warnings.append(
                "\(measure): \(Count.text(missing.count, "answer")) not scored; the first, \(missing.first ?? "")")
        }
        let corpus = Set(results.measures.filter { $0.kind == .corpus }.map(\.id))
        if rows.contains(where: { $0.isApproximate && corpus.contains($0.metric) }) {
            warnings.append("with fewer than 100 independent samples, intervals of corpus scores are approximate")
        }
        return warnings
    }
}

extension RunAnalysis {
    public func forEachSample(_ body: (SampleRow, [TrialRow]) throws -> Void) throws {
        let samples = try store.samples(of: run.id)
        var place = 0
        var trials: [TrialRow] = []
        var failure: (any Error)?
        /// Hands over samples up to the one with `id`, or all that are left.
        func handOver(until id: String?) {
            while failure == nil, place < samples.count, samples[place].id != id {
                do { try body(row(samples[place]), trials) } catch { failure = error }
                trials = []
                place += 1
            }
        }
        try store.forEachTrial(of: run.id) { trial in
            handOver(until: trial.key.sampleID)
            trials.append(row(trial))
        }
        handOver(until: nil)
        if let failure { throw failure }
    }

    private func row(_ sample: SampleRecord) -> SampleRow {
        let members = sample.variables.objectValue ?? []
        let shown = shownFields.isEmpty ? members : members.filter { shownFields.contains($0.key) }
        return SampleRow(
            id: sample.id, fields: shown.map { (name: $0.key, value: $0.value.stringValue ?? $0.value.text) },
            references: sample.references)
    }

    private func row(_ trial: TrialRecord) -> TrialRow {
        let scores = Dictionary(trial.scores.map { ($0.measure, $0.value) }, uniquingKeysWith: { _, last in last })
        let reply = trial.reply
        return TrialRow(
            sampleID: trial.key.sampleID, variant: trial.key.variant, repeatIndex: trial.key.repeatIndex,
            output: reply?.output, error: trial.failure.map { "\($0.kind.rawValue): \($0.message)" },
            source: reply?.source.rawValue,
            latencyMilliseconds: (reply?.latency ?? trial.failure?.latency)?.milliseconds,
            firstTokenMilliseconds: reply?.timeToFirstToken?.milliseconds, inputTokens: reply?.usage?.input,
            outputTokens: reply?.usage?.output, cost: reply?.cost?.dollars,
            scores: summary.measures.map { scores[$0.id] ?? nil })
    }
}
