import Chat
import Gateway
import Server
import Store

/// The conversations of `nexus serve` as its routes show them.
struct StoredConversations: ConversationShelf {
    let sessions: Sessions

    func summary(_ id: String, caller: String?) async throws(ChatError) -> ConversationSummary? {
        let owner = SessionOwner(caller: caller, id: id)
        let found = await StoreFailure.result { () async throws(StoreError) in try await sessions.session(owner) }
        return try found.get().map { record in
            ConversationSummary(
                startedAtMilliseconds: record.createdAtMilliseconds, usedAtMilliseconds: record.usedAtMilliseconds,
                expiresAtMilliseconds: record.expiresAtMilliseconds, turns: record.turns, tokens: record.tokens)
        }
    }

    func turns(_ id: String, caller: String?) async throws(ChatError) -> [ConversationTurn]? {
        let owner = SessionOwner(caller: caller, id: id)
        let found = await StoreFailure.result { () async throws(StoreError) in try sessions.turns(of: owner) }
        return try found.get()?.map { turn in
            ConversationTurn(
                question: turn.question, answer: turn.answer, model: turn.model, atMilliseconds: turn.atMilliseconds)
        }
    }

    func remove(_ id: String, caller: String?) async throws(ChatError) -> Bool {
        let owner = SessionOwner(caller: caller, id: id)
        return try await StoreFailure.result { () async throws(StoreError) in try await sessions.remove(owner) }.get()
    }

    func counts(caller: String?) async throws(ChatError) -> (conversations: Int, turns: Int) {
        let counts = await StoreFailure.result { () async throws(StoreError) in
            try sessions.counts(ofCaller: caller)
        }
        let (conversations, turns) = try counts.get()
        return (conversations, turns)
    }
}

/// A store's failure as clients see it: they are told neither its path nor its inside.
enum StoreFailure {
    static func result<Value: Sendable>(
        _ body: () async throws(StoreError) -> Value
    ) async -> Result<Value, ChatError> {
        do throws(StoreError) {
            return .success(try await body())
        } catch {
            return .failure(chatError(error))
        }
    }

    static func chatError(_ error: StoreError) -> ChatError {
        switch error {
        case .noSuchCollection: return ChatError(.notFound, error.description, code: "collection_not_found")
        case .diskFull: return unavailable("no space is left to write")
        case .locked: return unavailable("another program has locked the store")
        case .busy: return unavailable("another process has the store")
        case .corrupt, .newer, .older, .foreign, .cannotOpen, .readOnly, .failed, .noSuchRun, .ambiguousRun, .runExists,
            .duplicateSample, .unknownTrial, .alreadyFinished:
            return unavailable("the store cannot be used")
        }
    }

    private static func unavailable(_ reason: String) -> ChatError {
        ChatError(.internal, reason, code: "out_of_resources")
    }
}
