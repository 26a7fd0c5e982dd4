import Testing

@testable import Reports

@Suite struct NumberTextTests {
    @Test(arguments: [
        (0.1, "0.1"), (31.4, "31.4"), (1, "1"), (-0.0, "0"), (1e-9, "1e-09"), (0.1 + 0.2, "0.30000000000000004"),
    ])
    func `exact text reads back as the same number`(value: Double, text: String) {
        #expect(NumberText.exact(value) == text)
        #expect(Double(text) == value)
    }

    @Test func `what is not a number has no text`() {
        #expect(NumberText.exact(nil) == nil)
        #expect(NumberText.exact(.nan) == nil)
        #expect(NumberText.exact(.infinity) == nil)
        #expect(NumberText.readable(nil, unit: "ms") == "–")
    }

    @Test(arguments: [
        (0.41267, "0–1", "0.4127"), (31.404, "0–100", "31.40"), (812.4, "ms", "812 ms"), (0.02634, "ms", "0.0263 ms"),
        (12_345.6, "ms", "12,346 ms"), (0.001234, "USD", "$0.00123"), (12.5, "USD", "$12.50"), (0, "USD", "$0.00"),
        (-0.5, "0–1", "−0.5000"), (1_234.5, "tokens", "1,235"),
    ])
    func `readable text has its unit`(value: Double, unit: String, text: String) {
        #expect(NumberText.readable(value, unit: unit) == text)
    }

    @Test func `signs, intervals and p-values`() {
        #expect(NumberText.signed(0.0214, unit: "0–1") == "+0.0214")
        #expect(NumberText.signed(-1.2, unit: "0–100") == "−1.20")
        #expect(NumberText.interval(0.3, 0.4, unit: "0–1") == "0.3000 to 0.4000")
        #expect(NumberText.interval(0.3, nil, unit: "0–1") == nil)
        #expect(NumberText.pValue(0.0004) == "< 0.001")
        #expect(NumberText.pValue(0.0321) == "0.032")
        #expect(NumberText.percent(0.95) == "95\u{A0}%")
        #expect(NumberText.grouped(-1_234_567) == "−1,234,567")
        #expect(NumberText.fixed(1e300, 2) == "1e+300")
    }
}
