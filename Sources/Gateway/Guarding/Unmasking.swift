import Chat
import Guardrails

/// Puts the values of one caller's vault back into the answer to that call, whole or in pieces.
final class Unmasking: Sendable {
    private enum Channel: Hashable {
        case text, reasoning
        case call(Int)
    }

    private let vault: MaskVault
    private let onDelta: (@Sendable (Delta) async throws(ChatError) -> Void)?
    private let streams = Locked<[Channel: UnmaskStream]>([:])

    /// - Parameter onDelta: takes the pieces with their values; nil where nobody listens.
    init(_ vault: MaskVault, onDelta: (@Sendable (Delta) async throws(ChatError) -> Void)?) {
        self.vault = vault
        self.onDelta = onDelta
    }

    /// Takes a piece with placeholders.
    func pass(_ delta: Delta) async throws(ChatError) {
        switch delta.kind {
        case .text(let text):
            try await flush(besides: .text, delta.receivedAt)
            try await emit(fed(text, .text), .text, delta.receivedAt)
        case .reasoning(let text):
            try await flush(besides: .reasoning, delta.receivedAt)
            try await emit(fed(text, .reasoning), .reasoning, delta.receivedAt)
        case .toolCall(let index, let id, let name, let arguments):
            try await flush(besides: .call(index), delta.receivedAt)
            let ready = fed(arguments, .call(index))
            guard id != nil || name != nil || !ready.isEmpty else { return }
            try await onDelta?(
                Delta(
                    .toolCall(index: index, id: id, name: name.map(vault.unmasked), arguments: ready),
                    receivedAt: delta.receivedAt))
        }
    }

    /// Ends the stream, and gives the reply with its values.
    func finish(_ reply: ChatReply) async throws(ChatError) -> ChatReply {
        try await flush(besides: nil, .now)
        var reply = reply
        let text = vault.unmasked(reply.text)
        if !text.hasSameBytes(as: reply.text) {
            reply.text = text
            // They are those of the placeholders.
            reply.logprobs = []
        }
        reply.reasoning = reply.reasoning.map(vault.unmasked)
        reply.toolCalls = reply.toolCalls.map { unmasked($0, isJSON: false) }
        reply.wireBody = nil
        reply.wireEnding = nil
        return reply
    }

    private func unmasked(_ value: JSONValue, isJSON: Bool) -> JSONValue {
        switch value {
        case .null, .bool, .number: return value
        case .string(let text):
            var stream = UnmaskStream(vault, isJSON: isJSON)
            return .string(stream.feed(text) + stream.finish())
        case .array(let items): return .array(items.map { unmasked($0, isJSON: isJSON) })
        case .object(let members):
            return .object(
                members.map { .init(key: $0.key, value: unmasked($0.value, isJSON: $0.key == "arguments")) })
        }
    }

    private func fed(_ text: String, _ channel: Channel) -> String {
        streams.withLock { streams in
            let isCall = if case .call = channel { true } else { false }
            return streams[channel, default: UnmaskStream(vault, isJSON: isCall)].feed(text)
        }
    }

    /// Lets go of what the other channels hold back: a placeholder does not go from one into another.
    private func flush(besides current: Channel?, _ time: ContinuousClock.Instant) async throws(ChatError) {
        let held = streams.withLock { streams in
            streams.keys.filter { $0 != current }.map { ($0, streams[$0]?.finish() ?? "") }
        }
        for (channel, text) in held { try await emit(text, channel, time) }
    }

    private func emit(
        _ text: String, _ channel: Channel, _ time: ContinuousClock.Instant
    ) async throws(ChatError) {
        guard !text.isEmpty else { return }
        let kind: Delta.Kind =
            switch channel {
            case .text: .text(text)
            case .reasoning: .reasoning(text)
            case .call(let index): .toolCall(index: index, id: nil, name: nil, arguments: text)
            }
        try await onDelta?(Delta(kind, receivedAt: time))
    }
}
