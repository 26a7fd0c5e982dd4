import Testing

@testable import Scoring

@Suite struct DecimalsTests {
    @Test(arguments: [
        (0.125, "0.12"), (2.675, "2.67"), (1.005, "1.00"), (31.4, "31.40"), (100, "100.00"), (-0.5, "-0.50"),
    ])
    func `numbers are rounded as printf rounds them`(value: Double, text: String) {
        #expect(Decimals.fixed(value, places: 2) == text)
    }

    @Test(arguments: [(3.0, "3"), (0.5, "0.5"), (1e20, "1e+20"), (-2, "-2")])
    func `short spellings drop what says nothing`(value: Double, text: String) {
        #expect(Decimals.short(value) == text)
    }
}
