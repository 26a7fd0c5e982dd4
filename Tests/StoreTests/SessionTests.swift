import Foundation
import Store
import Testing

struct SessionTests {
    let folder: ScratchFolder
    let store: RunStore
    let owner = SessionOwner(caller: "key", id: "s")

    init() throws {
        folder = try ScratchFolder()
        store = try RunStore(writing: folder.path("gateway.db"))
    }

    private func turn(_ number: Int64, at time: Int64 = 0, tokens: Int = 10, _ text: String = "q") -> SessionTurn {
        SessionTurn(
            number: number, atMilliseconds: time, model: "m", tokens: tokens, question: "\(text)\(number)",
            answer: "a\(number)")
    }

    private func append(_ turn: SessionTurn, to owner: SessionOwner? = nil, expires: Int64 = 1_000) async throws {
        let result = await withCheckedContinuation { continuation in
            store.append(turn, to: owner ?? self.owner, expiresAtMilliseconds: expires) {
                continuation.resume(returning: $0)
            }
        }
        try result.get()
    }

    private func numbers(
        _ owner: SessionOwner? = nil, tokens: Int = .max, bytes: Int = 1 << 20, now: Int64 = 0
    ) throws -> [Int64]? {
        try store.sessionTurns(of: owner ?? self.owner, tokens: tokens, bytes: bytes, nowMilliseconds: now)?
            .map(\.number)
    }

    @Test func `turns come back newest first, as many as fit`() async throws {
        for number in 1...5 { try await append(turn(Int64(number))) }
        #expect(try store.sessionTurns(of: owner, bytes: 1 << 20, nowMilliseconds: 0)?.first == turn(5))
        #expect(try numbers() == [5, 4, 3, 2, 1])
        #expect(try numbers(tokens: 35) == [5, 4, 3])
        #expect(try numbers(tokens: 9) == [])
        #expect(try numbers(bytes: 8) == [5, 4])
        #expect(try store.lastTurnNumber() == 5)
    }

    @Test func `an id is its caller's own`() async throws {
        try await append(turn(1))
        try await append(turn(2), to: SessionOwner(caller: "other", id: "s"))
        try await append(turn(3), to: SessionOwner(caller: nil, id: "s"))
        #expect(try numbers() == [1])
        #expect(try numbers(SessionOwner(caller: "other", id: "s")) == [2])
        #expect(try numbers(SessionOwner(caller: nil, id: "s")) == [3])
        #expect(try numbers(SessionOwner(caller: "third", id: "s")) == nil)
        #expect(try store.sessionCounts(ofCaller: "other", nowMilliseconds: 0) == (1, 1))
        try await store.removeSession(SessionOwner(caller: nil, id: "s"))
        #expect(try numbers() == [1])
        #expect(try numbers(SessionOwner(caller: nil, id: "s")) == nil)
    }

    @Test func `what was idle for too long is forgotten, and begins anew`() async throws {
        try await append(turn(1), expires: 100)
        try await append(turn(2, at: 50), expires: 150)
        #expect(try numbers(now: 149) == [2, 1])
        #expect(try numbers(now: 150) == nil)
        #expect(try store.session(owner, nowMilliseconds: 150) == nil)
        try await append(turn(3, at: 160), expires: 260)
        #expect(try numbers(now: 160) == [3])
        let record = try #require(try store.session(owner, nowMilliseconds: 160))
        #expect(record.createdAtMilliseconds == 160 && record.turns == 1 && record.tokens == 10)
        store.removeExpiredSessions(nowMilliseconds: 260)
        try await store.flush()
        #expect(try numbers(now: 0) == nil)
    }

    @Test func `a session keeps its last thousand turns`() async throws {
        for number in 1...(RunStore.mostTurns + 3) {
            store.append(turn(Int64(number)), to: owner, expiresAtMilliseconds: 1_000) { _ in }
        }
        try await store.flush()
        let kept = try #require(try numbers())
        #expect(kept.count == RunStore.mostTurns && kept.last == 4)
    }

    @Test func `texts with NUL and times from outside come back whole`() async throws {
        try await append(turn(1, at: .min, "nul\u{0} "), expires: .max)
        #expect(try store.sessionTurns(of: owner, bytes: 100, nowMilliseconds: .min)?.first?.question == "nul\u{0} 1")
    }
}
