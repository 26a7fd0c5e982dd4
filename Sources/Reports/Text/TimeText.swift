/// Moments and lengths of time as text, in UTC.
enum TimeText {
    /// ISO 8601 with milliseconds where there are any: "2025-01-02T03:04:05Z".
    static func iso(_ milliseconds: Int64) -> String {
        let parts = Parts(milliseconds)
        let fraction = parts.millisecond == 0 ? "" : "." + padded(parts.millisecond, 3)
        return
            "\(date(parts))T\(padded(parts.hour, 2)):\(padded(parts.minute, 2)):\(padded(parts.second, 2))\(fraction)Z"
    }

    /// For people: "2025-01-02 03:04 UTC".
    static func readable(_ milliseconds: Int64) -> String {
        let parts = Parts(milliseconds)
        return "\(date(parts)) \(padded(parts.hour, 2)):\(padded(parts.minute, 2)) UTC"
    }

    /// A length of time: "850 ms", "12.3 s", "4 min 5 s", "2 h 3 min".
    static func length(milliseconds: Int64) -> String {
        let length = max(0, milliseconds)
        if length < 1_000 { return "\(length) ms" }
        if length < 60_000 { return NumberText.significant(Double(length) / 1_000, 3) + " s" }
        let seconds = length / 1_000
        if seconds < 3_600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(NumberText.grouped(seconds / 3_600)) h \(seconds % 3_600 / 60) min"
    }

    private static func date(_ parts: Parts) -> String {
        "\(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2))"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// A moment in the proleptic Gregorian calendar.
    private struct Parts {
        var year: Int64
        var month: Int64
        var day: Int64
        var hour: Int64
        var minute: Int64
        var second: Int64
        var millisecond: Int64

        /// Days to a date as in Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013): years begin in March,
        /// and 400 of them have 146,097 days.
        init(_ milliseconds: Int64) {
            let (days, rest) = Parts.divide(milliseconds, by: 86_400_000)
            (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60)
            (second, millisecond) = (rest / 1_000 % 60, rest % 1_000)
            let (era, dayOfEra) = Parts.divide(days + 719_468, by: 146_097)
            let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let shifted = (5 * dayOfYear + 2) / 153
            day = dayOfYear - (153 * shifted + 2) / 5 + 1
            month = shifted < 10 ? shifted + 3 : shifted - 9
            year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        }

        /// Quotient and remainder with a remainder that is never negative.
        private static func divide(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
            let remainder = value % divisor
            return remainder < 0 ? (value / divisor - 1, remainder + divisor) : (value / divisor, remainder)
        }
    }
}
