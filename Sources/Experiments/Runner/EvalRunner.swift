public import Chat
public import Store

/// Lays out a run's trials and has them asked, scored and stored: many at a time, each durable before it counts.
///
/// As many workers as the spec's concurrency ask and score one trial after the other; a lane bounds how many of their
/// calls are under way at one provider. Storing is not waited for, so that a slow disk costs no rate. Cancelling the
/// task ends the run cleanly: what finished is stored, what was under way is asked again on resuming.
public struct EvalRunner: Sendable {
    public struct Options: Sendable {
        /// Ask failed trials of a resumed run again.
        public var retryFailed = false
        /// Stop handing out trials once the run has cost this much, resumed parts included; nil is no limit. Costs
        /// that nobody knows do not count.
        public var costLimit: NanoUSD?
        /// Most calls under way by lane; a lane not named here is bounded by the spec's concurrency alone.
        public var lanePermits: [String: Int] = [:]
        /// Milliseconds since 1970.
        public var now: @Sendable () -> Int64

        public init(
            retryFailed: Bool = false, costLimit: NanoUSD? = nil, lanePermits: [String: Int] = [:],
            now: @escaping @Sendable () -> Int64
        ) {
            self.retryFailed = retryFailed
            self.costLimit = costLimit
            self.lanePermits = lanePermits
            self.now = now
        }
    }

    /// How a run ended.
    public enum Ending: Sendable, Hashable {
        case finished
        case interrupted
        /// The cost limit was reached with trials left over.
        case budgetReached(left: Int)
    }

    public let runID: String
    public let spec: EvalSpec
    public let dataset: Dataset
    public let contestants: [Contestant]
    public private(set) var grader: Grader
    public let store: RunStore
    public let options: Options

    public init(
        runID: String, spec: EvalSpec, dataset: Dataset, contestants: [Contestant], grader: Grader, store: RunStore,
        options: Options
    ) {
        self.runID = runID
        self.spec = spec
        self.dataset = dataset
        self.contestants = contestants
        self.grader = grader
        self.store = store
        self.options = options
    }

    /// Runs what the store does not have yet.
    /// - Parameter onProgress: told after each stored trial.
    /// - Throws: `StoreError` where a trial could not be stored; those stored before stay.
    public func run(onProgress: @escaping @Sendable (RunProgress) -> Void) async throws(StoreError) -> Ending {
        let finished = try store.finishedKeys(of: runID)
        let grid = TrialGrid(
            samples: dataset.count, variants: contestants.count, repeats: spec.repeats, seed: spec.seed
        ) { cell in
            // A fresh run has nothing to look up, and a key decodes its sample.
            switch finished.isEmpty ? nil : finished[key(of: cell)] {
            case nil: false
            case .ok: true
            case .failed: !options.retryFailed
            }
        }
        let progress = RunProgress(total: grid.total, earlier: grid.total - grid.cells.count)
        let plan = try store.run(runID).plan
        let warmUps = WarmUps(plan: plan)
        let spent = options.costLimit == nil ? .zero : try earlierCost() + warmUps.cost
        var runner = self
        runner.grader = grader.opened(for: OpenRun(id: runID, dataset: dataset, store: store))
        let work = RunWork(
            runner: runner, cells: grid.cells, progress: progress, spent: spent, plan: plan, warmUps: warmUps,
            onProgress: onProgress)
        onProgress(progress)
        if spec.cache != .cold { await work.fillCaches() }
        try await work.finishAll()
        if Task.isCancelled { return .interrupted }
        let left = work.left
        return left > 0 ? .budgetReached(left: left) : .finished
    }

    /// What the stored trials cost, as far as it is known.
    private func earlierCost() throws(StoreError) -> NanoUSD {
        var sum = NanoUSD.zero
        try store.forEachTrial(of: runID) { trial in
            if let cost = trial.reply?.cost { sum = sum + cost }
        }
        return sum
    }

    private func key(of cell: TrialGrid.Cell) -> TrialKey {
        TrialKey(
            variant: contestants[Int(cell.variant)].variant.label, sampleID: dataset[Int(cell.sample)].id,
            repeatIndex: Int(cell.repeatIndex))
    }
}
