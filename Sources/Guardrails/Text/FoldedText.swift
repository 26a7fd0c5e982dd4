/// A text in folded bytes, with the way back to the bytes it came from.
///
/// Plain ASCII is its own folded form. Elsewhere the places where lengths part are kept, not a number a byte, so that
/// folding costs memory only where something was folded.
struct FoldedText {
    /// UTF-8 after `ScalarFolding`.
    private(set) var bytes: [UInt8]
    /// From `folded` on, up to the next break, an offset is that of the source plus a constant.
    private var breaks: [(folded: Int, source: Int)] = []
    private let source: [UInt8]

    /// - Parameter source: UTF-8; bytes that are not are kept as they are.
    init(_ source: [UInt8]) {
        self.source = source
        guard let first = source.firstIndex(where: { $0 >= 0x80 }) else {
            bytes = source
            return
        }
        bytes = []
        bytes.reserveCapacity(source.count)
        bytes.append(contentsOf: source[..<first])
        source.withUnsafeBufferPointer { fold($0, from: first) }
    }

    private mutating func fold(_ source: UnsafeBufferPointer<UInt8>, from first: Int) {
        var index = first
        while index < source.count {
            let byte = source[index]
            if byte < 0x80 {
                let end = source[index...].firstIndex { $0 >= 0x80 } ?? source.count
                bytes.append(contentsOf: source[index..<end])
                index = end
                continue
            }
            guard let (value, length) = UTF8Decoding.scalar(source, at: index) else {
                bytes.append(byte)
                index += 1
                continue
            }
            let folded = ScalarFolding.folded(value)
            if folded == value {
                bytes.append(contentsOf: source[index..<(index + length)])
            } else {
                let before = bytes.count
                if folded != 0 { UTF8Decoding.append(folded, to: &bytes) }
                if bytes.count - before != length { breaks.append((bytes.count, index + length)) }
            }
            index += length
        }
    }

    /// The source offset of the scalar whose folded form begins at `offset`.
    func sourceStart(of offset: Int) -> Int { source(of: offset) }

    /// The source offset after the scalar whose folded form ends at `offset`.
    func sourceEnd(of offset: Int) -> Int {
        guard offset > 0 else { return 0 }
        // What was dropped behind the last byte is not a part of it.
        var start = offset - 1
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        let begin = source(of: start)
        guard begin < source.count, source[begin] >= 0x80 else { return begin + 1 }
        let length = source.withUnsafeBufferPointer { UTF8Decoding.scalar($0, at: begin)?.length } ?? 1
        return min(source.count, begin + length)
    }

    private func source(of offset: Int) -> Int {
        var low = 0
        var high = breaks.count
        while low < high {
            let middle = (low + high) / 2
            if breaks[middle].folded <= offset { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return offset }
        let last = breaks[low - 1]
        return last.source + offset - last.folded
    }
}

/// Scalars in bytes.
enum UTF8Decoding {
    /// The scalar that begins at `index`, and its bytes; nil where there is no whole one.
    static func scalar(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (value: UInt32, length: Int)? {
        let lead = bytes[index]
        let length: Int
        var value: UInt32
        switch lead {
        case 0..<0x80: return (UInt32(lead), 1)
        case 0xC2...0xDF: (length, value) = (2, UInt32(lead & 0x1F))
        case 0xE0...0xEF: (length, value) = (3, UInt32(lead & 0x0F))
        case 0xF0...0xF4: (length, value) = (4, UInt32(lead & 0x07))
        default: return nil
        }
        guard index + length <= bytes.count else { return nil }
        for next in (index + 1)..<(index + length) {
            guard bytes[next] & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(bytes[next] & 0x3F)
        }
        return (value, length)
    }

    static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        guard let scalar = Unicode.Scalar(value) else { return }
        if let encoded = UTF8.encode(scalar) { bytes.append(contentsOf: encoded) }
    }
}
