import Chat
import Gateway
import Testing

@Suite struct PipelineTests {
    struct Marking: Stage {
        let name: String
        func reply(to call: ChatCall, note: inout String?, next: any ChatModel) async throws(ChatError) -> ChatReply {
            note = "seen"
            var call = call
            call.request.messages[0].content = .string(call.request.messages[0].text + " in-" + name)
            var reply = try await next.reply(to: call)
            reply.text += " out-" + name
            return reply
        }
    }

    @Test func `stages nest from the outermost to the model`() async throws {
        let echo = ClosureModel { call, _ in .said(call.request.messages[0].text) }
        let pipeline = Pipeline([Marking(name: "a"), Marking(name: "b")], around: echo)
        let reply = try await pipeline.reply(to: ChatCall(asking: "x"))
        #expect(reply.text == "x in-a in-b out-b out-a")
    }

    @Test func `each stage and the provider leave a span, the inner ones first`() async throws {
        let call = ChatCall(asking: "x")
        let pipeline = Pipeline([Marking(name: "a"), Marking(name: "b")], around: ClosureModel { _, _ in .said("y") })
        _ = try await pipeline.reply(to: call)
        #expect(call.trace.spans.map(\.stage) == ["provider", "b", "a"])
        #expect(call.trace.spans.map(\.outcome) == ["double", "seen", "seen"])
        let durations = call.trace.spans.map(\.duration)
        #expect(durations == durations.sorted())
    }

    @Test func `a failing call leaves its spans too`() async {
        let call = ChatCall(asking: "x")
        let failing = ClosureModel { _, _ throws(ChatError) in throw ChatError(.cut, "cut") }
        await #expect(throws: ChatError(.cut, "cut")) {
            try await Pipeline([Marking(name: "a")], around: failing).reply(to: call)
        }
        #expect(call.trace.spans.map(\.outcome) == ["cut", "seen"])
    }

    @Test func `settings name the stages, and defaults are meter and retry`() async throws {
        let call = ChatCall(asking: "x")
        let model = ClosureModel { _, _ in .said("y") }
        _ = try await Pipeline(settings: [:], resources: StageResources(), around: model).reply(to: call)
        #expect(call.trace.spans.map(\.stage) == ["provider", "retry", "meter"])
        let all = ChatCall(asking: "x")
        let settings: [String: JSONValue] = [
            "cache": "exact", "sanitize": ["max_prompt_characters": 10], "retry": "off",
        ]
        _ = try await Pipeline(settings: settings, resources: StageResources(), around: model).reply(to: all)
        #expect(all.trace.spans.map(\.stage) == ["provider", "cache", "sanitize", "meter"])
    }

    @Test(
        arguments: [
            ("cache", ["mode": "fuzzy"], #"'mode': found "fuzzy"; expected one of exact, off, semantic"#),
            ("cache", ["max_entries": 0], "'max_entries': found 0; expected a whole number from 1 to 100000000"),
            ("cache", ["size": 3], "'size': unknown key; known: embedding, max_entries, mode, similarity, ttl_seconds"),
            ("cache", "fuzzy", #"found "fuzzy"; expected exact, semantic, off or a mapping"#),
            (
                "retry", ["max_attempts": "many"],
                #"'max_attempts': found "many"; expected a whole number from 1 to 100"#
            ),
            ("retry", ["timeout_seconds": 0], "'timeout_seconds': found 0; expected a number from 0.001 to 86400.0"),
        ] as [(String, JSONValue, String)])
    func `a setting out of range is refused in words`(stage: String, setting: JSONValue, message: String) {
        let error = #expect(throws: StageError.self) {
            try Pipeline(
                settings: [stage: setting], resources: StageResources(), around: ClosureModel { _, _ in .said("") })
        }
        #expect(error?.description == message)
    }
}
