extension Duration {
    /// The duration in milliseconds, fractions kept.
    public var milliseconds: Double {
        Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15
    }

    /// The duration in whole microseconds, held within 64 bits.
    public var microseconds: Int64 {
        let (high, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? (components.seconds < 0 ? .min : .max) : high + components.attoseconds / 1_000_000_000_000
    }

    /// A duration from outside data in seconds; nil where it is negative, not finite or longer than a century.
    public init?(validSeconds seconds: Double) {
        guard seconds >= 0, seconds < 3.2e9 else { return nil }
        self = .microseconds(Int64(seconds * 1e6))
    }
}
