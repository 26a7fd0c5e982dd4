import Chat

/// The answer as far as it came.
struct GatheredReply: Sendable {
    var model: String
    private(set) var finishReason: ChatReply.FinishReason?
    private var text = ""
    private var reasoning = ""
    private var toolCalls: [Int: ToolCall] = [:]
    private var usage: UsageReading?
    private var logprobs: [JSONValue] = []
    private var thinkingBlocks: [JSONValue] = []
    private var warnings: [String] = []
    private var isRefusal = false
    private var holdsContent = false

    private struct ToolCall {
        var id: String?
        var name = ""
        var arguments = ""
    }

    init(model: String) { self.model = model }

    /// What was told so far of the tokens taken.
    var tokens: TokenUsage? { usage?.usage }

    mutating func take(_ piece: StreamPiece) {
        if let name = piece.model, !name.isEmpty { model = name }
        finishReason = piece.finishReason ?? finishReason
        usage = piece.usage ?? usage
        logprobs += piece.logprobs
        thinkingBlocks += piece.thinkingBlocks
        isRefusal = isRefusal || piece.isRefusal
        holdsContent = holdsContent || piece.holdsContent || !piece.deltas.isEmpty
        for warning in piece.warnings where !warnings.contains(warning) { warnings.append(warning) }
        for delta in piece.deltas {
            switch delta {
            case .text(let piece): text += piece
            case .reasoning(let piece): reasoning += piece
            case .toolCall(let index, let id, let name, let arguments):
                var call = toolCalls[index] ?? ToolCall()
                call.id = call.id ?? id
                if call.name.isEmpty { call.name = name ?? "" }
                call.arguments += arguments
                toolCalls[index] = call
            }
        }
    }

    /// - Parameter isEnded: whether the dialect's last word came.
    /// - Throws: `.cut` without a finish reason; `.invalidResponse` or `.refused` where nothing that could be an
    ///   answer came.
    func reply(isEnded: Bool) throws(ChatError) -> ChatReply {
        guard let told = finishReason else {
            if isEnded, !holdsContent { throw ChatError(.invalidResponse, "the stream ended without any content") }
            throw ChatError(.cut, "the stream ended before the answer was whole")
        }
        let reason = isRefusal ? .refused : told == .stop && !toolCalls.isEmpty ? .tool : told
        if !holdsContent {
            switch reason {
            case .refused: throw ChatError(.refused, "the provider's filter withheld the answer")
            case .stop, .tool: throw ChatError(.invalidResponse, "the stream ended without any content")
            case .length: break
            }
        }
        let calls = toolCalls.sorted { $0.key < $1.key }.map { index, call in
            OpenAIChat.toolCall(id: call.id ?? "call_\(index)", name: call.name, arguments: call.arguments)
        }
        return ChatReply(
            text: text, reasoning: reasoning.isEmpty ? nil : reasoning, thinkingBlocks: thinkingBlocks,
            toolCalls: calls, logprobs: logprobs, finishReason: reason, model: model, usage: usage?.usage,
            warnings: warnings + (usage?.warnings ?? []))
    }
}
