public import Chat

/// Embeddings behind the stages of a pipeline: metered, cleaned, within the caller's and the provider's limits,
/// retried, with a breaker. Caches, conversations, shared flights, retrieval and guards of answers are for chats, so
/// those stages are left out, as hedging is. A guard of requests looks at texts; tokens, which it cannot read, it does
/// not let through.
///
/// Texts go through the stages as one message each, so that what counts and cleans prompts counts and cleans them.
public struct EmbeddingPipeline: Sendable {
    private let stages: PipelineStages
    private let model: any EmbeddingModel
    private let name: String
    private let limit: ProviderLimit?

    /// - Parameters:
    ///   - name: the model's full name, `provider/model`.
    ///   - limit: its provider's; nil where there is none.
    public init(_ stages: PipelineStages, around model: any EmbeddingModel, named name: String, limit: ProviderLimit?) {
        self.stages = stages.forEmbeddings
        self.model = model
        self.name = name
        self.limit = limit
    }

    /// One vector an input, in the order of the inputs.
    /// - Parameter trace: gets a span a stage, as a chat's does.
    /// - Throws: what the model throws, and what stages refuse.
    public func reply(
        to request: EmbeddingRequest, context: CallContext, trace: Trace
    ) async throws(ChatError) -> EmbeddingReply {
        if stages.hasInputGuard, request.inputs.contains(where: { if case .tokens = $0 { true } else { false } }) {
            throw ChatError(
                .refused, "guardrails cannot read tokens; send the inputs as text", status: 400,
                code: "content_filter")
        }
        let carrier = Carrier(model: model, request: request)
        let pipeline = Pipeline(stages, around: Route([Route.Choice(Upstream(carrier, name: name, limit: limit))]))
        let messages = request.inputs.map { input in
            switch input {
            case .text(let text): Message(.user, text)
            case .tokens: Message(.user, "")
            }
        }
        let call = ChatCall(ChatRequest(model: request.model, messages: messages), context: context, trace: trace)
        _ = try await pipeline.reply(to: call)
        guard let reply = carrier.reply.withLock({ $0 }) else {
            throw ChatError(.internal, "a stage answered what only a model can")
        }
        return reply
    }
}

/// Carries embeddings through stages that are made for chats: to them it is an answer without words.
private struct Carrier: ChatModel {
    let model: any EmbeddingModel
    let request: EmbeddingRequest
    let reply = Locked<EmbeddingReply?>(nil)

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        var request = request
        for (index, message) in call.request.messages.enumerated() {
            if case .text = request.inputs[index] { request.inputs[index] = .text(message.text) }
        }
        let answer = try await model.reply(to: request)
        reply.withLock { $0 = answer }
        return ChatReply(text: "", model: answer.model, usage: answer.usage, cost: answer.cost)
    }
}
