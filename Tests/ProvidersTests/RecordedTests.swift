import Chat
import Records
import Testing

@testable import Providers

@Suite struct RecordedTests {
    private func model(_ text: String) throws(RecordError) -> Recorded {
        let reader = RecordReader(bytes: Array(text.utf8), name: "outputs/gpt4.jsonl", format: .jsonLines)
        return try Recorded(reader: reader, path: "outputs/gpt4.jsonl", label: "gpt4")
    }

    private func call(_ id: String?) -> ChatCall {
        ChatCall(ChatRequest(model: "recorded/gpt4", user: "?"), context: CallContext(sampleID: id))
    }

    private let rows = """
        {"id": "a", "output": "Olá", "latency_ms": 294.5, "ttft_ms": 20, "input_tokens": 52, "output_tokens": 4, "cost_usd": 0.0012}
        {"id": 7, "output": "", "input_tokens": 1, "note": "more is fine"}
        {"id": "sample-0003", "output": "x", "model": "gpt-4-0613", "latency_ms": null}
        """

    @Test func `an answer comes with what was recorded of it`() async throws {
        let model = try model(rows)
        #expect(model.count == 3)
        let reply = try await model.reply(to: call("a"))
        #expect(reply.text == "Olá")
        #expect(reply.source == .recorded)
        #expect(reply.model == "recorded/gpt4")
        #expect(reply.timing == .init(total: .microseconds(294_500), firstToken: .milliseconds(20)))
        #expect(reply.usage?.input == 52 && reply.usage?.output == 4)
        #expect(reply.cost == NanoUSD(1_200_000))
    }

    @Test func `what was not recorded is unknown`() async throws {
        let model = try model(rows)
        let number = try await model.reply(to: call("7"))
        #expect(number.text == "" && number.usage == nil && number.cost == nil && number.timing.total == nil)
        #expect(try await model.reply(to: call("sample-0003")).model == "gpt-4-0613")
    }

    @Test func `repeats give the same answer, and listeners hear it`() async throws {
        let heard = Locked<[Delta.Kind]>([])
        var listening = call("a")
        listening.context.repeatIndex = 3
        listening.onDelta = { delta in heard.withLock { $0.append(delta.kind) } }
        #expect(try await model(rows).reply(to: listening).text == "Olá")
        #expect(heard.withLock { $0 } == [.text("Olá")])
    }

    @Test func `an absent id is no answer, and names the nearest`() async throws {
        let model = try model(rows)
        let near = await #expect(throws: ChatError.self) { try await model.reply(to: call("sample-003")) }
        #expect(near?.kind == .notFound)
        #expect(
            near?.message
                == "no recorded answer for sample 'sample-003' in outputs/gpt4.jsonl (nearest id: 'sample-0003')")
        let far = await #expect(throws: ChatError.self) { try await model.reply(to: call("entirely different")) }
        #expect(far?.message == "no recorded answer for sample 'entirely different' in outputs/gpt4.jsonl")
    }

    @Test func `a file of the wrong run costs no search a sample`() async throws {
        let model = try model(rows)
        var last: ChatError?
        for _ in 0..<25 {
            last = await #expect(throws: ChatError.self) { try await model.reply(to: call("sample-003")) }
        }
        #expect(last?.message == "no recorded answer for sample 'sample-003' in outputs/gpt4.jsonl")
    }

    @Test func `a call outside of an eval has no answer`() async throws {
        let error = try await #require(throws: ChatError.self) { try await model(rows).reply(to: call(nil)) }
        #expect(error.message == "recorded/gpt4 answers the samples of an eval alone")
    }

    @Test(arguments: [
        (
            #"{"id":"a","output":"x"}"# + "\n\n" + #"{"id":"a","output":"y"}"#, 3,
            "the id 'a' stands twice, first in line 1"
        ),
        (#"{"output":"x"}"#, 1, "found no id; expected a text or a number"),
        (#"{"id":null,"output":"x"}"#, 1, "found null as id; expected a text or a number"),
        (#"{"id":"a"}"#, 1, "found no output; expected a text"),
        (#"{"id":"a","output":null}"#, 1, "found null as output; expected a text"),
        (#"{"id":"a","output":["x"]}"#, 1, "found a list as output; expected a text"),
        (#"{"id":"a","output":"x","latency_ms":-1}"#, 1, "found -1 as latency_ms; expected milliseconds from 0"),
        (#"{"id":"a","output":"x","ttft_ms":"1"}"#, 1, "found a string as ttft_ms; expected milliseconds from 0"),
        (
            #"{"id":"a","output":"x","input_tokens":1e18}"#, 1,
            "found 1e18 as input_tokens; expected a count from 0 to 1000000000"
        ),
        (
            #"{"id":"a","output":"x","output_tokens":1.5}"#, 1,
            "found 1.5 as output_tokens; expected a count from 0 to 1000000000"
        ),
        (#"{"id":"a","output":"x","cost_usd":-0.1}"#, 1, "found -0.1 as cost_usd; expected an amount from 0"),
    ]) func `a row that is no answer is refused with its line`(text: String, line: Int, message: String) {
        let error = #expect(throws: RecordError.self) { try model(text) }
        #expect(error?.file == "outputs/gpt4.jsonl")
        #expect(error?.line == line)
        #expect(error?.message == message)
    }

    @Test func `a file that is not there is refused`() {
        #expect(throws: RecordError.self) { try Recorded(path: "/nonexistent/answers.jsonl", label: "x") }
    }
}
