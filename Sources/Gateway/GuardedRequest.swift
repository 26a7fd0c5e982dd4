public import Chat

extension PipelineStages {
    /// What the guard of requests lets through of one that is read but not answered, such as one whose tokens a vendor
    /// is to count; the request itself where there is no such guard.
    /// - Throws: `.refused` for what the guard refuses, as it does where a rule fails and the policy is closed.
    public func guarded(_ request: ChatRequest, context: CallContext) async throws(ChatError) -> ChatRequest {
        guard let stage = answer.lazy.compactMap({ $0 as? GuardInStage }).first else { return request }
        let reader = Reader()
        var note: String?
        _ = try await stage.reply(to: ChatCall(request, context: context), note: &note, next: reader)
        guard let guarded = reader.request.withLock({ $0 }) else {
            throw ChatError(.internal, "the guard of requests answered what it was to pass on")
        }
        return guarded
    }
}

/// Stands where a model would and keeps the request that comes.
private struct Reader: ChatModel {
    let request = Locked<ChatRequest?>(nil)

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        request.withLock { $0 = call.request }
        return ChatReply(text: "", model: call.request.model)
    }
}
