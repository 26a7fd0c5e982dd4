import Foundation

/// Times as people and scripts read them.
enum Timestamp {
    /// Milliseconds since 1970, UTC, by the wall clock.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// ISO 8601 in UTC, to the second: `2026-11-21T13:14:15Z`.
    static func text(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
    }

    /// ISO 8601 in UTC, to the millisecond: `2026-11-21T13:14:15.123Z`.
    static func precise(_ milliseconds: Int64 = now()) -> String {
        let seconds = text(milliseconds - milliseconds % 1000).dropLast()
        let rest = String(milliseconds % 1000)
        return "\(seconds).\(String(repeating: "0", count: 3 - rest.count))\(rest)Z"
    }
}
