public import Chat
public import Store

/// Does the jobs of a queue, a few at once, until it is cancelled.
///
/// A job is held by a lease that is renewed while it runs. What fails in passing is tried again, each time after twice
/// the time; what an earlier process was at when it ended is begun again at once.
///
///     group.addTask { await JobWorker(queue, kinds: JobKinds.all(resources)).run() }
public struct JobWorker: Sendable {
    /// A job that is queued from time to time.
    public struct Schedule: Sendable {
        public var kind: String
        public var payload: JSONValue
        public var every: Duration

        public init(_ kind: String, payload: JSONValue = [:], every: Duration) {
            self.kind = kind
            self.payload = payload
            self.every = every
        }
    }

    private let queue: JobQueue
    private let kinds: [String: any JobKind]
    private let schedules: [Schedule]
    private let clock: ClockReading
    private let onFailure: @Sendable (JobRecord, JobError) -> Void

    /// Jobs under way at once.
    static let lanes = 4
    /// How long a job is held without a sign of life.
    static let lease = Duration.seconds(60)
    /// How often the lease of a job under way is renewed.
    static let signOfLife = Duration.seconds(3)
    /// How often the queue is looked at.
    static let interval = Duration.seconds(1)
    /// How long jobs that ended are told of.
    static let remembered = Duration.seconds(30 * 86_400)
    /// The wait after the first failure, and the longest.
    static let firstWait = Duration.seconds(5)
    static let longestWait = Duration.seconds(3600)

    /// - Parameters:
    ///   - clock: what it sleeps by.
    ///   - onFailure: told of every attempt that failed.
    public init(
        _ queue: JobQueue, kinds: [any JobKind], schedules: [Schedule] = [],
        clock: any Clock<Duration> = ContinuousClock(),
        onFailure: @escaping @Sendable (JobRecord, JobError) -> Void = { _, _ in }
    ) {
        self.queue = queue
        self.kinds = Dictionary(kinds.map { (type(of: $0).name, $0) }) { first, _ in first }
        self.schedules = schedules
        self.clock = ClockReading(clock)
        self.onFailure = onFailure
    }

    /// Does what is due, until the task is cancelled. Jobs under way are then given up, and are due again when the next
    /// process begins. A store that cannot be used is tried again at the next look.
    public func run() async {
        try? await queue.store.releaseJobs(nowMilliseconds: queue.nowMilliseconds())
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await keepSchedules() }
            for _ in 0..<JobWorker.lanes { group.addTask { await work() } }
        }
    }

    private func work() async {
        repeat {
            while !Task.isCancelled, await runNext() {}
        } while (try? await clock.sleep(for: JobWorker.interval)) != nil
    }

    /// Queues what is scheduled, and forgets what ended long ago.
    private func keepSchedules() async {
        var due = schedules.map { _ in Duration.zero }
        var forgetting = Duration.zero
        repeat {
            if forgetting <= clock.now {
                let oldest = queue.nowMilliseconds() - JobWorker.remembered.microseconds / 1000
                _ = try? await queue.store.removeJobs(endedBefore: oldest)
                forgetting = clock.now + .seconds(3600)
            }
            for index in schedules.indices where due[index] <= clock.now {
                let schedule = schedules[index]
                _ = try? await queue.add(schedule.kind, payload: schedule.payload, single: "scheduled")
                due[index] = clock.now + schedule.every
            }
        } while (try? await clock.sleep(for: JobWorker.interval)) != nil
    }

    /// Does the next job that is due.
    /// - Returns: false where none is, or the store cannot be used.
    public func runNext() async -> Bool {
        let now = queue.nowMilliseconds()
        guard (try? queue.store.hasDueJob(nowMilliseconds: now)) == true else { return false }
        let lease = TraceIdentity.text(queue.random())
        let claimed = try? await queue.store.claimJob(lease: lease, until: leaseEnd, nowMilliseconds: now)
        guard let job = claimed ?? nil else { return false }
        let outcome: JobOutcome
        do throws(JobError) {
            outcome = .done(try await attempt(job, lease))
        } catch {
            // Cancelled is given up: the next process finds it with its lease.
            if Task.isCancelled { return false }
            outcome = self.outcome(of: error, job)
        }
        _ = try? await queue.store.end(job.id, lease: lease, outcome, nowMilliseconds: queue.nowMilliseconds())
        return true
    }

    private func outcome(of error: JobError, _ job: JobRecord) -> JobOutcome {
        let now = queue.nowMilliseconds()
        switch error {
        case .passing(let message):
            onFailure(job, error)
            return .again(message, atMilliseconds: now + wait(after: job.attempts))
        case .lasting(let message):
            onFailure(job, error)
            return .failed(message)
        case .underWay(let progress, let trouble, let wait):
            if trouble != nil { onFailure(job, error) }
            return .later(
                progress: progress, trouble: trouble, atMilliseconds: now + wait.microseconds / 1000)
        }
    }

    private var leaseEnd: Int64 { queue.nowMilliseconds() + JobWorker.lease.microseconds / 1000 }

    /// Twice the time after each attempt, and up to a half more, so that what failed together does not come together.
    private func wait(after attempts: Int) -> Int64 {
        let first = JobWorker.firstWait.microseconds / 1000
        let doubled = first << Int64(min(20, max(0, attempts - 1)))
        let longest = JobWorker.longestWait.microseconds / 1000
        let base = min(doubled, longest)
        return base + Int64(queue.random() % UInt64(base / 2 + 1))
    }

    /// Runs a job, its lease renewed meanwhile; it is cancelled where the lease is lost.
    private func attempt(_ job: JobRecord, _ lease: String) async throws(JobError) -> JSONValue {
        guard let kind = kinds[job.kind] else {
            throw .lasting("there is no kind of job '\(job.kind)' in this version")
        }
        let progress = Locked<Double?>(nil)
        let running = RunningJob(
            job, note: { share in progress.withLock { $0 = share } },
            keep: { checkpoint throws(JobError) in try await keep(checkpoint, of: job, lease) })
        let result: Result<JSONValue, JobError>? = await withTaskGroup(of: Result<JSONValue, JobError>?.self) { group in
            group.addTask {
                do throws(JobError) { return .success(try await kind.run(running)) } catch { return .failure(error) }
            }
            group.addTask {
                await holdLease(of: job, lease, progress)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let result else { throw .passing("its lease was lost") }
        return try result.get()
    }

    private func keep(_ checkpoint: JSONValue, of job: JobRecord, _ lease: String) async throws(JobError) {
        do throws(StoreError) {
            guard try await queue.store.keep(checkpoint: checkpoint, of: job.id, lease: lease) else {
                throw StoreError.failed(path: queue.store.path, detail: "the lease of \(job.id) was lost")
            }
        } catch {
            throw .passing(error.description)
        }
    }

    /// Renews a lease and writes down how far the job has come, until the lease is lost or the task is cancelled.
    private func holdLease(of job: JobRecord, _ lease: String, _ progress: Locked<Double?>) async {
        while (try? await clock.sleep(for: JobWorker.signOfLife)) != nil {
            let share = progress.withLock { $0 }
            // A store that cannot be written for a moment may be written in time.
            let isHeld = try? await queue.store.note(progress: share, of: job.id, lease: lease, until: leaseEnd)
            if isHeld == false { return }
        }
    }
}
