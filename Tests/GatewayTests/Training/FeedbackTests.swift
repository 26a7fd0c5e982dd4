import Chat
import Store
import Testing

@testable import Gateway

/// What feedback counts, and whose answers a data set is made of.
@Suite struct FeedbackTests {
    private typealias Kinds = JobKindsTests

    private static func prompt(_ text: String) -> String { #"[{"role":"user","content":"\#(text)"}]"# }

    /// What a data set of a job holds.
    private static func lines(_ written: Locked<[String: [UInt8]]>, of job: String) -> [String] {
        let bytes = written.withLock { $0["\(job).jsonl"] ?? [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test(arguments: ["feedback", "api_b"])
    func `a caller's data set holds its own conversations and leaves those of others to them`(
        source: String
    ) async throws {
        let rows = ["a", "b", "b", nil].enumerated().map { index, caller in
            Kinds.inference(
                "r\(index)", caller: caller, source: .fallback, prompt: Self.prompt("secret of \(caller ?? "nobody")"))
        }
        try await Kinds.withLog(rows) { place, resources, written in
            let feedback = Feedback(place.queue)
            for row in rows {
                try await feedback.take(
                    FeedbackRecord(requestID: row.requestID, caller: row.caller, rating: 1, createdAtMilliseconds: 1))
            }
            let payload: JSONValue = ["source": .string(source)]
            for (owner, count) in [("a", 1), ("b", 2), (nil, 1)] as [(String?, Int)] {
                let id = "job_\(owner ?? "nobody")"
                let result = try await Kinds.run("training_dataset", payload, resources, id: id, owner: owner)
                #expect(result["examples"]?.intValue == count && result["left_out"] == 0)
                let lines = Self.lines(written, of: id)
                #expect(lines.count == count && lines.allSatisfy { $0.contains("secret of \(owner ?? "nobody")") })
            }
            let all: JSONValue = ["source": .string(source), "all": true, "everyone": true]
            #expect(try await Kinds.run("training_dataset", all, resources, id: "job_all")["examples"] == 4)
        }
    }

    @Test func `the trigger is not missed by feedback that comes together`() async throws {
        let rows = (0..<23).map { Kinds.inference("r\($0)") }
        try await Kinds.withLog(rows) { place, _, _ in
            let feedback = Feedback(place.queue, trigger: 5)
            let jobs = try await withThrowingTaskGroup(of: JobRecord?.self) { group in
                for row in rows {
                    group.addTask {
                        try await feedback.take(
                            FeedbackRecord(requestID: row.requestID, rating: 1, createdAtMilliseconds: 1))
                    }
                }
                return try await group.reduce(into: [JobRecord]()) { jobs, job in if let job { jobs.append(job) } }
            }
            #expect(jobs.count == 1, "one waits at most")
            #expect(try place.queue.jobs().map(\.id) == jobs.map(\.id))
        }
    }

    @Test func `the trigger goes off with each round of new feedback, and once where no data set comes of it`()
        async throws
    {
        let rows = (0..<12).map { Kinds.inference("r\($0)") }
        try await Kinds.withLog(rows) { place, resources, _ in
            let feedback = Feedback(place.queue, trigger: 3)
            let worker = JobWorker(place.queue, kinds: JobKinds.all(resources))
            var jobs: [Int] = []
            for (index, row) in rows.enumerated() {
                // The first six are disliked, and no data set comes of them.
                let rating = index < 6 ? -1.0 : 1
                let job = try await feedback.take(
                    FeedbackRecord(requestID: row.requestID, rating: rating, createdAtMilliseconds: 1))
                if job != nil { jobs.append(index + 1) }
                while await worker.runNext() {}
            }
            #expect(jobs == [3, 6, 9, 12])
            #expect(try place.queue.jobs().map(\.state) == [.done, .done, .failed, .failed])
        }
    }

    @Test func `feedback on what one did not ask is kept, and counts for nothing`() async throws {
        let rows = [
            Kinds.inference("mine", caller: "a"), Kinds.inference("theirs", caller: "b"),
            Kinds.inference("later", at: 5_000, caller: "a"), Kinds.inference("bare", caller: "a", prompt: nil),
        ]
        try await Kinds.withLog(rows) { place, _, _ in
            let feedback = Feedback(place.queue, trigger: 1)
            func begins(_ id: String) async throws -> Bool {
                try await feedback.take(
                    FeedbackRecord(requestID: id, caller: "a", rating: 1, createdAtMilliseconds: 1_000)) != nil
            }
            for id in ["made up", "theirs", "later", "bare"] {
                let job = try await begins(id)
                #expect(!job, "\(id)")
            }
            #expect(try await begins("mine"))
            #expect(try feedback.counts() == FeedbackCounts(all: 5, unused: 1))
        }
    }

    @Test func `feedback on an id that was given twice goes with the newest answer before it`() async throws {
        let rows = [
            Kinds.inference("same", prompt: Self.prompt("first")),
            Kinds.inference("same", prompt: Self.prompt("second")),
            Kinds.inference("same", prompt: Self.prompt("failed"), answer: nil),
            Kinds.inference("same", at: 5_000, prompt: Self.prompt("after it")),
        ]
        try await Kinds.withLog(rows) { place, resources, written in
            try await Feedback(place.queue).take(
                FeedbackRecord(requestID: "same", rating: 1, createdAtMilliseconds: 1_000))
            let result = try await Kinds.run("training_dataset", ["source": "feedback"], resources)
            #expect(result["examples"] == 1 && result["left_out"] == 0)
            let lines = Self.lines(written, of: "job_1")
            #expect(lines.count == 1 && lines.first?.contains("second") == true)
        }
    }

    @Test func `only what was read is used up, as it was read`() async throws {
        let rows = [Kinds.inference("a"), Kinds.inference("b")]
        try await Kinds.withLog(rows) { place, _, _ in
            func give(_ id: String, at moment: Int64) async throws {
                try await Feedback(place.queue).take(
                    FeedbackRecord(requestID: id, rating: 1, createdAtMilliseconds: moment))
            }
            try await give("a", at: 1)
            var read: [FeedbackVersion] = []
            try place.store.forEachRatedExample(of: .everyone, inNoneBut: "job_1") { example in
                if let version = example.feedback { read.append(version) }
            }
            try await give("a", at: 2)
            try await give("b", at: 1)
            try await place.store.mark(read, dataset: "job_1")
            #expect(try place.store.feedbackCounts() == FeedbackCounts(all: 2, unused: 2))
        }
    }

    @Test func `retention takes feedback that is old enough`() async throws {
        let day: Int64 = 86_400_000
        try await Kinds.withLog([]) { place, resources, _ in
            for index in 0..<12 {
                try await Feedback(place.queue).take(
                    FeedbackRecord(requestID: "r\(index)", rating: 1, createdAtMilliseconds: Int64(index) * day))
            }
            place.now.withLock { $0 = 12 * day }
            #expect(try await Kinds.run("retention", ["days": 2], resources)["feedback"] == 10)
            #expect(try place.store.feedbackCounts().all == 2)
        }
    }
}
