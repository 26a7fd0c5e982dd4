import Chat

/// `POST /api/feedback` and `/api/training/jobs`: what people think of answers, and what is made of it.
struct TrainingRoutes: Sendable {
    let shelf: (any TrainingShelf)?
    let caller: String?

    private static let feedbackMembers = ["request_id", "session_id", "rating", "label", "comment", "correction"]

    /// `POST /api/feedback`: `{request_id, rating? | label?, comment?, correction?, session_id?}`.
    func feedback(_ body: [UInt8]) async throws(ChatError) -> JSONValue {
        let reader = try MemberReader(body, known: TrainingRoutes.feedbackMembers)
        _ = try reader.requiredText("request_id")
        let feedback = AnswerFeedback(
            requestID: try reader.name("request_id") ?? "", session: try reader.name("session_id"),
            rating: try reader.number("rating", in: -1...1), label: try reader.text("label"),
            comment: try reader.text("comment"), correction: try reader.text("correction"))
        return TrainingRoutes.told(try await known().take(feedback, caller: caller))
    }

    /// `POST /api/training/jobs`: `{source?: feedback or api_b, all?}` for a data set, `{dataset: JOB}` for training on
    /// one.
    func begin(_ body: [UInt8]) async throws(ChatError) -> JSONValue {
        let reader = try MemberReader(body.isEmpty ? Array("{}".utf8) : body, known: ["source", "all", "dataset"])
        let (source, all) = (try reader.word("source", TrainingOrder.Source.self), try reader.bool("all"))
        guard let dataset = try reader.name("dataset") else {
            return TrainingRoutes.told(
                try await known().begin(.dataset(source ?? .feedback, all: all ?? false), caller: caller))
        }
        guard source == nil, all == nil else {
            throw MemberReader.failed("dataset: stands beside what a new data set is made of; name one or the other")
        }
        return TrainingRoutes.told(try await known().begin(.fineTuning(dataset: dataset), caller: caller))
    }

    /// `GET /api/training/jobs`: the newest hundred, newest first.
    func jobs() async throws(ChatError) -> JSONValue {
        ["success": true, "jobs": .array(try await known().jobs(caller: caller))]
    }

    /// `GET /api/training/jobs/:id`.
    func job(_ id: String) async throws(ChatError) -> JSONValue {
        guard let job = try await known().job(id, caller: caller) else {
            throw ChatError(.notFound, "there is no job '\(Steering.shown(id))'", code: "job_not_found")
        }
        return ["success": true, "job": job]
    }

    private static func told(_ members: [JSONValue.Member]) -> JSONValue {
        .object([.init(key: "success", value: true)] + members)
    }

    private func known() throws(ChatError) -> any TrainingShelf {
        guard let shelf else { throw ProxyDesk.absent("feedback is not kept here") }
        return shelf
    }
}
