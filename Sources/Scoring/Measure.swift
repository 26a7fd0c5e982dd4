public import Chat

/// One figure that a metric gives: a column of the results.
///
/// The other half of a metric: `Metric.statistics(of:)` turns a segment into numbers once, a measure turns the *sum* of
/// such numbers into a score, so that a bootstrap never tokenises again.
public struct Measure: Sendable {
    /// How segments make up the figure of a corpus, and with it which interval and which test fit.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A non-linear function of summed counts: BLEU, chrF, TER.
        case corpus
        /// The mean of continuous scores per sample.
        case mean
        /// The mean of scores that are 0 or 1: a rate.
        case binary
    }

    /// The column's name: `bleu`, `rougeLsum`, `exact_match` …, or the `id:` that the spec gave.
    public let id: String
    /// The figure's name as its field writes it: "BLEU", "chrF2++", "ROUGE-L".
    public let title: String
    /// How segments make up the figure of a corpus.
    public let kind: Kind
    /// The range of scores, `0...100` for BLEU and chrF, `0...1` for rates; nil where one side has no bound (TER, WER).
    public let range: ClosedRange<Double>?
    /// Whether a higher score is the better one; not so for error rates.
    public let higherIsBetter: Bool
    /// Length of the sufficient statistics of one segment.
    public let statisticsCount: Int
    /// The score of a corpus from the *sum* of its segments' vectors; nil where there is nothing to score, never NaN.
    public let score: @Sendable (_ sum: UnsafeBufferPointer<Double>) -> Double?
    /// The score of one sample from its own vector (for BLEU: with effective order); nil where there is nothing to
    /// score.
    public let segmentScore: @Sendable (_ values: [Double]) -> Double?
    /// What stands behind the score of a sum: precision and recall, counts, the brevity penalty, as members of a JSON
    /// object.
    public let parts: @Sendable (_ sum: UnsafeBufferPointer<Double>) -> [JSONValue.Member]
    /// What follows the score in the one-line form; empty for most.
    let detail: @Sendable (_ sum: UnsafeBufferPointer<Double>) -> String
    /// How the score was computed, field by field.
    let fields: Signature

    /// How the score was computed, `case:mixed|eff:no|tok:13a|smooth:exp`, without the number of references, which is
    /// known with the data only.
    public var signature: String { fields.text() }

    /// The signature with the number of references in front, in the form sacrebleu's users quote; no version field.
    /// - Parameters:
    ///   - references: how many references each segment has; counts that differ read `nrefs:var`.
    ///   - short: the abbreviated form, `#:1|c:mixed|e:no|tok:13a|s:exp`.
    public func signature(references: some Sequence<Int>, short: Bool = false) -> String {
        fields.text(references: Set(references), short: short)
    }

    /// The one-line form, `BLEU|nrefs:1|… = 17.27 60.1/27.4/14.1/6.4 (BP = 0.882 …)`; nil where there is no score.
    public func line(_ sum: [Double], references: some Sequence<Int>) -> String? {
        sum.withUnsafeBufferPointer { sum in
            guard let score = score(sum) else { return nil }
            let detail = detail(sum)
            let head = "\(title)|\(signature(references: references)) = \(Decimals.fixed(score, places: 2))"
            return detail.isEmpty ? head : head + " " + detail
        }
    }

    /// The score of a corpus from the sum of its vectors, as an array.
    public func score(ofSum sum: [Double]) -> Double? { sum.withUnsafeBufferPointer(score) }

    /// The score of a corpus from the statistics of its segments.
    public func score(of segments: some Sequence<SegmentStatistics>) -> Double? {
        score(ofSum: SegmentStatistics.sum(segments, count: statisticsCount))
    }
}

extension Measure {
    /// A measure whose corpus figure is the mean of its samples' scores; its statistics are `[value, 1]`.
    public static func mean(
        id: String, title: String, range: ClosedRange<Double>? = 0...1, higherIsBetter: Bool = true,
        signature: KeyValuePairs<String, String> = [:]
    ) -> Measure {
        average(
            id: id, title: title, kind: .mean, range: range, higherIsBetter: higherIsBetter,
            names: ["value"], shown: 0, signature: signature)
    }

    /// A measure of samples that are right (1) or wrong (0); its corpus figure is a rate, its statistics are `[value,
    /// 1]`.
    public static func binary(
        id: String, title: String, signature: KeyValuePairs<String, String> = [:]
    ) -> Measure {
        average(
            id: id, title: title, kind: .binary, range: 0...1, higherIsBetter: true, names: ["value"], shown: 0,
            signature: signature)
    }

    /// A measure of means: statistics are one value a name and the count 1 last; `shown` says which one is the score.
    static func average(
        id: String, title: String, kind: Kind, range: ClosedRange<Double>?, higherIsBetter: Bool, names: [String],
        shown: Int, signature: KeyValuePairs<String, String>
    ) -> Measure {
        let count = names.count
        return Measure(
            id: id, title: title, kind: kind, range: range, higherIsBetter: higherIsBetter,
            statisticsCount: count + 1,
            score: { sum in sum.count > count && sum[count] > 0 ? sum[shown] / sum[count] : nil },
            segmentScore: { values in
                values.count > count && values[count] > 0 ? values[shown] / values[count] : nil
            },
            parts: { sum in
                guard count > 1, sum.count > count, sum[count] > 0 else { return [] }
                return names.indices.map { .init(key: names[$0], value: .number(sum[$0] / sum[count])) }
            },
            detail: { _ in "" },
            fields: Signature(pairs: signature))
    }
}
