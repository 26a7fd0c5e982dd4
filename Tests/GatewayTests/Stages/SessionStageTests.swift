import Chat
import Foundation
import Gateway
import Store
import Testing

struct SessionStageTests {
    /// A clock that stands where it is put, milliseconds since 1970.
    private let time = Locked<Int64>(1_000_000)

    private func withSessions(_ body: (Sessions, String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nexus-sessions-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "gateway.db").path
        let store = try RunStore(writing: path)
        try await body(Sessions(open: { store }, now: { [time] in time.withLock { $0 } }), path)
        store.close()
    }

    private func call(_ text: String, session: String? = "s", caller: String? = nil) -> ChatCall {
        ChatCall(
            ChatRequest(model: "double/model", user: text), context: CallContext(caller: caller, session: session))
    }

    /// Answers with how it was asked: the texts of all messages.
    private static func telling() -> ClosureModel {
        ClosureModel { call, _ in .said("[" + call.request.messages.map(\.text).joined(separator: "|") + "]") }
    }

    private func pipeline(
        _ sessions: Sessions, _ setting: JSONValue = "on", _ model: any ChatModel = telling()
    ) throws -> Pipeline {
        var resources = StageResources()
        resources.sessions = sessions
        return try Pipeline(settings: ["session": setting], resources: resources, around: model)
    }

    @Test func `a question gets the turns before it, after the instructions`() async throws {
        try await withSessions { sessions, _ in
            let pipeline = try pipeline(sessions)
            #expect(try await pipeline.reply(to: call("one")).text == "[one]")
            var second = call("two")
            second.request.messages.insert(Message(.system, "be brief"), at: 0)
            #expect(try await pipeline.reply(to: second).text == "[be brief|one|[one]|two]")
            let roles = try sessions.turns(of: SessionOwner(caller: nil, id: "s"))
            #expect(roles?.map(\.question) == ["one", "two"])
            #expect(second.trace.spans.first { $0.stage == "session" }?.outcome == "1 turn")
        }
    }

    @Test func `a call without a session passes by, without a span`() async throws {
        try await withSessions { sessions, _ in
            let alone = call("one", session: nil)
            _ = try await pipeline(sessions).reply(to: alone)
            #expect(!alone.trace.spans.contains { $0.stage == "session" })
            #expect(try sessions.counts(ofCaller: nil) == (0, 0))
        }
    }

    @Test func `a request with a history of its own gets no second one, and leaves no turn`() async throws {
        try await withSessions { sessions, _ in
            let pipeline = try pipeline(sessions)
            _ = try await pipeline.reply(to: call("one"))
            var own = call("one")
            own.request.messages += [Message(.assistant, "yes"), Message(.user, "two")]
            #expect(try await pipeline.reply(to: own).text == "[one|yes|two]")
            #expect(try sessions.turns(of: SessionOwner(caller: nil, id: "s"))?.count == 1)
        }
    }

    @Test func `another key's session of the same id is another session`() async throws {
        try await withSessions { sessions, _ in
            let pipeline = try pipeline(sessions)
            _ = try await pipeline.reply(to: call("secret", caller: "a"))
            #expect(try await pipeline.reply(to: call("hi", caller: "b")).text == "[hi]")
            #expect(try await pipeline.reply(to: call("hi", caller: nil)).text == "[hi]")
            #expect(try await sessions.remove(SessionOwner(caller: "b", id: "s")))
            #expect(try await !sessions.remove(SessionOwner(caller: "b", id: "s")))
            #expect(try sessions.turns(of: SessionOwner(caller: "a", id: "s"))?.map(\.question) == ["secret"])
        }
    }

    @Test func `the newest turns that fit into the budget are told`() async throws {
        try await withSessions { sessions, _ in
            let model = ClosureModel { _, _ in .said("ok") }
            // A turn of "x"*40 and "ok": 10 + 1 + 8 tokens.
            let pipeline = try pipeline(sessions, ["max_tokens": 40], model)
            for letter in ["a", "b", "c"] {
                _ = try await pipeline.reply(to: call(String(repeating: letter, count: 40)))
            }
            _ = try await pipeline.reply(to: call("last"))
            let asked = model.calls.withLock { $0.last?.request.messages.map { $0.text.prefix(1) } }
            #expect(asked == ["b", "o", "c", "o", "l"])
        }
    }

    @Test func `an error, a cut or refused answer and a call of tools leave no turn`() async throws {
        try await withSessions { sessions, _ in
            let model = ClosureModel { call, _ throws(ChatError) in
                switch call.request.messages.last?.text {
                case "cut": throw ChatError(.cut, "cut")
                case "long": return ChatReply(text: "half", finishReason: .length, model: "m")
                case "bad": return ChatReply(text: "I cannot", finishReason: .refused, model: "m")
                case "tool": return ChatReply(text: "", toolCalls: [[:]], finishReason: .tool, model: "m")
                default: return .said("fine")
                }
            }
            let pipeline = try pipeline(sessions, "on", model)
            for text in ["cut", "long", "bad", "tool"] { _ = try? await pipeline.reply(to: call(text)) }
            #expect(try sessions.turns(of: SessionOwner(caller: nil, id: "s")) == nil)
            _ = try await pipeline.reply(to: call("good"))
            #expect(try sessions.turns(of: SessionOwner(caller: nil, id: "s"))?.map(\.answer) == ["fine"])
        }
    }

    @Test func `many calls of one session at once leave whole turns`() async throws {
        try await withSessions { sessions, path in
            let pipeline = try pipeline(sessions, "on", ClosureModel { call, _ in
                .said("to " + (call.request.messages.last?.text ?? ""))
            })
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask { _ = try await pipeline.reply(to: call("q\(number)")) }
                }
                try await group.waitForAll()
            }
            let turns = try #require(try sessions.turns(of: SessionOwner(caller: nil, id: "s")))
            #expect(turns.count == 200 && turns.allSatisfy { $0.answer == "to " + $0.question })
            #expect(Set(turns.map(\.number)).count == 200 && turns.map(\.number) == turns.map(\.number).sorted())
            // What was answered is durable: another reader of the file sees it.
            let record = try await sessions.session(SessionOwner(caller: nil, id: "s"))
            #expect(record?.turns == 200)
            let other = try RunStore(reading: path)
            #expect(try other.sessionCounts(ofCaller: nil, nowMilliseconds: 1_000_000) == (1, 200))
        }
    }

    @Test func `a session that was idle begins anew`() async throws {
        try await withSessions { sessions, _ in
            let pipeline = try pipeline(sessions, ["idle_seconds": 60])
            _ = try await pipeline.reply(to: call("one"))
            time.withLock { $0 += 59_999 }
            #expect(try await pipeline.reply(to: call("two")).text == "[one|[one]|two]")
            time.withLock { $0 += 60_000 }
            #expect(try await sessions.session(SessionOwner(caller: nil, id: "s")) == nil)
            #expect(try await pipeline.reply(to: call("three")).text == "[three]")
        }
    }

    @Test func `a turn of over a megabyte is not kept, and the span says so`() async throws {
        try await withSessions { sessions, _ in
            let pipeline = try pipeline(sessions, "on", ClosureModel { _, _ in .said("ok") })
            let long = call(String(repeating: "x", count: Sessions.mostTurnBytes))
            _ = try await pipeline.reply(to: long)
            #expect(long.trace.spans.first { $0.stage == "session" }?.outcome == "0 turns, this one not kept")
            #expect(sessions.loss?.turns == 1)
        }
    }

    @Test func `a store that cannot be read is an error, not an answer without history`() async throws {
        let sessions = Sessions(
            open: { () throws(StoreError) in throw StoreError.locked(path: "/secret/place.db") }, now: { 0 })
        let error = await #expect(throws: ChatError.self) {
            try await pipeline(sessions).reply(to: call("one"))
        }
        #expect(error?.kind == .internal && error?.code == "out_of_resources")
        #expect(error?.message == "the conversation cannot be read now")
    }
}
