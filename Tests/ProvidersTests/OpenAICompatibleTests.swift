import Chat
import CurlTransport
import Simulator
import Testing
import Wire

@testable import Providers

@Suite struct OpenAICompatibleTests {
    @Test func `a full answer over a real socket`() async throws {
        try await withSimulator("models: {m: {latency_ms: 30, answer: {fixed: 'Olá, 世界 👩‍👩‍👧'}}}") { simulation in
            let price = Price(input: NanoUSD(150), output: NanoUSD(600))
            let model = try simulated("m", at: simulation, prices: PriceTable(["sim/m": price]))
            let reply = try await model.reply(to: call("Say hello"))
            #expect(reply.text == "Olá, 世界 👩‍👩‍👧")
            #expect(reply.model == "m")
            #expect(reply.source == .model)
            let usage = try #require(reply.usage)
            #expect(usage.input > 0 && usage.output > 0)
            #expect(reply.cost == price.cost(of: usage))
            #expect(reply.timing.total ?? .zero >= .milliseconds(30))
            #expect(reply.timing.firstToken == nil)
            #expect(reply.wireBody?.dialect == .openAIChat)
            #expect(simulation.log.map(\.isStream) == [false])
            #expect(simulation.log.first?.prompt.contains("Say hello") == true)
        }
    }

    @Test func `a stream over a real socket, with its usage, and the time of its first token`() async throws {
        let script = "models: {m: {ttft_ms: 40, itl_ms: 5, answer: {fixed: 'one two three four 世界'}}}"
        try await withSimulator(script) { simulation in
            let (call, heard) = listening("Count")
            let reply = try await simulated("m", at: simulation).reply(to: call)
            #expect(reply.text == "one two three four 世界")
            let deltas = heard.withLock { $0 }
            #expect(deltas.count > 2)
            #expect(deltas.map { if case .text(let text) = $0.kind { text } else { "" } }.joined() == reply.text)
            #expect(reply.usage?.output ?? 0 > 0)
            let first = try #require(reply.timing.firstToken)
            let total = try #require(reply.timing.total)
            #expect(first >= .milliseconds(40) && first <= total)
            #expect(reply.cost == nil)
            #expect(simulation.log.map(\.isStream) == [true])
        }
    }

    @Test func `a request that asks for a stream gets one, listener or not`() async throws {
        try await withSimulator { simulation in
            let reply = try await simulated("m", at: simulation).reply(to: call("echo me", stream: true))
            #expect(reply.text.contains("echo me"))
            #expect(simulation.log.map(\.isStream) == [true])
        }
    }

    @Test func `the key is sent as a bearer token, and stands in no error`() async throws {
        let key = "nx-CANARY-0123456789"
        try await withSimulator("models: {m: {errors: [{kind: unauthorized, first: 1}]}}") { simulation in
            let model = try simulated("m", at: simulation, key: key)
            let error = await #expect(throws: ChatError.self) { try await model.reply(to: call("x")) }
            #expect(error?.kind == .authentication)
            #expect(!"\(String(describing: error))".contains("CANARY"))
            _ = try await model.reply(to: call("x"))
            #expect(simulation.log.map(\.headers.hasAuthorization) == [true, true])
            #expect(simulation.log.first?.headers.keyEnding == "6789")
        }
    }

    @Test func `silence is a timeout: of the whole answer, of the first token`() async throws {
        try await withSimulator("models: {m: {errors: [{kind: timeout, first: 9}]}}") { simulation in
            let limits = CallLimits(total: .milliseconds(150), firstToken: .milliseconds(150))
            let model = try simulated("m", at: simulation)
            for call in [call("x", limits: limits), listening("x", limits: limits).call] {
                let start = ContinuousClock.now
                let error = await #expect(throws: ChatError.self) { try await model.reply(to: call) }
                #expect(error?.kind == .timeout)
                #expect(error?.message.hasPrefix("sim: 127.0.0.1") == true)
                #expect(ContinuousClock.now - start < .seconds(30))
            }
        }
    }

    @Test func `a stream that falls silent is a timeout, however long its first token may take`() async throws {
        let script = "models: {m: {ttft_ms: 10, itl_ms: 20000, answer: {fixed: one two three}}}"
        try await withSimulator(script) { simulation in
            let model = try simulated("m", at: simulation)
            let limits = CallLimits(firstToken: .seconds(60), idle: .milliseconds(200))
            let (call, heard) = listening("x", limits: limits)
            let error = await #expect(throws: ChatError.self) { try await model.reply(to: call) }
            #expect(error?.kind == .timeout)
            #expect(!heard.withLock { $0.isEmpty })
        }
    }

    @Test func `a drip of bytes is no progress`() async throws {
        try await withSimulator("models: {m: {errors: [{kind: drip, first: 9}]}}") { simulation in
            let model = try simulated("m", at: simulation)
            let limits = CallLimits(firstToken: .milliseconds(2500), idle: .seconds(30))
            let (call, heard) = listening("x", limits: limits)
            let error = await #expect(throws: ChatError.self) { try await model.reply(to: call) }
            #expect(error?.kind == .timeout)
            #expect(heard.withLock { $0.isEmpty })
        }
    }

    @Test func `nobody at the other end is unreachable`() async throws {
        let port = try await withSimulator { $0.port }
        let local = Provider.compatible(name: "local", baseURL: nil)
        let model = try client(local, "m", at: "http://127.0.0.1:\(port)/v1", key: nil)
        let error = await #expect(throws: ChatError.self) { try await model.reply(to: call("x")) }
        #expect(error?.kind == .unreachable)
        #expect(error?.message.hasPrefix("local: could not connect to 127.0.0.1") == true)
    }

    @Test func `cancelling ends the call and leaves the upstream`() async throws {
        try await withSimulator("models: {m: {latency_ms: 60000, ttft_ms: 60000}}") { simulation in
            let model = try simulated("m", at: simulation)
            for call in [call("x"), listening("x").call] {
                let task = Task { try await model.reply(to: call) }
                while simulation.log.last?.outcome != .open { await Task.yield() }
                task.cancel()
                let error = await #expect(throws: ChatError.self) { try await task.value }
                #expect(error?.kind == .cancelled)
                let deadline = ContinuousClock.now + .seconds(20)
                while simulation.log.last?.outcome == .open, ContinuousClock.now < deadline { await Task.yield() }
                #expect(simulation.log.last?.outcome == .left)
            }
        }
    }

    @Test func `a listener that throws ends the call with its error`() async throws {
        try await withSimulator("models: {m: {itl_ms: 5, answer: {fixed: one two three four five}}}") { simulation in
            var stopping = call("x")
            stopping.onDelta = { _ throws(ChatError) in throw ChatError(.refused, "enough") }
            let error = await #expect(throws: ChatError.self) {
                try await simulated("m", at: simulation).reply(to: stopping)
            }
            #expect(error?.kind == .refused)
            #expect(error?.message == "enough")
        }
    }

    @Test func `an answer beyond the limit of bytes is refused`() async throws {
        let text = String(repeating: "word ", count: 2000)
        try await withSimulator("models: {m: {answer: {fixed: '\(text)'}}}") { simulation in
            let model = try simulated("m", at: simulation, maximumBodyBytes: 2000)
            for call in [call("x"), listening("x").call] {
                let error = await #expect(throws: ChatError.self) { try await model.reply(to: call) }
                #expect(error?.kind == .invalidResponse)
                #expect(error?.message == "sim: the answer has more than 2000 bytes")
            }
        }
    }

    @Test func `many calls at once keep apart`() async throws {
        try await withSimulator("models: {m: {latency_ms: 20}}") { simulation in
            let model = try simulated("m", at: simulation)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        try await model.reply(to: call("number \(index)")).text.contains("number \(index)")
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(simulation.log.count == 50)
        }
    }
}
