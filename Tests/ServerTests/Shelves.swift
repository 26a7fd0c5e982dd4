import Chat
import Foundation
import Gateway
import Server
import Store

/// Conversations in a store of their own, behind a gateway whose model is in the session stage.
final class Conversations: ConversationShelf {
    let sessions: Sessions
    private let folder: URL
    private let store: RunStore

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "nexus-api-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let opened = try RunStore(writing: folder.appending(path: "gateway.db").path)
        store = opened
        sessions = Sessions(open: { opened }, now: { Int64(Date().timeIntervalSince1970 * 1000) })
    }

    deinit {
        store.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// A model with a memory.
    func remembering(_ model: any ChatModel) -> any ChatModel {
        Pipeline([MeterStage(), SessionStage(sessions: sessions)], around: model)
    }

    func summary(_ id: String, caller: String?) async throws(ChatError) -> ConversationSummary? {
        try await plain { try await sessions.session(SessionOwner(caller: caller, id: id)) }.map { record in
            ConversationSummary(
                startedAtMilliseconds: record.createdAtMilliseconds, usedAtMilliseconds: record.usedAtMilliseconds,
                expiresAtMilliseconds: record.expiresAtMilliseconds, turns: record.turns, tokens: record.tokens)
        }
    }

    func turns(_ id: String, caller: String?) async throws(ChatError) -> [ConversationTurn]? {
        try await plain { try sessions.turns(of: SessionOwner(caller: caller, id: id)) }?.map {
            ConversationTurn(
                question: $0.question, answer: $0.answer, model: $0.model, atMilliseconds: $0.atMilliseconds)
        }
    }

    func remove(_ id: String, caller: String?) async throws(ChatError) -> Bool {
        try await plain { try await sessions.remove(SessionOwner(caller: caller, id: id)) }
    }

    func counts(caller: String?) async throws(ChatError) -> (conversations: Int, turns: Int) {
        let counts = try await plain { try sessions.counts(ofCaller: caller) }
        return (counts.sessions, counts.turns)
    }

    private func plain<Value: Sendable>(_ body: () async throws -> Value) async throws(ChatError) -> Value {
        do { return try await body() } catch { throw ChatError(.internal, "\(error)", code: "out_of_resources") }
    }
}

/// Documents in memory.
final class Documents: KnowledgeShelf {
    let kept = Locked<[KnowledgeIngest]>([])

    func ingest(_ documents: KnowledgeIngest, caller: String?) async throws(ChatError) -> [JSONValue.Member] {
        kept.withLock { $0.append(documents) }
        return [.init(key: "added", value: .number(documents.documents.count))]
    }

    func documents(
        of collection: String?, caller: String?
    ) async throws(ChatError) -> (collection: String, documents: [JSONValue]) {
        let all = kept.withLock { $0 }.flatMap(\.documents)
        return (collection ?? "default", all.map { ["id": .string($0.id ?? "?")] })
    }

    func remove(_ id: String, from collection: String?, caller: String?) async throws(ChatError) -> Bool {
        kept.withLock { $0 }.contains { $0.documents.contains { $0.id == id } }
    }

    func job(_ id: String, caller: String?) async throws(ChatError) -> JSONValue? { nil }
}

/// Tells what was asked, the history included.
struct Telling: ChatModel {
    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        let text = "[" + call.request.messages.map(\.text).joined(separator: "|") + "]"
        for letter in text { try await call.onDelta?(.text(String(letter), receivedAt: .now)) }
        return ChatReply(text: text, model: "teller", usage: TokenUsage(inputFresh: 1, cacheRead: 0, outputText: 1))
    }
}
