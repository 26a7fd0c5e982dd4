import Chat
import Foundation
import Scoring
import Statistics
import Testing

/// The reference cases where metrics and resampling meet: the p-values and intervals of corpus scores must land in the
/// bands of a correct implementation.
@Suite(.enabled(if: BandCases.folder != nil, "no conformance folder: set NEXUS_CONFORMANCE_DIR"))
struct ResamplingBandsConformanceTests {
    @Test(arguments: BandCases.all)
    func `paired resampling of a corpus score lands in the bands`(item: BandCases.Item) throws {
        let segments = try item.segments()
        #expect(abs((segments.baseline.score ?? -1) - item.number("score_baseline")) < 1e-9)
        #expect(abs((segments.candidate.score ?? -1) - item.number("score_system")) < 1e-9)
        let bootstrap = try #require(PairedBootstrapResult(segments, resamples: 10_000, seed: 12_345))
        item.expect(bootstrap.sacrebleuPValue, in: ["bs_p"])
        item.expect(segments.baselineEqualsCandidate ? 1 : bootstrap.centredPValue, in: ["bs_p_centered"])
        item.expect(bootstrap.winRate, in: ["bs_win_rate"])
        item.expect(bootstrap.interval.low, in: ["difference_ci95", "low"])
        item.expect(bootstrap.interval.high, in: ["difference_ci95", "high"])
        item.expect(bootstrap.candidate.low, in: ["system_ci95", "low"])
        item.expect(bootstrap.candidate.high, in: ["system_ci95", "high"])
        let test = try #require(SignificanceTests.named("paired-ar"))
        item.expect(try #require(test.run(.corpus(segments)).pValue), in: ["ar_p_inclusive"])
    }
}

extension PairedSegments {
    fileprivate var baselineEqualsCandidate: Bool { baseline.sums == candidate.sums && difference == 0 }
}

/// The cases of `resampling_bands.json` whose metric is a corpus score.
enum BandCases {
    struct Item: Sendable, CustomTestStringConvertible {
        let id: String
        let metric: String
        let system: JSONValue
        let expected: JSONValue
        var testDescription: String { id }

        func number(_ key: String) -> Double { expected[key]?.doubleValue ?? .nan }

        func expect(_ value: Double, in path: [String], _ location: SourceLocation = #_sourceLocation) {
            let place = path.reduce(expected as JSONValue?) { $0?[$1] }
            let band = place?["band"]?["10000"]?.arrayValue?.compactMap(\.doubleValue) ?? []
            #expect(band.count == 2, "\(id) \(path)", sourceLocation: location)
            guard band.count == 2 else { return }
            let isInside = band[0] - 1e-9 <= value && value <= band[1] + 1e-9
            #expect(isInside, "\(id) \(path): \(value) is not in \(band)", sourceLocation: location)
        }

        /// Baseline and candidate as the metric's statistics.
        func segments() throws -> PairedSegments {
            let made: any Metric =
                switch metric {
                case "bleu": try Metrics.make("bleu")
                case "chrf++": try Metrics.make("chrf++")
                default: try Metrics.make("rougeL", ["stemmer": true])
                }
            let references = (system["refs"]?.arrayValue ?? []).map { row in
                row.stringValue.map { [$0] } ?? (row.arrayValue ?? []).compactMap(\.stringValue)
            }
            func side(_ key: String) throws -> Statistics.SegmentStatistics {
                let outputs = (system[key]?.arrayValue ?? []).compactMap(\.stringValue)
                var values: [Double] = []
                for (output, references) in zip(outputs, references) {
                    values += try made.statistics(of: Segment(output: output, references: references))[0].values
                }
                let measure = made.measures[0]
                return try Statistics.SegmentStatistics(
                    values: values, width: measure.statisticsCount, score: measure.score)
            }
            return try PairedSegments(baseline: side("baseline"), candidate: side("system"))
        }
    }

    static let folder: URL? = {
        var candidates: [URL] = []
        if let path = ProcessInfo.processInfo.environment["NEXUS_CONFORMANCE_DIR"] {
            candidates.append(URL(filePath: path))
        }
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        candidates.append(root.deletingLastPathComponent().appending(path: "shared/conformance"))
        return candidates.first { FileManager.default.fileExists(atPath: $0.path) }
    }()

    static let all: [Item] = {
        guard let folder, let data = try? Data(contentsOf: folder.appending(path: "resampling_bands.json")),
            let document = try? JSONValue.parse(data)
        else { return [] }
        return (document["cases"]?.arrayValue ?? []).compactMap { item in
            guard let metric = item["params"]?["metric"]?.stringValue, metric != "accuracy",
                let name = item["in"]?["systems"]?.stringValue, let system = document["systems"]?[name],
                let id = item["id"]?.stringValue, let expected = item["expected"]
            else { return nil }
            return Item(id: id, metric: metric, system: system, expected: expected)
        }
    }()
}
