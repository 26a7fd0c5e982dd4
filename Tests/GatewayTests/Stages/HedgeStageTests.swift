import Chat
import Gateway
import Testing

@Suite struct HedgeStageTests {
    /// Answers after its waits, one a call.
    private static func model(_ waits: [Duration], _ errors: [ChatError?] = []) -> ClosureModel {
        ClosureModel { call, index throws(ChatError) in
            do { try await Task.sleep(for: waits[index]) } catch { throw ChatError(.cancelled, "cancelled") }
            if index < errors.count, let error = errors[index] { throw error }
            try await call.onDelta?(.text("from \(index)", receivedAt: .now))
            return .said("from \(index)")
        }
    }

    private static func run(
        _ model: ClosureModel, streamed: Bool = false
    ) async -> (result: Result<ChatReply, ChatError>, heard: [String]) {
        let heard = Locked<[String]>([])
        var call = ChatCall(asking: "x")
        if streamed {
            call.onDelta = { delta in
                if case .text(let text) = delta.kind { heard.withLock { $0.append(text) } }
            }
        }
        let pipeline = Pipeline([HedgeStage(after: .milliseconds(50))], around: model)
        do throws(ChatError) {
            let reply = try await pipeline.reply(to: call)
            return (.success(reply), heard.withLock { $0 })
        } catch {
            return (.failure(error), heard.withLock { $0 })
        }
    }

    @Test func `a quick answer is asked for once`() async throws {
        let model = Self.model([.zero])
        let reply = try await Self.run(model).result.get()
        #expect(reply.text == "from 0" && reply.warnings.isEmpty)
        #expect(model.count == 1)
    }

    @Test(arguments: [false, true])
    func `a late one is asked for again, and the first of both is taken alone`(streamed: Bool) async throws {
        let model = Self.model([.seconds(30), .zero])
        let run = await Self.run(model, streamed: streamed)
        let reply = try run.result.get()
        #expect(reply.text == "from 1")
        #expect(reply.warnings.count == 1 && reply.warnings[0].contains("hedge"))
        #expect(run.heard == (streamed ? ["from 1"] : []))
        #expect(model.count == 2)
    }

    @Test func `the first answer wins where it comes before the second after all`() async throws {
        let calls = Locked(0)
        let model = ClosureModel { call, index throws(ChatError) in
            calls.withLock { $0 += 1 }
            // The first answers once the second is asked, which does not.
            while index == 1 || calls.withLock({ $0 < 2 }) {
                do { try await Task.sleep(for: .milliseconds(5)) } catch { throw ChatError(.cancelled, "cancelled") }
            }
            try await call.onDelta?(.text("from \(index)", receivedAt: .now))
            return .said("from \(index)")
        }
        let run = await Self.run(model, streamed: true)
        #expect(try run.result.get().text == "from 0")
        #expect(run.heard == ["from 0"])
        #expect(model.count == 2)
    }

    @Test func `an error before the second call goes on, and one after it waits for the other`() async throws {
        let failure = ChatError(.upstreamFailure, "busy", status: 503)
        let early = Self.model([.zero, .zero], [failure])
        #expect(await Self.run(early).result.error == failure)
        #expect(early.count == 1)
        let late = Self.model([.milliseconds(400), .milliseconds(500)], [failure])
        #expect(try await Self.run(late).result.get().text == "from 1")
        let both = Self.model([.milliseconds(400), .milliseconds(500)], [failure, failure])
        #expect(await Self.run(both).result.error == failure)
    }

    @Test func `the setting needs its time`() throws {
        #expect(throws: StageError.self) {
            try PipelineStages(settings: ["hedge": "on"], resources: StageResources())
        }
        #expect(throws: StageError.self) {
            try PipelineStages(settings: ["hedge": [:]], resources: StageResources())
        }
        _ = try PipelineStages(settings: ["hedge": ["after_seconds": 0.5]], resources: StageResources())
    }
}

extension Result {
    fileprivate var error: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
