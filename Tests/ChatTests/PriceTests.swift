import Chat
import Testing

@Suite struct PriceTests {
    @Test func `each kind of token has its price`() throws {
        let price = Price(
            input: NanoUSD(3000), output: NanoUSD(15000), cacheRead: NanoUSD(300), cacheWrite5m: NanoUSD(3750),
            cacheWrite1h: NanoUSD(6000))
        let usage = try #require(
            TokenUsage(
                inputFresh: 100, cacheRead: 10, cacheWrite5m: 20, cacheWrite1h: 30, outputText: 40, reasoning: 5))
        #expect(price.cost(of: usage) == NanoUSD(300_000 + 3_000 + 75_000 + 180_000 + 675_000))
        #expect(usage.input == 160)
        #expect(usage.output == 45)
    }

    @Test(arguments: [-1, TokenUsage.maximumCount + 1, Int.max])
    func `absurd usage is unknown`(count: Int) {
        #expect(TokenUsage(inputFresh: count, outputText: 0) == nil)
        #expect(TokenUsage(inputFresh: 0, outputText: 0, reasoning: count) == nil)
    }

    @Test func `a sum that does not fit stops at the largest amount`() {
        #expect(NanoUSD(.max) + NanoUSD(1) == NanoUSD(.max))
        let usage = TokenUsage(inputFresh: TokenUsage.maximumCount, outputText: 0)!
        #expect(Price(input: NanoUSD(.max), output: .zero).cost(of: usage) == NanoUSD(.max))
    }

    @Test(arguments: [(0.5, 500_000_000), (0, 0), (-1, nil), (.nan, nil), (1e10, nil)] as [(Double, Int64?)])
    func `dollars are read within bounds`(dollars: Double, amount: Int64?) {
        #expect(NanoUSD(dollars: dollars)?.amount == amount)
    }
}

@Suite struct DurationUnitsTests {
    @Test func `milliseconds keep fractions`() {
        #expect(Duration.microseconds(1500).milliseconds == 1.5)
        #expect(Duration.seconds(2).microseconds == 2_000_000)
        #expect(Duration.seconds(Int64.max).microseconds == .max)
    }

    @Test(
        arguments: [(1.5, Duration.milliseconds(1500)), (-1, nil), (.infinity, nil), (1e10, nil), (.nan, nil)]
            as [(Double, Duration?)])
    func `outside seconds are read within bounds`(seconds: Double, duration: Duration?) {
        #expect(Duration(validSeconds: seconds) == duration)
    }
}
