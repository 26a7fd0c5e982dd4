import Chat
import Testing

@testable import Providers

@Suite struct ScriptedTests {
    private func call(_ id: String = "s", repeat index: Int = 0, arm: String? = nil) -> ChatCall {
        ChatCall(ChatRequest(model: "m", user: id), context: CallContext(sampleID: id, repeatIndex: index, arm: arm))
    }

    @Test func `answers and errors come in order, and the calls are kept`() async throws {
        let model = Scripted([
            .text("one"), .error(ChatError(.rateLimited, "slow down", retryAfter: .seconds(1))), .text("two"),
        ])
        #expect(try await model.reply(to: call("a")).text == "one")
        await #expect(throws: ChatError(.rateLimited, "slow down", retryAfter: .seconds(1))) {
            try await model.reply(to: call("b"))
        }
        #expect(try await model.reply(to: call("c")).text == "two")
        let end = await #expect(throws: ChatError.self) { try await model.reply(to: call("d")) }
        #expect(end?.message == "the script has 3 answers; this is call 4")
        #expect(model.calls.map(\.context.sampleID) == ["a", "b", "c", "d"])
    }

    @Test func `time passes by the sleep that was handed in`() async throws {
        let slept = Locked<[Duration]>([])
        let model = Scripted(
            [
                .text("a", latency: .seconds(5), firstToken: .seconds(2)),
                .error(ChatError(.timeout, "t"), latency: .seconds(3)), .text("b"),
            ],
            sleep: { duration in slept.withLock { $0.append(duration) } })
        let reply = try await model.reply(to: call())
        #expect(reply.timing == .init(total: .seconds(5), firstToken: .seconds(2)))
        _ = try? await model.reply(to: call())
        _ = try await model.reply(to: call())
        #expect(slept.withLock { $0 } == [.seconds(2), .seconds(3), .seconds(3)])
    }

    @Test func `a closure answers by the call`() async throws {
        let model = Scripted { call, index in .text("\(index): \(call.request.messages[0].text)") }
        #expect(try await model.reply(to: call("x")).text == "0: x")
        #expect(try await model.reply(to: call("y")).text == "1: y")
    }

    @Test func `cancelling ends a call`() async {
        let model = Scripted([.text("a", latency: .seconds(3600))])
        let task = Task { try await model.reply(to: call()) }
        task.cancel()
        let error = await #expect(throws: ChatError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
    }

    @Test func `who listens hears the text`() async throws {
        let heard = Locked<[Delta.Kind]>([])
        var listening = call()
        listening.onDelta = { delta in heard.withLock { $0.append(delta.kind) } }
        _ = try await Scripted([.text("a")]).reply(to: listening)
        #expect(heard.withLock { $0 } == [.text("a")])
    }

    @Test func `noise belongs to the trial and to nothing else`() {
        let here = Scripted.noise(seed: 1, call: call("a"))
        #expect(here == Scripted.noise(seed: 1, call: call("a")))
        let others = [
            Scripted.noise(seed: 2, call: call("a")), Scripted.noise(seed: 1, call: call("b")),
            Scripted.noise(seed: 1, call: call("a", repeat: 1)), Scripted.noise(seed: 1, call: call("a", arm: "x")),
        ]
        #expect(Set(others + [here]).count == 5)
    }

    @Test func `noise is even: mean and variance are those of the uniform distribution`() {
        let draws = (0..<20_000).map { Scripted.noise(seed: 7, call: call("sample-\($0)")) }
        let mean = draws.reduce(0, +) / 20_000
        let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
        // Five standard errors of the mean are 0.0102; of the variance 0.0026.
        #expect(abs(mean - 0.5) < 0.0102)
        #expect(abs(variance - 1.0 / 12) < 0.0027)
        #expect(draws.allSatisfy { (0..<1).contains($0) })
    }
}
