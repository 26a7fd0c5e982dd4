/// How variants are compared.
public struct CompareSpec: Sendable, Hashable {
    public enum Pairs: String, Sendable, Hashable, CaseIterable { case baseline, all }
    /// What one correction covers.
    public enum Family: String, Sendable, Hashable, CaseIterable { case all, metric }
    public enum Correction: String, Sendable, Hashable, CaseIterable { case none, holm, bonferroni, bh }

    /// A variant's label; nil for the first variant.
    public var baseline: String?
    public var pairs = Pairs.baseline
    public var family = Family.all
    /// Between 0 and 1.
    public var alpha = 0.05
    public var correction = Correction.holm
    public var resamples = 10_000
    /// The dataset field that groups dependent samples.
    public var cluster: String?

    /// The defaults.
    public init() {}
}

/// A condition that a CI job depends on.
public struct GateSpec: Sendable, Hashable {
    /// What of a measure's values is held against the limits.
    public enum Aggregate: Sendable, Hashable {
        case mean, total
        /// 50…99.
        case percentile(Int)

        /// As the spec writes it: `mean`, `total`, `p95`.
        public var name: String {
            switch self {
            case .mean: "mean"
            case .total: "total"
            case .percentile(let percent): "p\(percent)"
            }
        }
    }

    /// What a regression is measured against.
    public enum Against: String, Sendable, Hashable, CaseIterable { case baseline }

    /// A measure of the spec's metrics, or one of `Vocabulary.builtInMeasures`.
    public var metric: String
    public var min: Double?
    public var max: Double?
    /// The margin of non-inferiority, at least 0.
    public var maxRegression: Double?
    public var against: Against
    public var of: Aggregate
    /// A variant's label; nil for every variant but the baseline.
    public var variant: String?
    public var place: SpecPlace
}
