import Foundation

/// The vector that a model gave a text, kept with the run that asked for it.
public struct StoredVector: Sendable, Hashable {
    /// The embedding model's full name: vectors of two models are never compared.
    public var model: String
    /// SHA-256 of the text's UTF-8 bytes.
    public var textHash: [UInt8]
    /// `[dimensions]`
    public var values: [Float]

    public init(model: String, textHash: [UInt8], values: [Float]) {
        self.model = model
        self.textHash = textHash
        self.values = values
    }
}

/// A vector as bytes: all its values, or only those that are not 0 with their places, whichever is shorter.
///
/// Little-endian: the length, its highest bit set where places are given; then values of 32 bits, or pairs of a place
/// and a value.
enum VectorBytes {
    /// Longer vectors than any model gives are damage.
    private static let mostDimensions: UInt32 = 1 << 20
    private static let sparse: UInt32 = 1 << 31

    static func data(_ values: [Float]) -> Data {
        let places = values.indices.filter { values[$0].bitPattern != 0 }
        let isSparse = 2 * places.count < values.count
        var words: [UInt32] = [UInt32(truncatingIfNeeded: values.count) | (isSparse ? sparse : 0)]
        if isSparse {
            for place in places { words += [UInt32(truncatingIfNeeded: place), values[place].bitPattern] }
        } else {
            words += values.map(\.bitPattern)
        }
        return words.map(\.littleEndian).withUnsafeBytes { Data($0) }
    }

    /// The vector; nil where the bytes are damaged.
    static func values(_ data: Data) -> [Float]? {
        guard data.count >= 4, data.count.isMultiple(of: 4) else { return nil }
        let words = data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 4).map {
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
            }
        }
        let count = words[0] & ~sparse
        guard count <= mostDimensions else { return nil }
        guard words[0] & sparse != 0 else {
            return words.count - 1 == Int(count) ? words.dropFirst().map(Float.init(bitPattern:)) : nil
        }
        guard !words.count.isMultiple(of: 2) else { return nil }
        var values = [Float](repeating: 0, count: Int(count))
        for index in stride(from: 1, to: words.count, by: 2) {
            guard words[index] < count else { return nil }
            values[Int(words[index])] = Float(bitPattern: words[index + 1])
        }
        return values
    }
}
