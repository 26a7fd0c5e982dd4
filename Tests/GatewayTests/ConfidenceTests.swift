import Chat
import Testing

@testable import Gateway

@Suite struct ConfidenceTests {
    private static let sure: [JSONValue] = [
        ["token": "a", "logprob": -0.105360516], ["token": "b", "logprob": -0.105360516],
    ]

    @Test(
        arguments: [
            ([], nil, [], nil), (sure, nil, [], 0.9), ([], 0.4, [], 0.4), (sure, 0.4, [], 0.6),
            ([], nil, [["side": "input", "score": 1]], nil), ([], nil, [["side": "output", "score": 1]], 0.5),
            (sure, nil, [["side": "output", "score": 0.5], ["side": "output"]], 0.9 * 0.75 * 0.5),
            ([["token": "x", "logprob": 3]], nil, [], 1), ([["token": "x"]], nil, [], nil),
        ] as [([JSONValue], Double?, [JSONValue], Double?)])
    func `signs are put together as far as they are there`(
        logprobs: [JSONValue], support: Double?, verdicts: [JSONValue], expected: Double?
    ) {
        let value = Confidence(logprobs: logprobs, support: support, verdicts: verdicts)?.value
        #expect((value == nil) == (expected == nil))
        #expect(abs((value ?? 0) - (expected ?? 0)) < 1e-6, "\(String(describing: value))")
    }

    @Test func `agreement of answers is a sign beside the others`() {
        #expect(Confidence.agreement("The cat, 1837!", "the CAT 1837") == 1)
        #expect(Confidence.agreement("a b", "b c") == 0.5)
        #expect(Confidence.agreement("a", "b") == 0 && Confidence.agreement("", "…") == 1)
        let value = Confidence(logprobs: Self.sure, agreement: 0.3, support: 0.8, verdicts: [])?.value ?? 0
        #expect(abs(value - 0.6) < 1e-6)
        #expect(Confidence(logprobs: [], agreement: 0.25, support: nil, verdicts: [])?.value == 0.25)
    }

    @Test func `support is the share of an answer's words that the passages hold`() {
        let passages = ["The lamp was lit in 1837 by Hannah Stroud.", "Cats sleep."]
        #expect(Confidence.support(of: "Hannah Stroud, in 1837", in: passages) == 1)
        #expect(Confidence.support(of: "Hannah Bridge", in: passages) == 0.5)
        #expect(Confidence.support(of: "Nobody knows", in: passages) == 0)
        #expect(Confidence.support(of: "a cat", in: passages) == nil)
    }
}
