import Chat
import Store

/// The trials of one process at work: what is left to hand out, who may ask, how far it has come.
final class RunWork: Sendable {
    private struct Ledger {
        var next = 0
        var progress: RunProgress
        /// What the whole run has cost, as far as prices are known: earlier processes and a warm cache's first pass
        /// included.
        var spent: NanoUSD
    }

    private let runner: EvalRunner
    private let cells: [TrialGrid.Cell]
    private let ledger: Locked<Ledger>
    private let all: Lane
    private let lanes: [String: Lane]
    private let begin = ContinuousClock.now
    private let onProgress: @Sendable (RunProgress) -> Void

    init(
        runner: EvalRunner, cells: [TrialGrid.Cell], progress: RunProgress, spent: NanoUSD,
        onProgress: @escaping @Sendable (RunProgress) -> Void
    ) {
        self.runner = runner
        self.cells = cells
        self.onProgress = onProgress
        ledger = Locked(Ledger(progress: progress, spent: spent))
        all = Lane(permits: runner.spec.concurrency)
        lanes = runner.options.lanePermits.mapValues(Lane.init)
    }

    /// Trials that nobody was given.
    var left: Int { ledger.withLock { cells.count - $0.next } }

    /// Whether the budget is spent.
    private var isSpent: Bool {
        guard let limit = runner.options.costLimit else { return false }
        return ledger.withLock { $0.spent >= limit }
    }

    /// Asks, scores and stores until nothing is left, the budget is spent or the task is cancelled.
    ///
    /// Twice as many workers as permits: half of them can be scoring and storing while the lanes are full.
    func finishAll() async throws(StoreError) {
        let workers = min(cells.count, runner.spec.concurrency * 2)
        let failure: StoreError? = await withTaskGroup(of: StoreError?.self) { group in
            for _ in 0..<workers {
                group.addTask { await self.work() }
            }
            var first: StoreError?
            for await failure in group where first == nil {
                first = failure
                if failure != nil { group.cancelAll() }
            }
            return first
        }
        if let failure { throw failure }
    }

    private func work() async -> StoreError? {
        while !Task.isCancelled, let trial = nextTrial() {
            guard let record = await ask(trial) else { return nil }
            var scored = record
            if let reply = record.reply { scored.scores = runner.grader.scores(of: reply.output, for: trial.sample) }
            do throws(StoreError) {
                try await runner.store.append(scored, to: runner.runID)
            } catch {
                return error
            }
            count(scored)
        }
        return nil
    }

    /// The next trial, or nil where none is left or the budget is spent.
    private func nextTrial() -> Trial? {
        let cell: TrialGrid.Cell? = ledger.withLock { ledger in
            guard ledger.next < cells.count else { return nil }
            if let limit = runner.options.costLimit, ledger.spent >= limit { return nil }
            ledger.next += 1
            return cells[ledger.next - 1]
        }
        return cell.map(trial)
    }

    private func trial(_ cell: TrialGrid.Cell) -> Trial {
        Trial(
            contestant: runner.contestants[Int(cell.variant)], sample: runner.dataset[Int(cell.sample)],
            repeatIndex: Int(cell.repeatIndex), cachePartition: runner.runID)
    }

    /// Asks with a permit of the provider's lane and one of all; nil where the task was cancelled.
    private func ask(_ trial: Trial) async -> TrialRecord? {
        let own = lanes[trial.contestant.lane]
        if let own {
            guard await own.enter() else { return nil }
        }
        defer { own?.leave() }
        guard await all.enter() else { return nil }
        defer { all.leave() }
        return await trial.ask(startedAt: runner.options.now())
    }

    private func count(_ record: TrialRecord) {
        let progress = ledger.withLock { ledger in
            ledger.progress.done += 1
            ledger.progress.elapsed = ContinuousClock.now - begin
            if record.status == .failed {
                ledger.progress.failed += 1
            } else if let cost = record.reply?.cost {
                ledger.progress.cost = ledger.progress.cost + cost
                ledger.spent = ledger.spent + cost
            } else if record.reply?.source == .model {
                ledger.progress.unknownCosts += 1
            }
            return ledger.progress
        }
        onProgress(progress)
    }

    /// The first pass of a warm run: asks once for each cell whose pipeline has a cache, and keeps nothing but the
    /// cache.
    func fillCaches() async {
        let cached = cells.filter { runner.contestants[Int($0.variant)].hasCache }
        let next = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<min(cached.count, runner.spec.concurrency) {
                group.addTask {
                    while !Task.isCancelled {
                        let index = next.withLock { next in
                            next += 1
                            return next - 1
                        }
                        guard index < cached.count, !self.isSpent else { return }
                        let record = await self.ask(self.trial(cached[index]))
                        guard let cost = record?.reply?.cost else { continue }
                        self.ledger.withLock { $0.spent = $0.spent + cost }
                    }
                }
            }
        }
    }
}
