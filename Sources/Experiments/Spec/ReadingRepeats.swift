import Chat
public import Scoring

/// The key `repeats`: a number, or `{count: 5, reduce: pass@3}`; and the key `reduce` of a metric.
extension SpecReader {
    /// How many passes, and how metrics of right answers reduce them where they do not say themselves.
    struct Repeats {
        var count = 1
        /// A reducer's name; nil for the mean.
        var reducer: String?
        var field: SpecField?
    }

    private static let counts = 1...10_000

    func repeats(_ map: SpecMapping) -> Repeats {
        guard let field = map["repeats"] else { return Repeats() }
        guard field.members != nil else { return Repeats(count: field.integer(in: SpecReader.counts) ?? 1) }
        guard let inner = field.mapping(keys: ["count", "reduce"]) else { return Repeats() }
        return Repeats(
            count: inner.required("count", "a whole number")?.integer(in: SpecReader.counts) ?? 1,
            reducer: inner["reduce"].flatMap(reducer), field: field)
    }

    /// The name of a reducer.
    func reducer(_ field: SpecField) -> String? {
        guard let name = field.filledText("mean, majority, at_least_K or pass@K") else { return nil }
        do throws(MetricError) {
            return try Reducer.named(name).name
        } catch {
            field.report(error.message, remedy: error.nearest.map { "did you mean '\($0)'?" })
            return nil
        }
    }

    /// The metrics with the reducer of `repeats` where it fits and they have none of their own.
    func reduced(_ metrics: [MetricSpec], by repeats: Repeats) -> [MetricSpec] {
        guard let reducer = repeats.reducer else { return metrics }
        if !metrics.isEmpty, !metrics.contains(where: countsRightAnswers), reducer != Reducer.mean.name {
            repeats.field?.report(
                "'\(reducer)' counts right answers, and no metric is right or wrong",
                remedy: "remove reduce, or add a metric such as exact_match")
        }
        return metrics.map { metric in
            var metric = metric
            if metric.reducer == nil, countsRightAnswers(metric) { metric.reducer = reducer }
            return metric
        }
    }

    /// Whether each of the metric's scores is right (1) or wrong (0).
    func countsRightAnswers(_ metric: MetricSpec) -> Bool {
        (try? vocabulary.metric(metric))?.measures.allSatisfy { $0.kind == .binary } ?? false
    }
}

extension EvalSpec {
    /// How repeats become one score, by measure; without an entry for the mean.
    public var reducers: [String: Reducer] {
        var found: [String: Reducer] = [:]
        for metric in metrics {
            guard let name = metric.reducer, name != Reducer.mean.name, let reducer = try? Reducer.named(name) else {
                continue
            }
            for measure in metric.measures { found[measure] = reducer }
        }
        return found
    }

    /// The metrics whose reducer needs more repeats than there are, a message each.
    func shortOfRepeats() -> [(metric: MetricSpec, message: String)] {
        metrics.compactMap { metric in
            guard let reducer = metric.reducer.flatMap({ try? Reducer.named($0) }), reducer.minimumRepeats > repeats
            else { return nil }
            return (
                metric,
                "\(reducer.name) of '\(metric.id)' needs at least \(reducer.minimumRepeats) repeats; found \(repeats)"
            )
        }
    }
}
