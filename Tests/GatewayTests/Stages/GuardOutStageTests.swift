import Chat
import Guardrails
import Testing

@testable import Gateway

@Suite struct GuardOutStageTests {
    /// What a listener heard, by kind.
    final class Listener: Sendable {
        let text = Locked("")
        let reasoning = Locked("")
        let arguments = Locked("")
        let order = Locked<[String]>([])

        func hear(_ delta: Delta) {
            switch delta.kind {
            case .text(let piece): text.withLock { $0 += piece }
            case .reasoning(let piece): reasoning.withLock { $0 += piece }
            case .toolCall(_, _, _, let piece): arguments.withLock { $0 += piece }
            }
            #expect(delta.wireEvents == nil)
        }
    }

    /// Says its deltas and then the reply.
    static func model(_ deltas: [Delta.Kind], _ reply: ChatReply) -> ClosureModel {
        ClosureModel { call, _ throws(ChatError) in
            for kind in deltas {
                let events = WireEvents(dialect: .openAIChat, events: [])
                try await call.onDelta?(Delta(kind, receivedAt: .now, wireEvents: events))
            }
            return reply
        }
    }

    private func ask(
        _ output: JSONValue, action: String = "redact", _ deltas: [Delta.Kind], _ reply: ChatReply,
        request: ChatRequest = ChatRequest(model: "m", user: "hi")
    ) async throws -> (result: Result<ChatReply, ChatError>, heard: Listener, call: ChatCall) {
        let pipeline = try GuardInStageTests.pipeline(
            ["guardrails": ["output": output, "action": .string(action)]], Self.model(deltas, reply))
        let listener = Listener()
        var call = ChatCall(request)
        if !deltas.isEmpty { call.onDelta = { listener.hear($0) } }
        let result: Result<ChatReply, ChatError>
        do throws(ChatError) { result = .success(try await pipeline.reply(to: call)) } catch { result = .failure(error) }
        return (result, listener, call)
    }

    static let said = "Hello there, write to ana.lima@example.com or pay with 4111 1111 1111 1111 at once. Bye."
    static let redacted = "Hello there, write to [EMAIL] or pay with [CREDIT_CARD] at once. Bye."

    @Test func `the same is heard at every cut of a stream as in the whole answer`() async throws {
        let whole = try await ask(["pii"], [], .said(Self.said)).result.get().text
        #expect(whole == Self.redacted)
        let scalars = Array(Self.said.unicodeScalars)
        for cut in 0...scalars.count {
            let pieces = [scalars[..<cut], scalars[cut...]].map { String(String.UnicodeScalarView($0)) }
            let (result, heard, call) = try await ask(["pii"], pieces.map { .text($0) }, .said(Self.said))
            #expect(heard.text.withLock { $0 } == Self.redacted, "cut at \(cut)")
            #expect(try result.get().text == Self.redacted)
            #expect(call.trace.spans.first { $0.stage == "guard_out" }?.outcome == "pii: redact 2")
        }
    }

    @Test func `a refused value is not heard in part, at any cut, in text, thoughts or arguments`() async throws {
        let scalars = Array(Self.said.unicodeScalars)
        for cut in 0...scalars.count {
            let pieces = [scalars[..<cut], scalars[cut...]].map { String(String.UnicodeScalarView($0)) }
            let text = try await ask(["pii"], action: "refuse", pieces.map { .text($0) }, .said(Self.said))
            #expect(throws: ChatError(.refused, "the answer was held back by the guardrail 'pii'", status: 400, code: "content_filter")) {
                try text.result.get()
            }
            #expect("Hello there, write to ".hasPrefix(text.heard.text.withLock { $0 }), "cut at \(cut)")
            var thinking = ChatReply.said("Fine.")
            thinking.reasoning = Self.said
            let thoughts = try await ask(
                ["pii"], action: "refuse", pieces.map { .reasoning($0) } + [.text("Fine.")], thinking)
            #expect(throws: ChatError.self) { try thoughts.result.get() }
            #expect("Hello there, write to ".hasPrefix(thoughts.heard.reasoning.withLock { $0 }), "cut at \(cut)")
            #expect(thoughts.heard.text.withLock { $0 }.isEmpty)
        }
    }

    private static func calling(_ arguments: String) -> ChatReply {
        let call: JSONValue = [
            "id": "c", "type": "function", "function": ["name": "f", "arguments": .string(arguments)],
        ]
        return ChatReply(text: "", toolCalls: [call], finishReason: .tool, model: "double")
    }

    @Test func `tool arguments are judged as they will be read, and go on whole`() async throws {
        let escaped = #"{"to":"ana\u0040example.com","note":"a\nana@example.com","n":4111111111111111}"#
        let deltas = escaped.enumerated().map { index, letter in
            Delta.Kind.toolCall(index: 0, id: index == 0 ? "c" : nil, name: index == 0 ? "f" : nil, arguments: String(letter))
        }
        for deltas in [deltas, []] {
            let (result, heard, _) = try await ask(["pii", "json_schema"], deltas, Self.calling(escaped))
            let arguments = try result.get().toolCalls[0]["function"]?["arguments"]?.stringValue ?? ""
            let parsed = try JSONValue.parse(arguments)
            #expect(parsed["to"] == "[EMAIL]" && parsed["note"] == "a\n[EMAIL]" && parsed["n"] == "[CREDIT_CARD]")
            #expect(heard.arguments.withLock { $0 } == (deltas.isEmpty ? "" : arguments))
        }
        let refused = try await ask(["pii"], action: "refuse", deltas, Self.calling(escaped))
        #expect(throws: ChatError.self) { try refused.result.get() }
        #expect(refused.heard.arguments.withLock { $0 }.isEmpty)
    }

    @Test func `no bytes, probabilities or signed thoughts ride past the rules`() async throws {
        var reply = ChatReply.said("mail ana@example.com")
        reply.logprobs = [["token": "ana@example.com"]]
        reply.thinkingBlocks = [["type": "thinking", "thinking": "it is ana@example.com", "signature": "xyz"]]
        reply.reasoning = "it is ana@example.com"
        reply.wireBody = WireBody(dialect: .openAIChat, bytes: Array("ana@example.com".utf8))
        reply.wireEnding = WireEvents(dialect: .openAIChat, events: [.init(name: nil, data: Array("ana@example.com".utf8))])
        let passed = try await ask(["pii"], [], reply).result.get()
        #expect(passed.text == "mail [EMAIL]" && passed.reasoning == "it is [EMAIL]")
        #expect(passed.logprobs.isEmpty && passed.thinkingBlocks.isEmpty)
        #expect(passed.wireBody == nil && passed.wireEnding == nil)
        let silent = try await ask(["pii"], [.text("")], reply)
        #expect(try silent.result.get().text == "mail [EMAIL]", "a model that gives no pieces")
    }

    @Test func `thoughts are let go before the answer that follows them`() async throws {
        var reply = ChatReply.said("Done.")
        reply.reasoning = "The number is 12"
        let order = Locked<[String]>([])
        let pipeline = try GuardInStageTests.pipeline(
            ["guardrails": ["output": ["pii"]]],
            Self.model([.reasoning("The number "), .reasoning("is 12"), .text("Done.")], reply))
        var call = ChatCall(asking: "hi")
        call.onDelta = { delta in
            order.withLock { order in
                switch delta.kind {
                case .text(let text): order.append("t:" + text)
                case .reasoning(let text): order.append("r:" + text)
                case .toolCall: break
                }
            }
        }
        #expect(try await pipeline.reply(to: call).reasoning == "The number is 12")
        let heard = order.withLock { $0 }
        #expect(heard.last == "t:Done." && heard.dropLast().allSatisfy { $0.hasPrefix("r:") })
        #expect(heard.dropLast().map { $0.dropFirst(2) }.joined() == "The number is 12")
    }

    @Test func `an answer must have the shape that the request asks for`() async throws {
        let format: JSONValue = [
            "type": "json_schema",
            "json_schema": ["schema": ["type": "object", "required": ["city"], "properties": ["city": ["type": "string"]]]],
        ]
        let request = ChatRequest(model: "m", messages: [Message(.user, "Where?")], responseFormat: format)
        let output: JSONValue = [["json_schema": ["action": "refuse"]]]
        let right = try await ask(output, [.text(#"{"city":"#), .text(#""Rio"}"#)], .said(#"{"city":"Rio"}"#), request: request)
        #expect(try right.result.get().text == #"{"city":"Rio"}"# && right.heard.text.withLock { $0 } == #"{"city":"Rio"}"#)
        for wrong in [#"{"town":"Rio"}"#, "Rio"] {
            let outcome = try await ask(output, [.text(wrong)], .said(wrong), request: request)
            #expect(throws: ChatError.self) { try outcome.result.get() }
            #expect(outcome.heard.text.withLock { $0 }.isEmpty)
        }
        let free = try await ask(output, [.text("Rio")], .said("Rio"))
        #expect(try free.result.get().text == "Rio", "without a schema there is nothing to fit")
        let calls = try await ask(output, [], Self.calling("{}"), request: request)
        #expect(try calls.result.get().toolCalls.count == 1, "a call of a tool is no answer")
    }

    @Test func `a refused answer is paid for, and neither cached nor kept in the log`() async throws {
        let model = ClosureModel { _, _ in
            var reply = ChatReply.said("mail ana@example.com")
            reply.usage = TokenUsage(inputFresh: 3, cacheRead: 0, outputText: 4)
            reply.cost = NanoUSD(7)
            return reply
        }
        let pipeline = try GuardInStageTests.pipeline(
            ["cache": "exact", "guardrails": ["output": ["pii"], "action": "refuse"]], model)
        for count in 1...2 {
            let call = ChatCall(asking: "x")
            await #expect(throws: ChatError.self) { try await pipeline.reply(to: call) }
            #expect(model.count == count && call.trace.notes.cache == "miss")
            #expect(call.trace.notes.spent?.output == 4 && call.trace.notes.spentCost == NanoUSD(7))
        }
    }

    @Test func `what is masked on the way out has no placeholder of the way in`() async throws {
        let model = ClosureModel { _, _ in .said("[EMAIL_1_\(GuardInStage.mark)] and carl@example.com") }
        let pipeline = try GuardInStageTests.pipeline(
            ["guardrails": ["input": ["pii"], "output": ["pii"], "action": "mask"]], model)
        let reply = try await pipeline.reply(to: ChatCall(asking: "mail ana@example.com"))
        #expect(reply.text == "ana@example.com and [EMAIL_2_\(GuardInStage.mark)]")
    }

    @Test func `a pattern of the operator's is cut out, and one that runs away refuses`() async throws {
        let find = RuleResources(pattern: { pattern in
            .success { text in
                if pattern == "(a+)+$" { return .failure(PolicyError(message: "took too long")) }
                guard let found = text.utf8.firstRange(of: pattern.utf8) else { return .success([]) }
                let start = text.utf8.distance(from: text.startIndex, to: found.lowerBound)
                return .success([start..<(start + pattern.utf8.count)])
            }
        })
        let model = ClosureModel { _, _ in .said("code X-1") }
        let rule: (String) -> JSONValue = { ["output": [["regex": ["name": "codes", "pattern": .string($0)]]]] }
        let cut = try GuardInStageTests.pipeline(["guardrails": rule("X-1")], rules: find, model)
        #expect(try await cut.reply(to: ChatCall(asking: "x")).text == "code [CODES]")
        let runaway = try GuardInStageTests.pipeline(["guardrails": rule("(a+)+$")], rules: find, model)
        let error = await #expect(throws: ChatError.self) { try await runaway.reply(to: ChatCall(asking: "x")) }
        #expect(error?.code == "guardrail_unavailable")
    }

    @Test func `a pipeline without guardrails has no part in the cache of one with them`() async throws {
        let model = ClosureModel { _, _ in .said("mail ana@example.com") }
        let full: [String: JSONValue] = ["cache": "exact", "retry": "off", "guardrails": ["output": ["pii"]]]
        let stages = try PipelineStages(settings: full, resources: StageResources())
        var lean = full
        lean["guardrails"] = "off"
        let leanStages = try PipelineStages(settings: lean, resources: StageResources(), sharing: stages)
        let call = { ChatCall(asking: "x") }
        #expect(try await Pipeline(leanStages, around: Route(model)).reply(to: call()).text == "mail ana@example.com")
        #expect(try await Pipeline(stages, around: Route(model)).reply(to: call()).text == "mail [EMAIL]")
        #expect(model.count == 2)
    }
}
