/// Stems that were computed before: most words of a text are frequent ones.
///
/// A table of fixed size in which a word's place is found by its hash and a newcomer takes the place of what was there;
/// words are compared in full. Words of more than 16 bytes are stemmed each time.
final class StemMemory {
    private struct Entry {
        var word: SIMD2<UInt64>
        var stem: SIMD2<UInt64>
        var length: UInt8
        var stemLength: UInt8
    }

    private static let size = 4096
    private let entries: UnsafeMutablePointer<Entry>

    init() {
        entries = .allocate(capacity: Self.size)
        entries.initialize(repeating: Entry(word: .zero, stem: .zero, length: 0, stemLength: 0), count: Self.size)
    }

    deinit { entries.deallocate() }

    /// Stems a word of lower-case letters and digits in place; 16 bytes from its start must be readable and writable,
    /// and those behind the word may be overwritten.
    /// - Returns: the length of the stem.
    func stem(_ bytes: UnsafeMutablePointer<UInt8>, _ length: Int) -> Int {
        guard length <= 16 else { return PorterStemmer.stem(bytes, length) }
        let raw = UnsafeMutableRawPointer(bytes)
        let low = raw.loadUnaligned(as: UInt64.self) & Self.mask(length)
        let high = length > 8 ? raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self) & Self.mask(length - 8) : 0
        let word = SIMD2(low, high)
        let hash = ((low &* 0x9E37_79B9_7F4A_7C15) ^ (high &* 0xC2B2_AE3D_27D4_EB4F)) >> 40
        let entry = entries + Int(truncatingIfNeeded: hash) % Self.size
        if entry.pointee.word == word, Int(entry.pointee.length) == length {
            raw.storeBytes(of: entry.pointee.stem, as: SIMD2<UInt64>.self)
            return Int(entry.pointee.stemLength)
        }
        let stemLength = PorterStemmer.stem(bytes, length)
        entry.pointee = Entry(
            word: word, stem: raw.loadUnaligned(as: SIMD2<UInt64>.self), length: UInt8(length),
            stemLength: UInt8(stemLength))
        return stemLength
    }

    /// The low `length` bytes, for a length from 1 to 8 and beyond.
    @inline(__always)
    private static func mask(_ length: Int) -> UInt64 { length >= 8 ? ~0 : ~(~0 << UInt64(8 * length)) }
}
