/// Finds personal data and secrets in a text: addresses, phone, card and account numbers, numbers of documents, keys.
///
/// One pass over the bytes, led by what a value must have (a digit, an `@`, a key's first letters), without patterns
/// that could run away: time is linear in the text whatever it holds. What has check digits must pass them; what is
/// only digits needs a word near by that says what they are. Full-width digits, invisible scalars, other scripts'
/// digits and the usual ways to write an address around a filter ("name [at] host [dot] com") are seen through.
///
/// Not found: names, postal addresses, dates of birth; keys without a form of their own.
///
/// ```swift
/// let spans = PIIDetector().spans(in: "Mail ana@example.com")     // EMAIL, code points 5..<20
/// ```
public struct PIIDetector: Sendable {
    /// The kinds that are looked for.
    public let types: Set<PIIType>

    public init(types: Set<PIIType> = Set(PIIType.allCases)) { self.types = types }

    /// The values of a text in the order of their places; none overlaps another.
    /// - Complexity: linear in the text.
    public func spans(in text: String) -> [PIISpan] { spans(inUTF8: Array(text.utf8)) }

    /// The same for UTF-8. Bytes that are not UTF-8 are part of no value and count as a code point each.
    public func spans(inUTF8 bytes: [UInt8]) -> [PIISpan] {
        let ranges = ranges(in: bytes)
        var offsets = CodePointOffsets(bytes)
        return ranges.map { type, range in
            let start = offsets.offset(of: range.lowerBound)
            return PIISpan(type: type, utf8: range, codePoints: start..<offsets.offset(of: range.upperBound))
        }
    }

    /// The values' places in bytes alone.
    func ranges(in bytes: [UInt8]) -> [(type: PIIType, range: Range<Int>)] {
        let text = FoldedText(bytes)
        let found = text.bytes.withUnsafeBufferPointer { bytes in
            ByteKind.table.withUnsafeBufferPointer { kinds in
                var scan = PIIScan(ByteView(bytes, kinds: kinds))
                scan.scan()
                return scan.found
            }
        }
        return PIIDetector.resolved(found.filter { types.contains($0.type) }).map { found in
            (found.type, text.sourceStart(of: found.range.lowerBound)..<text.sourceEnd(of: found.range.upperBound))
        }
    }

    /// Of findings that overlap, the one of the surer kind stays, of the same kind the longer.
    private static func resolved(_ found: [PIIScan.Found]) -> [PIIScan.Found] {
        var kept: [PIIScan.Found] = []
        let sorted = found.sorted {
            ($0.range.lowerBound, $1.range.upperBound) < ($1.range.lowerBound, $0.range.upperBound)
        }
        for next in sorted {
            var isBeaten = false
            while let last = kept.last, last.range.upperBound > next.range.lowerBound {
                let isStronger = (next.type.precedence, next.range.count) > (last.type.precedence, last.range.count)
                guard isStronger else {
                    isBeaten = true
                    break
                }
                kept.removeLast()
            }
            if !isBeaten { kept.append(next) }
        }
        return kept
    }
}

/// Counts code points up to byte offsets that only grow.
struct CodePointOffsets {
    private let bytes: [UInt8]
    private var byte = 0
    private var codePoint = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameter offset: not smaller than the one asked for before.
    mutating func offset(of offset: Int) -> Int {
        while byte < offset {
            if bytes[byte] & 0xC0 != 0x80 { codePoint += 1 }
            byte += 1
        }
        return codePoint
    }
}
