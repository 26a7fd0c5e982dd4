#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A text from outside as a key: two are equal where their Unicode scalars are.
///
/// Swift's own strings are equal where they are canonically equivalent, "é" as one scalar and "é" as two; ids, names of
/// models and names of fields that differ so are two to everybody else. Dictionaries and sets over such texts are keyed
/// by this.
public struct ScalarText: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The text itself.
    public let text: String

    /// - Parameter text: taken as it is; nothing is normalised.
    public init(_ text: String) { self.text = text }

    public var description: String { text }

    public static func == (one: ScalarText, other: ScalarText) -> Bool { one.text.hasSameBytes(as: other.text) }

    /// By scalars, which is the order of the bytes too.
    public static func < (one: ScalarText, other: ScalarText) -> Bool {
        one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        let utf8 = text.utf8
        let done: Void? = utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        if done == nil { for byte in utf8 { hasher.combine(byte) } }
        hasher.combine(utf8.count)
    }
}

extension String {
    /// Whether both are the same UTF-8; `==` would find canonically equivalent texts equal, too.
    public func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let same = utf8.withContiguousStorageIfAvailable { mine in
            other.utf8.withContiguousStorageIfAvailable { theirs in
                guard let mine = mine.baseAddress, let start = theirs.baseAddress else { return true }
                return memcmp(mine, start, theirs.count) == 0
            }
        }
        return (same ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}
