import Testing

@testable import Reports

@Suite struct VisibleTextTests {
    @Test(arguments: [
        ("plain text\nwith\ttabs", "plain text\nwith\ttabs"), ("a\u{0}b\u{1B}[31m", "a␀b␛[31m"), ("\u{7F}", "␡"),
        ("\u{202E}evil", "⟦U+202E⟧evil"), ("naïve 東京 🙂", "naïve 東京 🙂"), ("\u{9B}", "\u{FFFD}"),
    ])
    func `what hides becomes visible, all else stays`(text: String, shown: String) {
        #expect(VisibleText.of(text) == shown)
    }

    @Test func `a line is one line`() {
        #expect(VisibleText.line("a\r\nb\nc\td") == "a b c d")
    }
}
