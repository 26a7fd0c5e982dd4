import Testing

@testable import CurlTransport

@Suite struct HeadParserTests {
    /// The last step of a head given line by line.
    private func parse(_ lines: [String], byteLimit: Int = 1000, fieldLimit: Int = 10) -> HeadParser.Step {
        var parser = HeadParser(byteLimit: byteLimit, fieldLimit: fieldLimit)
        var step = HeadParser.Step.more
        for line in lines {
            step = parser.take(line: line)
            guard step == .more else { break }
        }
        return step
    }

    private func head(_ status: Int, _ fields: [(String, String)] = []) -> HeadParser.Step {
        .complete(HTTPHead(status: status, headers: HTTPHeaders(fields.map { .init(name: $0.0, value: $0.1) })))
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\n", 200), ("HTTP/1.0 404\r\n", 404), ("HTTP/2 503 \r\n", 503),
        ("HTTP/1.1 999 x y z\n", 999),
    ])
    func `status lines`(line: String, status: Int) {
        #expect(parse([line, "\r\n"]) == head(status))
    }

    @Test(arguments: [
        "", "\r\n", "HTTP/1.1", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 +20 OK", "ICY 200 OK",
        "HTTP/1.1  200 OK",
    ])
    func `what is no status line`(line: String) {
        #expect(parse([line]) == .violation("no status line"))
    }

    @Test func `white space around a value goes, inside it stays`() {
        #expect(
            parse(["HTTP/1.1 200 OK\r\n", "A: \t b  c \t\r\n", "B:\r\n", "C:d:e\n", "\r\n"])
                == head(200, [("A", "b  c"), ("B", ""), ("C", "d:e")]))
    }

    @Test func `a folded line goes on with the value before it`() {
        #expect(parse(["HTTP/1.1 200 OK\r\n", "A: b\r\n", "  c\r\n", "\r\n"]) == head(200, [("A", "b c")]))
        #expect(parse(["HTTP/1.1 200 OK\r\n", "  c\r\n"]) == .violation("a header line without a name"))
    }

    @Test(arguments: ["no colon\r\n", ": no name\r\n"])
    func `a line without a name`(line: String) {
        #expect(parse(["HTTP/1.1 200 OK\r\n", line]) == .violation("a header line without a name"))
    }

    @Test func `bytes that are not UTF-8 are mended`() {
        var parser = HeadParser(byteLimit: 1000, fieldLimit: 10)
        _ = parser.take(line: "HTTP/1.1 200 OK\r\n")
        _ = (Array("A: ".utf8) + [0xFF]).withUnsafeBytes { parser.take($0) }
        #expect(parser.take(line: "\r\n") == head(200, [("A", "\u{FFFD}")]))
    }

    @Test func `interim heads are passed over with their fields`() {
        #expect(
            parse(["HTTP/1.1 103 Early\r\n", "Link: a\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "A: b\r\n", "\r\n"])
                == head(200, [("A", "b")]))
    }

    @Test func `an upgrade nobody asked for`() {
        #expect(
            parse(["HTTP/1.1 101 Switching Protocols\r\n"]) == .violation("status 101 without an upgrade asked for"))
    }

    @Test func `bytes are counted to the last, over interim heads too`() {
        let lines = ["HTTP/1.1 100 C\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "A: b\r\n", "\r\n"]
        let total = lines.map(\.utf8.count).reduce(0, +)
        #expect(parse(lines, byteLimit: total) == head(200, [("A", "b")]))
        #expect(parse(lines, byteLimit: total - 1) == .tooLarge(.head, limit: total - 1))
        #expect(parse(lines, byteLimit: 1) == .tooLarge(.head, limit: 1))
    }

    @Test func `fields are counted, trailers too`() {
        let lines = ["HTTP/1.1 200 OK\r\n"] + Array(repeating: "A: b\r\n", count: 10)
        #expect(parse(lines) == .more)
        #expect(parse(lines + ["A: b\r\n"]) == .tooLarge(.headFields, limit: 10))
        var parser = HeadParser(byteLimit: 1000, fieldLimit: 2)
        _ = parser.take(line: "HTTP/1.1 200 OK\r\n")
        #expect(!parser.isComplete)
        #expect(parser.take(line: "\r\n") == head(200))
        #expect(parser.isComplete)
        #expect(parser.take(line: "T: 1\r\n") == .more)
        #expect(parser.take(line: "T: 2\r\n") == .more)
        #expect(parser.take(line: "\r\n") == .more)
        #expect(parser.take(line: "T: 3\r\n") == .tooLarge(.headFields, limit: 2))
    }
}

extension HeadParser {
    fileprivate mutating func take(line: String) -> Step {
        Array(line.utf8).withUnsafeBytes { take($0) }
    }
}
