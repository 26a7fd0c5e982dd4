/// The name of a run: `YYYYMMDDTHHMMSSZ-<spec name>-<4 hex>`.
public enum RunIdentifier {
    /// - Parameters:
    ///   - milliseconds: since 1970, UTC.
    ///   - suffix: random bits that tell apart two runs of one second.
    public static func make(name: String, at milliseconds: Int64, suffix: UInt16) -> String {
        let hexadecimal = String(suffix, radix: 16)
        let padded = String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
        return "\(stamp(milliseconds))-\(name)-\(padded)"
    }

    /// A time as `YYYYMMDDTHHMMSSZ`.
    static func stamp(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        let (year, month, day) = date(ofDay: seconds / 86_400)
        let clock = seconds % 86_400
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(year)\(two(month))\(two(day))T\(two(clock / 3600))\(two(clock / 60 % 60))\(two(clock % 60))Z"
    }

    /// The Gregorian date of a day counted from 1970-01-01, for days from then on.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        var (year, rest) = (Int64(1970), day)
        func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
        while rest >= (isLeap(year) ? 366 : 365) {
            rest -= isLeap(year) ? 366 : 365
            year += 1
        }
        let lengths: [Int64] = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var month: Int64 = 1
        for length in lengths {
            if rest < length { break }
            rest -= length
            month += 1
        }
        return (year, month, rest + 1)
    }
}
