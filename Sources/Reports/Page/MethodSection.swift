import Experiments

/// How each number was computed, so that anyone can compute it again.
enum MethodSection {
    static func write(_ summary: RunSummary, to page: inout Markup) {
        page.element("section", ["id": "method", "aria-labelledby": "method-title"]) { page in
            page.element("h2", ["id": "method-title"], text: "How each number was computed")
            measures(summary, to: &page)
            page.element("h3", text: "The run")
            page.element("dl", ["class": "facts"]) { page in
                for (name, value) in facts(summary) {
                    page.element("dt", text: name)
                    page.element("dd", text: value)
                }
            }
            page.element("details") { page in
                page.element("summary", text: "All figures with n, interval and method")
                figures(summary).write(to: &page)
            }
            page.element("details") { page in
                page.element("summary", text: "The spec of this run")
                page.element("pre", ["tabindex": "0"], text: PrettyJSON.text(summary.spec))
            }
        }
        page.line()
    }

    private static func measures(_ summary: RunSummary, to page: inout Markup) {
        page.element("dl", ["class": "facts"]) { page in
            for measure in summary.measures {
                page.element("dt", text: measure.id)
                page.element("dd") { page in
                    page.text(measure.method)
                    if !measure.signature.isEmpty {
                        page.element("br")
                        page.element("code", text: measure.signature)
                    }
                    let range = measure.range.map { range in
                        ", from " + (NumberText.exact(range.lowerBound) ?? "") + " to "
                            + (NumberText.exact(range.upperBound) ?? "")
                    }
                    page.element(
                        "small",
                        text: "Unit: \(measure.unit)\(range ?? ""); "
                            + (measure.higherIsBetter ? "higher is better." : "lower is better."))
                }
            }
        }
    }

    private static func facts(_ summary: RunSummary) -> [(String, String)] {
        let tests = Set(summary.comparisons.map(\.test)).filter { !$0.isEmpty }.sorted()
        let family = summary.comparisons.map(\.familySize).max() ?? 0
        return [
            ("tests", tests.isEmpty ? "none" : tests.joined(separator: ", ")),
            ("correction", "\(summary.correction) over a family of \(family), alpha \(summary.alpha)"),
            ("resamples", NumberText.grouped(summary.resamples)),
            ("seed", String(summary.seed)),
            ("repeats", "\(summary.repeats), reduced per sample before anything is compared"),
            ("baseline", summary.baseline),
            ("missing scores", "A failed or unscored trial has no score; it is counted and never taken for 0."),
            ("started", TimeText.iso(summary.startedAt)),
            ("finished", summary.finishedAt.map { TimeText.iso($0) } ?? "not finished"),
            ("nexus", summary.version),
            ("spec, SHA-256", summary.specHash),
            ("samples, SHA-256", summary.datasetHash),
        ]
    }

    private static func figures(_ summary: RunSummary) -> DataTable {
        let columns: [DataTable.Column] = [
            .init(title: "variant"), .init(title: "metric"), .init(title: "value", isNumeric: true),
            .init(title: "low", isNumeric: true), .init(title: "high", isNumeric: true),
            .init(title: "n", isNumeric: true), .init(title: "missing", isNumeric: true), .init(title: "unit"),
            .init(title: "method"),
        ]
        let rows = summary.variants.flatMap { variant in
            (variant.figures + variant.resources).map { figure -> [DataTable.Cell] in
                func number(_ value: Double?) -> DataTable.Cell {
                    .number(NumberText.exact(value) ?? "–", sortedBy: value)
                }
                return [
                    .text(variant.label), .text(figure.metric), number(figure.value), number(figure.low),
                    number(figure.high), number(Double(figure.n)), number(Double(figure.missing)), .text(figure.unit),
                    .text(figure.method),
                ]
            }
        }
        return DataTable(caption: "All figures, exact", columns: columns, rows: rows)
    }
}
