import Testing

@testable import Experiments
@testable import Reports

@Suite struct TerminalSummaryTests {
    @Test func `verdict, variants, differences, gates and the place of the report`() {
        let text = TerminalSummary.render(MadeUpRun.news().summary, width: 110, report: "reports/x/report.html")
        #expect(text.hasPrefix("gpt-4o-mini is better than lead-3"))
        for part in [
            "variant", "lead-1", "difference", "PASS", "FAIL", "INCONCLUSIVE", "report: reports/x/report.html",
        ] {
            #expect(text.contains(part), "\(part) is missing")
        }
        #expect(text.hasSuffix("\n"))
        #expect(!text.contains("\u{1B}"))
    }

    @Test(arguments: [80, 100, 120, 160])
    func `no line is wider than the terminal`(width: Int) {
        for line in TerminalSummary.render(MadeUpRun.news().summary, width: width).split(separator: "\n") {
            #expect(TerminalWidth.of(String(line)) <= width, "\(line)")
        }
    }

    @Test func `columns are aligned, wide letters and all`() {
        let table = TextTable(
            columns: [.init(title: "variant"), .init(title: "bleu", isNumeric: true)],
            rows: [["東京", "1.00"], ["lead-1", "31.40"]])
        #expect(
            table.lines(width: 80, paint: Paint(isOn: false)) == [
                "variant   bleu", "───────  ─────", "東京      1.00", "lead-1   31.40",
            ])
    }

    @Test func `no label sends codes to the terminal`() {
        let text = TerminalSummary.render(Hostile.run().summary, width: 100, colour: false)
        #expect(!text.contains("\u{1B}"))
        #expect(!text.contains("\u{202E}"))
        #expect(!text.contains("\u{0}"))
        #expect(TerminalSummary.render(MadeUpRun.news().summary, colour: true).contains("\u{1B}[32mPASS\u{1B}[0m"))
    }

    @Test func `an unfinished run says so first`() {
        var summary = MadeUpRun.news().summary
        summary.faults = ["the budget was reached"]
        #expect(TerminalSummary.render(summary).hasPrefix("not valid: the budget was reached\n"))
    }

    @Test func `long text is broken at spaces`() {
        #expect(Wrapping.lines("aaaa bbbb cccc dddd", width: 10) == ["aaaa bbbb", "cccc dddd"])
        #expect(TerminalWidth.cut("abcdef", to: 4) == "abc…")
    }
}
