import Chat
import Testing
import Wire

@Suite struct ServerSentEventsTests {
    private func events(_ text: String) throws -> [ServerSentEvents.Event] {
        var parser = ServerSentEvents()
        var events = try parser.feed(Array(text.utf8))
        if let last = parser.finish() { events.append(last) }
        return events
    }

    @Test(arguments: [
        ("data: a\n\n", ["a"]),
        ("data:a\r\n\r\n", ["a"]),
        ("data: a\r\rdata: b\r\r", ["a", "b"]),
        ("data:  a\n\n", [" a"]),
        ("data\n\n", [""]),
        ("data:\n\n", [""]),
        ("data: one\ndata: two\n\n", ["one\ntwo"]),
        ("data:\ndata:\n\n", ["\n"]),
        (": keep-alive\n\ndata: a\n\n", ["a"]),
        ("\u{FEFF}data: a\n\n", ["a"]),
        ("\n\n\ndata: a\n\n\n\n", ["a"]),
        ("retry: 10\ndata: a\n\n", ["a"]),
        ("data: a: b\n\n", ["a: b"]),
        ("data: a\n\ndata: [DONE]", ["a", "[DONE]"]),
        ("event: ping\n\n", []),
        ("", []),
    ]) func `reads what the standard calls events`(text: String, data: [String]) throws {
        #expect(try events(text).map(\.text) == data)
    }

    @Test func `an event keeps its name and id, and the next one starts without them`() throws {
        let found = try events("event: delta\nid: 7\ndata: a\n\ndata: b\n\n")
        #expect(found == [.init(data: Array("a".utf8), name: "delta", id: "7"), .init(data: Array("b".utf8))])
    }

    @Test func `a byte order mark is dropped at the start alone`() throws {
        #expect(try events("data: \u{FEFF}a\n\n").map(\.text) == ["\u{FEFF}a"])
    }

    @Test func `tells a page from a stream`() throws {
        var parser = ServerSentEvents()
        _ = try parser.feed(Array(": hello\nid: 1\nevent: x\ndata: y\n\n".utf8))
        #expect(!parser.sawForeignLine)
        _ = try parser.feed(Array("<html>\n".utf8))
        #expect(parser.sawForeignLine)
    }

    @Test(arguments: ["\n", "\r\n", "\r"]) func `any cutting into packets gives the same events`(lineBreak: String)
        throws
    {
        let lines = [
            "\u{FEFF}: comment", "event: first", "data: {\"text\":\"Olá, 世界 👩‍👩‍👧\"}", "", "", "id: 9", "data: one",
            "data:two", "data",
            "", ":", "data: é", "", "data: [DONE]", "",
        ]
        let bytes = Array((lines.joined(separator: lineBreak) + lineBreak).utf8)
        let expected: [ServerSentEvents.Event] = [
            .init(data: Array("{\"text\":\"Olá, 世界 👩‍👩‍👧\"}".utf8), name: "first"),
            .init(data: Array("one\ntwo\n".utf8), id: "9"), .init(data: Array("é".utf8)),
            .init(data: Array("[DONE]".utf8)),
        ]
        for seed in 0..<1000 as Range<UInt64> {
            var parser = ServerSentEvents()
            var found: [ServerSentEvents.Event] = []
            for chunk in chunks(of: bytes, seed: seed) { try parser.feed(chunk, into: &found) }
            if let last = parser.finish() { found.append(last) }
            try #require(found == expected, "seed \(seed)")
        }
    }

    @Test func `what is printed is read again`() throws {
        let written: [ServerSentEvents.Event] = [
            .init(data: Array("plain".utf8)), .init(data: Array("two\nlines".utf8), name: "n", id: "i"),
            .init(data: []), .init(data: Array("ends with a break\n".utf8)), .init(data: Array(" space".utf8)),
        ]
        var parser = ServerSentEvents()
        var read: [ServerSentEvents.Event] = []
        try parser.feed(ServerSentEvents.print(comment: "quiet\nstill"), into: &read)
        for event in written { try parser.feed(ServerSentEvents.print(event), into: &read) }
        #expect(read == written)
        #expect(
            ServerSentEvents.print(data: Array("a\r\nb".utf8), name: "x")
                == Array("event: x\ndata: a\ndata: b\n\n".utf8))
    }

    @Test(arguments: [1, 10, 1000]) func `an endless event is refused at the limit`(size: Int) {
        var parser = ServerSentEvents(maximumEventBytes: 5000)
        let error = #expect(throws: ChatError.self) {
            _ = try parser.feed(Array("data: ".utf8))
            for _ in 0...(10_000 / size) { _ = try parser.feed([UInt8](repeating: 0x61, count: size)) }
        }
        #expect(error?.kind == .invalidResponse)
        #expect(error?.message == "an event of the stream is larger than 5000 bytes")
    }

    @Test func `events before the one that is too large are still handed out`() {
        var parser = ServerSentEvents(maximumEventBytes: 20)
        var found: [ServerSentEvents.Event] = []
        let bytes = Array("data: a\n\ndata: ".utf8) + [UInt8](repeating: 0x61, count: 100)
        #expect(throws: ChatError.self) { try parser.feed(bytes, into: &found) }
        #expect(found.map(\.text) == ["a"])
    }
}
