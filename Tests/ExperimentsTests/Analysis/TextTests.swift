@testable import Experiments
import Testing

@Suite struct TextTests {
    @Test(
        arguments: [
            (0, "0"), (0.123456, "0.1235"), (12.3456, "12.35"), (1234.5, "1235"), (-0.05, "−0.05"),
            (0.000012, "0.000012"),
            (1e-9, "0.000000001"), (1e-12, "1e−12"), (99.996, "100"), (1e15, "1000000000000000"), (.nan, "unknown"),
        ] as [(Double, String)])
    func `numbers have four digits at most`(value: Double, text: String) {
        #expect(Text.number(value) == text)
    }

    @Test(arguments: [(0.0004, "p < 0.001"), (0.0321, "p = 0.032"), (1, "p = 1")] as [(Double, String)])
    func `p-values have three places`(value: Double, text: String) {
        #expect(Text.p(value) == text)
    }
}
