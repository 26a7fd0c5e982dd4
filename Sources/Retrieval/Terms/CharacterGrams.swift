/// The character n-grams of a text, hashed: what embeddings by spelling count.
///
/// Texts count in lower case, with runs of white space as one space and a space before and behind them; n-grams are of
/// 3 to 5 Unicode scalars.
///
/// Source: Kilian Weinberger and others, *Feature hashing for large scale multitask learning*, 2009.
public enum CharacterGrams {
    public static let lengths = 3...5

    /// Hands over a hash of 64 well-mixed bits for every n-gram, repetitions and all, in the order of the text. Linear.
    @inline(__always)
    public static func forEach(of text: String, _ body: (_ hash: UInt64) -> Void) {
        forEach(in: scalars(of: text), body)
    }

    /// The text as its n-grams see it: in lower case, a space before, behind and for each run of white space.
    static func scalars(of text: String) -> [UInt32] {
        var scalars: [UInt32] = [0x20]
        scalars.reserveCapacity(text.utf8.count + 2)
        var last: UInt32 = 0x20
        for scalar in text.lowercased().unicodeScalars {
            let isSpace =
                scalar.isASCII
                ? scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value) : scalar.properties.isWhitespace
            if isSpace, last == 0x20 { continue }
            last = isSpace ? 0x20 : scalar.value
            scalars.append(last)
        }
        if last != 0x20 { scalars.append(0x20) }
        return scalars
    }

    /// The same of `scalars`.
    @inline(__always)
    static func forEach(in scalars: [UInt32], _ body: (_ hash: UInt64) -> Void) {
        scalars.withUnsafeBufferPointer { scalars in
            for start in scalars.indices {
                var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a over scalars, 64 bits
                for end in start..<min(scalars.count, start + lengths.upperBound) {
                    hash = (hash ^ UInt64(scalars[end])) &* 0x0000_0100_0000_01b3
                    guard end - start + 1 >= lengths.lowerBound else { continue }
                    body((hash ^ (hash >> 32)) &* 0x9e37_79b9_7f4a_7c15)
                }
            }
        }
    }
}
