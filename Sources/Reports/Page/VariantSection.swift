import Chat
import Experiments

/// The variants with a figure and interval for each measure, and what they took in time and money.
enum VariantSection {
    static func write(_ summary: RunSummary, to page: inout Markup) {
        page.element("section", ["id": "variants", "aria-labelledby": "variants-title"]) { page in
            page.element("h2", ["id": "variants-title"], text: "Variants")
            page.element(
                "p", ["class": "hint"],
                text: "Bars are \(summary.confidence) confidence intervals on one scale per column. ▲ and ▼: better or "
                    + "worse than the baseline \(summary.baseline) after correction. Select a heading to sort.")
            table(summary).write(to: &page)
            failures(summary, to: &page)
        }
        page.line()
    }

    private static func table(_ summary: RunSummary) -> DataTable {
        var columns = [DataTable.Column(title: "variant")]
        columns += summary.measures.map { measure in
            DataTable.Column(
                title: measure.id, detail: "\(measure.unit), \(measure.higherIsBetter ? "higher" : "lower") is better",
                isNumeric: true)
        }
        columns += [
            DataTable.Column(title: "latency", detail: "median, 95th percentile", isNumeric: true),
            DataTable.Column(title: "cost", detail: "in all, a sample", isNumeric: true),
            DataTable.Column(title: "failed", detail: "of trials", isNumeric: true),
        ]
        let scales = summary.measures.map { scale(of: $0.id, in: summary) }
        let rows = summary.variants.map { variant in
            [label(variant, in: summary)]
                + zip(summary.measures, scales).map { measure, scale in
                    figure(measure, of: variant, in: summary, scale: scale)
                } + resources(variant)
        }
        return DataTable(caption: "Results of each variant", columns: columns, rows: rows)
    }

    /// The label; below it model, prompt and pipeline where they say more than the label does.
    private static func label(_ variant: VariantSummary, in summary: RunSummary) -> DataTable.Cell {
        let isBaseline = variant.label == summary.baseline
        let hasPrompts = Set(summary.variants.map(\.prompt)).count > 1
        let hasPipelines = Set(summary.variants.map(\.pipeline)).count > 1
        let parts = [variant.model, hasPrompts ? variant.prompt : "", hasPipelines ? variant.pipeline : ""]
            .filter { !$0.isEmpty && $0 != variant.label }
        return .words { page in
            page.element("span", ["class": "variant"], text: variant.label)
            if isBaseline { page.element("span", ["class": "tag"], text: "baseline") }
            let sources = variant.sources.map { "\(NumberText.grouped($0.count)) \($0.source)" }
            if !parts.isEmpty { page.element("small", text: parts.joined(separator: " · ")) }
            if !sources.isEmpty { page.element("small", text: "answers: " + sources.joined(separator: ", ")) }
        }
    }

    private static func figure(
        _ measure: MeasureFacts, of variant: VariantSummary, in summary: RunSummary, scale: ClosedRange<Double>?
    ) -> DataTable.Cell {
        let found = variant.figures.first { $0.metric == measure.id }
        let finding = summary.comparison(of: measure.id, variant: variant.label).map { Finding($0) }
        return .figure(sortedBy: found?.value) { page in
            page.element("span", ["class": "value"]) { page in
                if let finding, finding == .better || finding == .worse {
                    page.element("span", ["class": "mark \(finding.kind)", "title": finding.word], text: finding.mark)
                    page.element("span", ["class": "unseen"], text: " \(finding.word) than the baseline: ")
                }
                page.text(NumberText.readable(found?.value, unit: measure.unit))
            }
            guard let found else { return }
            if let scale { IntervalBar.write(found, on: scale, to: &page) }
            if let interval = NumberText.interval(found.low, found.high, unit: measure.unit) {
                page.element("small", text: interval)
            }
            let missing = found.missing > 0 ? ", \(NumberText.grouped(found.missing)) not scored" : ""
            page.element("small", text: "n = \(NumberText.grouped(found.n))\(missing)")
        }
    }

    private static func resources(_ variant: VariantSummary) -> [DataTable.Cell] {
        func text(_ name: String, _ statistic: String, _ unit: String) -> String {
            NumberText.readable(variant.resource(name, statistic)?.value, unit: unit)
        }
        return [
            .number(
                text("latency_ms", "p50", "ms"), sortedBy: variant.resource("latency_ms", "p50")?.value,
                detail: text("latency_ms", "p95", "ms")),
            .number(
                variant.resource("cost_usd", "total")?.value == nil ? "unknown" : text("cost_usd", "total", "USD"),
                sortedBy: variant.resource("cost_usd", "total")?.value,
                detail: variant.resource("cost_usd", "mean")?.value == nil ? nil : text("cost_usd", "mean", "USD")),
            .number(
                NumberText.grouped(variant.failed), sortedBy: Double(variant.failed),
                detail: "of \(NumberText.grouped(variant.trials))"),
        ]
    }

    private static func failures(_ summary: RunSummary, to page: inout Markup) {
        let failing = summary.variants.filter { !$0.failures.isEmpty }
        guard !failing.isEmpty else { return }
        page.element("h3", text: "Failed trials")
        page.element("ul") { page in
            for variant in failing {
                if let line = variant.failureLine { page.element("li", text: line) }
            }
        }
    }

    /// From the lowest to the highest end of all intervals of a measure.
    private static func scale(of metric: String, in summary: RunSummary) -> ClosedRange<Double>? {
        let figures = summary.variants.flatMap { variant in variant.figures.filter { $0.metric == metric } }
        let ends = figures.flatMap { [$0.low, $0.value, $0.high].compactMap { $0 } }.filter { $0.isFinite }
        guard let low = ends.min(), let high = ends.max(), low < high else { return nil }
        return low...high
    }
}

/// A figure and its interval as a small drawing; the numbers stand beside it.
enum IntervalBar {
    static func write(_ figure: Figure, on scale: ClosedRange<Double>, to page: inout Markup) {
        guard let value = figure.value, value.isFinite else { return }
        func place(_ value: Double) -> String {
            let share = (value - scale.lowerBound) / (scale.upperBound - scale.lowerBound)
            return NumberText.fixed(4 + 112 * min(max(share, 0), 1), 1)
        }
        page.element("svg", ["class": "bar", "viewBox": "0 0 120 14", "aria-hidden": "true"]) { page in
            page.element("line", ["class": "track", "x1": "4", "x2": "116", "y1": "7", "y2": "7"])
            if let low = figure.low, let high = figure.high, low.isFinite, high.isFinite {
                page.element("line", ["class": "span", "x1": place(low), "x2": place(high), "y1": "7", "y2": "7"])
            }
            page.element("circle", ["class": "dot", "cx": place(value), "cy": "7", "r": "3.5"])
        }
    }
}
