import Chat
import CurlTransport
import Gateway
import Simulator
import Testing

@testable import Server

/// Guardrails as a client sees them, over real sockets on both sides, on every surface.
@Suite struct GuardedStreamTests {
    private static let secret = "ana.lima@example.com"
    private static let script =
        "models: {m: {answer: {fixed: 'Of course, you can write to \(secret) at any time of the day. Goodbye now.'}}}"

    struct Surface: Sendable, CustomTestStringConvertible {
        let path: String
        let members: String
        var testDescription: String { path }

        func body(_ text: String, stream: Bool) -> String {
            #"{"model":"m","stream":\#(stream),\#(members.replacing("TEXT", with: text))}"#
        }
    }

    static let surfaces = [
        Surface(path: "/v1/chat/completions", members: #""messages":[{"role":"user","content":"TEXT"}]"#),
        Surface(path: "/v1/messages", members: #""max_tokens":99,"messages":[{"role":"user","content":"TEXT"}]"#),
        Surface(path: "/v1/responses", members: #""input":"TEXT""#),
        Surface(path: "/v1/completions", members: #""prompt":"TEXT""#),
    ]

    @Test(arguments: surfaces) func `a value is redacted in whole answers and in streams`(_ surface: Surface) async throws {
        try await withStand(Self.script, pipeline: ["guardrails": ["output": ["pii"]]]) { stand in
            for stream in [false, true] {
                let answer = try await stand.gateway.post(surface.path, surface.body("hi", stream: stream))
                #expect(answer.status == 200)
                #expect(!answer.text.contains("ana") && !answer.text.contains("example.com"), "\(answer.text)")
                #expect(answer.text.contains("[EMAIL]") && answer.text.contains("Goodbye"))
                let last = try stream ? answer.events.filter { $0 != "[DONE]" }.last.map(JSONValue.parse) : answer.json
                let verdict = last?["nexus"]?["guardrails"]?.arrayValue?.first
                #expect(verdict?["rule"] == "pii" && verdict?["side"] == "output" && verdict?["action"] == "redact")
            }
        }
    }

    @Test(arguments: surfaces) func `a refused answer is a 400, and in a stream an error event and nothing after it`(
        _ surface: Surface
    ) async throws {
        let pipeline: [String: JSONValue] = ["guardrails": ["output": ["pii"], "action": "refuse"]]
        try await withStand(Self.script, pipeline: pipeline) { stand in
            let whole = try await stand.gateway.post(surface.path, surface.body("hi", stream: false))
            #expect(whole.status == 400 && !whole.text.contains("ana") && !whole.text.contains("course"))
            let stream = try await stand.gateway.post(surface.path, surface.body("hi", stream: true))
            #expect(stream.status == 200 && stream.text.contains("course"), "what came before was let go")
            #expect(!stream.text.contains("ana") && !stream.text.contains("example") && !stream.text.contains("Goodbye"))
            #expect(!stream.text.contains("[DONE]") && !stream.text.contains("message_stop"))
            #expect(!stream.text.contains(#""finish_reason":"stop""#) && !stream.text.contains("response.completed"))
            let last = try JSONValue.parse(stream.events.last ?? "")
            #expect(last.text.contains("the answer was held back by the guardrail 'pii'"), "\(last.text)")
            if surface.path != "/v1/messages" {
                #expect(last.text.contains("content_filter") && whole.json?["error"]?["code"] == "content_filter")
            }
        }
    }

    @Test(arguments: surfaces) func `a refused request asks nobody`(_ surface: Surface) async throws {
        let pipeline: [String: JSONValue] = ["guardrails": ["input": ["pii"], "action": "refuse"]]
        try await withStand(Self.script, pipeline: pipeline) { stand in
            for stream in [false, true] {
                let answer = try await stand.gateway.post(
                    surface.path, surface.body("mail \(Self.secret)", stream: stream))
                #expect(answer.status == 400 && !answer.text.contains("ana"))
                let message = answer.json?["error"]?["message"]?.stringValue
                #expect(message == "the request was refused by the guardrail 'pii'")
            }
            #expect(stand.simulation.log.isEmpty)
        }
    }

    @Test(arguments: surfaces) func `masked values are the client's own again, and never go upstream`(
        _ surface: Surface
    ) async throws {
        let pipeline: [String: JSONValue] = ["guardrails": ["input": ["pii"], "action": "mask"]]
        try await withStand("models: {m: {}}", pipeline: pipeline) { stand in
            for stream in [false, true] {
                let answer = try await stand.gateway.post(
                    surface.path, surface.body("say to \(Self.secret) that I come", stream: stream))
                let said = answer.text.replacing(#/","[^"]*"[^"]*"/#, with: "")
                #expect(answer.text.contains(Self.secret) || said.contains("lima"), "\(answer.text)")
                #expect(!answer.text.contains("EMAIL_1"))
            }
            let rows = try await stand.settled()
            #expect(rows.count == 2 && rows.allSatisfy { !$0.prompt.contains("ana") && $0.prompt.contains("[EMAIL_1_") })
        }
    }
}
