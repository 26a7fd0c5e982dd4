import Chat
import Gateway
import Testing

@Suite struct MeterStageTests {
    @Test func `time to the first token counts from the call to the socket's stamp`() async throws {
        let model = ClosureModel { call, _ throws(ChatError) in
            try await call.onDelta?(.text("a", receivedAt: .now + .milliseconds(20)))
            try await call.onDelta?(.text("b", receivedAt: .now + .milliseconds(900)))
            return .said("ab")
        }
        var call = ChatCall(asking: "x")
        call.onDelta = { _ in }
        let timing = try await Pipeline([MeterStage()], around: model).reply(to: call).timing
        let first = try #require(timing.firstToken)
        #expect((20..<500).contains(first.milliseconds))
        #expect(timing.total != nil)
    }

    @Test func `a recorded answer keeps its own times`() async throws {
        let recorded = ClosureModel { _, _ in
            ChatReply(text: "", model: "m", source: .recorded, timing: .init(total: .seconds(3)))
        }
        let timing = try await Pipeline([MeterStage()], around: recorded).reply(to: ChatCall(asking: "x")).timing
        #expect(timing == .init(total: .seconds(3)))
    }
}
