public import Chat

/// One stage of the pipeline: a function around the rest of it.
///
/// A stage may change the call on its way in, the reply on its way out, answer by itself, or call `next` more than
/// once. It does not time itself: `Pipeline` records a span for it.
public protocol Stage: Sendable {
    /// The stage's name in specs, spans and reports.
    var name: String { get }

    /// Answers the call, usually through `next`.
    /// - Parameter note: what the span tells of this call ("hit", "2 attempts"); nil where there is nothing to tell. It
    ///   counts when the stage throws, too.
    func reply(to call: ChatCall, note: inout String?, next: any ChatModel) async throws(ChatError) -> ChatReply
}

/// The stages around a model, outermost first: itself a model, the same in `nexus eval`, `nexus ask` and `nexus serve`.
///
///     let pipeline = Pipeline([MeterStage(), RetryStage()], around: provider)
///     let reply = try await pipeline.reply(to: ChatCall(ChatRequest(model: "openai/gpt-4o-mini", user: "Hello")))
///
/// The call's trace ends up with a span a stage and one named `provider` for each time the model itself was asked.
public struct Pipeline: ChatModel {
    private let outermost: any ChatModel

    public init(_ stages: [any Stage], around model: any ChatModel) {
        let core: any ChatModel = Timed(model: model)
        outermost = stages.reversed().reduce(core) { next, stage in Staged(stage: stage, next: next) }
    }

    public func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        try await outermost.reply(to: call)
    }
}

/// A stage and what lies inside it.
private struct Staged: ChatModel {
    let stage: any Stage
    let next: any ChatModel

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        let begin = ContinuousClock.now
        var note: String?
        defer { call.trace.record(stage: stage.name, from: begin, outcome: note) }
        return try await stage.reply(to: call, note: &note, next: next)
    }
}

/// The model at the core, with the provider's span.
private struct Timed: ChatModel {
    let model: any ChatModel

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        let begin = ContinuousClock.now
        do throws(ChatError) {
            let reply = try await model.reply(to: call)
            call.trace.record(stage: "provider", from: begin, outcome: reply.model)
            return reply
        } catch {
            call.trace.record(stage: "provider", from: begin, outcome: error.kind.rawValue)
            throw error
        }
    }
}
