import Chat
import Testing

@testable import Providers

@Suite struct PriceTableTests {
    // Saturday, 21 November 2026, 12:00 UTC; and the Friday before.
    private let saturday = 1_795_262_400.0
    private var friday: Double { saturday - 86_400 }
    private let table = PriceTable.embedded

    private func usage(_ input: Int, read: Int = 0, write: Int = 0, hour: Int = 0, output: Int, thinking: Int = 0) throws
        -> TokenUsage
    {
        try #require(
            TokenUsage(
                inputFresh: input, cacheRead: read, cacheWrite5m: write, cacheWrite1h: hour, outputText: output,
                reasoning: thinking))
    }

    @Test func `an unknown price is unknown, not zero`() throws {
        let price = Price(input: NanoUSD(150), output: NanoUSD(600))
        let table = PriceTable(["openai/gpt-4o-mini": price])
        #expect(table.price(of: "openai/gpt-4o-mini", at: saturday) == price)
        #expect(table.price(of: "openai/other", at: saturday) == nil)
        #expect(PriceTable().price(of: "x", at: saturday) == nil)
        #expect(self.table.cost(of: try usage(1, output: 1), model: "openai/nobody", at: saturday) == nil)
        // A snapshot of OpenAI's may cost other than its name.
        #expect(self.table.price(of: "openai/gpt-4o-2024-05-13", at: saturday) == nil)
    }

    /// Dollars by hand from the vendors' pages of 2026-11-21.
    @Test func `six kinds of tokens cost what the table says`() throws {
        let sonnet = try usage(1000, read: 2000, write: 3000, hour: 4000, output: 500, thinking: 500)
        // 1000·3 + 2000·0.3 + 3000·3.75 + 4000·6 + 1000·15 dollars a million
        #expect(table.cost(of: sonnet, model: "anthropic/claude-sonnet-4-6", at: saturday) == NanoUSD(53_850_000))
        #expect(
            table.cost(of: sonnet, model: "anthropic/claude-sonnet-4-5-20250929", at: saturday)
                == NanoUSD(53_850_000))
        let mini = try usage(1000, read: 1000, output: 1000)
        #expect(table.cost(of: mini, model: "openai/gpt-4o-mini", at: saturday) == NanoUSD(825_000))
        #expect(table.cost(of: mini, model: "ollama/llama3.2", at: saturday) == .zero)
    }

    @Test(arguments: [(200_000, 1_250), (200_001, 2_500)])
    func `above a size of context the whole call costs more`(input: Int, perToken: Int64) throws {
        let cost = table.cost(of: try usage(input, output: 0), model: "google/gemini-2.5-pro", at: saturday)
        #expect(cost == NanoUSD(Int64(input) * perToken))
        // Cached tokens count towards the size.
        let cached = try usage(100_000, read: 150_000, output: 0)
        #expect(
            table.cost(of: cached, model: "google/gemini-2.5-pro", at: saturday)
                == NanoUSD(100_000 * 2500 + 150_000 * 250))
    }

    @Test(arguments: [
        (0, 0, 59, true), (0, 1, 0, false), (0, 3, 59, false), (0, 4, 0, true), (0, 5, 59, true), (0, 6, 0, false),
        (0, 9, 59, false), (0, 10, 0, true), (1, 2, 0, true), (2, 7, 0, true), (3, 2, 0, false),
    ]) func `DeepSeek costs half outside its peak hours, Monday to Friday`(
        day: Int, hour: Int, minute: Int, isOff: Bool
    ) throws {
        let midnight = friday - 12 * 3600
        let instant = midnight + Double(day * 86_400 + hour * 3600 + minute * 60)
        let call = try usage(1000, read: 1000, output: 1000)
        let cost = table.cost(of: call, model: "deepseek/deepseek-v4-pro", at: instant)
        #expect(cost == NanoUSD(isOff ? 2_662_000 : 5_324_000))
    }

    @Test func `a call with a surcharge has no cost that we know`() throws {
        var call = try usage(1, output: 1)
        call.surcharge = "service tier flex"
        #expect(table.cost(of: call, model: "openai/gpt-4o", at: saturday) == nil)
    }

    @Test func `the user's prices hold over the table's, at any time`() {
        let own = Price(input: NanoUSD(1), output: NanoUSD(2))
        let table = table.overridden(by: ["deepseek/deepseek-v4-pro": own, "local/llama": own])
        for instant in [0, friday, saturday] {
            #expect(table.price(of: "deepseek/deepseek-v4-pro", at: instant) == own)
            #expect(table.price(of: "local/llama", at: instant) == own)
        }
        #expect(table.price(of: "openai/gpt-4o", at: saturday) == self.table.price(of: "openai/gpt-4o", at: saturday))
    }

    @Test func `of several rows the one that holds at the moment counts`() throws {
        let rows = #"""
            {"models":[{"model":"v/m","input":1,"output":1,"until":"2026-11-20"},
            {"model":"v/m","input":2,"output":2,"from":"2026-11-20"},{"model":"v/m","input":3,"output":3,"from":"2026-11-21"}]}
            """#
        let table = try PriceTable(json: Array(rows.utf8))
        for (instant, input) in [(friday - 86_400, 1000), (friday, 2000), (saturday, 3000)] as [(Double, Int64)] {
            #expect(table.price(of: "v/m", at: instant)?.inputFresh == NanoUSD(input))
        }
        let ended = try PriceTable(
            json: Array(#"{"models":[{"model":"v/m","input":1,"output":1,"until":"2026-11-20"}]}"#.utf8))
        #expect(ended.price(of: "v/m", at: saturday) == nil)
    }

    @Test func `bare names are known by their vendors`() {
        #expect(table.fullNames(ofModel: "gpt-4o-mini") == ["openai/gpt-4o-mini"])
        #expect(table.fullNames(ofModel: "deepseek-v4-flash") == ["deepseek/deepseek-v4-flash"])
        #expect(
            table.fullNames(ofModel: "meta-llama/Llama-3.3-70B-Instruct-Turbo").sorted() == [
                "deepinfra/meta-llama/Llama-3.3-70B-Instruct-Turbo", "together/meta-llama/Llama-3.3-70B-Instruct-Turbo",
            ])
        #expect(table.fullNames(ofModel: "nobody") == [])
    }

    @Test(arguments: [
        ("{", "the price table is not JSON: expected a key in quotes, found the end of the input at byte 1"),
        ("{}", "the price table has no list 'models'"),
        (#"{"models":[{"model":"x"}]}"#, "models[0].model: must be provider/model"),
        (#"{"models":[{"model":"v/m","input":1}]}"#, "models[0]: needs input and output"),
        (
            #"{"models":[{"model":"v/m","input":-1,"output":1}]}"#,
            "models[0].input: must be dollars per million tokens, from 0"
        ),
        (
            #"{"models":[{"model":"v/m","input":0.0001,"output":1}]}"#,
            "models[0].input: must be a multiple of 0.001 dollars per million tokens"
        ),
        (#"{"models":[{"model":"v/m","input":1,"output":1,"from":"soon"}]}"#, "models[0].from: must be a day as 2026-11-21"),
        (
            #"{"models":[{"model":"v/m","input":1,"output":1,"above":{}}]}"#,
            "models[0].above.tokens: must be a whole number above 0"
        ),
        (
            #"{"models":[{"model":"v/m","input":1,"output":1,"off_peak":{"factor":2}}]}"#,
            "models[0].off_peak.factor: must be a number in 0...1"
        ),
        (
            #"{"models":[{"model":"v/m","input":1,"output":1,"off_peak":{"factor":0.5,"peak_utc":["9-5"],"peak_days":[1]}}]}"#,
            #"models[0].off_peak: needs peak_utc as ["01:00-04:00"] and peak_days as [1, 2]"#
        ),
    ]) func `a table that is wrong is refused with its row`(json: String, message: String) {
        let error = #expect(throws: ChatError.self) { _ = try PriceTable(json: Array(json.utf8)) }
        #expect(error?.message == message)
    }
}
