import Chat
import Wire

/// What stages tell of an answer besides its text: the passages that it may rest on, and what guardrails found. It
/// stands in the member `nexus` of a whole answer, which has none where there is nothing to tell, and in that of a
/// stream's last event.
struct AnswerMetadata: Sendable, Hashable {
    /// See `ChatReply.citations`.
    var citations: [JSONValue] = []
    /// See `ChatReply.confidence`.
    var confidence: Double?
    /// See `Trace.Notes.verdicts`.
    var verdicts: [JSONValue] = []

    init() {}

    init(_ reply: ChatReply, _ notes: Trace.Notes) {
        citations = reply.citations
        confidence = reply.confidence
        verdicts = notes.verdicts
    }

    var members: [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if !citations.isEmpty { members.append(.init(key: "citations", value: .array(citations))) }
        if let confidence { members.append(.init(key: "confidence", value: .number(confidence))) }
        if !verdicts.isEmpty { members.append(.init(key: "guardrails", value: .array(verdicts))) }
        return members
    }

    /// The body of a whole answer with the member; all its other bytes stay as they are.
    func added(to body: [UInt8]) -> [UInt8] {
        guard !members.isEmpty else { return body }
        return JSONSpans(of: body)?.rewriting(body, [("nexus", .object(members))]) ?? body
    }
}
