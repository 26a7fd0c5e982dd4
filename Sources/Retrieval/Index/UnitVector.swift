/// A vector of length 1, kept by its components that are not 0 where those are few: what caches compare texts by.
///
///     let query = UnitVector(of: [3, 0, 4])
///     query?.likenesses(to: others)         // cosines, in the order of `others`
public struct UnitVector: Sendable, Hashable {
    /// The length of the vector.
    public let dimensions: Int
    /// Where `values` stand, rising; empty where all components are kept.
    private let places: [UInt16]
    /// All components, with zeros up to the kernels' step, or those at `places`.
    private let values: [Float]

    /// - Parameter components: of any length above 0; only their direction counts.
    /// - Returns: nil where there is none: all zero, none, or some not finite.
    public init?(of components: [Float]) {
        let largest = components.reduce(0) { max($0, abs($1)) }
        guard largest > 0, components.allSatisfy(\.isFinite) else { return nil }
        // By the largest first, so that squares neither overflow nor vanish.
        let length = components.reduce(Float(0)) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
        dimensions = components.count
        let isThere = components.indices.filter { components[$0] != 0 }
        if isThere.count * 4 < components.count, components.count <= 1 << 16 {
            places = isThere.map { UInt16(truncatingIfNeeded: $0) }
            values = isThere.map { components[$0] / largest / length }
        } else {
            places = []
            let padding = (VectorKernels.padding - components.count % VectorKernels.padding) % VectorKernels.padding
            values = components.map { $0 / largest / length } + [Float](repeating: 0, count: padding)
        }
    }

    /// The cosine with each of the others, -1…1; 0 with those of another length. O(components that are not 0).
    public func likenesses(to others: [UnitVector]) -> [Float] {
        let step = VectorKernels.padding
        var query = [Float](repeating: 0, count: (dimensions + step - 1) / step * step)
        if places.isEmpty {
            query = values
        } else {
            for (place, value) in zip(places, values) { query[Int(place)] = value }
        }
        return query.withUnsafeBufferPointer { query in
            others.map { $0.dimensions == dimensions ? max(-1, min(1, $0.dot(query))) : 0 }
        }
    }

    private func dot(_ query: UnsafeBufferPointer<Float>) -> Float {
        values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return 0 }
            guard places.isEmpty else {
                // Two sums, so that one addition need not wait for the other.
                return places.withUnsafeBufferPointer { places in
                    var (even, odd) = (Float(0), Float(0))
                    var index = 0
                    while index + 1 < places.count {
                        even += values[index] * query[Int(places[index])]
                        odd += values[index + 1] * query[Int(places[index + 1])]
                        index += 2
                    }
                    if index < places.count { even += values[index] * query[Int(places[index])] }
                    return even + odd
                }
            }
            var dot: Float = 0
            withUnsafeMutablePointer(to: &dot) { dot in
                VectorKernels.dots(start, query, into: UnsafeMutableBufferPointer(start: dot, count: 1))
            }
            return dot
        }
    }

    /// All components, for keeping them.
    public var components: [Float] {
        guard !places.isEmpty else { return Array(values.prefix(dimensions)) }
        var components = [Float](repeating: 0, count: dimensions)
        for (place, value) in zip(places, values) { components[Int(place)] = value }
        return components
    }
}
