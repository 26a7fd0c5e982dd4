public import Chat
import Wire

/// One row of the price table.
struct PriceRow: Sendable, Hashable {
    /// What costs more above a size of context: the whole call, not the tokens above.
    struct LongContext: Sendable, Hashable {
        /// Calls with more tokens of input than this.
        var tokens: Int
        var price: Price
    }

    /// Hours at which everything costs a share of its price.
    struct OffPeak: Sendable, Hashable {
        /// The share, in 0...1.
        var factor: Double
        /// Spans of the day at full price, in minutes from midnight UTC.
        var peakMinutes: [Range<Int>]
        /// Days of the week at full price, 1 for Monday.
        var peakDays: Set<Int>

        func applies(at secondsSince1970: Double) -> Bool {
            let minutes = Int((secondsSince1970 / 60).rounded(.down))
            let minuteOfDay = ((minutes % 1440) + 1440) % 1440
            // The first of January 1970 was a Thursday.
            let day = ((minutes - minuteOfDay) / 1440 + 3) % 7 + 1
            return !peakDays.contains(day) || !peakMinutes.contains { $0.contains(minuteOfDay) }
        }
    }

    /// The full name, `provider/model`.
    var model: String
    /// Further names of the same.
    var aliases: [String] = []
    /// Seconds since 1970 from which and until which the row holds; nil for as long as is known.
    var from: Double?
    var until: Double?
    var price: Price
    var longContext: LongContext?
    var offPeak: OffPeak?

    init(model: String, price: Price) {
        self.model = model
        self.price = price
    }

    /// The row once for each of its names.
    var named: [PriceRow] {
        ([model] + aliases).map { name in
            var row = self
            row.model = name
            row.aliases = []
            return row
        }
    }

    func holds(at secondsSince1970: Double) -> Bool {
        secondsSince1970 >= from ?? -.infinity && secondsSince1970 < until ?? .infinity
    }

    func price(inputTokens: Int, at secondsSince1970: Double) -> Price {
        var price = price
        if let longContext, inputTokens > longContext.tokens { price = longContext.price }
        if let offPeak, offPeak.applies(at: secondsSince1970) { price = price.scaled(by: offPeak.factor) }
        return price
    }
}

// MARK: reading

extension PriceRow {
    /// - Parameter path: the row's place, for messages.
    init(_ row: JSONValue, at path: String) throws(ChatError) {
        guard let model = row["model"]?.stringValue, model.contains("/") else {
            throw ChatError(.invalidRequest, "\(path).model: must be provider/model")
        }
        self.model = model
        aliases = (row["aliases"]?.arrayValue ?? []).compactMap(\.stringValue)
        price = try Price(dollarsPerMillion: row, at: path)
        from = try PriceRow.day(row["from"], at: "\(path).from")
        until = try PriceRow.day(row["until"], at: "\(path).until")
        if let above = row["above"] {
            guard let tokens = above["tokens"]?.intValue, tokens > 0 else {
                throw ChatError(.invalidRequest, "\(path).above.tokens: must be a whole number above 0")
            }
            longContext = LongContext(tokens: tokens, price: try Price(dollarsPerMillion: above, at: "\(path).above"))
        }
        offPeak = try row["off_peak"].map { value throws(ChatError) in
            try PriceRow.offPeak(value, at: "\(path).off_peak")
        }
    }

    /// "2026-11-21" as the seconds of its midnight UTC.
    private static func day(_ value: JSONValue?, at path: String) throws(ChatError) -> Double? {
        guard let value else { return nil }
        let midnight = value.stringValue.map { $0 + "T00:00:00Z" }
        guard let seconds = midnight.flatMap(RateLimitHeaders.secondsSince1970(ofTimestamp:)) else {
            throw ChatError(.invalidRequest, "\(path): must be a day as 2026-11-21")
        }
        return seconds
    }

    private static func offPeak(_ value: JSONValue, at path: String) throws(ChatError) -> OffPeak {
        guard let factor = value["factor"]?.doubleValue, (0...1).contains(factor) else {
            throw ChatError(.invalidRequest, "\(path).factor: must be a number in 0...1")
        }
        let spans = (value["peak_utc"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap(minutes) }
        let days = (value["peak_days"]?.arrayValue ?? []).compactMap(\.intValue).filter { (1...7).contains($0) }
        guard !spans.isEmpty, spans.count == value["peak_utc"]?.arrayValue?.count, !days.isEmpty else {
            throw ChatError(.invalidRequest, "\(path): needs peak_utc as [\"01:00-04:00\"] and peak_days as [1, 2]")
        }
        return OffPeak(factor: factor, peakMinutes: spans, peakDays: Set(days))
    }

    /// "01:00-04:00" as minutes of the day.
    private static func minutes(_ text: String) -> Range<Int>? {
        let ends = text.split(separator: "-").map { end -> Int? in
            let parts = end.split(separator: ":").compactMap { Int($0) }
            guard parts.count == 2, (0...24).contains(parts[0]), (0..<60).contains(parts[1]) else { return nil }
            return parts[0] * 60 + parts[1]
        }
        guard ends.count == 2, let start = ends[0], let end = ends[1], start < end else { return nil }
        return start..<end
    }
}

extension Price {
    /// Reads `input`, `output`, `cache_read`, `cache_write_5m` and `cache_write_1h` in dollars per million tokens.
    /// - Parameter path: where they stand, for messages.
    /// - Throws: `ChatError.invalidRequest` where input or output is missing, or a figure is negative, absurd or finer
    ///   than a billionth of a dollar a token.
    public init(dollarsPerMillion row: JSONValue, at path: String) throws(ChatError) {
        func figure(_ key: String) throws(ChatError) -> NanoUSD? {
            guard let value = row[key], !value.isNull else { return nil }
            guard let dollars = value.doubleValue, (0...1_000_000).contains(dollars) else {
                throw ChatError(.invalidRequest, "\(path).\(key): must be dollars per million tokens, from 0")
            }
            let nano = (dollars * 1000).rounded()
            guard abs(nano - dollars * 1000) < 1e-6 else {
                throw ChatError(
                    .invalidRequest, "\(path).\(key): must be a multiple of 0.001 dollars per million tokens")
            }
            return NanoUSD(Int64(nano))
        }
        guard let input = try figure("input"), let output = try figure("output") else {
            throw ChatError(.invalidRequest, "\(path): needs input and output")
        }
        self.init(
            input: input, output: output, cacheRead: try figure("cache_read"),
            cacheWrite5m: try figure("cache_write_5m"), cacheWrite1h: try figure("cache_write_1h"))
    }

    /// Every kind at a share of its price.
    func scaled(by factor: Double) -> Price {
        func share(_ price: NanoUSD) -> NanoUSD { NanoUSD(Int64((Double(price.amount) * factor).rounded())) }
        return Price(
            input: share(inputFresh), output: share(output), cacheRead: share(cacheRead),
            cacheWrite5m: share(cacheWrite5m), cacheWrite1h: share(cacheWrite1h))
    }
}
