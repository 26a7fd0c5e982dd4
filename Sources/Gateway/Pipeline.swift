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

    /// Whether the stage has anything to do with a call; where it has not, it is passed by and leaves no span.
    func applies(to call: ChatCall) -> Bool
}

extension Stage {
    public func applies(to call: ChatCall) -> Bool { true }
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
        outermost = Pipeline.nest(stages, around: Timed(model: model))
    }

    /// The stages around all that a name leads to. Inside of those around the whole answer come, for each model of the
    /// chain, its retries, then its deployments, and for each of them its breaker and its provider's limit.
    public init(_ stages: PipelineStages, around route: Route) {
        let choices = route.choices.map { choice in
            FallbackModel.Choice(
                name: choice.name ?? "",
                model: Pipeline.nest(stages.choice, around: Pipeline.core(of: choice, stages.upstream)))
        }
        let core = choices.count == 1 ? choices[0].model : FallbackModel(choices: choices)
        let nested = Pipeline.nest(stages.answer, around: core)
        outermost = stages.retrieval.map { Dated(retrieval: $0, next: nested) } ?? nested
    }

    /// A pipeline from its settings by stage name, around one model.
    /// - Throws: `StageError` for a setting that cannot be used; unknown names are the spec reader's to refuse.
    public init(
        settings: [String: JSONValue], resources: StageResources, around model: any ChatModel
    ) throws(StageError) {
        self.init(try PipelineStages(settings: settings, resources: resources), around: Route(model))
    }

    public func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        try await outermost.reply(to: call)
    }

    private static func nest(_ stages: [any Stage], around model: any ChatModel) -> any ChatModel {
        stages.reversed().reduce(model) { next, stage in Staged(stage: stage, next: next) }
    }

    private static func core(of choice: Route.Choice, _ stages: [any Stage]) -> any ChatModel {
        let upstreams = choice.upstreams.map { upstream in
            DeploymentModel.Deployment(name: upstream.name ?? "", model: Pipeline.core(of: upstream, stages))
        }
        guard let pool = choice.pool else { return upstreams[0].model }
        return DeploymentModel(deployments: upstreams, pool: pool)
    }

    private static func core(of upstream: Upstream, _ stages: [any Stage]) -> any ChatModel {
        var core: any ChatModel = Timed(model: upstream.model)
        if let limit = upstream.limit { core = LimitedModel(limit: limit, next: core) }
        core = Pipeline.nest(stages, around: core)
        guard let name = upstream.name else { return core }
        return AddressedModel(name: name, parameters: upstream.parameters, next: core)
    }
}

/// A stage and what lies inside it.
private struct Staged: ChatModel {
    let stage: any Stage
    let next: any ChatModel

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        guard stage.applies(to: call) else { return try await next.reply(to: call) }
        let begin = ContinuousClock.now
        var note: String?
        defer { call.trace.record(stage: stage.name, from: begin, outcome: note) }
        return try await stage.reply(to: call, note: &note, next: next)
    }
}

/// Tells all stages what collection the answer may rest on, and in which version: what the outer ones remember of the
/// answer holds for that alone.
private struct Dated: ChatModel {
    let retrieval: RetrievalStage
    let next: any ChatModel

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        guard let knowledge = retrieval.knowledge(for: call.context) else { return try await next.reply(to: call) }
        var call = call
        call.context.knowledge = knowledge
        return try await next.reply(to: call)
    }
}

/// The model at the core, with the provider's span.
private struct Timed: ChatModel {
    let model: any ChatModel

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        let begin = ContinuousClock.now
        call.trace.note { $0.attempts += 1 }
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
