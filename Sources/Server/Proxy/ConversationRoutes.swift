import Chat
import Hummingbird

/// `/api/conversations/…`: what is known of the caller's own conversations.
struct ConversationRoutes: Sendable {
    let shelf: (any ConversationShelf)?
    let caller: String?

    /// `GET /api/conversations/:session_id`.
    func summary(_ id: String) async throws(ChatError) -> JSONValue {
        guard let found = try await known().summary(id, caller: caller) else { throw missing(id) }
        return [
            "success": true, "session_id": .string(id), "created_at": ProxyTime.json(found.startedAtMilliseconds),
            "last_activity": ProxyTime.json(found.usedAtMilliseconds),
            "expires_at": ProxyTime.json(found.expiresAtMilliseconds), "turns": .number(found.turns),
            "message_count": .number(found.turns * 2), "tokens": .number(found.tokens),
        ]
    }

    /// `GET /api/conversations/:session_id/history`: messages, oldest first.
    func history(_ id: String) async throws(ChatError) -> JSONValue {
        guard let turns = try await known().turns(id, caller: caller) else { throw missing(id) }
        return ["success": true, "session_id": .string(id), "history": ConversationRoutes.messages(turns)]
    }

    /// `DELETE /api/conversations/:session_id`.
    func remove(_ id: String) async throws(ChatError) -> JSONValue {
        guard try await known().remove(id, caller: caller) else { throw missing(id) }
        return ["success": true, "session_id": .string(id), "deleted": true]
    }

    static func messages(_ turns: [ConversationTurn]) -> JSONValue {
        .array(
            turns.flatMap { turn -> [JSONValue] in
                let time = ProxyTime.json(turn.atMilliseconds)
                return [
                    ["role": "user", "content": .string(turn.question), "timestamp": time],
                    [
                        "role": "assistant", "content": .string(turn.answer), "timestamp": time,
                        "model": .string(turn.model),
                    ],
                ]
            })
    }

    private func known() throws(ChatError) -> any ConversationShelf {
        guard let shelf else { throw ProxyDesk.absent("conversations are not kept here") }
        return shelf
    }

    /// A foreign conversation is told apart from none by nothing.
    private func missing(_ id: String) -> ChatError {
        ChatError(.notFound, "there is no conversation '\(Steering.shown(id))'", code: "conversation_not_found")
    }
}
