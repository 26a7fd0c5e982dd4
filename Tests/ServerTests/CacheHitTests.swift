import Chat
import CurlTransport
import Testing

@testable import Server

/// Answers that come from the cache, over real sockets.
@Suite struct CacheHitTests {
    static let script = "models: {m: {answer: {fixed: 'one \"two\" three'}}}"

    @Test func `a hit is the answer that was given, with an id and a model's name of its own`() async throws {
        try await withStand(CacheHitTests.script, pipeline: ["cache": "exact"]) { stand in
            let first = try await stand.gateway.chat()
            let hits = [try await stand.gateway.chat(), try await stand.gateway.chat()]
            #expect(try await stand.settled().count == 1)
            let ids = Set(([first] + hits).map { $0.json?["id"]?.stringValue })
            #expect(ids.count == 3)
            for hit in hits {
                #expect(hit.status == 200)
                #expect(hit.headers["x-nexus-cache"] == "hit" && hit.headers["x-nexus-source"] == "cache")
                for key in ["object", "model", "choices", "usage"] {
                    #expect(hit.json?[key]?.canonicalBytes == first.json?[key]?.canonicalBytes, "\(key): \(hit.text)")
                }
                #expect(hit.json?["created"]?.intValue ?? 0 > 1_700_000_000)
                #expect(hit.json?["id"]?.stringValue?.hasPrefix("chatcmpl-") == true)
            }
        }
    }

    @Test func `a streamed hit is a stream, and one that was kept streamed is a whole answer`() async throws {
        try await withStand(CacheHitTests.script, pipeline: ["cache": "exact"]) { stand in
            _ = try await stand.gateway.chat(stream: true)
            let whole = try await stand.gateway.chat()
            #expect(whole.headers["x-nexus-cache"] == "hit")
            let message = whole.json?["choices"]?.arrayValue?.first?["message"]
            #expect(message?["content"] == #"one "two" three"#)
            let streamed = try await stand.gateway.chat(stream: true)
            let text = streamed.events.compactMap { event in
                (try? JSONValue.parse(event))?["choices"]?.arrayValue?.first?["delta"]?["content"]?.stringValue
            }
            #expect(text.joined() == #"one "two" three"#)
            #expect(streamed.events.last == "[DONE]")
            #expect(try await stand.settled().count == 1)
        }
    }
}
