import Chat
import Testing
import Wire

@Suite struct JSONSpansTests {
    private let body =
        #" { "model" : "a\"b" , "messages":[{"role":"user","content":"}],\\"}],"stream":false,"n":-1.5e3,"x":{} } "#

    private func text(_ range: Range<Int>?, in body: String) -> String? {
        range.map { String(decoding: Array(body.utf8)[$0], as: UTF8.self) }
    }

    @Test func `finds the values of the top level`() throws {
        let spans = try #require(JSONSpans(of: Array(body.utf8)))
        #expect(spans.members.map(\.key) == ["model", "messages", "stream", "n", "x"])
        #expect(text(spans["model"], in: body) == #""a\"b""#)
        #expect(text(spans["messages"], in: body) == #"[{"role":"user","content":"}],\\"}]"#)
        #expect(text(spans["stream"], in: body) == "false")
        #expect(text(spans["n"], in: body) == "-1.5e3")
        #expect(text(spans["x"], in: body) == "{}")
        #expect(spans["absent"] == nil)
        #expect(text(spans.members.first?.keyRange, in: body) == #""model""#)
    }

    @Test func `rewrites values and leaves every other byte`() throws {
        let bytes = Array(body.utf8)
        let spans = try #require(JSONSpans(of: bytes))
        let out = spans.rewriting(bytes, [("stream", true), ("model", "m\n"), ("extra", ["k": 1])])
        #expect(
            String(decoding: out, as: UTF8.self)
                == #" { "model" : "m\n" , "messages":[{"role":"user","content":"}],\\"}],"stream":true,"n":-1.5e3,"x":{} ,"extra":{"k":1}} "#
        )
        #expect(try JSONValue.parse(out)["model"]?.stringValue == "m\n")
    }

    @Test func `members are added to an empty object`() throws {
        let bytes = Array("{ }".utf8)
        let spans = try #require(JSONSpans(of: bytes))
        #expect(String(decoding: spans.rewriting(bytes, [("a", 1), ("b", 2)]), as: UTF8.self) == #"{ "a":1,"b":2}"#)
    }

    @Test func `a key with an escape is read as it is meant`() throws {
        let spans = try #require(JSONSpans(of: Array(#"{"mod\u0065l":"x"}"#.utf8)))
        #expect(spans["model"] == 14..<17)
    }

    @Test(arguments: [
        "", " ", "[]", "null", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{\"a\":\"x",
        "{\"a\":[1", "{a:1}",
        "{\"a\":,}", "{\"a\":}", "{\"a\":1}x", "{\"a\":1}}", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}",
        "{\"a\" 1}", "{\"\\",
        "{\"a\":1 2}",
    ]) func `what is no object, ends early or holds a key twice has no spans`(text: String) {
        #expect(JSONSpans(of: Array(text.utf8)) == nil)
    }

    @Test func `agrees with the parser on random documents, and never traps on broken ones`() throws {
        var numbers = SeededNumbers(seed: 11)
        for _ in 0..<2000 {
            let value = JSONValue.object(
                (0..<Int.random(in: 0...6, using: &numbers)).map {
                    .init(key: "k\($0)\"é", value: random(&numbers, depth: 3))
                })
            let bytes = value.bytes
            let spans = try #require(JSONSpans(of: bytes))
            for member in spans.members {
                #expect(try JSONValue.parse(bytes[member.valueRange]) == value[member.key])
            }
            var broken = bytes
            let place = Int.random(in: 0..<broken.count, using: &numbers)
            broken[place] = UInt8.random(in: 0...255, using: &numbers)
            if let spans = JSONSpans(of: broken) { _ = spans.rewriting(broken, [("k1", 1)]) }
            _ = JSONSpans(of: Array(bytes.prefix(place)))
        }
    }

    private func random(_ numbers: inout SeededNumbers, depth: Int) -> JSONValue {
        switch Int.random(in: 0...(depth > 0 ? 6 : 4), using: &numbers) {
        case 0: .null
        case 1: .bool(true)
        case 2: .number(Double.random(in: -1e6...1e6, using: &numbers))
        case 3: .string("a\\\"b\n{[,:")
        case 4: .string("")
        case 5: .array((0..<Int.random(in: 0...3, using: &numbers)).map { _ in random(&numbers, depth: depth - 1) })
        default:
            .object(
                (0..<Int.random(in: 0...3, using: &numbers)).map {
                    .init(key: "\($0)", value: random(&numbers, depth: depth - 1))
                })
        }
    }
}
