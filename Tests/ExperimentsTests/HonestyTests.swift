import Chat
import Experiments
import Foundation
import Gateway
import Providers
import Statistics
import Store
import Testing

/// A/A through the whole: one scripted model with noise of its own in every trial, compared with itself by spec,
/// pipeline, runner, store and analysis. `scripts/honesty` runs it at its full size.
struct HonestyTests {
    private static let isFull = ProcessInfo.processInfo.environment["NEXUS_HONESTY"] == "1"
    private static let words = (1...10).map { "w\($0)" }

    /// Gets from none to all of the reference's words right, each number as likely, all a little more so.
    private static func noisy(seed: UInt64) -> Scripted {
        Scripted { call, _ throws(ChatError) in
            let kept = Int(Scripted.noise(seed: seed, call: call) * 14)
            return .text(words.enumerated().map { $0 < kept ? $1 : "x" }.joined(separator: " "))
        }
    }

    @Test func `a model compared with itself is found to differ in at most 5 % of runs`() async throws {
        let runs = Self.isFull ? 1000 : 40
        var rejections: [String: Int] = [:]
        for seed in 0..<runs {
            for row in try await Self.comparisons(seed: UInt64(seed)) {
                rejections[row.metric, default: 0] += try #require(row.pValue) <= 0.05 ? 1 : 0
            }
        }
        #expect(rejections.keys.sorted() == ["bleu", "exact_match", "token_f1"])
        for (metric, count) in rejections.sorted(by: { $0.key < $1.key }) {
            let interval = try #require(Interval.wilson(successes: count, of: runs))
            let line = [
                "honesty", "A/A nexus eval, one model twice, n = 60, \(metric)", "rejects at most 5 %",
                Self.percent(Double(count) / Double(runs)),
                "[\(Self.percent(interval.low)), \(Self.percent(interval.high))]", String(runs),
                interval.low <= 0.05 ? "PASS" : "FAIL",
            ].joined(separator: "\t")
            if Self.isFull { print(line) }
            #expect(interval.low <= 0.05, "\(line)")
        }
    }

    private static func comparisons(seed: UInt64) async throws -> [ComparisonRow] {
        try await ScriptedRun.withFolder { folder in
            let run = try await ScriptedRun(
                samples: 60, "compare: {correction: none, resamples: 999}\nseed: \(seed)\nconcurrency: 60",
                models: "models: [{id: a, model: openai/m}, {id: b, model: openai/m}]",
                metrics: "metrics: [exact_match, token_f1, bleu]", reference: { _ in words.joined(separator: " ") },
                in: folder)
            let pipeline = try Pipeline(settings: [:], resources: StageResources(), around: noisy(seed: seed))
            #expect(try await run.run(pipeline) == .finished)
            let summary = try run.summary()
            run.store.close()
            return summary.comparisons
        }
    }

    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}
