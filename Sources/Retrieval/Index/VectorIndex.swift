/// Dense vectors in one contiguous buffer, searched exactly by cosine likeness.
///
/// Vectors are kept at length 1, so that a dot product is a cosine. As int8 each takes a byte a dimension: every vector
/// has its own scale, its largest component being ±127, and so has the query. As float32 each takes five: the search
/// reads the bytes first, which is all that the memory's rate allows to be quick (1,000,000 vectors of 384 dimensions
/// are 1.5 GB as floats, 0.4 GB as bytes), knows for each vector how far its likeness may be off, and computes it in
/// full where that may make a difference. What is found is what reading every float would find.
public struct VectorIndex: Sendable {
    public enum Precision: String, Sendable, Hashable, CaseIterable {
        case float32
        case int8
    }

    public let dimensions: Int
    public let precision: Precision
    /// Entries that are there.
    public private(set) var count = 0
    /// Entries that ever were: numbers go from 0 to here and are not given out again.
    public var capacity: Int { isPresent.count }

    /// Dimensions with zeros up to a multiple of the kernels' step.
    private let width: Int
    private var floats: [Float] = []
    private var bytes: [Int8] = []
    /// What a vector's bytes are multiplied by.
    private var scales: [Float] = []
    /// The length of the difference between a vector and its bytes times their scale; of float32 only.
    private var errors: [Float] = []
    private var isPresent: [Bool] = []

    /// - Parameter dimensions: above 0.
    public init(dimensions: Int, precision: Precision = .float32) {
        self.dimensions = max(1, dimensions)
        self.precision = precision
        width = (self.dimensions + VectorKernels.padding - 1) / VectorKernels.padding * VectorKernels.padding
    }

    /// Makes room at once for so many vectors.
    public mutating func reserve(_ vectors: Int) {
        if precision == .float32 {
            floats.reserveCapacity(vectors * width)
            errors.reserveCapacity(vectors)
        }
        bytes.reserveCapacity(vectors * width)
        scales.reserveCapacity(vectors)
        isPresent.reserveCapacity(vectors)
    }

    /// Adds a vector; its length does not matter, only its direction.
    /// - Parameter vector: `[dimensions]`; another length, and values that are not finite, count as a vector of zeros.
    /// - Returns: its number, one above the last.
    @discardableResult
    public mutating func add(_ vector: [Float]) -> Int {
        let unit = unit(vector)
        let sketch = Sketch(unit)
        bytes.append(contentsOf: sketch.values)
        bytes.append(contentsOf: repeatElement(0, count: width - unit.count))
        scales.append(sketch.scale)
        if precision == .float32 {
            floats.append(contentsOf: unit)
            floats.append(contentsOf: repeatElement(0, count: width - unit.count))
            errors.append(sketch.error(of: unit))
        }
        isPresent.append(true)
        count += 1
        return isPresent.count - 1
    }

    /// Removes a vector; its room is not used again.
    public mutating func remove(_ entry: Int) {
        guard isPresent.indices.contains(entry), isPresent[entry] else { return }
        isPresent[entry] = false
        count -= 1
    }

    private func unit(_ vector: [Float]) -> [Float] {
        guard vector.count == dimensions, vector.allSatisfy(\.isFinite) else {
            return [Float](repeating: 0, count: dimensions)
        }
        // By the largest first, so that squares neither overflow nor vanish.
        let largest = vector.reduce(0) { max($0, abs($1)) }
        guard largest > 0 else { return vector }
        let scaled = vector.map { $0 / largest }
        let length = scaled.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return scaled.map { $0 / length }
    }

    /// A vector as bytes.
    private struct Sketch {
        var values: [Int8]
        var scale: Float

        init(_ unit: [Float]) {
            let largest = unit.reduce(0) { max($0, abs($1)) }
            scale = largest / 127
            let inverse = largest > 0 ? 127 / largest : 0
            values = unit.map { Int8(max(-127, min(127, ($0 * inverse).rounded(.toNearestOrEven)))) }
        }

        /// The length of what the bytes leave out, rounded up.
        func error(of unit: [Float]) -> Float {
            var sum: Float = 0
            for (value, byte) in zip(unit, values) {
                let difference = value - Float(byte) * scale
                sum += difference * difference
            }
            return sum.squareRoot() * 1.001
        }
    }

    /// The best entries, best first; equals in the order in which they were added.
    /// - Parameters:
    ///   - query: `[dimensions]`
    ///   - isWanted: which entries may be found; all by default.
    public func search(
        _ query: [Float], top k: Int, where isWanted: ((_ entry: Int) -> Bool)? = nil
    ) -> [Hit] {
        let query = padded(unit(query))
        return precision == .float32
            ? searchInTwo(query, k, isWanted)
            : searchBytes(query, k, isWanted)
    }

    private func searchBytes(_ query: [Float], _ k: Int, _ isWanted: ((Int) -> Bool)?) -> [Hit] {
        var top = TopHits(k)
        forEachByteBlock(Sketch(query)) { first, scores in
            var threshold = top.threshold
            for index in scores.indices where scores[index] >= threshold {
                let entry = first + index
                guard isPresent[entry], isWanted?(entry) ?? true else { continue }
                top.offer(Hit(entry: entry, score: scores[index]))
                threshold = top.threshold
            }
        }
        return top.ranked
    }

    /// By bytes with bounds, then in full.
    ///
    /// With q and v of length at most 1 and q', v' as their bytes say, |q·v − q'·v'| is at most
    /// |q − q'| + |q'| |v − v'| (Cauchy and Schwarz). The k-th best of the lower bounds is a likeness that k vectors
    /// reach at least; what cannot reach it by its upper bound is not among the best.
    private func searchInTwo(_ query: [Float], _ k: Int, _ isWanted: ((Int) -> Bool)?) -> [Hit] {
        guard k > 0 else { return [] }
        let sketch = Sketch(query)
        // What floating point itself may be off by stands on top.
        let steady = sketch.error(of: query) + 1e-5
        let length = sketch.values.reduce(Float(0)) { $0 + Float($1) * Float($1) }.squareRoot() * sketch.scale * 1.001
        var reached = TopHits(k)
        var candidates: [(entry: Int, atMost: Float)] = []
        forEachByteBlock(sketch) { first, scores in
            var threshold = reached.threshold
            for index in scores.indices {
                let entry = first + index
                let error = steady + length * errors[entry]
                guard scores[index] + error >= threshold else { continue }
                guard isPresent[entry], isWanted?(entry) ?? true else { continue }
                candidates.append((entry, scores[index] + error))
                reached.offer(Hit(entry: entry, score: scores[index] - error))
                threshold = reached.threshold
            }
        }
        let least = reached.threshold
        var top = TopHits(k)
        for candidate in candidates where candidate.atMost >= least {
            top.offer(Hit(entry: candidate.entry, score: score(query, candidate.entry)))
        }
        return top.ranked
    }

    /// The dot product of a padded query with one vector.
    private func score(_ query: [Float], _ entry: Int) -> Float {
        var score: Float = 0
        floats.withUnsafeBufferPointer { floats in
            guard let start = floats.baseAddress else { return }
            withUnsafeMutablePointer(to: &score) { score in
                query.withUnsafeBufferPointer { query in
                    VectorKernels.dots(
                        start + entry * width, query, into: UnsafeMutableBufferPointer(start: score, count: 1))
                }
            }
        }
        return score
    }

    private func padded(_ unit: [Float]) -> [Float] { unit + repeatElement(0, count: width - unit.count) }

    /// The cosine of the query with every entry, by its number, -1…1; of removed ones 0.
    public func scores(of query: [Float]) -> [Float] {
        var scores: [Float] = []
        scores.reserveCapacity(capacity)
        let query = padded(unit(query))
        switch precision {
        case .float32: forEachFloatBlock(query) { scores.append(contentsOf: $0) }
        case .int8: forEachByteBlock(Sketch(query)) { scores.append(contentsOf: $1) }
        }
        for entry in scores.indices where !isPresent[entry] { scores[entry] = 0 }
        return scores
    }

    private static let blockRows = 512

    /// Hands over the exact scores in blocks that stay in the fastest memory.
    private func forEachFloatBlock(_ query: [Float], _ body: (UnsafeBufferPointer<Float>) -> Void) {
        floats.withUnsafeBufferPointer { floats in
            guard let start = floats.baseAddress else { return }
            query.withUnsafeBufferPointer { query in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: VectorIndex.blockRows) { room in
                    for first in stride(from: 0, to: capacity, by: VectorIndex.blockRows) {
                        let block = UnsafeMutableBufferPointer(
                            rebasing: room[..<min(VectorIndex.blockRows, capacity - first)])
                        VectorKernels.dots(start + first * width, query, into: block)
                        body(UnsafeBufferPointer(block))
                    }
                }
            }
        }
    }

    /// The same by bytes.
    private func forEachByteBlock(
        _ query: Sketch, _ body: (_ first: Int, UnsafeBufferPointer<Float>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: VectorIndex.blockRows) { room in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: VectorIndex.blockRows) { dots in
                bytes.withUnsafeBufferPointer { bytes in
                    guard let start = bytes.baseAddress else { return }
                    query.values.withUnsafeBufferPointer { values in
                        for first in stride(from: 0, to: capacity, by: VectorIndex.blockRows) {
                            let rows = min(VectorIndex.blockRows, capacity - first)
                            let block = UnsafeMutableBufferPointer(rebasing: dots[..<rows])
                            VectorKernels.dots(start + first * width, values, into: block)
                            for row in 0..<rows { room[row] = Float(block[row]) * (scales[first + row] * query.scale) }
                            body(first, UnsafeBufferPointer(rebasing: room[..<rows]))
                        }
                    }
                }
            }
        }
    }
}
