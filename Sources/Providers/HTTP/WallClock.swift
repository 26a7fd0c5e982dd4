#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The calendar's clock, for dates that vendors send; durations use `ContinuousClock`.
enum WallClock {
    /// Seconds since 1970, whole as dates in headers are.
    static func now() -> Double { Double(time(nil)) }
}
