import Experiments

/// The answer first: who is better, by how much, how sure, what it cost; and before it whatever makes the run invalid.
enum VerdictSection {
    static func write(_ material: ReportMaterial, to page: inout Markup) {
        let summary = material.summary
        list(summary.faults, id: "faults", title: "This run is not valid", kind: "fault", to: &page)
        page.element("section", ["id": "verdict", "class": "verdict", "aria-labelledby": "verdict-title"]) { page in
            page.element("h2", ["id": "verdict-title"], text: "Verdict")
            for (index, sentence) in summary.verdict.enumerated() {
                page.element("p", ["class": index == 0 ? "lead" : nil], text: sentence)
            }
            if summary.verdict.isEmpty { page.element("p", ["class": "lead"], text: "There is nothing to compare.") }
            page.element("dl", ["class": "tiles"]) { page in
                for tile in tiles(summary) {
                    page.element("div", ["class": tile.isBad ? "bad" : nil]) { page in
                        page.element("dt", text: tile.title)
                        page.element("dd", text: tile.value)
                    }
                }
            }
        }
        page.line()
        let warnings = summary.warnings + material.notes
        list(warnings, id: "warnings", title: "What to know before relying on it", kind: "warning", to: &page)
    }

    private static func list(
        _ items: [String], id: StaticString, title: StaticString, kind: StaticString, to page: inout Markup
    ) {
        guard !items.isEmpty else { return }
        let heading = "\(id)-title"
        page.element("section", ["id": "\(id)", "class": "notice \(kind)", "aria-labelledby": heading]) { page in
            page.element("h2", ["id": heading], text: "\(title)")
            page.element("ul") { page in
                for item in items { page.element("li", text: item) }
            }
        }
        page.line()
    }

    private struct Tile {
        var title: String
        var value: String
        var isBad = false
    }

    private static func tiles(_ summary: RunSummary) -> [Tile] {
        var tiles = [
            Tile(title: "samples", value: NumberText.grouped(summary.sampleCount)),
            Tile(title: "variants", value: NumberText.grouped(summary.variants.count)),
            Tile(
                title: "trials",
                value: summary.storedTrials == summary.plannedTrials
                    ? NumberText.grouped(summary.storedTrials)
                    : "\(NumberText.grouped(summary.storedTrials)) of \(NumberText.grouped(summary.plannedTrials))",
                isBad: summary.storedTrials < summary.plannedTrials),
            Tile(
                title: "failed trials", value: NumberText.grouped(summary.failedTrials),
                isBad: summary.failedTrials > 0),
            Tile(title: "total cost", value: cost(summary)),
        ]
        if let finished = summary.finishedAt {
            let length = max(0, finished - summary.startedAt)
            tiles.append(Tile(title: "time taken", value: TimeText.length(milliseconds: length)))
        }
        if !summary.gates.isEmpty {
            let passed = summary.gates.count { $0.verdict == .pass }
            tiles.append(
                Tile(
                    title: "gates passed", value: "\(passed) of \(summary.gates.count)",
                    isBad: passed < summary.gates.count))
        }
        return tiles
    }

    /// The sum over variants; "at least" it where a variant's cost is unknown.
    static func cost(_ summary: RunSummary) -> String {
        let known = summary.variants.compactMap { $0.resource("cost_usd", "total")?.value }
        guard !known.isEmpty else { return "unknown" }
        let text = NumberText.readable(known.reduce(0, +), unit: "USD")
        return known.count < summary.variants.count ? "at least \(text)" : text
    }
}

/// What would fail a CI job.
enum GateSection {
    static func write(_ summary: RunSummary, to page: inout Markup) {
        guard !summary.gates.isEmpty else { return }
        page.element("section", ["id": "gates", "aria-labelledby": "gates-title"]) { page in
            page.element("h2", ["id": "gates-title"], text: "Gates")
            page.element("ul", ["class": "gates"]) { page in
                for gate in summary.gates { write(gate, to: &page) }
            }
        }
        page.line()
    }

    private static func write(_ gate: GateResult, to page: inout Markup) {
        page.element("li", ["class": "gate \(gate.verdict.rawValue.lowercased())"]) { page in
            page.element("span", ["class": "badge"], text: "\(gate.verdict.mark) \(gate.verdict.rawValue)")
            page.element("div") { page in
                page.element("p") { page in
                    page.element("strong", text: gate.variant)
                    page.text("  \(gate.rule)")
                }
                page.element("p", ["class": "why"], text: gate.reason)
                if let needed = gate.neededSamples {
                    page.element(
                        "p", ["class": "why"],
                        text: "A verdict needs about \(NumberText.grouped(needed)) samples.")
                }
            }
        }
    }
}
