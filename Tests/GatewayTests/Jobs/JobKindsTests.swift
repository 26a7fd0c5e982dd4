import Chat
import Foundation
import Store
import Testing

@testable import Gateway

@Suite struct JobKindsTests {
    static func run(
        _ kind: String, _ payload: JSONValue, _ resources: JobResources, id: String = "job_1", owner: String? = nil,
        checkpoint: JSONValue? = nil, keep: @escaping @Sendable (JSONValue) -> Void = { _ in },
        note: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> JSONValue {
        var record = JobRecord(id: id, kind: kind, owner: owner, payload: payload, createdAtMilliseconds: 0)
        record.checkpoint = checkpoint
        let found = JobKinds.all(resources).first { type(of: $0).name == kind }
        let running = RunningJob(record, note: note, keep: { value throws(JobError) in keep(value) })
        return try await #require(found).run(running)
    }

    static func refusal(_ body: () async throws -> JSONValue) async -> JobError? {
        do {
            Issue.record("it gave \(try await body())")
            return nil
        } catch {
            return error as? JobError
        }
    }

    static func inference(
        _ id: String, at time: Int64 = 0, caller: String? = nil, source: ChatReply.Source = .model,
        prompt: String? = #"[{"role":"user","content":"hi"}]"#, answer: String? = "hello"
    ) -> InferenceRecord {
        var record = InferenceRecord(
            requestID: id, startedAtMilliseconds: time, caller: caller, route: "/v1/chat/completions",
            operation: .chat, isStreamed: false, modelAsked: "m", status: 200, outcome: .answered(.stop), cache: "off",
            latency: .zero, overhead: .zero, attempts: 1, pieces: 0, spans: [])
        record.source = source
        record.prompt = prompt
        record.answer = answer
        return record
    }

    /// A place whose log holds some rows.
    static func withLog(
        _ rows: [InferenceRecord],
        _ body: (JobWorkerTests.Place, JobResources, Locked<[String: [UInt8]]>) async throws -> Void
    ) async throws {
        try await JobWorkerTests.withPlace { place in
            let log = InferenceLog(place.store)
            for row in rows { log.append(row) }
            log.close()
            let written = Locked<[String: [UInt8]]>([:])
            let files = TrainingFiles(
                write: { name, bytes in written.withLock { $0[name] = bytes } },
                read: { name in written.withLock { $0[name] } })
            let resources = JobResources(
                store: place.store, nowMilliseconds: { [now = place.now] in now.withLock { $0 } }, files: files)
            try await body(place, resources, written)
        }
    }

    @Test func `kinds are listed by name`() async throws {
        try await JobWorkerTests.withPlace { place in
            let names = JobKinds.all(JobResources(store: place.store, nowMilliseconds: { 0 })).map { type(of: $0).name }
            #expect(names == names.sorted())
            #expect(names == ["cache_cleanup", "embed", "fine_tuning", "retention", "training_dataset"])
        }
    }

    @Test func `retention takes rows that are old enough, and no others`() async throws {
        let day: Int64 = 86_400_000
        let rows = (0..<1_200).map { Self.inference("r\($0)", at: Int64($0) * day / 100) }
        try await Self.withLog(rows) { place, resources, _ in
            place.now.withLock { $0 = 12 * day }
            let result = try await Self.run("retention", ["days": 2], resources)
            #expect(result["rows"] == 1_000)
            #expect(try place.store.inferences(limit: 10_000).first?.record.requestID == "r1000")
            let wrong = await Self.refusal { try await Self.run("retention", ["days": 0], resources) }
            #expect(wrong == .lasting("days: found 0; expected a number from 0.001 to 36500"))
        }
    }

    @Test func `a data set holds what was liked and what was corrected, in OpenAI's form`() async throws {
        let rows = [
            Self.inference("good"), Self.inference("bad"), Self.inference("corrected", caller: "a"),
            Self.inference("foreign", caller: "b"), Self.inference("silent"),
            Self.inference("tools", prompt: #"[{"role":"tool","content":"1"}]"#),
        ]
        try await Self.withLog(rows) { place, resources, written in
            let feedback = Feedback(place.queue, trigger: 4)
            func give(_ id: String, _ rating: Double?, caller: String? = nil, correction: String? = nil) async throws
                -> JobRecord?
            {
                try await feedback.take(
                    FeedbackRecord(
                        requestID: id, caller: caller, rating: rating, correction: correction,
                        createdAtMilliseconds: 900))
            }
            for (id, rating) in [("good", 1.0), ("bad", -1), ("tools", 1)] {
                #expect(try await give(id, rating) == nil)
            }
            #expect(try await give("foreign", 1, caller: "a") == nil, "another caller's answer is not theirs to rate")
            let job = try #require(try await give("corrected", nil, caller: "a", correction: "hello there"))
            #expect(job.kind == "training_dataset" && job.payload == ["source": "feedback", "everyone": true])
            let result = try await Self.run("training_dataset", job.payload, resources)
            #expect(result["examples"] == 2 && result["left_out"] == 3 && result["file"] == "job_1.jsonl")
            let lines = String(decoding: written.withLock { $0["job_1.jsonl"] ?? [] }, as: UTF8.self).split(
                separator: "\n")
            let question = #"{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"#
            #expect(lines == [question + #""hello"}]}"#, question + #""hello there"}]}"#].map { Substring($0) })
            let counts = try feedback.counts()
            #expect(counts == FeedbackCounts(all: 5, unused: 0))
            let again = try await Self.run("training_dataset", job.payload, resources)
            #expect(again == result, "an attempt that died before its end was written is made good")
            let later = await Self.refusal {
                try await Self.run("training_dataset", job.payload, resources, id: "job_2")
            }
            #expect(later == .lasting("there is no answer to learn from among 0"))
        }
    }

    @Test func `without prompts in the log it says what to set`() async throws {
        let rows = [Self.inference("a", prompt: nil, answer: nil), Self.inference("b", source: .fallback, prompt: nil)]
        try await Self.withLog(rows) { place, resources, _ in
            try await Feedback(place.queue).take(
                FeedbackRecord(requestID: "a", rating: 1, createdAtMilliseconds: 1))
            for source in ["feedback", "api_b"] {
                let error = await Self.refusal {
                    try await Self.run("training_dataset", ["source": .string(source)], resources)
                }
                let words = "1 answers, but no prompts of them in the log: set log: {prompts: on} in nexus.yaml"
                #expect(error?.description.hasPrefix(words) == true, "\(String(describing: error))")
            }
        }
    }

    @Test func `answers of the second source become pairs to distil`() async throws {
        let rows = [Self.inference("a"), Self.inference("b", source: .fallback, answer: "from b")]
        try await Self.withLog(rows) { _, resources, written in
            let result = try await Self.run("training_dataset", ["source": "api_b"], resources)
            #expect(result["examples"] == 1)
            #expect(String(decoding: written.withLock { $0["job_1.jsonl"] ?? [] }, as: UTF8.self).contains("from b"))
        }
    }

    @Test func `feedback must say something, and be of a sensible size`() async throws {
        try await JobWorkerTests.withPlace { place in
            let feedback = Feedback(place.queue)
            func refusal(_ record: FeedbackRecord) async -> String? {
                do throws(Feedback.Refusal) {
                    try await feedback.take(record)
                    return nil
                } catch { return error.description }
            }
            #expect(
                await refusal(FeedbackRecord(requestID: "r", createdAtMilliseconds: 0))
                    == "found no rating, label, comment or corrected answer; expected one of them")
            #expect(
                await refusal(FeedbackRecord(requestID: "r", rating: 5, createdAtMilliseconds: 0))
                    == "rating: found 5.0; expected a number from -1 to 1")
            func text(_ bytes: Int) -> String { String(repeating: "x", count: bytes) }
            let long = [
                FeedbackRecord(requestID: text(257), rating: 1, createdAtMilliseconds: 0):
                    "request_id: expected at most 256 bytes",
                FeedbackRecord(requestID: "r", label: text(257), createdAtMilliseconds: 0):
                    "label: expected at most 256 bytes",
                FeedbackRecord(requestID: "r", comment: text(10_001), createdAtMilliseconds: 0):
                    "comment: expected at most 10000 bytes",
                FeedbackRecord(requestID: "r", correction: text(100_001), createdAtMilliseconds: 0):
                    "correction: expected at most 100000 bytes",
            ]
            for (record, message) in long { #expect(await refusal(record) == message) }
            #expect(
                await refusal(FeedbackRecord(requestID: "r", label: "Thumbs_Down", createdAtMilliseconds: 0)) == nil)
            #expect(await refusal(FeedbackRecord(requestID: "r", rating: 1, createdAtMilliseconds: 0)) == nil)
            let counts = try feedback.counts()
            #expect(counts.all == 1, "the later word stands")
        }
    }

    @Test func `fine-tuning uploads once, begins once and is looked after, whatever a look comes to`() async throws {
        try await Self.withLog([]) { _, resources, written in
            written.withLock { $0["job_9.jsonl"] = Array("{}\n".utf8) }
            let (asked, looks) = (Locked<[String]>([]), Locked(0))
            var resources = resources
            resources.tuner = FineTuner(
                upload: { bytes, name throws(ChatError) in
                    asked.withLock { $0.append("upload \(name) \(bytes.count)") }
                    return "file-1"
                },
                begin: { model, file throws(ChatError) in
                    asked.withLock { $0.append("begin \(model) \(file)") }
                    return "ft-1"
                },
                status: { training throws(ChatError) in
                    let look = looks.withLock { looks in
                        looks += 1
                        return looks
                    }
                    switch look {
                    case 1: throw ChatError(.upstreamFailure, "down")
                    case 2: throw ChatError(.rateLimited, "slowly", retryAfter: .seconds(90))
                    case 3: return .underWay
                    default: return .succeeded(model: "ft:m")
                    }
                })
            let kept = Locked<JSONValue?>(nil)
            let payload: JSONValue = ["dataset": "job_9", "model": "m"]
            let given = resources
            let first = await Self.refusal {
                try await Self.run("fine_tuning", payload, given, keep: { value in kept.withLock { $0 = value } })
            }
            #expect(first == .underWay(progress: 0.2, trouble: "down", after: .seconds(60)))
            func look() async throws -> JSONValue {
                try await Self.run("fine_tuning", payload, given, checkpoint: kept.withLock { $0 })
            }
            let second = await Self.refusal { try await look() }
            #expect(second == .underWay(progress: 0.2, trouble: "slowly", after: .seconds(90)))
            #expect(
                await Self.refusal { try await look() } == .underWay(progress: 0.2, trouble: nil, after: .seconds(10)))
            let result = try await look()
            #expect(result["model"] == "ft:m" && result["training"] == "ft-1")
            #expect(asked.withLock { $0 } == ["upload job_9.jsonl 3", "begin m file-1"])
            let absent: JSONValue = ["dataset": "job_8", "model": "m"]
            #expect(
                await Self.refusal { try await Self.run("fine_tuning", absent, given) }
                    == .lasting("there is no data set 'job_8'"))
        }
    }

    @Test func `a collection is embedded with progress, and one that is not there is refused`() async throws {
        struct Model: EmbeddingModel {
            let name: String
            var dimensions: Int? { 2 }
            func reply(to request: EmbeddingRequest) async throws(ChatError) -> EmbeddingReply {
                EmbeddingReply(vectors: request.inputs.map { _ in [1, 0] }, model: name)
            }
        }
        try await JobWorkerTests.withPlace { place in
            let knowledge = Knowledge(
                store: place.store, model: { name throws(ChatError) in Model(name: name) }, nowMilliseconds: { 1 })
            let texts = (0..<100).map { SourceDocument(id: "\($0)", text: "text \($0)") }
            _ = try await knowledge.add(texts, to: CollectionSettings(name: "docs"))
            let resources = JobResources(store: place.store, nowMilliseconds: { 1 }, knowledge: knowledge)
            let noted = Locked<[Double]>([])
            let result = try await Self.run(
                "embed", ["collection": "docs", "model": "double/m"], resources,
                note: { share in noted.withLock { $0.append(share) } })
            #expect(result["embedded"] == 100)
            #expect(noted.withLock { $0 }.last == 1)
            let absent = await Self.refusal { try await Self.run("embed", ["collection": "dogs"], resources) }
            #expect(absent?.description == "there is no collection 'dogs'; did you mean 'docs'?")
            #expect(try place.store.knowledgeCollections().count == 1)
        }
    }

    @Test func `one job embeds a collection, and one more at most waits for it`() async throws {
        try await JobWorkerTests.withPlace { place in
            let queue = JobQueue(place.store, nowMilliseconds: { 1 })
            let collection = CollectionName("docs", of: "key")
            let first = try #require(try await queue.embed(collection))
            #expect(first.owner == "key" && first.payload == ["collection": "docs", "owner": "key"])
            #expect(try await queue.embed(collection)?.id == first.id, "it has not begun")
            #expect(try await queue.embed("docs")?.id != first.id, "another's")
            let claimed = try await place.store.claimJob(lease: "l", until: 100, nowMilliseconds: 2)
            #expect(claimed?.id == first.id)
            let second = try #require(try await queue.embed(collection))
            #expect(second.id != first.id)
            #expect(try await queue.embed(collection)?.id == second.id)
        }
    }
}
