import Chat
@testable import Gateway
import Testing

@Suite(.timeLimit(.minutes(1))) struct SingleFlightStageTests {
    static func pipeline(_ model: any ChatModel, sharesAll: Bool = true) -> Pipeline {
        Pipeline([SingleFlightStage(sharesAll: sharesAll) { work in Task { await work() } }], around: model)
    }

    /// Streams `pieces`, waiting at the door before the piece of that index.
    static func streaming(_ pieces: [String], door: Door, before index: Int) -> ClosureModel {
        ClosureModel { call, _ throws(ChatError) in
            for (place, piece) in pieces.enumerated() {
                if place == index { await door.pass() }
                if Task.isCancelled { throw ChatError(.cancelled, "cancelled") }
                try await call.onDelta?(.text(piece, receivedAt: .now))
            }
            return ChatReply(text: pieces.joined(), model: "double", cost: NanoUSD(dollars: 1))
        }
    }

    static func listening(_ heard: Locked<[String]>, _ text: String = "x") -> ChatCall {
        var call = ChatCall(asking: text)
        call.onDelta = { delta in
            if case .text(let piece) = delta.kind { heard.withLock { $0.append(piece) } }
        }
        return call
    }

    @Test func `a thousand identical calls at once ask once, and one of them pays`() async {
        let door = Door()
        let model = Self.streaming(["answer"], door: door, before: 0)
        let pipeline = Self.pipeline(model)
        let replies = Locked<[ChatReply]>([])
        let asked = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<1000 {
                group.addTask {
                    asked.withLock { $0 += 1 }
                    guard let reply = try? await pipeline.outcome(of: ChatCall(asking: "x")).get() else { return }
                    replies.withLock { $0.append(reply) }
                }
            }
            await settle { asked.withLock { $0 } == 1000 && model.count == 1 }
            for _ in 0..<100 { await Task.yield() }
            door.open()
        }
        #expect(model.count == 1)
        #expect(replies.withLock { $0.count { $0.text == "answer" } } == 1000)
        #expect(replies.withLock { $0.count { $0.cost != .zero } } == 1)
    }

    @Test func `who joins a stream late hears it from the first piece`() async throws {
        let door = Door()
        let model = Self.streaming(["a", "b", "c", "d"], door: door, before: 2)
        let pipeline = Self.pipeline(model)
        let (early, late) = (Locked<[String]>([]), Locked<[String]>([]))
        let first = Task { await pipeline.outcome(of: Self.listening(early)) }
        await settle { early.withLock { $0.count } == 2 }
        let second = Self.listening(late)
        let joined = Task { await pipeline.outcome(of: second) }
        await settle { late.withLock { $0.count } == 2 }
        #expect(late.withLock { $0 } == ["a", "b"])
        door.open()
        #expect(await first.value.text == "abcd")
        #expect(await joined.value.text == "abcd")
        #expect(early.withLock { $0 } == ["a", "b", "c", "d"])
        #expect(late.withLock { $0 } == ["a", "b", "c", "d"])
        #expect(model.count == 1)
        #expect(second.trace.spans.map(\.outcome) == ["shared"])
    }

    @Test func `the one that began it may leave without ending it for the others`() async throws {
        let door = Door()
        let model = Self.streaming(["a", "b"], door: door, before: 1)
        let pipeline = Self.pipeline(model)
        let (early, late) = (Locked<[String]>([]), Locked<[String]>([]))
        let first = Task { await pipeline.outcome(of: Self.listening(early)) }
        await settle { early.withLock { $0.count } == 1 }
        let second = Task { await pipeline.outcome(of: Self.listening(late)) }
        await settle { late.withLock { $0.count } == 1 }
        first.cancel()
        #expect(await first.value.error?.kind == .cancelled)
        door.open()
        let reply = try await second.value.get()
        #expect(reply.text == "ab")
        #expect(reply.cost == NanoUSD(dollars: 1))
        #expect(late.withLock { $0 } == ["a", "b"])
    }

    @Test func `when the last one leaves, the call upstream is cancelled, and the next one asks anew`() async {
        let cancelled = Locked(0)
        let model = ClosureModel { _, index throws(ChatError) in
            guard index == 0 else { return .said("answer") }
            do { try await Task.sleep(for: .seconds(600)) } catch {
                cancelled.withLock { $0 += 1 }
                throw ChatError(.cancelled, "cancelled")
            }
            return .said("late")
        }
        let pipeline = Self.pipeline(model)
        let calls = (0..<2).map { _ in Task { await pipeline.outcome(of: ChatCall(asking: "x")) } }
        await settle { model.count == 1 }
        for call in calls { call.cancel() }
        for call in calls { #expect(await call.value.error?.kind == .cancelled) }
        await settle { cancelled.withLock { $0 } == 1 }
        #expect(cancelled.withLock { $0 } == 1)
        #expect(await pipeline.outcome(of: ChatCall(asking: "x")).text == "answer")
    }

    @Test func `an error is everybody's, and a listener's own is its own`() async {
        let door = Door()
        let model = Self.streaming(["a", "b"], door: door, before: 1)
        let pipeline = Self.pipeline(model)
        var failing = ChatCall(asking: "x")
        failing.onDelta = { _ throws(ChatError) in throw ChatError(.cancelled, "the client is gone") }
        let call = failing
        let heard = Locked<[String]>([])
        let first = Task { await pipeline.outcome(of: Self.listening(heard)) }
        await settle { heard.withLock { $0.count } == 1 }
        #expect(await pipeline.outcome(of: call).error == ChatError(.cancelled, "the client is gone"))
        door.open()
        #expect(await first.value.text == "ab")
        let down = ChatError(.upstreamFailure, "down", status: 500)
        let closed = Door()
        let broken = ClosureModel { _, _ throws(ChatError) in
            await closed.pass()
            throw down
        }
        let shared = Self.pipeline(broken)
        let calls = (0..<3).map { _ in Task { await shared.outcome(of: ChatCall(asking: "x")) } }
        await settle { broken.count == 1 }
        for _ in 0..<100 { await Task.yield() }
        closed.open()
        for call in calls { #expect(await call.value.error == down) }
    }

    static let differences: [(String, @Sendable (inout ChatCall) -> Void)] = [
        ("text", { $0.request.messages[0].content = "y" }),
        ("model", { $0.request.model = "double/other" }),
        ("temperature", { $0.request.parameters.temperature = 1 }),
        ("tools", { $0.request.tools = [["type": "function"]] }),
        ("streamed", { $0.request.stream = true }),
        ("repeat", { $0.context.repeatIndex = 1 }),
        ("caller", { $0.context.caller = "someone" }),
        ("partition", { $0.context.cachePartition = "run" }),
    ]

    @Test(arguments: differences.indices) func `calls that differ are not shared`(index: Int) async {
        let door = Door()
        let model = Self.streaming(["a"], door: door, before: 0)
        let pipeline = Self.pipeline(model)
        let first = Task { await pipeline.outcome(of: ChatCall(asking: "x")) }
        await settle { model.count == 1 }
        var call = ChatCall(asking: "x")
        Self.differences[index].1(&call)
        let other = call
        let second = Task { await pipeline.outcome(of: other) }
        await settle { model.count == 2 }
        #expect(model.count == 2, "\(Self.differences[index].0)")
        door.open()
        _ = await (first.value, second.value)
    }

    @Test func `without a cache only calls at temperature 0 are shared`() async throws {
        for (setting, temperature, count) in [("off", 0.5, 2), ("off", 0, 1), ("exact", 0.5, 1)] {
            let door = Door()
            let model = Self.streaming(["a"], door: door, before: 0)
            let pipeline = try Pipeline(
                settings: ["single_flight": "on", "cache": .string(setting)],
                resources: StageResources(startTask: { work in Task { await work() } }), around: model)
            var call = ChatCall(asking: "x")
            call.request.parameters.temperature = temperature
            let asked = call
            let calls = (0..<2).map { _ in Task { await pipeline.outcome(of: asked) } }
            await settle { model.count == 2 }
            #expect(model.count == count)
            door.open()
            for call in calls { #expect(await call.value.text == "a") }
        }
    }

    @Test func `an upstream waits for listeners that are far behind`() async {
        let sent = Locked(0)
        let model = ClosureModel { call, _ throws(ChatError) in
            for _ in 0..<500 {
                try await call.onDelta?(.text("x", receivedAt: .now))
                sent.withLock { $0 += 1 }
            }
            return .said(String(repeating: "x", count: 500))
        }
        let door = Door()
        let heard = Locked(0)
        var call = ChatCall(asking: "x")
        call.onDelta = { _ in
            await door.pass()
            heard.withLock { $0 += 1 }
        }
        let (pipeline, asked) = (Self.pipeline(model), call)
        let task = Task { await pipeline.outcome(of: asked) }
        await settle { sent.withLock { $0 } > 64 }
        #expect(sent.withLock { $0 } <= 65)
        door.open()
        #expect(await task.value.text?.count == 500)
        #expect(heard.withLock { $0 } == 500)
    }
}
