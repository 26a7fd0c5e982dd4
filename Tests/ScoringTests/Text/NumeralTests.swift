import Testing

@testable import Scoring

@Suite struct NumeralTests {
    @Test(arguments: [
        ("1,234.50", 1234.5), ("$18", 18), ("-3", -3), ("18.", 18), ("\u{2212}7", -7), ("1,000", 1000),
        ("12,345,678", 12_345_678),
        ("-$5", -5), ("$-5", -5), ("€ 3.20", 3.2), ("50 %", 50), ("1e5", 100_000), ("2.5E-3", 0.0025), (".5", 0.5),
        ("007", 7),
        ("16-3", 3), ("GPT-4", 4), ("(a)-2", 2), ("x = -2", -2), ("16 - 3", 3), ("1,2,3", 3), ("3,5", 5),
        ("1234,567", 567),
        ("1.2.3", 3), ("so 3 and 4.", 4), ("2e", 2), ("0", 0), ("-0", 0), ("1,0000", 0),
    ])
    func `a text gives its last number`(text: String, value: Double) {
        #expect(Numeral.read(text, take: .last)?.double == value)
    }

    @Test func `or its first`() {
        #expect(Numeral.read("12 apples for $3,400.75 each", take: .first)?.double == 12)
    }

    @Test(arguments: ["", "none", ".", ",", "-", "$", "٣", "1e999999999"])
    func `a text without a number gives none`(text: String) {
        #expect(Numeral.read(text, take: .last) == nil)
    }

    @Test func `equality is exact beyond the precision of a double`() throws {
        let one = try #require(Numeral.read("9007199254740993", take: .last))
        let other = try #require(Numeral.read("9007199254740992", take: .last))
        #expect(!one.equals(other, tolerance: 0))
        #expect(one.equals(other, tolerance: 1))
        let spelt = try #require(Numeral.read("9,007,199,254,740,993.000", take: .last))
        #expect(one.equals(spelt, tolerance: 0))
    }

    @Test func `a tolerance includes its end`() throws {
        let one = try #require(Numeral.read("1.1", take: .last))
        let other = try #require(Numeral.read("1.0", take: .last))
        #expect(one.equals(other, tolerance: 0.1))
        #expect(!one.equals(other, tolerance: 0.0999))
    }

    @Test func `numbers beyond a double have no double, and equal only themselves`() throws {
        let huge = try #require(Numeral.read("1e400", take: .last))
        #expect(huge.double == nil)
        #expect(huge.equals(huge, tolerance: 0))
        #expect(!huge.equals(try #require(Numeral.read("1e401", take: .last)), tolerance: 1e300))
    }
}
