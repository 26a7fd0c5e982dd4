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
        var warmUps: WarmUps
        /// Workers that have not ended.
        var working = 0
        /// Writes handed to the store that are not durable yet.
        var uncommitted = 0
        var failure: StoreError?
        /// Resumed when everything is durable or the store has failed.
        var onSettled: CheckedContinuation<StoreError?, Never>?

        var isSettled: Bool { failure != nil || (working == 0 && uncommitted == 0) }
    }

    /// Trials that may wait for the store before workers wait, too.
    private static let mostUncommitted = 2_000

    private let runner: EvalRunner
    private let cells: [TrialGrid.Cell]
    /// What the run's record holds besides the first passes.
    private let plan: JSONValue
    private let ledger: Locked<Ledger>
    private let lanes: [String: Lane]
    /// A permit for each question that may be under way.
    private let asking: Lane
    private let begin = ContinuousClock.now
    private let onProgress: @Sendable (RunProgress) -> Void

    init(
        runner: EvalRunner, cells: [TrialGrid.Cell], progress: RunProgress, spent: NanoUSD, plan: JSONValue,
        warmUps: WarmUps, onProgress: @escaping @Sendable (RunProgress) -> Void
    ) {
        self.runner = runner
        self.cells = cells
        self.onProgress = onProgress
        self.plan = plan
        ledger = Locked(Ledger(progress: progress, spent: spent, warmUps: warmUps))
        lanes = runner.options.lanePermits.mapValues(Lane.init)
        asking = Lane(permits: runner.spec.concurrency)
    }

    /// Trials that nobody was given.
    var left: Int { ledger.withLock { cells.count - $0.next } }

    /// Whether the budget is spent.
    private var isSpent: Bool {
        guard let limit = runner.options.costLimit else { return false }
        return ledger.withLock { $0.spent >= limit }
    }

    /// Asks, scores and stores until nothing is left, the budget is spent or the task is cancelled; returns when all
    /// that was asked is durable.
    func finishAll() async throws(StoreError) {
        // More than may ask, so that a question is under way in the place of one whose answer is scored.
        let workers = min(cells.count, runner.spec.concurrency + (runner.spec.concurrency + 9) / 10)
        ledger.withLock { $0.working = workers }
        let failure: StoreError? = await withTaskGroup { group in
            for _ in 0..<workers {
                group.addTask {
                    await self.work()
                    self.note { $0.working -= 1 }
                }
            }
            let failure = await self.settled()
            if failure != nil { group.cancelAll() }
            return failure
        }
        if let failure { throw failure }
    }

    private func work() async {
        while let (trial, answered) = await nextAnswer() {
            var record = answered
            if let reply = record.reply {
                record.scores = await runner.grader.scores(of: reply.output, for: trial.sample)
            }
            await store(record)
        }
    }

    /// Takes the next trial and asks, with one of the run's permits; nil where none is left, the budget is spent or the
    /// task was cancelled.
    private func nextAnswer() async -> (trial: Trial, record: TrialRecord)? {
        guard await asking.enter() else { return nil }
        defer { asking.leave() }
        guard let trial = nextTrial(), let record = await ask(trial) else { return nil }
        // Before the permit goes on, so that nobody asks beyond the budget.
        if let cost = record.reply?.cost { ledger.withLock { $0.spent = $0.spent + cost } }
        return (trial, record)
    }

    /// Hands the record to the store, and waits for it only where the store has fallen behind.
    private func store(_ record: TrialRecord) async {
        let isBehind = ledger.withLock { ledger in
            ledger.uncommitted += 1
            return ledger.uncommitted > RunWork.mostUncommitted
        }
        guard isBehind else {
            return runner.store.append(record, to: runner.runID) { self.committed(record, $0) }
        }
        await withCheckedContinuation { continuation in
            runner.store.append(record, to: runner.runID) {
                self.committed(record, $0)
                continuation.resume()
            }
        }
    }

    private func committed(_ record: TrialRecord, _ result: Result<Void, StoreError>) {
        if case .success = result { count(record) }
        settle(result)
    }

    /// One write less is under way.
    private func settle(_ result: Result<Void, StoreError>) {
        note { ledger in
            ledger.uncommitted -= 1
            if case .failure(let error) = result { ledger.failure = ledger.failure ?? error }
        }
    }

    /// Changes the ledger, and wakes `settled` where that settles it.
    private func note(_ change: (inout Ledger) -> Void) {
        let (waiter, failure) = ledger.withLock { ledger in
            change(&ledger)
            guard ledger.isSettled else { return (CheckedContinuation<StoreError?, Never>?.none, StoreError?.none) }
            defer { ledger.onSettled = nil }
            return (ledger.onSettled, ledger.failure)
        }
        waiter?.resume(returning: failure)
    }

    /// Waits until everything is durable, or the store has failed.
    private func settled() async -> StoreError? {
        await withCheckedContinuation { continuation in
            ledger.withLock { $0.onSettled = continuation }
            note { _ in }
        }
    }

    /// The next trial, or nil where none is left or the budget is spent.
    private func nextTrial() -> Trial? {
        let cell: TrialGrid.Cell? = ledger.withLock { ledger in
            guard ledger.next < cells.count, ledger.failure == nil else { return nil }
            if let limit = runner.options.costLimit, ledger.spent >= limit { return nil }
            ledger.next += 1
            return cells[ledger.next - 1]
        }
        return cell.map(trial)
    }

    private func trial(_ cell: TrialGrid.Cell) -> Trial {
        let contestant = runner.contestants[Int(cell.variant)]
        return Trial(
            contestant: contestant, sample: runner.dataset[Int(cell.sample)], repeatIndex: Int(cell.repeatIndex),
            cachePartition: contestant.variant.pipeline.isWarmTwin ? "\(runner.runID) warm" : runner.runID)
    }

    /// Asks with a permit of the provider's lane; nil where the task was cancelled.
    private func ask(_ trial: Trial) async -> TrialRecord? {
        let question: Trial.Question
        do {
            question = try trial.question()
        } catch {
            return trial.unasked(error, startedAt: runner.options.now())
        }
        let own = lanes[trial.contestant.lane]
        if let own {
            guard await own.enter() else { return nil }
        }
        defer { own?.leave() }
        return await trial.ask(question, startedAt: runner.options.now())
    }

    private func count(_ record: TrialRecord) {
        let progress = ledger.withLock { ledger in
            ledger.progress.done += 1
            ledger.progress.elapsed = ContinuousClock.now - begin
            if record.status == .failed {
                ledger.progress.failed += 1
            } else if let cost = record.reply?.cost {
                ledger.progress.cost = ledger.progress.cost + cost
            } else if record.reply?.source == .model {
                ledger.progress.unknownCosts += 1
            }
            return ledger.progress
        }
        onProgress(progress)
    }

    /// The first pass of a warm run: asks once for each cell whose pipeline has a cache, and keeps nothing but the
    /// cache and what it cost.
    func fillCaches() async {
        let cached = cells.filter { cell in
            let contestant = runner.contestants[Int(cell.variant)]
            return contestant.hasCache && (runner.spec.cache == .warm || contestant.variant.pipeline.isWarmTwin)
        }
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
                        guard let record = await self.ask(self.trial(cached[index])), let reply = record.reply
                        else { continue }
                        self.countWarmUp(reply, of: record.key.variant)
                    }
                }
            }
        }
    }

    /// Adds an answer of the first pass to what the run has cost, durably; one that the cache had is none.
    private func countWarmUp(_ reply: StoredReply, of variant: String) {
        guard reply.source != .cache else { return }
        let progress = ledger.withLock { ledger in
            ledger.warmUps.add(reply, of: variant)
            ledger.progress.elapsed = ContinuousClock.now - begin
            if let cost = reply.cost {
                ledger.spent = ledger.spent + cost
                ledger.progress.cost = ledger.progress.cost + cost
            } else {
                ledger.progress.unknownCosts += 1
            }
            ledger.uncommitted += 1
            // Within the lock, so that an older sum is never written over a newer one.
            runner.store.setPlan(ledger.warmUps.written(into: plan), of: runner.runID) { self.settle($0) }
            return ledger.progress
        }
        onProgress(progress)
    }
}
