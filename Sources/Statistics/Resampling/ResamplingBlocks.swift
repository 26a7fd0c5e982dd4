import Dispatch

/// Cuts resamples into blocks of fixed size, each with a random stream of its own, and works on them with all cores:
/// the result is the same with any number of threads.
enum ResamplingBlocks {
    static let size = 256

    typealias Work = (Range<Int>, inout SeededGenerator) -> Void

    /// Calls `work` once a block with the range of its resamples and its generator, and returns when all are done.
    ///
    /// Blocks run at the same time: `work` may read what it likes, and write only what belongs to its range.
    ///
    /// - Parameter size: resamples to a block; smaller where one resample is much work.
    static func run(resamples: Int, seed: UInt64, size: Int = ResamplingBlocks.size, _ work: Work) {
        let blocks = (resamples + size - 1) / size
        let root = SeededGenerator(seed: seed)
        withoutActuallyEscaping(work) { work in
            let shared = SharedWork(work: work)
            DispatchQueue.concurrentPerform(iterations: blocks) { block in
                var generator = root.stream(block)
                shared.work(block * size..<min(resamples, (block + 1) * size), &generator)
            }
        }
    }

    /// Carries the closure over to the threads; that its writes do not meet is the promise of whoever calls `run`.
    private struct SharedWork: @unchecked Sendable {
        let work: Work
    }
}

/// Rows of numbers laid out for resampling: padded to whole SIMD vectors, aligned, and freed with their owner.
///
/// A row holds `chunks` vectors; columns past the width are 0 and cost nothing but their addition.
final class PaddedRows<Vector: SIMD>: @unchecked Sendable where Vector.Scalar: RowScalar {
    // Written in init alone and read-only after: sharing between threads is safe.
    let start: UnsafeMutablePointer<Vector>
    let count: Int
    let chunks: Int

    /// - Parameters:
    ///   - count: rows, those past the values given hold zeros.
    ///   - value: the value of a row's column, for rows below `filled`.
    init(count: Int, width: Int, filled: Int, value: (_ row: Int, _ column: Int) -> Double) {
        let lanes = Vector.scalarCount
        let chunks = max(1, (width + lanes - 1) / lanes)
        let start = UnsafeMutablePointer<Vector>.allocate(capacity: max(1, count * chunks))
        start.initialize(repeating: Vector(), count: max(1, count * chunks))
        let columns = UnsafeMutableRawPointer(start).assumingMemoryBound(to: Vector.Scalar.self)
        for row in 0..<filled {
            for column in 0..<width {
                columns[row * chunks * lanes + column] = Vector.Scalar(value(row, column))
            }
        }
        self.start = start
        self.count = count
        self.chunks = chunks
    }

    deinit {
        start.deallocate()
    }

    /// Zeros, to add rows of that width to.
    static func zeros(count: Int, width: Int) -> PaddedRows {
        PaddedRows(count: count, width: width, filled: 0) { _, _ in 0 }
    }

    /// One column of a row.
    @inline(__always)
    subscript(row: Int, column: Int) -> Double {
        start[row &* chunks &+ column / Vector.scalarCount][column % Vector.scalarCount].double
    }
}

/// What sums of rows are made of: 64-bit floating point, or integers, which are exact and take less memory.
protocol RowScalar: SIMDScalar, Codable, Hashable {
    init(_ value: Double)
    var double: Double { get }
    /// The largest sum; nil where there is no bound.
    static var largest: Double? { get }
    static func sum<Vector: SIMD>(_ a: Vector, _ b: Vector) -> Vector where Vector.Scalar == Self
}

extension Double: RowScalar {
    var double: Double { self }
    static var largest: Double? { nil }

    @inline(__always)
    static func sum<Vector: SIMD>(_ a: Vector, _ b: Vector) -> Vector where Vector.Scalar == Double { a + b }
}

extension RowScalar where Self: FixedWidthInteger {
    var double: Double { Double(self) }
    static var largest: Double? { Double(Self.max) }

    @inline(__always)
    static func sum<Vector: SIMD>(_ a: Vector, _ b: Vector) -> Vector where Vector.Scalar == Self { a &+ b }
}

extension Int16: RowScalar {}
extension Int32: RowScalar {}

/// How large the numbers of some rows are.
struct RowSize {
    /// The largest absolute value.
    private(set) var largest = 0.0
    private(set) var isWhole = true

    init(count: Int, width: Int, _ value: (_ row: Int, _ column: Int) -> Double) {
        for row in 0..<count {
            for column in 0..<width {
                let number = value(row, column)
                largest = max(largest, abs(number))
                isWhole = isWhole && number == number.rounded()
            }
        }
    }

    /// How many rows may be added before a sum could leave the scalar's range; 0 for what it cannot hold at all.
    func rows<Scalar: RowScalar>(fitting: Scalar.Type) -> Int {
        guard let bound = Scalar.largest else { return .max }
        guard isWhole, largest <= bound else { return 0 }
        return largest > 0 ? Int(min(bound / largest, 1e15)) : .max
    }
}
