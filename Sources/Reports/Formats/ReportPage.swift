import Experiments

/// `report.html`: the report to read and pass on. One file that opens offline; its policy lets nothing run or load but
/// its own style and script.
struct ReportPage: Report {
    let fileName = "report.html"

    func write(_ material: ReportMaterial, to file: ReportFile) throws {
        let style = PackageResources.report_css
        let script = PackageResources.report_js
        var page = Markup()
        page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n")
        ReportPage.head(material.summary, style: style, script: script, to: &page)
        page.raw("<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n")
        ReportPage.top(material.summary, to: &page)
        page.raw("<main id=\"main\" tabindex=\"-1\">\n")
        VerdictSection.write(material, to: &page)
        GateSection.write(material.summary, to: &page)
        VariantSection.write(material.summary, to: &page)
        ComparisonSection.write(material, to: &page)
        StageSection.write(material, to: &page)
        CalibrationSection.write(material, to: &page)
        ChartSection.write(material, to: &page)
        SampleSection.write(material.summary, to: &page)
        MethodSection.write(material.summary, to: &page)
        page.raw("</main>\n")
        ReportPage.bottom(material.summary, to: &page)
        try file.append(page.bytes)
        try SampleData.write(material.contents, to: file)
        try file.append("<script>")
        try file.append(script)
        try file.append("</script>\n</body>\n</html>\n")
    }

    private static func head(_ summary: RunSummary, style: [UInt8], script: [UInt8], to page: inout Markup) {
        let policy =
            "default-src 'none'; style-src '\(ContentHash.source(style))'; script-src '\(ContentHash.source(script))'; "
            + "img-src data:; base-uri 'none'; form-action 'none'"
        page.element("head") { page in
            page.line()
            page.element("meta", ["charset": "utf-8"])
            page.element("meta", ["http-equiv": "Content-Security-Policy", "content": policy])
            page.line()
            page.element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
            page.element("meta", ["name": "color-scheme", "content": "light dark"])
            page.element("meta", ["name": "referrer", "content": "no-referrer"])
            page.line()
            page.element("title", text: VisibleText.line("\(summary.name): Nexus report"))
            page.raw("\n<style>")
            page.raw(style)
            page.raw("</style>\n")
        }
        page.line()
    }

    private static func top(_ summary: RunSummary, to page: inout Markup) {
        page.element("header", ["class": "top"]) { page in
            page.element("p", ["class": "brand"], text: "Nexus evaluation report")
            page.element("h1", text: summary.name)
            if let description = summary.description { page.element("p", ["class": "about"], text: description) }
            page.element("p", ["class": "origin"]) { page in
                page.element(
                    "time", ["datetime": TimeText.iso(summary.startedAt)], text: TimeText.readable(summary.startedAt))
                page.text(" · run ")
                page.element("code", text: summary.runID)
            }
        }
        page.line()
        page.element("nav", ["aria-label": "Contents"]) { page in
            page.element("ul") { page in
                for (anchor, title) in contents(summary) {
                    page.element("li") { $0.element("a", ["href": "#\(anchor)"], text: title) }
                }
            }
        }
        page.line()
    }

    private static func contents(_ summary: RunSummary) -> [(String, String)] {
        var entries = [("verdict", "Verdict")]
        if !summary.gates.isEmpty { entries.append(("gates", "Gates")) }
        entries.append(("variants", "Variants"))
        if !summary.comparisons.isEmpty { entries.append(("comparisons", "Comparisons")) }
        if StageSection.isFor(summary) { entries.append(("stages", "Stages")) }
        if CalibrationSection.isFor(summary) { entries.append(("confidence", "Confidence")) }
        return entries + [("charts", "Charts"), ("samples", "Samples"), ("method", "Method")]
    }

    private static func bottom(_ summary: RunSummary, to page: inout Markup) {
        page.element("footer") { page in
            page.text("Written by nexus \(summary.version) from the stored run ")
            page.element("code", text: summary.runID)
            page.text(". Recompute every headline with ")
            page.element("code", text: "nexus report \(summary.runID) --verify")
            page.text(".")
        }
        page.line()
    }
}
