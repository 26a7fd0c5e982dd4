import Testing

@testable import Scoring

@Suite struct ReducerTests {
    @Test(
        arguments: [
            ("mean", [1, 0, 0.5], 0.5), ("mean", [nil, 1], 1), ("mean", [nil], nil), ("mean", [], nil),
            ("majority", [1, 1, 0], 1), ("majority", [1, 0], 0), ("majority", [1, 1, nil], 1),
            ("majority", [1, 0, nil], nil),
            ("majority", [0, 0, nil], 0), ("majority", [], nil),
            ("at_least_2", [1, 0, 1], 1), ("at_least_2", [1, 0, 0], 0), ("at_least_2", [1, nil], nil),
            ("at_least_2", [], nil),
            ("pass@1", [1, 0, 0, 0], 0.25), ("pass@2", [1, 0, 0, 0], 0.5), ("pass@2", [1, 1, 1, 0], 1),
            ("pass@3", [1, 0], nil),
            ("pass@2", [1, nil, 0], 1), ("pass@2", [0, 0], 0),
        ] as [(String, [Double?], Double?)])
    func `repeats make one score`(name: String, scores: [Double?], wanted: Double?) throws {
        let got = try Reducer.named(name).reduce(scores)
        #expect((got == nil) == (wanted == nil))
        if let got, let wanted { #expect(abs(got - wanted) < 1e-12) }
        #expect(try Reducer.named(name).name == name)
    }

    @Test(arguments: [("mean", 1), ("majority", 1), ("at_least_3", 3), ("pass@5", 5)])
    func `a reducer knows the fewest repeats that can succeed`(name: String, repeats: Int) throws {
        #expect(try Reducer.named(name).minimumRepeats == repeats)
    }

    @Test(arguments: [
        ("median", "there is no reducer 'median'; there are mean, majority, at_least_K, pass@K"),
        ("pass@0", "'pass@0' needs a whole number from 1 after 'pass@', as in pass@3"),
        ("at_least_x", "'at_least_x' needs a whole number from 1 after 'at_least_', as in at_least_3"),
    ])
    func `an unknown reducer is refused in words`(name: String, message: String) {
        let error = #expect(throws: MetricError.self) { try Reducer.named(name) }
        #expect(error?.message == message)
    }
}
