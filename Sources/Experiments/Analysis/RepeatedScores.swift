public import Scoring
public import Store

/// Every repeat's score of the measures that a reducer makes one score of.
public struct RepeatedScores {
    private let reducers: [String: Reducer]
    private let samples: Int
    private let repeats: Int
    /// By variant, then measure; a row of repeats for each sample, nil where a trial failed or was not made.
    private var scores: [[String: [Double?]]]

    /// - Parameters:
    ///   - reducers: by measure.
    ///   - repeats: of each sample.
    public init(_ reducers: [String: Reducer], samples: Int, repeats: Int, variants: Int) {
        self.reducers = reducers
        self.samples = samples
        self.repeats = repeats
        let empty = reducers.mapValues { _ in [Double?](repeating: nil, count: samples * repeats) }
        scores = Array(repeating: empty, count: variants)
    }

    /// Takes a trial's scores; those of other measures, and repeats that nobody planned, are left out.
    public mutating func add(_ trial: TrialRecord, sample: Int, variant: Int) {
        guard !reducers.isEmpty, 0..<repeats ~= trial.key.repeatIndex else { return }
        for score in trial.scores where reducers[score.measure] != nil {
            guard let value = score.value, value.isFinite else { continue }
            scores[variant][score.measure]?[sample * repeats + trial.key.repeatIndex] = value
        }
    }

    /// Each sample's score, nil where its repeats do not tell; nil for a measure without a reducer.
    public func reduced(_ measure: String, variant: Int) -> [Double?]? {
        guard let reducer = reducers[measure], let rows = scores[variant][measure] else { return nil }
        return (0..<samples).map { sample in
            reducer.reduce(Array(rows[sample * repeats..<(sample + 1) * repeats]))
        }
    }
}
