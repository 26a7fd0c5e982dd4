import Chat
import Records
import Testing

@testable import Providers

@Suite struct RecordedTieTests {
    @Test func `of several ids that are equally near the first by name is named, in every process`() async throws {
        let rows = (0..<10).map { #"{"id":"a\#($0)","output":"x"}"# }.joined(separator: "\n")
        let reader = RecordReader(bytes: Array(rows.utf8), name: "r.jsonl", format: .jsonLines)
        let model = try Recorded(reader: reader, path: "r.jsonl", label: "r")
        let call = ChatCall(ChatRequest(model: "recorded/r", user: "?"), context: CallContext(sampleID: "ax"))
        let error = await #expect(throws: ChatError.self) { try await model.reply(to: call) }
        #expect(error?.message == "no recorded answer for sample 'ax' in r.jsonl (nearest id: 'a0')")
    }
}
