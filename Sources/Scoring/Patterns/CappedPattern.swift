import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A regular expression (ICU's) that cannot run away: on capped text, and for a bounded time.
///
/// Backtracking may take time exponential in the text on a pattern like `(a+)+$`. Here the matcher is stopped once it
/// has used its share of the calling thread's processor time, so that load on the machine does not decide; the text
/// is then not scored, and the error says why. Safe to use from many threads.
public struct CappedPattern: Sendable {
    /// Which of several matches counts.
    public enum Which: String, Sendable, Hashable, CaseIterable {
        case first, last
    }

    /// Longest text, in Unicode scalars.
    public static let maximumScalars = 1 << 20

    /// The pattern as it was written.
    public let pattern: String
    private let expression: NSRegularExpression
    private let budgetMilliseconds: Int

    /// Compiles a pattern.
    /// - Parameters:
    ///   - parameter: the key under which the pattern was written, for the error.
    ///   - budgetMilliseconds: processor time that one text may take.
    /// - Throws: `MetricError` with the position at which the pattern goes wrong.
    public init(_ pattern: String, parameter: String? = nil, budgetMilliseconds: Int = 1000) throws(MetricError) {
        self.pattern = pattern
        self.budgetMilliseconds = budgetMilliseconds
        guard let expression = try? NSRegularExpression(pattern: pattern) else {
            throw MetricError(
                "'\(pattern)' is not a regular expression: \(PatternFault.describe(pattern))", parameter: parameter)
        }
        self.expression = expression
    }

    /// Whether the pattern is found anywhere in the text.
    /// - Throws: `MetricError` for a text too long, or one that takes the matcher too long.
    public func isFound(in text: String) throws(MetricError) -> Bool {
        try search(text, take: .first) != nil
    }

    /// The text that the pattern captures: its first group that took part in the match, or the whole match where it has
    /// none.
    /// - Returns: nil where the pattern is not found.
    /// - Throws: as `isFound`.
    public func capture(in text: String, take: Which = .first) throws(MetricError) -> String? {
        guard let match = try search(text, take: take) else { return nil }
        let groups = (1..<max(1, match.numberOfRanges)).map(match.range(at:))
        let range = groups.first { $0.location != NSNotFound } ?? match.range
        return (text as NSString).substring(with: range)
    }

    /// All places where the pattern is found, as ranges of UTF-8 bytes, in order and without overlaps. Matches of
    /// nothing at all are left out.
    /// - Throws: as `isFound`.
    public func ranges(in text: String) throws(MetricError) -> [Range<Int>] {
        var found: [NSRange] = []
        try search(text) { match in
            if match.range.length > 0 { found.append(match.range) }
            return true
        }
        return Self.utf8Ranges(found, in: text)
    }

    /// Ranges of UTF-16 code units as ranges of bytes. A match that begins or ends inside of a character of two units
    /// takes it in whole.
    private static func utf8Ranges(_ ranges: [NSRange], in text: String) -> [Range<Int>] {
        guard let last = ranges.last else { return [] }
        var starts: [Int] = []
        starts.reserveCapacity(NSMaxRange(last) + 2)
        var byte = 0
        for scalar in text.unicodeScalars where starts.count <= NSMaxRange(last) {
            starts.append(byte)
            byte += UTF8.width(scalar)
            // The second unit ends where the scalar does.
            if UTF16.width(scalar) == 2 { starts.append(byte) }
        }
        starts.append(byte)
        return ranges.map { range in
            let end = min(NSMaxRange(range), starts.count - 1)
            return starts[min(range.location, end)]..<starts[end]
        }
    }

    private func search(_ text: String, take: Which) throws(MetricError) -> NSTextCheckingResult? {
        var result: NSTextCheckingResult?
        try search(text) { match in
            result = match
            return take == .last
        }
        return result
    }

    /// - Parameter onMatch: takes each match; false ends the search.
    private func search(_ text: String, _ onMatch: @escaping (NSTextCheckingResult) -> Bool) throws(MetricError) {
        guard text.utf8.count <= Self.maximumScalars || text.unicodeScalars.count <= Self.maximumScalars else {
            throw MetricError(
                "the text is longer than the \(Self.maximumScalars) characters that a regular expression is tried on")
        }
        let watch = Stopwatch(milliseconds: budgetMilliseconds)
        var isExhausted = false
        expression.enumerateMatches(
            in: text, options: [.reportProgress, .reportCompletion],
            range: NSRange(location: 0, length: text.utf16.count)
        ) { match, flags, stop in
            if flags.contains(.internalError) { isExhausted = true }
            let goesOn = match.map(onMatch) ?? true
            if !goesOn || watch.isOver { stop.pointee = true }
        }
        guard !watch.wasOver else {
            throw MetricError(
                "the pattern '\(pattern)' took more than \(budgetMilliseconds) ms on this text and was stopped: "
                    + "nested repetitions such as (a+)+ are the usual cause")
        }
        guard !isExhausted else {
            throw MetricError(
                "the pattern '\(pattern)' needs more memory than the matcher has on this text: "
                    + "repeated groups such as (a|b)* are the usual cause; write [ab]*")
        }
    }
}

/// Looks at the calling thread's processor time now and then.
private final class Stopwatch {
    private let end: Int
    private var calls = 0
    private(set) var wasOver = false

    init(milliseconds: Int) { end = Self.now + milliseconds * 1_000_000 }

    /// Whether time is up. The clock is read at every 16th call: the matcher reports each 10,000 steps, but each
    /// place at which it starts as well.
    var isOver: Bool {
        calls += 1
        if calls % 16 == 0, Self.now > end { wasOver = true }
        return wasOver
    }

    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
