/// Data that tests take, by how it was gathered.
public enum Observations: Sendable {
    /// Scores of the same samples by two systems.
    case paired(PairedScores)
    /// Sufficient statistics of the same segments by two systems, for metrics of the whole corpus.
    case corpus(PairedSegments)
    /// Scores of two different sets of samples: x, then y.
    case independent([Double], [Double])
    /// Scores of the same samples by several systems: one row a sample, one column a system.
    case blocks([[Double]])
    /// Counts: one row a group, one column an outcome.
    case table([[Int]])

    /// What this is, in words.
    public var kind: String {
        switch self {
        case .paired: "paired scores"
        case .corpus: "segment statistics of two systems"
        case .independent: "two independent samples"
        case .blocks: "scores of several systems"
        case .table: "a table of counts"
        }
    }
}

/// What a test needs besides the data; the report names all of it.
public struct TestSettings: Sendable, Equatable {
    /// The alternative, two-sided by default.
    public var alternative: Alternative
    /// Resamples of a randomization or bootstrap test, 10,000 by default.
    public var resamples: Int
    /// The seed of every random choice.
    public var seed: UInt64
    /// Confidence level of intervals, 0.95 by default.
    public var level: Double

    /// The defaults of the decision table.
    public init(
        alternative: Alternative = .twoSided, resamples: Int = 10_000, seed: UInt64 = 12_345, level: Double = 0.95
    ) {
        self.alternative = alternative
        self.resamples = max(1, resamples)
        self.seed = seed
        self.level = level
    }
}

/// One significance test: its name, what it takes, and the computation.
///
/// ```swift
/// let data = try PairedScores(baseline: before, candidate: after)
/// let result = SignificanceTests.named("wilcoxon")?.run(.paired(data), TestSettings())
/// ```
public struct SignificanceTest: Sendable {
    /// The name users write and reports print, such as "mcnemar-mid-p".
    public let name: String
    /// The name in words, such as "McNemar's test, mid-p".
    public let title: String
    /// What it takes and when to choose it, in a sentence.
    public let summary: String
    private let compute: @Sendable (Observations, TestSettings) -> TestResult?

    /// - Parameter compute: gives nil for data of a kind that the test does not take.
    init(
        _ name: String, _ title: String, _ summary: String,
        compute: @escaping @Sendable (Observations, TestSettings) -> TestResult?
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.compute = compute
    }

    /// Runs the test. Data of a kind it does not take is not testable, and the reason says so.
    public func run(_ observations: Observations, _ settings: TestSettings = TestSettings()) -> TestResult {
        compute(observations, settings)
            ?? .notTestable(
                name, n: 0, "\(title) cannot be done on \(observations.kind)", alternative: settings.alternative)
    }

    static func paired(
        _ name: String, _ title: String, _ summary: String,
        compute: @escaping @Sendable (PairedScores, TestSettings) -> TestResult
    ) -> SignificanceTest {
        SignificanceTest(name, title, summary) { observations, settings in
            guard case .paired(let scores) = observations else { return nil }
            return compute(scores, settings)
        }
    }

    static func independent(
        _ name: String, _ title: String, _ summary: String,
        compute: @escaping @Sendable ([Double], [Double], TestSettings) -> TestResult
    ) -> SignificanceTest {
        SignificanceTest(name, title, summary) { observations, settings in
            guard case .independent(let x, let y) = observations else { return nil }
            return compute(x, y, settings)
        }
    }

    static func blocks(
        _ name: String, _ title: String, _ summary: String,
        compute: @escaping @Sendable ([[Double]], TestSettings) -> TestResult
    ) -> SignificanceTest {
        SignificanceTest(name, title, summary) { observations, settings in
            guard case .blocks(let rows) = observations else { return nil }
            return compute(rows, settings)
        }
    }

    static func table(
        _ name: String, _ title: String, _ summary: String,
        compute: @escaping @Sendable ([[Int]], TestSettings) -> TestResult
    ) -> SignificanceTest {
        SignificanceTest(name, title, summary) { observations, settings in
            guard case .table(let rows) = observations else { return nil }
            return compute(rows, settings)
        }
    }

    /// A test on segment statistics; paired scores are taken too, as the statistics of their mean.
    static func corpus(
        _ name: String, _ title: String, _ summary: String,
        compute: @escaping @Sendable (PairedSegments, TestSettings) -> TestResult
    ) -> SignificanceTest {
        SignificanceTest(name, title, summary) { observations, settings in
            switch observations {
            case .corpus(let segments): compute(segments, settings)
            case .paired(let scores): compute(PairedSegments(meansOf: scores), settings)
            case .independent, .blocks, .table: nil
            }
        }
    }
}
