import Chat
import Testing
import Wire

@Suite struct NewlineJSONTests {
    @Test func `any cutting into packets gives the same lines`() throws {
        let bytes = Array("\u{FEFF}{\"a\":\"é世\"}\n\n  \r\n{\"b\":2}\r\n{\"c\":\"\\n\"}".utf8)
        let expected = ["{\"a\":\"é世\"}", "{\"b\":2}", "{\"c\":\"\\n\"}"]
        for seed in 0..<1000 as Range<UInt64> {
            var parser = NewlineJSON()
            var lines: [[UInt8]] = []
            for chunk in chunks(of: bytes, seed: seed) { try parser.feed(chunk, into: &lines) }
            if let last = parser.finish() { lines.append(last) }
            try #require(lines.map { String(decoding: $0, as: UTF8.self) } == expected, "seed \(seed)")
        }
    }

    @Test func `an endless line is refused at the limit`() {
        var parser = NewlineJSON(maximumLineBytes: 100)
        let error = #expect(throws: ChatError.self) {
            for _ in 0..<20 { _ = try parser.feed([UInt8](repeating: 0x61, count: 10)) }
        }
        #expect(error?.kind == .invalidResponse)
        #expect(error?.message == "a line of the stream is longer than 100 bytes")
    }

    @Test func `a document is printed as one line`() throws {
        var parser = NewlineJSON()
        let value: JSONValue = ["text": "two\nlines"]
        let lines = try parser.feed(NewlineJSON.print(value))
        #expect(try lines.map { try JSONValue.parse($0) } == [value])
    }

    @Test func `no bytes are no lines`() throws {
        var parser = NewlineJSON()
        #expect(try parser.feed([]).isEmpty)
        #expect(parser.finish() == nil)
    }
}
