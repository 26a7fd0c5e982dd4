import Statistics

/// Every trial of a run in the order in which they are asked: samples × variants × repeats, interleaved at random by
/// the seed, so that neither time of day nor a cooling-down provider favours a variant.
public struct TrialGrid: Sendable {
    /// One trial: places in the dataset and in the list of variants.
    public struct Cell: Sendable, Hashable {
        public var sample: Int32
        public var variant: Int32
        public var repeatIndex: Int32
    }

    /// Those still to be asked, in order.
    public let cells: [Cell]
    /// All that the run consists of.
    public let total: Int

    /// - Parameters:
    ///   - done: tells of a cell whether it needs no asking (again).
    ///
    /// The order of what is left over is that of the whole grid: resuming asks nothing earlier than a run never
    /// stopped.
    public init(samples: Int, variants: Int, repeats: Int, seed: UInt64, done: (Cell) -> Bool = { _ in false }) {
        var all: [Cell] = []
        all.reserveCapacity(samples * variants * repeats)
        for sample in 0..<samples {
            for variant in 0..<variants {
                for repeatIndex in 0..<repeats {
                    all.append(
                        Cell(sample: Int32(sample), variant: Int32(variant), repeatIndex: Int32(repeatIndex)))
                }
            }
        }
        var generator = SeededGenerator(seed: seed).stream(named: "grid")
        all.shuffle(using: &generator)
        total = all.count
        cells = all.filter { !done($0) }
    }
}
