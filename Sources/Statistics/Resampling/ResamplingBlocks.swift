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
final class PaddedRows<Vector: SIMD>: @unchecked Sendable {
    // Written in init alone and read-only after: sharing between threads is safe.
    let start: UnsafeMutablePointer<Vector>
    let count: Int
    let chunks: Int

    /// - Parameter fill: writes row `index` into the given columns, of which there are `width`.
    init(count: Int, width: Int, fill: (_ index: Int, _ columns: UnsafeMutableBufferPointer<Vector.Scalar>) -> Void) {
        let lanes = Vector.scalarCount
        let chunks = max(1, (width + lanes - 1) / lanes)
        let start = UnsafeMutablePointer<Vector>.allocate(capacity: max(1, count * chunks))
        start.initialize(repeating: Vector(), count: max(1, count * chunks))
        let columns = UnsafeMutableRawPointer(start).assumingMemoryBound(to: Vector.Scalar.self)
        for index in 0..<count {
            fill(index, UnsafeMutableBufferPointer(start: columns + index * chunks * lanes, count: width))
        }
        self.start = start
        self.count = count
        self.chunks = chunks
    }

    deinit {
        start.deallocate()
    }
}
