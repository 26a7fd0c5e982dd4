import Chat
import Gateway
import Server
import Store

/// Feedback and training jobs of `nexus serve` as its routes show them.
struct ServedTraining: TrainingShelf {
    let jobs: GatewayJobs
    /// The model that is trained; nil where the configuration names none.
    let model: String?

    /// The kinds that are shown.
    private static let kinds = ["training_dataset", "fine_tuning"]

    func take(_ feedback: AnswerFeedback, caller: String?) async throws(ChatError) -> [JSONValue.Member] {
        let record = FeedbackRecord(
            requestID: feedback.requestID, caller: caller, session: feedback.session, rating: feedback.rating,
            label: feedback.label, comment: feedback.comment, correction: feedback.correction,
            createdAtMilliseconds: Timestamp.now())
        let job: JobRecord?
        do throws(Feedback.Refusal) {
            job = try await jobs.feedback.take(record)
        } catch {
            switch error {
            case .store(let error): throw StoreFailure.chatError(error)
            case .empty, .rating, .tooLong: throw ServedTraining.failed(error.description)
            }
        }
        return [.init(key: "request_id", value: .string(feedback.requestID))]
            + (job.map { [.init(key: "job", value: ServedTraining.json($0, in: jobs.queue))] } ?? [])
    }

    func begin(_ order: TrainingOrder, caller: String?) async throws(ChatError) -> [JSONValue.Member] {
        let added: Result<JobRecord?, ChatError>
        switch order {
        case .dataset(let source, let all):
            added = await StoreFailure.result { () async throws(StoreError) in
                try await jobs.queue.add(
                    "training_dataset", payload: ["source": .string(source.rawValue), "all": .bool(all)],
                    single: ServedTraining.single(source.rawValue, caller), owner: caller)
            }
        case .fineTuning(let dataset):
            guard let model else {
                throw ServedTraining.failed("no fine-tuning is configured: set training.fine_tune in nexus.yaml")
            }
            let name = "'\(dataset.prefix(60))'"
            guard let source = try await record(dataset, caller: caller), source.kind == "training_dataset" else {
                throw ServedTraining.failed("dataset: there is no data set \(name)")
            }
            guard source.state == .done else {
                throw ServedTraining.failed(
                    "dataset: the job \(name) has the status \(ServedTraining.status(of: source)); expected done")
            }
            added = await StoreFailure.result { () async throws(StoreError) in
                try await jobs.queue.add(
                    "fine_tuning", payload: ["model": .string(model), "dataset": .string(dataset)],
                    single: ServedTraining.single(dataset, caller), owner: caller)
            }
        }
        guard let job = try added.get() else {
            throw ServedTraining.failed("one like it waits or runs already: see GET /api/training/jobs")
        }
        return [.init(key: "job", value: ServedTraining.json(job, in: jobs.queue))]
    }

    /// One like it of the same caller is enough.
    private static func single(_ purpose: String, _ caller: String?) -> String {
        caller.map { "\(purpose) \($0)" } ?? purpose
    }

    func jobs(caller: String?) async throws(ChatError) -> [JSONValue] {
        let found = await StoreFailure.result { () async throws(StoreError) in
            try jobs.queue.jobs(kinds: ServedTraining.kinds, of: .only(caller))
        }
        return try found.get().map { ServedTraining.json($0, in: jobs.queue) }
    }

    func job(_ id: String, caller: String?) async throws(ChatError) -> JSONValue? {
        try await record(id, caller: caller).map { ServedTraining.json($0, in: jobs.queue) }
    }

    private func record(_ id: String, caller: String?) async throws(ChatError) -> JobRecord? {
        let found = await StoreFailure.result { () async throws(StoreError) in try jobs.queue.job(id) }
        guard let job = try found.get(), ServedTraining.kinds.contains(job.kind),
            job.owner == nil || job.owner == caller
        else { return nil }
        return job
    }

    /// Between two looks at a training its job waits in our queue, and to its client it is under way.
    private static func status(of job: JobRecord) -> String {
        job.state == .queued && job.checkpoint != nil ? JobRecord.State.running.rawValue : job.state.rawValue
    }

    /// - Parameter queue: the job's: clients hear nothing of its store's path.
    static func json(_ job: JobRecord, in queue: JobQueue) -> JSONValue {
        .object([
            "id": .string(job.id), "kind": .string(job.kind), "status": .string(ServedTraining.status(of: job)),
            "progress": .number(job.progress), "result": job.result,
            "error": job.error.map { .string($0.replacing(queue.path + ": ", with: "")) },
            "attempts": .number(job.attempts), "created_at": .string(Timestamp.text(job.createdAtMilliseconds)),
            "finished_at": job.finishedAtMilliseconds.map { .string(Timestamp.text($0)) },
        ])
    }

    private static func failed(_ message: String) -> ChatError {
        ChatError(.invalidRequest, message, status: 422, code: "validation_failed")
    }
}
