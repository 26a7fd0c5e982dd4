import Chat
import Statistics

/// What each stage took by itself in the trials of one variant.
struct SelfTimes {
    /// Stages in the order in which calls pass them.
    private var order: [String] = []
    /// Milliseconds of each trial that passed the stage.
    private var times: [String: [Double]] = [:]

    /// Adds one trial: of each stage the time within it and in no stage inside it, over all its spans.
    mutating func add(_ spans: [Span]) {
        var own: [String: Double] = [:]
        for (stage, time) in SelfTimes.times(of: spans) {
            if times[stage] == nil {
                order.append(stage)
                times[stage] = []
            }
            own[stage, default: 0] += time
        }
        for (stage, time) in own { times[stage]?.append(time) }
    }

    /// Each span with its own milliseconds, outermost first.
    ///
    /// Spans are nested by their times, which are rounded to microseconds. Where those inside one overlap, as a hedged
    /// call's do, it has that time taken off once.
    static func times(of spans: [Span]) -> [(stage: String, milliseconds: Double)] {
        // Of spans with the same bounds the one recorded last is the outer one: a stage is recorded when it returns.
        let sorted = spans.enumerated().sorted { one, other in
            let (a, b) = (one.element, other.element)
            return (a.start, b.start + b.duration, other.offset) < (b.start, a.start + a.duration, one.offset)
        }.map(\.element)
        var own = sorted.map(\.duration.milliseconds)
        /// Places of the spans that the next one may lie in, and up to where the time inside each is taken already.
        var open: [(place: Int, end: Duration, taken: Duration)] = []
        for (place, span) in sorted.enumerated() {
            let end = span.start + span.duration
            while let last = open.last, last.end < span.start { open.removeLast() }
            if let parent = open.lastIndex(where: { $0.end + .microseconds(2) >= end }) {
                let begin = max(span.start, open[parent].taken)
                if end > begin {
                    own[open[parent].place] -= (end - begin).milliseconds
                    open[parent].taken = end
                }
            }
            open.append((place, end, span.start))
        }
        return zip(sorted, own).map { ($0.stage, max(0, $1)) }
    }

    /// The figures of each stage.
    var summary: [StageTime] {
        // In one order, so that every process gets the same sum.
        let total = order.reduce(0) { $0 + (times[$1] ?? []).reduce(0, +) }
        return order.compactMap { stage in
            guard let values = times[stage], let median = Quantiles.median(values) else { return nil }
            let sum = values.reduce(0, +)
            return StageTime(
                stage: stage, trials: values.count, mean: sum / Double(values.count), median: median,
                p95: values.count >= 200 ? Quantiles.linear(0.95, of: values) : nil,
                share: total > 0 ? sum / total : 0)
        }
    }
}
