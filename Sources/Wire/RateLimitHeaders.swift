public import Chat

/// What response headers say of waiting and of limits.
public enum RateLimitHeaders {
    /// How the names of the headers begin that `limits` reads.
    public static let prefixes = ["x-ratelimit-", "anthropic-ratelimit-"]

    /// The vendor's limits, in OpenAI's or Anthropic's spelling, or nil where no header names any.
    /// - Parameters:
    ///   - header: the value of a header by its lower-case name, or nil.
    ///   - now: seconds since 1970, for dates.
    public static func limits(_ header: (String) -> String?, now: Double) -> RateLimits? {
        func count(_ what: String, _ kind: String) -> Int? {
            let text = header("x-ratelimit-\(what)-\(kind)") ?? header("anthropic-ratelimit-\(kind)-\(what)")
            return text.flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
        }
        func wait(_ kind: String) -> Duration? {
            if let text = header("x-ratelimit-reset-\(kind)") { return duration(text) }
            return header("anthropic-ratelimit-\(kind)-reset").flatMap(secondsSince1970(ofTimestamp:))
                .flatMap { Duration(validSeconds: max(0, $0 - now)) }
        }
        let limits = RateLimits(
            limitRequests: count("limit", "requests"), remainingRequests: count("remaining", "requests"),
            resetRequests: wait("requests"), limitTokens: count("limit", "tokens"),
            remainingTokens: count("remaining", "tokens"), resetTokens: wait("tokens"))
        return limits == RateLimits() ? nil : limits
    }

    /// The upstream's own word on whether to ask again: `x-should-retry`, or nil.
    public static func retryAdvice(_ header: (String) -> String?) -> Bool? {
        switch header("x-should-retry") {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// How long the vendor asks to wait: `retry-after-ms`, else `retry-after` in seconds or as a date.
    ///
    /// What cannot be read is nil; what lies in the past is zero. However long the wait, it is told as it came: whoever
    /// retries decides whether to wait.
    /// - Parameter now: seconds since 1970, for dates.
    public static func retryAfter(_ header: (String) -> String?, now: Double) -> Duration? {
        if let milliseconds = header("retry-after-ms").flatMap({ Double($0) }), milliseconds.isFinite {
            return Duration(validSeconds: max(0, milliseconds / 1000))
        }
        guard let value = header("retry-after") else { return nil }
        if let seconds = Double(value) { return seconds.isFinite ? Duration(validSeconds: max(0, seconds)) : nil }
        return secondsSince1970(ofHTTPDate: value).flatMap { Duration(validSeconds: max(0, $0 - now)) }
    }

    /// A duration as OpenAI spells it: "6ms", "1s", "6m0s", "1h2m3.5s"; a bare number is seconds. Nil for anything
    /// else.
    public static func duration(_ text: String) -> Duration? {
        if let seconds = Double(text) { return Duration(validSeconds: seconds) }
        var rest = text[...]
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let amount = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter || $0 == "µ" }
            rest = rest.dropFirst(unit.count)
            guard let factor = secondsPerUnit[String(unit)] else { return nil }
            total += amount * factor
        }
        return text.isEmpty ? nil : Duration(validSeconds: total)
    }

    private static let secondsPerUnit: [String: Double] = [
        "d": 86400, "h": 3600, "m": 60, "ms": 1e-3, "ns": 1e-9, "s": 1, "us": 1e-6, "µs": 1e-6,
    ]

    /// Reads "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7, the form that is still sent); nil for anything
    /// else.
    static func secondsSince1970(ofHTTPDate text: String) -> Double? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(words[2])), let year = Int(words[3]), (1970...9999).contains(year)
        else { return nil }
        let clock = words[4].split(separator: ":").map { Int($0) ?? -1 }
        guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2])
        else {
            return nil
        }
        let days = daysSince1970(year: year, month: month + 1, day: day)
        return Double(days * 86400 + clock[0] * 3600 + clock[1] * 60 + clock[2])
    }

    /// Reads "2026-11-21T16:00:00Z", fractions and offsets included (RFC 3339); nil for anything else.
    public static func secondsSince1970(ofTimestamp text: String) -> Double? {
        let pattern = /(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d{1,9})?(?:[Zz]|([+-])(\d\d):(\d\d))/
        guard let parts = text.wholeMatch(of: pattern)?.output, let year = Int(parts.1), let month = Int(parts.2),
            let day = Int(parts.3), let hour = Int(parts.4), let minute = Int(parts.5), let second = Int(parts.6),
            (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        let fraction = parts.7.flatMap { Double($0) } ?? 0
        let offset = (parts.9.flatMap { Int($0) } ?? 0) * 3600 + (parts.10.flatMap { Int($0) } ?? 0) * 60
        let days = daysSince1970(year: year, month: month, day: day)
        let seconds = days * 86400 + hour * 3600 + minute * 60 + second - (parts.8 == "-" ? -offset : offset)
        return Double(seconds) + fraction
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Days of the Gregorian calendar, counted in years that begin in March so that the leap day comes last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
