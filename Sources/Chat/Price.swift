/// An amount in billionths of a US dollar: the price of one token at one dollar per billion, so that every published
/// price is a whole number.
public struct NanoUSD: Sendable, Hashable, Comparable {
    public var amount: Int64

    public init(_ amount: Int64) { self.amount = amount }

    public static let zero = NanoUSD(0)

    public static func < (left: NanoUSD, right: NanoUSD) -> Bool { left.amount < right.amount }

    /// The sum, held at the largest amount instead of overflowing.
    public static func + (left: NanoUSD, right: NanoUSD) -> NanoUSD {
        let (sum, overflow) = left.amount.addingReportingOverflow(right.amount)
        return NanoUSD(overflow ? .max : sum)
    }

    /// The amount in dollars.
    public var dollars: Double { Double(amount) / 1e9 }

    /// The amount nearest to `dollars`; nil where it is negative, not finite or beyond nine billion dollars.
    public init?(dollars: Double) {
        guard dollars >= 0, dollars < 9e9 else { return nil }
        amount = Int64((dollars * 1e9).rounded())
    }
}

/// What a token of each kind costs at one model, in billionths of a dollar a token (dollars per million × 1,000).
public struct Price: Sendable, Hashable {
    public var inputFresh: NanoUSD
    public var cacheRead: NanoUSD
    public var cacheWrite5m: NanoUSD
    public var cacheWrite1h: NanoUSD
    public var output: NanoUSD

    /// Kinds without a price of their own cost what a fresh input token costs.
    public init(
        input: NanoUSD, output: NanoUSD, cacheRead: NanoUSD? = nil, cacheWrite5m: NanoUSD? = nil,
        cacheWrite1h: NanoUSD? = nil
    ) {
        inputFresh = input
        self.output = output
        self.cacheRead = cacheRead ?? input
        self.cacheWrite5m = cacheWrite5m ?? input
        self.cacheWrite1h = cacheWrite1h ?? input
    }

    /// The cost of a call with this usage; reasoning tokens are billed as output.
    public func cost(of usage: TokenUsage) -> NanoUSD {
        let kinds = [
            (usage.inputFresh, inputFresh), (usage.cacheRead, cacheRead), (usage.cacheWrite5m, cacheWrite5m),
            (usage.cacheWrite1h, cacheWrite1h), (usage.output, output),
        ]
        return kinds.reduce(.zero) { sum, kind in
            let (product, overflow) = Int64(kind.0).multipliedReportingOverflow(by: kind.1.amount)
            return sum + NanoUSD(overflow ? .max : product)
        }
    }
}
