import Foundation
import Testing

@testable import Experiments
@testable import Reports

@Suite struct ChartTests {
    @Test func `labels keep letters, digits and a few marks alone`() {
        #expect(ChartLabel.clean("mini:plain-1_0.2 b") == "mini:plain-1_0.2 b")
        #expect(ChartLabel.clean("`x`$(y)\"'\\{}@é\n") == "_x___y_________")
        let long = ChartLabel.clean(String(repeating: "a", count: 500) + "z")
        #expect(long.count == ChartLabel.longest)
        #expect(long.hasSuffix("z"))
    }

    @Test func `scripts are the same whatever the names in a run`() {
        let plain = ChartKinds.all.flatMap { $0.charts(MadeUpRun.news().summary) }
        var run = MadeUpRun.news()
        for index in run.summary.variants.indices {
            run.summary.variants[index].label = Hostile.label(canary: "x\(index)")
        }
        run.summary.ablations[0].variant = run.summary.variants[2].label
        run.summary.ablations[0].pipeline = Hostile.label(canary: "p")
        for index in run.summary.ablations[0].effects.indices {
            run.summary.ablations[0].effects[index].stages = [Hostile.label(canary: "s")]
        }
        let hostile = ChartKinds.all.flatMap { $0.charts(run.summary) }
        #expect(plain.map(\.scriptFile) == hostile.map(\.scriptFile))
        #expect(plain.map(\.name) == hostile.map(\.name))
    }

    @Test func `every kind draws something of a full run, and nothing of an empty one`() {
        let full = MadeUpRun.news().summary
        let empty = MadeUpRun.emptySummary(["a"], samples: 0)
        for kind in ChartKinds.all {
            #expect(!kind.charts(full).isEmpty, "\(kind.name)")
            #expect(kind.charts(empty).isEmpty, "\(kind.name)")
        }
        let names = ChartKinds.all.flatMap { $0.charts(full) }.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test func `curves end at the largest value and 100 percent`() throws {
        let values = (1...1_000).map { Double($0) }
        let points = LatencyCurves.points(values)
        #expect(points.count == LatencyCurves.mostPoints + 1)
        #expect(try #require(points.last) == (1_000, 100))
        #expect(LatencyCurves.points([]).isEmpty)
        #expect(LatencyCurves.points([5]).map(\.1) == [0, 100])
    }

    @Test func `a chart without costs is not drawn`() {
        var summary = MadeUpRun.news().summary
        for index in summary.variants.indices { summary.variants[index].resources.removeAll { $0.unit == "USD" } }
        #expect(CostBars.kind.charts(summary).isEmpty)
        #expect(QualityAgainstCost.kind.charts(summary).first?.title == "rougeL against latency")
    }

    @Test(.enabled(if: hasGnuplot, "gnuplot is not installed"))
    func `a script that fails or takes too long is told, not thrown`() async {
        await #expect(throws: GnuplotError.self) {
            try await Gnuplot.run("plot nonsense(", path: ReportOptions.processPath, limit: .seconds(20))
        }
        let started = ContinuousClock().now
        await #expect(throws: GnuplotError.self) {
            try await Gnuplot.run("pause 30", path: ReportOptions.processPath, limit: .milliseconds(200))
        }
        #expect(ContinuousClock().now - started < .seconds(10))
    }

    @Test func `a missing gnuplot is told apart`() async {
        let drawing = await ChartDrawing.draw(MadeUpRun.news().summary, options: .withoutGnuplot)
        #expect(drawing.notes == [ChartDrawing.missing])
        #expect(drawing.drawn.isEmpty)
        #expect(drawing.charts.count == 16)
    }
}
