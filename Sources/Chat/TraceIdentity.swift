/// Where one request stands in a distributed trace: the trace it belongs to, its own span, and the client's above it.
///
/// Source: W3C Recommendation, Trace Context, 2021, section 3.2 (`traceparent`).
public struct TraceIdentity: Sendable, Hashable {
    /// The 16 bytes of the trace's id, as two big-endian halves; not both 0.
    public let traceHigh: UInt64
    public let traceLow: UInt64
    /// The request's own span; not 0.
    public let spanID: UInt64
    /// The client's span; nil where the trace begins here.
    public let parentSpanID: UInt64?
    /// Whether the trace is to be exported.
    public let isSampled: Bool

    /// A trace that begins here.
    public init() {
        self.init(
            traceHigh: .random(in: 1...(.max)), traceLow: .random(in: 1...(.max)), parentSpanID: nil, isSampled: true)
    }

    private init(traceHigh: UInt64, traceLow: UInt64, parentSpanID: UInt64?, isSampled: Bool) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.parentSpanID = parentSpanID
        self.isSampled = isSampled
        spanID = .random(in: 1...(.max))
    }

    /// A span of ours under the client's.
    /// - Parameter text: the header `traceparent`: `00-<32 hex>-<16 hex>-<2 hex>`, in lower case; later versions may
    ///   say more after that.
    /// - Returns: nil where it is malformed or an id is all 0: then it counts as absent.
    public init?(traceParent text: String) {
        let bytes = Array(text.utf8)
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = TraceIdentity.number(bytes[0..<2]), version != 0xFF,
            bytes.count == 55 || (version > 0 && bytes[55] == dash),
            let high = TraceIdentity.number(bytes[3..<19]), let low = TraceIdentity.number(bytes[19..<35]),
            high != 0 || low != 0, let parent = TraceIdentity.number(bytes[36..<52]), parent != 0,
            let flags = TraceIdentity.number(bytes[53..<55])
        else { return nil }
        self.init(traceHigh: high, traceLow: low, parentSpanID: parent, isSampled: flags & 1 == 1)
    }

    /// The span of the `index`-th thing that was done for the request, from 0: the same for whoever asks.
    /// - Parameter kind: tells the attempts at providers (0) from the stages (1).
    public func childSpanID(_ index: Int, kind: UInt64) -> UInt64 {
        // The finaliser of SplitMix64 (G. Steele et al., 2014): distinct inputs give distinct ids.
        var mixed = spanID &+ (UInt64(truncatingIfNeeded: index) &* 2 &+ kind &+ 1) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return mixed == 0 ? 1 : mixed
    }

    /// The 32 hexadecimal digits of the trace's id.
    public var traceText: String { TraceIdentity.text(traceHigh) + TraceIdentity.text(traceLow) }

    /// The header for somebody who is asked within span `span`.
    public func traceParent(span: UInt64) -> String {
        "00-\(traceText)-\(TraceIdentity.text(span))-\(isSampled ? "01" : "00")"
    }

    /// 16 hexadecimal digits.
    public static func text(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The number of at most 16 hexadecimal digits in lower case.
    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return number
    }
}
