import Chat
import Guardrails

/// One answer under the rules of the output side, in pieces as it comes and whole at its end.
final class GuardedAnswer: Sendable {
    /// One text of the answer under way.
    private struct Channel {
        var stream: StreamGuard
        /// What the model said, and what went on of it.
        var heard = ""
        var said = ""
    }

    private struct State {
        var text: Channel
        /// The thoughts under way; nil before and after.
        var reasoning: StreamGuard?
        var heardReasoning = ""
        var saidReasoning = ""
        var hasToolCalls = false
        var findings = GuardFindings(.output)
    }

    private let rules: GuardRules
    private let question: String?
    private let schema: JSONValue?
    private let vault: MaskVault
    private let onDelta: (@Sendable (Delta) async throws(ChatError) -> Void)?
    private let state: Locked<State>

    /// - Parameter call: as it came to the stage.
    init(_ rules: GuardRules, to call: ChatCall) {
        self.rules = rules
        question = call.request.messages.last { $0.role == .user }?.text
        schema = GuardedAnswer.schema(of: call.request.responseFormat)
        vault = GuardInStage.vault(for: call, rules)
        onDelta = call.onDelta
        let stream = StreamGuard(rules.all.policy, vault: vault, question: question, schema: schema)
        state = Locked(State(text: Channel(stream: stream)))
    }

    var findings: GuardFindings { state.withLock { $0.findings } }

    /// The schema that an answer must have: nil where none is asked for.
    private static func schema(of format: JSONValue?) -> JSONValue? {
        switch format?["type"]?.stringValue {
        case "json_schema": format?["json_schema"]?["schema"] ?? ["type": "object"]
        case "json_object": ["type": "object"]
        default: nil
        }
    }

    // MARK: pieces

    /// Takes a piece as the model gave it.
    /// - Throws: `.refused` once something came that must not go on; then nothing goes on any more.
    func pass(_ delta: Delta) async throws(ChatError) {
        switch delta.kind {
        case .text(let piece):
            try await endReasoning(delta.receivedAt)
            let (out, error) = state.withLock { state in
                state.text.heard += piece
                let out = state.text.stream.feed(piece)
                state.text.said += out
                return (out, GuardedAnswer.refusal(of: state.text.stream, &state.findings))
            }
            try await emit(.text(out), out, delta.receivedAt)
            if let error { throw error }
        case .reasoning(let piece):
            let (out, error) = state.withLock { state in
                var stream = state.reasoning ?? StreamGuard(rules.besideAnswer.policy, vault: vault)
                let out = stream.feed(piece)
                state.reasoning = stream
                state.heardReasoning += piece
                state.saidReasoning += out
                return (out, GuardedAnswer.refusal(of: stream, &state.findings))
            }
            try await emit(.reasoning(out), out, delta.receivedAt)
            if let error { throw error }
        case .toolCall:
            // Only whole arguments can be judged: they go at the end.
            state.withLock { $0.hasToolCalls = true }
        }
    }

    private static func refusal(of stream: StreamGuard, _ findings: inout GuardFindings) -> ChatError? {
        guard stream.isRefused else { return nil }
        if !findings.isRefused { findings.add(stream.verdicts) }
        return findings.error
    }

    /// Thoughts end where the answer begins: what was held back of them goes first.
    private func endReasoning(_ time: ContinuousClock.Instant) async throws(ChatError) {
        let open = state.withLock { state in
            defer { state.reasoning = nil }
            return state.reasoning
        }
        guard var stream = open else { return }
        let ending = await stream.finish()
        let error = state.withLock { state in
            state.saidReasoning += ending.text
            state.findings.add(ending.verdicts)
            return state.findings.error
        }
        if let error { throw error }
        try await emit(.reasoning(ending.text), ending.text, time)
    }

    private func emit(
        _ kind: Delta.Kind, _ text: String, _ time: ContinuousClock.Instant
    ) async throws(ChatError) {
        guard !text.isEmpty else { return }
        try await onDelta?(Delta(kind, receivedAt: time))
    }

    // MARK: the end

    /// The reply as the rules leave it, after what was held back of it went on.
    /// - Throws: `.refused`, or what became of a rule that could not be asked.
    func finish(_ reply: ChatReply) async throws(ChatError) -> ChatReply {
        var answer = reply
        (answer.wireBody, answer.wireEnding) = (nil, nil)
        try await endReasoning(.now)
        answer.reasoning = try await reasoning(of: reply)
        answer.text = try await text(of: reply)
        if !answer.text.hasSameBytes(as: reply.text) { answer.logprobs = [] }
        var inspection = Inspection(rules, on: .output, vault: vault)
        await inspection.rest(of: &answer)
        try take(inspection)
        guard state.withLock({ $0.hasToolCalls }) else { return answer }
        for piece in answer.pieces {
            if case .toolCall = piece { try await onDelta?(Delta(piece, receivedAt: .now)) }
        }
        return answer
    }

    private func reasoning(of reply: ChatReply) async throws(ChatError) -> String? {
        guard let whole = reply.reasoning else { return nil }
        let (heard, said) = state.withLock { ($0.heardReasoning, $0.saidReasoning) }
        if heard.hasSameBytes(as: whole) { return said }
        var inspection = Inspection(rules, on: .output, vault: vault)
        let checked = await inspection.text(whole)
        try take(inspection)
        return checked
    }

    private func text(of reply: ChatReply) async throws(ChatError) -> String {
        let channel = state.withLock { $0.text }
        // A call of a tool is no answer to be judged as one.
        let isAnswer = !reply.text.isEmpty || reply.toolCalls.isEmpty
        guard onDelta != nil, channel.heard.hasSameBytes(as: reply.text) else {
            var inspection = Inspection(rules, on: .output, vault: vault, question: question, schema: schema)
            let checked = isAnswer ? await inspection.answer(reply.text) : reply.text
            try take(inspection)
            return checked
        }
        guard isAnswer else { return reply.text }
        var stream = channel.stream
        let ending = await stream.finish()
        let error = state.withLock { state in
            state.findings.add(ending.verdicts)
            return state.findings.error
        }
        if let error { throw error }
        try await emit(.text(ending.text), ending.text, .now)
        return channel.said + ending.text
    }

    private func take(_ inspection: Inspection) throws(ChatError) {
        let error = state.withLock { state in
            state.findings.add(inspection.findings)
            return state.findings.error
        }
        if let error { throw error }
    }
}
