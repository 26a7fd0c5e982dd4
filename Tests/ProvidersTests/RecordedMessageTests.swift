import Records
import Testing

@testable import Providers

@Suite struct RecordedMessageTests {
    private func model(_ text: String) throws(RecordError) -> Recorded {
        let reader = RecordReader(bytes: Array(text.utf8), name: "gpt4.jsonl", format: .jsonLines)
        return try Recorded(reader: reader, path: "gpt4.jsonl", label: "gpt4")
    }

    @Test func `a recording that is not there is named`() {
        let error = #expect(throws: RecordError.self) {
            try Recorded(path: "/no-such-folder-of-nexus/answers.jsonl", label: "x")
        }
        #expect(
            error?.description
                == "/no-such-folder-of-nexus/answers.jsonl: no such file, and no folder /no-such-folder-of-nexus/")
    }

    @Test(arguments: [
        (
            #"{"id":"a","output":"x"}"# + "\n" + #"{"id":"a","output":"y"}"#,
            "gpt4.jsonl:2: the id 'a' stands twice, first in line 1 (keep one answer a sample)"
        ),
        (
            #"{"id":"a"}"#,
            "gpt4.jsonl:1: found no output; expected a text (leave the row out where there was no answer)"
        ),
        ("nope", "gpt4.jsonl:1:1: found what is not JSON: expected null, found 'n'"),
    ])
    func `a row that is no answer says where it stands and what to do`(text: String, message: String) {
        let error = #expect(throws: RecordError.self) { try model(text) }
        #expect(error?.description == message)
    }
}
