import Chat
import Foundation
import Store
import Testing

@testable import Gateway

@Suite struct JobWorkerTests {
    /// A store in a folder of its own, and a clock of milliseconds that the test sets.
    struct Place {
        let store: RunStore
        let path: String
        let now = Locked<Int64>(1_000)

        var queue: JobQueue {
            JobQueue(store, nowMilliseconds: { [now] in now.withLock { $0 } })
        }
    }

    static func withPlace(_ body: (Place) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nexus-jobs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "gateway.db").path
        let store = try RunStore(writing: path)
        defer { store.close() }
        try await body(Place(store: store, path: path))
    }

    /// Does as it is told, and counts.
    struct Told: JobKind {
        static let name = "told"
        let calls = Locked<[JSONValue]>([])
        let answer: @Sendable (RunningJob) async throws(JobError) -> JSONValue

        func run(_ job: RunningJob) async throws(JobError) -> JSONValue {
            calls.withLock { $0.append(job.payload) }
            return try await answer(job)
        }
    }

    /// Waits for the store, which commits in its own time: at most ten seconds.
    private static func wait(_ condition: @Sendable () -> Bool) async {
        for _ in 0..<2_000 where !condition() { try? await Task.sleep(for: .milliseconds(5)) }
    }

    @Test func `a job is done once, with its payload, its result and its progress`() async throws {
        try await Self.withPlace { place in
            let kind = Told { job in
                job.progress(0.5)
                return ["made": .number(job.attempt)]
            }
            let job = try #require(try await place.queue.add("told", payload: ["n": 1], owner: "a"))
            #expect(job.id.hasPrefix("job_") && job.id.count == 36)
            #expect(try place.queue.job(job.id)?.state == .queued)
            let worker = JobWorker(place.queue, kinds: [kind])
            #expect(await worker.runNext())
            #expect(await worker.runNext() == false)
            let done = try #require(try place.queue.job(job.id))
            #expect(done.state == .done && done.result == ["made": 1] && done.progress == 1 && done.attempts == 1)
            #expect(done.owner == "a" && done.error == nil && done.finishedAtMilliseconds == 1_000)
            #expect(kind.calls.withLock { $0 } == [["n": 1]])
        }
    }

    @Test func `what fails in passing is tried again, each time later, and not for ever`() async throws {
        try await Self.withPlace { place in
            let kind = Told { _ throws(JobError) in throw .passing("busy") }
            let told = Locked(0)
            let worker = JobWorker(place.queue, kinds: [kind], onFailure: { _, _ in told.withLock { $0 += 1 } })
            let job = try #require(try await place.queue.add("told", maxAttempts: 3))
            var waits: [Int64] = []
            for _ in 0..<3 {
                #expect(await worker.runNext())
                #expect(await worker.runNext() == false, "it is not due yet")
                let waiting = try #require(try place.queue.job(job.id))
                waits.append(waiting.runAtMilliseconds - place.now.withLock { $0 })
                place.now.withLock { $0 = waiting.runAtMilliseconds }
            }
            #expect((5_000...7_500).contains(waits[0]) && (10_000...15_000).contains(waits[1]))
            let failed = try #require(try place.queue.job(job.id))
            #expect(failed.state == .failed && failed.error == "busy" && failed.attempts == 3)
            #expect(told.withLock { $0 } == 3)
            #expect(await worker.runNext() == false)
        }
    }

    @Test func `what fails for good is not tried again, nor is a kind that is not known`() async throws {
        try await Self.withPlace { place in
            let worker = JobWorker(place.queue, kinds: [Told { _ throws(JobError) in throw .lasting("no such thing") }])
            let first = try #require(try await place.queue.add("told"))
            let second = try #require(try await place.queue.add("other"))
            while await worker.runNext() {}
            #expect(try place.queue.job(first.id)?.error == "no such thing")
            #expect(try place.queue.job(second.id)?.error == "there is no kind of job 'other' in this version")
            #expect(try place.queue.jobs().map(\.state) == [.failed, .failed])
        }
    }

    @Test func `a job of a process that died is due again with its lease, and goes on from its checkpoint`()
        async throws
    {
        try await Self.withPlace { place in
            let job = try #require(try await place.queue.add("told", maxAttempts: 2))
            let claimed = try await place.store.claimJob(lease: "dead", until: 61_000, nowMilliseconds: 1_000)
            #expect(claimed?.id == job.id)
            #expect(try await place.store.keep(checkpoint: ["step": 3], of: job.id, lease: "dead"))
            let kind = Told { job in job.checkpoint ?? .null }
            let worker = JobWorker(place.queue, kinds: [kind])
            #expect(await worker.runNext() == false, "the lease holds")
            place.now.withLock { $0 = 61_000 }
            #expect(await worker.runNext())
            #expect(try place.queue.job(job.id)?.result == ["step": 3])
            #expect(try await place.store.end(job.id, lease: "dead", .failed("late"), nowMilliseconds: 1) == false)
            #expect(try place.queue.job(job.id)?.state == .done, "who lost the lease changes nothing")
        }
    }

    @Test func `a job that kills the process each time ends as failed`() async throws {
        try await Self.withPlace { place in
            let job = try #require(try await place.queue.add("told", maxAttempts: 2))
            for round in 0..<2 {
                _ = try await place.store.claimJob(lease: "\(round)", until: 2_000, nowMilliseconds: 1_000)
                try await place.store.releaseJobs(nowMilliseconds: 1_000)
            }
            #expect(try await place.store.claimJob(lease: "x", until: 2_000, nowMilliseconds: 1_000) == nil)
            let failed = try #require(try place.queue.job(job.id))
            #expect(failed.state == .failed && failed.error == "the process ended while it ran")
        }
    }

    @Test func `what others are at work on waits in the queue, for as long as it takes`() async throws {
        try await Self.withPlace { place in
            let looks = Locked(0)
            let kind = Told { _ throws(JobError) in
                let look = looks.withLock { looks in
                    looks += 1
                    return looks
                }
                guard look < 8 else { return "trained" }
                throw .underWay(progress: 0.2, trouble: look == 4 ? "down" : nil, after: .seconds(10))
            }
            let troubles = Locked<[JobError]>([])
            let worker = JobWorker(
                place.queue, kinds: [kind], onFailure: { _, error in troubles.withLock { $0.append(error) } })
            let job = try #require(try await place.queue.add("told", maxAttempts: 2))
            for look in 1..<8 {
                let now = place.now.withLock { $0 }
                if look == 5 {
                    // A process that dies during a look.
                    _ = try await place.store.claimJob(lease: "dead", until: now, nowMilliseconds: now)
                }
                #expect(await worker.runNext())
                #expect(await worker.runNext() == false, "it holds no lane meanwhile")
                let waiting = try #require(try place.queue.job(job.id))
                #expect(waiting.state == .queued && waiting.attempts == 0 && waiting.progress == 0.2, "\(waiting)")
                #expect(waiting.error == (look == 4 ? "down" : nil))
                #expect(waiting.runAtMilliseconds == now + 10_000)
                place.now.withLock { $0 = now + 10_000 }
            }
            #expect(await worker.runNext())
            let done = try #require(try place.queue.job(job.id))
            #expect(done.state == .done && done.result == "trained" && done.error == nil)
            #expect(troubles.withLock { $0.count } == 1)
        }
    }

    @Test func `a list is of one's own jobs and of nobody's, however many others have`() async throws {
        try await Self.withPlace { place in
            let own = try #require(try await place.queue.add("told", owner: "a"))
            let nobodys = try #require(try await place.queue.add("told"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<120 { group.addTask { try await place.queue.add("told", owner: "b") } }
                try await group.waitForAll()
            }
            #expect(try place.queue.jobs(of: .only("a")).map(\.id) == [nobodys.id, own.id])
            #expect(try place.queue.jobs(of: .only(nil)).map(\.id) == [nobodys.id])
            #expect(try place.queue.jobs().count == 100)
        }
    }

    @Test func `of jobs of one purpose one waits at most`() async throws {
        try await Self.withPlace { place in
            try #require(try await place.queue.add("told", single: "nightly") != nil)
            let again = try await place.queue.add("told", single: "nightly")
            #expect(again == nil)
            #expect(try await place.queue.add("told", single: "weekly") != nil)
            #expect(try await place.queue.add("told") != nil)
            let worker = JobWorker(place.queue, kinds: [Told { _ in .null }])
            while await worker.runNext() {}
            #expect(try await place.queue.add("told", single: "nightly") != nil)
            #expect(try place.queue.jobs(kinds: ["told"], limit: 2).count == 2)
            #expect(try place.queue.jobs(kinds: ["other"]).isEmpty)
        }
    }

    @Test func `the worker does what is scheduled, renews its lease and ends when it is cancelled`() async throws {
        try await Self.withPlace { place in
            let (clock, door) = (ManualClock(), Door())
            let kind = Told { _ in
                await door.pass()
                return "through"
            }
            let schedule = JobWorker.Schedule("told", payload: ["every": 10], every: .seconds(10))
            let worker = JobWorker(place.queue, kinds: [kind], schedules: [schedule], clock: clock)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await worker.run() }
                await Self.wait {
                    if kind.calls.withLock({ $0.isEmpty }) { clock.advance(by: .milliseconds(100)) }
                    return !kind.calls.withLock { $0 }.isEmpty && clock.sleeping > 4
                }
                place.now.withLock { $0 = 50_000 }
                clock.advance(by: .seconds(3))
                await Self.wait { (try? place.store.hasDueJob(nowMilliseconds: 61_500)) == false }
                #expect(try await place.store.claimJob(lease: "x", until: 1, nowMilliseconds: 61_500) == nil)
                door.open()
                await Self.wait { (try? place.queue.jobs().first?.state) == .done }
                clock.advance(by: .seconds(10))
                await Self.wait {
                    clock.advance(by: .milliseconds(100))
                    return kind.calls.withLock { $0.count } >= 2
                }
                group.cancelAll()
                try await group.waitForAll()
            }
            let calls = kind.calls.withLock { $0 }
            #expect(calls.count >= 2 && calls.allSatisfy { $0 == ["every": 10] })
        }
    }
}
