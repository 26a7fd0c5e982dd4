import Chat
import Experiments
import Scoring
import Store

/// A run of the store, or one of its variants, as `compare` names it: `RUN` or `RUN:VARIANT`.
struct StoredReference {
    let run: RunRecord
    /// The variant named; nil for the whole run.
    let variant: String?

    /// - Throws: `StoreError` for an unknown run, `CommandFailure` for an unknown variant, with the nearest.
    init(_ text: String, in store: RunStore) throws {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        run = try store.run(String(parts[0]))
        variant = parts.count > 1 ? StoredReference.label(String(parts[1]), in: run) : nil
        guard let variant, !run.variants.contains(variant) else { return }
        let nearest = NearestName.nearest(to: variant, among: run.variants).map { "; did you mean '\($0)'?" } ?? ""
        throw CommandFailure.usage(
            "run \(run.id) has no variant \(RowFields.quoted(variant)); it has "
                + run.variants.joined(separator: ", ") + nearest)
    }
}

extension StoredReference {
    /// The label of the variant of that name: a label leaves out the parts of which the spec has only one, a name may
    /// have all three, `model:prompt:pipeline`.
    private static func label(_ name: String, in run: RunRecord) -> String {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !run.variants.contains(name) else { return name }
        let lists = ["models", "prompts", "pipelines"].map { run.spec[$0]?.arrayValue ?? [] }
        let isVariant = zip(parts, lists).allSatisfy { part, list in list.contains { $0["id"]?.stringValue == part } }
        guard isVariant else { return name }
        let kept = zip(parts, lists).filter { $1.count > 1 }.map(\.0)
        return kept.isEmpty ? parts[0] : kept.joined(separator: ":")
    }
}

/// Which variants of two runs are compared.
struct VariantPairs {
    let pairs: [(baseline: String, variant: String)]
    /// Variants of either run that have no namesake in the other.
    var alone: [String] = []

    /// - Throws: `CommandFailure` where nothing pairs up.
    init(_ first: StoredReference, _ second: StoredReference) throws {
        if let before = first.variant, let after = second.variant {
            pairs = [(before, after)]
        } else if first.run.id == second.run.id {
            throw CommandFailure.usage(
                "both sides are run \(first.run.id); compare two of its variants as RUN:VARIANT, of "
                    + first.run.variants.joined(separator: ", "))
        } else {
            let (before, after) = (first.candidates, second.candidates)
            let shared = before.filter(after.contains)
            if !shared.isEmpty {
                pairs = shared.map { ($0, $0) }
                alone = before.filter { !shared.contains($0) } + after.filter { !shared.contains($0) }
            } else if before.count == 1, after.count == 1 {
                pairs = [(before[0], after[0])]
            } else {
                throw CommandFailure.usage(
                    "no variant stands in both runs: \(first.run.id) has \(before.joined(separator: ", ")); "
                        + "\(second.run.id) has \(after.joined(separator: ", ")); name two as RUN:VARIANT")
            }
        }
    }
}

extension StoredReference {
    fileprivate var candidates: [String] { variant.map { [$0] } ?? run.variants }

    /// Some variants of the run with the statistics of every measure, a side each.
    /// - Parameter cluster: the dataset's field that groups dependent samples; nil takes what the run's spec declared.
    func sides(_ variants: [String], cluster: String?, in store: RunStore) throws -> [ComparedSide] {
        let samples = try store.samples(of: run.id)
        let places = Dictionary(
            samples.enumerated().map { (ScalarText($1.id), $0) }, uniquingKeysWith: { first, _ in first })
        let clusters = try cluster.map { try names(of: $0, samples) } ?? samples.map(\.cluster)
        let measures = measures
        var columns = variants.map { _ in
            measures.map { MeasureColumn(measure: $0, samples: samples.count) }
        }
        let wanted = Dictionary(variants.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let reducers = reducers
        var repeats = RepeatedScores(
            reducers, samples: samples.count, repeats: run.spec["repeats"]?.intValue ?? 1, variants: variants.count)
        try store.forEachTrial(of: run.id) { trial in
            guard let variant = wanted[trial.key.variant], let sample = places[ScalarText(trial.key.sampleID)] else {
                return
            }
            repeats.add(trial, sample: sample, variant: variant)
            for score in trial.scores {
                guard let value = score.value, value.isFinite else { continue }
                let known = columns[variant].firstIndex { $0.measure.id == score.measure }
                // What no metric of ours explains (a sample's own assertion, a judge) is compared by its mean.
                let place = known ?? columns[variant].count
                if known == nil {
                    let measure = Measure.mean(id: score.measure, title: score.measure, range: nil)
                    columns[variant].append(MeasureColumn(measure: measure, samples: samples.count))
                }
                let isOurs = measures.contains { $0.id == score.measure }
                columns[variant][place].add(isOurs ? score.statistics ?? [] : [value, 1], at: sample)
            }
        }
        for variant in columns.indices {
            for (place, column) in columns[variant].enumerated() {
                let id = column.measure.id
                guard let reducer = reducers[id], let scores = repeats.reduced(id, variant: variant) else { continue }
                columns[variant][place] = column.reduced(to: scores, by: reducer)
            }
        }
        return zip(variants, columns).map { variant, columns in
            var side = ComparedSide(name: "\(run.id):\(variant)", ids: samples.map(\.id), columns: columns)
            if clusters.contains(where: { $0 != nil }) { side.clusters = clusters }
            return side
        }
    }

    private func names(of field: String, _ samples: [SampleRecord]) throws -> [String?] {
        try samples.map { sample in
            if let text = sample.variables[field]?.plainText { return text }
            let keys = sample.variables.objectValue?.map(\.key) ?? []
            let nearest = NearestName.nearest(to: field, among: keys).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandFailure.usage(
                "--cluster: sample \(RowFields.quoted(sample.id)) of run \(run.id) has no text in the field "
                    + "'\(field)'; it has \(keys.joined(separator: ", "))\(nearest)")
        }
    }

    /// The measures of the run's spec, from what the store kept of it.
    private var measures: [Measure] { metrics.flatMap(\.measures) }

    /// How the run reduced repeats, by measure; without an entry for the mean.
    private var reducers: [String: Reducer] {
        var found: [String: Reducer] = [:]
        for (measures, name) in metrics {
            guard let name, name != Reducer.mean.name, let reducer = try? Reducer.named(name) else { continue }
            for measure in measures { found[measure.id] = reducer }
        }
        return found
    }

    private var metrics: [(measures: [Measure], reducer: String?)] {
        (run.spec["metrics"]?.arrayValue ?? []).compactMap { entry in
            let member = entry.objectValue?.first
            guard let kind = entry.stringValue ?? member?.key else { return nil }
            var given = Dictionary(
                (member?.value.objectValue ?? []).map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last })
            let reducer = given.removeValue(forKey: "reduce")?.stringValue
            return (try? Metrics.make(kind, given)).map { ($0.measures, reducer) }
        }
    }
}

extension MeasureColumn {
    /// The column with one score a sample in the place of its repeats'.
    fileprivate func reduced(to scores: [Double?], by reducer: Reducer) -> MeasureColumn {
        var column = MeasureColumn(
            measure: .mean(
                id: measure.id, title: measure.title, higherIsBetter: measure.higherIsBetter,
                signature: ["of": measure.signature, "reduce": reducer.name]))
        for score in scores { column.append(score.map { [$0, 1] }) }
        return column
    }
}
