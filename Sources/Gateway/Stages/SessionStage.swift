public import Chat
import Store

/// Gives a call of a session the session's history, and the history the call's turn.
///
/// It is for clients that send one question at a time. A request whose messages are a question of the user alone, with
/// or without instructions before it, gets the last turns before that question, as many as fit into a budget of tokens
/// (an estimate), the newest first. A request that brings a conversation of its own, as clients of OpenAI's API do,
/// goes on as it came and leaves no turn: nobody gets his history twice.
///
/// A turn is kept once its answer is whole; an error, an answer that was cut or refused, or a call of tools leaves
/// none.
/// Two calls of one session at once see the same history, and each leaves its turn in one piece when it ends. Only text
/// is kept, as it comes by here: what a guard outside of this stage masked is masked in the history.
public struct SessionStage: Stage {
    public let name = "session"
    private let sessions: Sessions
    private let maxTokens: Int
    private let idle: Duration

    public static let standardTokens = 4_000
    public static let standardIdle = Duration.seconds(86_400)

    /// - Parameters:
    ///   - maxTokens: what the history may take of a prompt, by `TokenEstimate`.
    ///   - idle: how long a session lives from its last turn on.
    public init(
        sessions: Sessions, maxTokens: Int = SessionStage.standardTokens, idle: Duration = SessionStage.standardIdle
    ) {
        self.sessions = sessions
        self.maxTokens = maxTokens
        self.idle = idle
    }

    static let definition = StageDefinition(
        name: "session", settings: [.number("idle_seconds", 1...31_536_000), .integer("max_tokens", 0...10_000_000)],
        words: ["on"], onByDefault: false
    ) { values, resources in
        resources.sessions.map { sessions in
            SessionStage(
                sessions: sessions, maxTokens: values.integer("max_tokens") ?? standardTokens,
                idle: values.seconds("idle_seconds") ?? standardIdle)
        }
    }

    public func applies(to call: ChatCall) -> Bool { call.context.session != nil }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        guard let id = call.context.session, let (index, question) = SessionStage.question(of: call.request) else {
            note = "brings its own history"
            return try await next.reply(to: call)
        }
        let owner = SessionOwner(caller: call.context.caller, id: id)
        let history = try history(of: owner)
        note = "\(history.count) turn\(history.count == 1 ? "" : "s")"
        var asked = call
        if !history.isEmpty {
            asked.request.messages.insert(
                contentsOf: history.flatMap { [Message(.user, $0.question), Message(.assistant, $0.answer)] },
                at: index)
            asked.request.wireBody = nil
        }
        let reply = try await next.reply(to: asked)
        if SessionStage.isKept(reply),
            !sessions.append(question: question, answer: reply.text, by: reply.model, to: owner, idle: idle)
        {
            note = (note ?? "") + ", this one not kept"
        }
        return reply
    }

    private func history(of owner: SessionOwner) throws(ChatError) -> [SessionTurn] {
        do {
            return try sessions.history(of: owner, tokens: maxTokens)
        } catch {
            // The path of the store is not the client's to know.
            throw ChatError(.internal, "the conversation cannot be read now", code: "out_of_resources")
        }
    }

    /// The request's one question and its place; nil where there is more to the conversation than that.
    private static func question(of request: ChatRequest) -> (index: Int, text: String)? {
        guard let last = request.messages.last, last.role == .user,
            request.messages.dropLast().allSatisfy({ $0.role == .system })
        else { return nil }
        let text = last.text
        return text.isEmpty ? nil : (request.messages.count - 1, text)
    }

    private static func isKept(_ reply: ChatReply) -> Bool {
        reply.finishReason == .stop && reply.toolCalls.isEmpty && !reply.text.isEmpty
    }
}
