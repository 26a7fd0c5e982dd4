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
