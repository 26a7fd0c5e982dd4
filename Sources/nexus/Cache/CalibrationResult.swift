import Chat
import Foundation
import Gateway
import Statistics

/// What `nexus cache calibrate` found, as text and as JSON.
struct CalibrationResult {
    /// A pair with what the cache would think of it.
    struct Judged {
        var pair: CacheCalibrate.Pair
        var likeness: Double?
        var differences: [LexicalGate.Difference]

        init(pair: CacheCalibrate.Pair, likeness: Double?) {
            self.pair = pair
            self.likeness = likeness
            differences = LexicalGate.differences(between: pair.a, and: pair.b)
        }
    }

    let pairs: [Judged]
    let embedding: String
    let maxFalseHitRate: Double
    private let calibration: ThresholdCalibration
    /// The lowest thresholds that kept the rate, as seen and as shown by the interval.
    private let seen: Double?
    private let shown: Double?

    init(pairs: [Judged], embedding: String, maxFalseHitRate: Double) {
        self.pairs = pairs
        self.embedding = embedding
        self.maxFalseHitRate = maxFalseHitRate
        calibration = ThresholdCalibration(
            pairs.map { .init(likeness: $0.likeness, isKeptApart: !$0.differences.isEmpty, isSame: $0.pair.isSame) })
        seen = calibration.lowestThreshold(maxFalseHitRate: maxFalseHitRate, isShown: false)
        shown = calibration.lowestThreshold(maxFalseHitRate: maxFalseHitRate, isShown: true)
    }

    // MARK: text

    func lines(thresholds: [Double]) -> [String] {
        var table = ColumnText(
            header: [
                "SIMILARITY", "HITS", "95 % INTERVAL", "FALSE HITS", "95 % INTERVAL", "HITS, NO GATE", "FALSE, NO GATE",
            ], numeric: [0, 1, 2, 3, 4, 5, 6])
        for threshold in thresholds {
            guard let gated = calibration.row(at: threshold), let open = calibration.row(at: threshold, gated: false)
            else { continue }
            table.rows.append([
                String(format: "%.2f", threshold), percent(gated.hitRate.estimate), interval(gated.hitRate),
                percent(gated.falseHitRate.estimate), interval(gated.falseHitRate),
                percent(open.hitRate.estimate), percent(open.falseHitRate.estimate),
            ])
        }
        let counts = "\(calibration.same) pairs that mean the same, \(calibration.different) that do not; \(embedding)"
        return [counts, ""] + table.lines + [""] + categoryLines + recommendation
    }

    private func percent(_ share: Double?) -> String { share.map { String(format: "%.1f %%", $0 * 100) } ?? "–" }

    private func interval(_ interval: Interval) -> String {
        String(format: "[%.1f, %.1f]", interval.low * 100, interval.high * 100)
    }

    /// False hits by the rows' category at the threshold that is recommended.
    private var categoryLines: [String] {
        guard let threshold = seen, pairs.contains(where: { $0.pair.category != nil }) else { return [] }
        var table = ColumnText(
            header: ["CATEGORY", "PAIRS", "FALSE HITS", "FALSE, NO GATE"], numeric: [1, 2, 3])
        for (category, found) in categories(at: threshold) {
            table.rows.append([category, "\(found.pairs)", "\(found.falseHits)", "\(found.falseHitsWithoutGate)"])
        }
        return [String(format: "Pairs that do not mean the same, at %.2f:", threshold)] + table.lines + [""]
    }

    private struct Found {
        var pairs = 0
        var falseHits = 0
        var falseHitsWithoutGate = 0
    }

    private func categories(at threshold: Double) -> [(key: String, value: Found)] {
        var found: [String: Found] = [:]
        for judged in pairs where !judged.pair.isSame {
            let isNear = judged.likeness.map { $0 >= threshold } ?? false
            found[judged.pair.category ?? "other", default: Found()].pairs += 1
            if isNear { found[judged.pair.category ?? "other", default: Found()].falseHitsWithoutGate += 1 }
            if isNear, judged.differences.isEmpty {
                found[judged.pair.category ?? "other", default: Found()].falseHits += 1
            }
        }
        return found.sorted { $0.key < $1.key }
    }

    private var recommendation: [String] {
        let rate = percent(maxFalseHitRate)
        guard let seen, let row = calibration.row(at: seen) else {
            return ["At no similarity the false hits stay within \(rate)."]
        }
        let most = percent(row.falseHitRate.high)
        var lines = [
            String(format: "similarity: %.2f", seen)
                + " keeps false hits within \(rate) on these pairs (\(row.falseHits) of \(calibration.different), "
                + "at most \(most) at 95 %) and finds \(percent(row.hitRate.estimate)) of those that mean the same."
        ]
        if let shown {
            lines.append("From " + String(format: "%.2f", shown) + " on the interval itself is below \(rate).")
        } else if let needed = ThresholdCalibration.pairsNeeded(maxFalseHitRate: maxFalseHitRate) {
            lines.append(
                "These pairs cannot show a rate of \(rate): that takes \(needed) that do not mean the same and no "
                    + "false hit among them.")
        }
        return lines
    }

    // MARK: JSON

    var json: JSONValue {
        let rows = (0...100).compactMap { row(Double($0) / 100) }
        return .object([
            "embedding": .string(embedding),
            "pairs": .number(pairs.count),
            "same": .number(calibration.same),
            "different": .number(calibration.different),
            "max_false_hit_rate": .number(maxFalseHitRate),
            "recommended": seen.map { .number($0) } ?? .null,
            "recommended_by_interval": shown.map { .number($0) } ?? .null,
            "pairs_needed": ThresholdCalibration.pairsNeeded(maxFalseHitRate: maxFalseHitRate)
                .map { .number($0) } ?? .null,
            "thresholds": .array(rows),
        ])
    }

    private func row(_ threshold: Double) -> JSONValue? {
        guard let gated = calibration.row(at: threshold), let open = calibration.row(at: threshold, gated: false) else {
            return nil
        }
        return .object([
            "similarity": .number(threshold), "with_gate": json(gated), "without_gate": json(open),
        ])
    }

    private func json(_ row: ThresholdCalibration.Row) -> JSONValue {
        .object([
            "hits": .number(row.hits), "hit_rate": json(row.hitRate), "false_hits": .number(row.falseHits),
            "false_hit_rate": json(row.falseHitRate),
        ])
    }

    private func json(_ interval: Interval) -> JSONValue {
        .object([
            "value": interval.estimate.map { .number($0) } ?? .null, "ci_low": .number(interval.low),
            "ci_high": .number(interval.high),
        ])
    }
}
