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
            + (job.map { [.init(key: "job", value: ServedTraining.json($0))] } ?? [])
    }

    func begin(_ order: TrainingOrder, caller: String?) async throws(ChatError) -> [JSONValue.Member] {
        let added: Result<JobRecord?, ChatError>
        switch order {
        case .dataset(let source, let all):
            added = await StoreFailure.result { () async throws(StoreError) in
                try await jobs.queue.add(
                    "training_dataset", payload: ["source": .string(source.rawValue), "all": .bool(all)],
                    single: source.rawValue, owner: caller)
            }
        case .fineTuning(let dataset):
            guard let model else {
                throw ServedTraining.failed("no fine-tuning is configured: set training.fine_tune in nexus.yaml")
            }
            guard try await job(dataset, caller: caller)?["kind"] == "training_dataset" else {
                throw ServedTraining.failed("dataset: there is no data set '\(dataset.prefix(60))'")
            }
            added = await StoreFailure.result { () async throws(StoreError) in
                try await jobs.queue.add(
                    "fine_tuning", payload: ["model": .string(model), "dataset": .string(dataset)], single: dataset,
                    owner: caller)
            }
        }
        guard let job = try added.get() else {
            throw ServedTraining.failed("one like it waits or runs already: see GET /api/training/jobs")
        }
        return [.init(key: "job", value: ServedTraining.json(job))]
    }

    func jobs(caller: String?) async throws(ChatError) -> [JSONValue] {
        let found = await StoreFailure.result { () async throws(StoreError) in
            try jobs.queue.jobs(kinds: ServedTraining.kinds)
        }
        return try found.get().filter { ServedTraining.isShown($0, to: caller) }.map(ServedTraining.json)
    }

    func job(_ id: String, caller: String?) async throws(ChatError) -> JSONValue? {
        let found = await StoreFailure.result { () async throws(StoreError) in try jobs.queue.job(id) }
        guard let job = try found.get(), ServedTraining.kinds.contains(job.kind),
            ServedTraining.isShown(job, to: caller)
        else { return nil }
        return ServedTraining.json(job)
    }

    private static func isShown(_ job: JobRecord, to caller: String?) -> Bool {
        job.owner == nil || job.owner == caller
    }

    static func json(_ job: JobRecord) -> JSONValue {
        .object([
            "id": .string(job.id), "kind": .string(job.kind), "status": .string(job.state.rawValue),
            "progress": .number(job.progress), "result": job.result, "error": job.error.map { .string($0) },
            "attempts": .number(job.attempts), "created_at": .string(Timestamp.text(job.createdAtMilliseconds)),
            "finished_at": job.finishedAtMilliseconds.map { .string(Timestamp.text($0)) },
        ])
    }

    private static func failed(_ message: String) -> ChatError {
        ChatError(.invalidRequest, message, status: 422, code: "validation_failed")
    }
}
