import Chat
import Gateway
import Testing

@Suite struct SanitizeStageTests {
    static let echo = ClosureModel { call, _ in .said(call.request.messages.map(\.text).joined(separator: "|")) }

    @Test(arguments: [
        ("a\u{0}b", "ab"), ("a\tb\r\nc", "a\tb\r\nc"), ("\u{1B}[31mred", "[31mred"),
        ("e\u{301} \u{200B}", "e\u{301} \u{200B}"),
        ("", ""),
    ])
    func `control characters go, everything else stays`(text: String, clean: String) async throws {
        let reply = try await Pipeline([SanitizeStage()], around: SanitizeStageTests.echo).reply(
            to: ChatCall(asking: text))
        #expect(Array(reply.text.utf8) == Array(clean.utf8))
    }

    @Test func `text parts are cleaned and other parts left alone`() async throws {
        let content: JSONValue = [
            ["type": "text", "text": "a\u{0}"], ["type": "image_url", "image_url": ["url": "data:x"]],
        ]
        let model = ClosureModel { call, _ in .said(call.request.messages[0].content.text) }
        let call = ChatCall(ChatRequest(model: "m", messages: [Message(role: .user, content: content)]))
        let reply = try await Pipeline([SanitizeStage()], around: model).reply(to: call)
        #expect(reply.text == #"[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:x"}}]"#)
        #expect(call.trace.spans.last?.outcome == "removed 1 control characters")
    }

    @Test func `a prompt over the limit is refused before anyone is asked`() async {
        let model = ClosureModel { _, _ in .said("") }
        let pipeline = Pipeline([SanitizeStage(maxPromptCharacters: 3)], around: model)
        let error = await #expect(throws: ChatError.self) { try await pipeline.reply(to: ChatCall(asking: "four")) }
        #expect(error?.description == "invalid_request: the prompt has 4 characters; at most 3 are taken")
        #expect(model.count == 0)
    }
}
