import Chat
import Foundation
import Testing

/// `nexus guard` as its users run it.
struct GuardTests {
    @Test func `a line of spans for every text, findings or none`() async throws {
        try await withBinary { binary in
            try binary.write(
                """
                {"id": "1", "text": "é ana@example.com", "lang": "xx"}
                {"id": 2, "text": "nothing"}
                """, to: "texts.jsonl")
            let outcome = try binary.run("guard", "texts.jsonl", "--detect", "pii")
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(
                outcome.output == """
                    {"id":"1","spans":[{"start":2,"end":17,"type":"EMAIL"}]}
                    {"id":"2","spans":[]}

                    """)
            let scores = try binary.run("guard", "--json", "texts.jsonl", "--detect", "injection")
            #expect(scores.json?["results"]?.arrayValue?.count == 2)
        }
    }

    @Test func `what cannot be used is told`() async throws {
        try await withBinary { binary in
            try binary.write(#"{"id": "1", "txt": "x"}"#, to: "texts.jsonl")
            let unknown = try binary.run("guard", "texts.jsonl", "--detect", "pi")
            #expect(unknown.status == 2 && unknown.lastErrorLine.contains("did you mean 'pii'?"))
            let missing = try binary.run("guard", "texts.jsonl", "--detect", "pii")
            #expect(missing.status == 2)
            #expect(missing.lastErrorLine.contains("write 'text' for 'txt'"))
        }
    }
}
