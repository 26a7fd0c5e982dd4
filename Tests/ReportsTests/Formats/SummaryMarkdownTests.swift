import Testing

@testable import Experiments
@testable import Reports

@Suite struct SummaryMarkdownTests {
    @Test func `the verdict comes first, then gates, variants and comparisons`() throws {
        let text = try SummaryMarkdown().text(MadeUpRun.news())
        let lines = text.split(separator: "\n")
        #expect(lines[0] == "# quickstart")
        #expect(lines[1].hasPrefix("**gpt-4o-mini is better than lead-3"))
        let headings = lines.filter { $0.hasPrefix("## ") }
        #expect(
            headings == [
                "## Gates", "## Variants", "## Comparisons", "## What the stages of full are worth: cache warm",
                "## Warnings",
            ])
        #expect(text.contains("| ✅ PASS |"))
        #expect(text.contains("| ❌ FAIL |"))
        #expect(text.contains("| ⚠️ INCONCLUSIVE |"))
    }

    @Test func `every row of a table has the columns of its header, whatever the text`() throws {
        let text = try SummaryMarkdown().text(Hostile.run())
        var width: Int?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                width = nil
                continue
            }
            let cells = line.replacing("\\|", with: "").count { $0 == "|" }
            #expect(cells == width ?? cells)
            width = cells
        }
        #expect(!text.contains("<script>"))
        #expect(!text.contains("@SUM"))
        #expect(text.contains("This run is not valid"))
    }
}
