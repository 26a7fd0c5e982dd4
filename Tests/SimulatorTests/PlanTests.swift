import Chat
import Testing

@testable import Simulator

@Suite struct PlanTests {
    private func planner(_ text: String) throws -> Planner {
        Planner(script: try SimulatorScript.parse(text: text, file: "s"))
    }

    private func faults(_ planner: Planner, _ prompts: [String]) -> [String?] {
        prompts.map { planner.plan(model: "m", prompt: $0, isStream: false, maxTokens: nil)?.fault?.fault.name }
    }

    @Test func `nth hits each n-th request of the model, first the first ones`() throws {
        let rules = "models: {m: {errors: [{kind: 500, first: 2}, {kind: 429, nth: 3}]}}"
        let found = faults(try planner(rules), ["a", "b", "c", "d", "e", "f"])
        #expect(found == ["server_error", "server_error", "rate_limit", nil, nil, "rate_limit"])
    }

    @Test func `counted by prompt, each prompt fails its own first attempts`() throws {
        let rules = "models: {m: {errors: [{kind: 503, first: 1, per: prompt}]}}"
        let found = faults(try planner(rules), ["a", "b", "a", "b", "c"])
        #expect(found == ["unavailable", "unavailable", nil, nil, "unavailable"])
    }

    @Test func `a chance of 0 never hits and of 1 always`() throws {
        let prompts = (0..<200).map { "p\($0)" }
        #expect(faults(try planner("models: {m: {errors: [{kind: 500, rate: 0}]}}"), prompts).allSatisfy { $0 == nil })
        #expect(faults(try planner("models: {m: {errors: [{kind: 500, rate: 1}]}}"), prompts).allSatisfy { $0 != nil })
    }

    @Test func `chances do not depend on the order of requests`() throws {
        let rules = "{seed: 5, models: {m: {errors: [{kind: 500, rate: 0.3}]}}}"
        let prompts = (0..<300).map { "prompt \($0)" }
        let forward = faults(try planner(rules), prompts)
        #expect(faults(try planner(rules), prompts.reversed()).reversed() == forward)
    }

    @Test func `a chance is met as often as it says`() throws {
        let prompts = (0..<20_000).map { "prompt \($0)" }
        let hits = faults(try planner("models: {m: {errors: [{kind: 500, rate: 0.1}]}}"), prompts).count { $0 != nil }
        // Binomial(20000, 0.1): 2000 ± 4.7 standard deviations of 42.4.
        #expect((1800...2200).contains(hits))
    }

    @Test func `another seed and another attempt draw again`() throws {
        let prompts = (0..<100).map { "p\($0)" }
        let one = try planner("{seed: 1, models: {m: {errors: [{kind: 500, rate: 0.5}]}}}")
        let two = try planner("{seed: 2, models: {m: {errors: [{kind: 500, rate: 0.5}]}}}")
        let first = faults(one, prompts)
        #expect(first != faults(two, prompts))
        #expect(first != faults(one, prompts))
    }

    @Test func `a full answer waits its latency, a stream its first token and its gaps`() throws {
        let planner = try planner("models: {m: {latency_ms: 70, ttft_ms: 30, itl_ms: 5}}")
        let full = try #require(planner.plan(model: "m", prompt: "a b c", isStream: false, maxTokens: nil))
        #expect(full.start == .milliseconds(70))
        let stream = try #require(planner.plan(model: "m", prompt: "a b c", isStream: true, maxTokens: nil))
        #expect(stream.start == .milliseconds(30))
        #expect(stream.pieceTimes == [.milliseconds(30), .milliseconds(35), .milliseconds(40)])
        #expect(stream.pieces == ["a", " b", " c"])
    }

    @Test func `without a latency a full answer takes as long as its stream, and the other way round`() throws {
        let gaps = try planner("models: {m: {ttft_ms: 30, itl_ms: 5}}")
        #expect(gaps.plan(model: "m", prompt: "a b c", isStream: false, maxTokens: nil)?.start == .milliseconds(40))
        let latency = try planner("models: {m: {latency_ms: 20}}")
        let stream = latency.plan(model: "m", prompt: "a b", isStream: true, maxTokens: nil)
        #expect(stream?.pieceTimes == [.milliseconds(20), .milliseconds(20)])
    }

    @Test(arguments: [(nil, 5, "stop"), (3, 3, "length"), (9, 5, "stop")] as [(Int?, Int, String)])
    func `tokens make the answer so long, and max_tokens caps them`(_ most: Int?, _ count: Int, _ reason: String) throws
    {
        let planner = try planner("models: {m: {tokens: 5, answer: {fixed: x y}}}")
        let plan = try #require(planner.plan(model: "m", prompt: "", isStream: true, maxTokens: most))
        #expect(plan.outputTokens == count)
        #expect(plan.pieces.count == count)
        #expect(plan.finish.rawValue == reason)
        #expect(plan.text == Array(["x", "y", "x", "y", "x"].prefix(count)).joined(separator: " "))
    }

    @Test func `a scripted text is given whole whatever max_tokens says`() throws {
        let plan = try planner("").plan(model: "m", prompt: "a b c d", isStream: false, maxTokens: 1)
        #expect(plan?.text == "a b c d")
        #expect(plan?.finish == .stop)
    }
}

@Suite struct DelayTests {
    private func sample(_ delay: Delay, _ count: Int = 20_000) -> [Double] {
        var draws = Draws(state: 3)
        return (0..<count).map { _ in delay.milliseconds(&draws) }.sorted()
    }

    @Test func `each distribution has the middle and spread it is told`() {
        let exponential = sample(.exponential(mean: 100))
        #expect(abs(exponential.reduce(0, +) / 20_000 - 100) < 4)
        let lognormal = sample(.lognormal(median: 300, sigma: 0.5))
        #expect(abs(lognormal[10_000] - 300) < 8)
        // The 84.13 % quantile is median · e^sigma.
        #expect(abs(lognormal[16_827] - 300 * 1.6487) < 20)
        let normal = sample(.normal(mean: 500, sd: 50))
        #expect(abs(normal[10_000] - 500) < 3)
        #expect(abs(normal[16_827] - 550) < 5)
        let uniform = sample(.uniform(min: 10, max: 20))
        #expect(uniform[0] >= 10 && uniform[19_999] <= 20 && abs(uniform[10_000] - 15) < 0.3)
        #expect(sample(.constant(7), 3) == [7, 7, 7])
    }

    @Test func `no draw is negative or longer than an hour`() {
        #expect(sample(.normal(mean: 0, sd: 100)).allSatisfy { $0 >= 0 })
        #expect(sample(.lognormal(median: 3_600_000, sigma: 10)).allSatisfy { (0...3_600_000).contains($0) })
    }

    @Test func `draws follow from their seed, key, purpose and number alone`() {
        func first(_ seed: UInt64, _ words: [String], _ purpose: String, _ number: Int) -> UInt64 {
            var draws = Draws(seed: seed, key: Draws.hash(words), purpose: purpose, number: number)
            return draws.next()
        }
        let one = first(1, ["a", "b"], "times", 1)
        #expect(one == first(1, ["a", "b"], "times", 1))
        let others = [
            first(2, ["a", "b"], "times", 1), first(1, ["ab"], "times", 1), first(1, ["a", "b"], "times", 2),
            first(1, ["b", "a"], "times", 1), first(1, ["a", "b"], "fault 0", 1), first(1, ["a", ""], "times", 1),
        ]
        #expect(Set(others + [one]).count == 7)
    }

    @Test func `the generator is SplitMix64`() {
        // The first numbers for the state 1234567, as computed from the published algorithm by an independent program.
        var draws = Draws(state: 1_234_567)
        let expected: [UInt64] = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        #expect([draws.next(), draws.next(), draws.next()] == expected)
    }
}

@Suite struct TokenPiecesTests {
    static let texts = [
        "", "a", " a", "a ", "one two  three\n\nfour", "été à l'œuvre", "日本語の長い文はここで切られます。とても長い文です。",
        "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "a\r\nb\r\nc", "supercalifragilisticexpialidocious!", "   ",
        "x\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}",
    ]

    @Test(arguments: texts) func `the pieces joined are the text, and as many as counted`(_ text: String) {
        let pieces = TokenPieces.pieces(of: text)
        #expect(Array(pieces.joined().utf8) == Array(text.utf8))
        #expect(TokenPieces.count(text) == pieces.count)
        #expect(pieces.allSatisfy { !$0.isEmpty && $0.utf8.count <= 19 })
    }

    @Test func `a piece is a word with the space before it`() {
        #expect(TokenPieces.pieces(of: "one two  three ") == ["one", " two", "  three", " "])
        #expect(TokenPieces.pieces(of: "abcdefghijklmnopqr") == ["abcdefghijklmnop", "qr"])
    }

    @Test(arguments: texts, [0, 1, 2, 7, 100]) func `as many pieces as asked for`(_ text: String, _ count: Int) {
        #expect(TokenPieces.pieces(of: text, exactly: count).count == count)
        let joined = TokenPieces.pieces(of: text, exactly: count).joined()
        #expect(count == 0 || !joined.isEmpty)
    }
}

extension Planner {
    /// The plan of a chat.
    fileprivate func plan(model: String, prompt: String, isStream: Bool, maxTokens: Int?) -> Plan? {
        plan(Asked(model: model, prompt: prompt, isStream: isStream, inputTokens: 0, maxTokens: maxTokens))
    }
}
