import Chat
import Records
import Testing

struct JSONRowsTests {
    @Test func `rows of JSONL keep types, order and line numbers`() throws {
        let text = "\u{FEFF}{\"id\": \"a\", \"n\": 1.10, \"r\": [\"x\", null]}\r\n\n  \t\r\n{\"é\": {}}"
        #expect(
            try rows(text, .jsonLines) == [
                Record(1, ["id": "a", "n": .number("1.10"), "r": ["x", .null]]), Record(4, ["é": .object([])]),
            ])
    }

    @Test(arguments: ["", "\n\n", "\u{FEFF}", " \r\n"])
    func `an empty file of lines has no rows`(text: String) throws {
        #expect(try rows(text, .jsonLines).isEmpty)
    }

    @Test func `rows of a JSON list know the lines on which they begin`() throws {
        let text = "\u{FEFF}\n[\n  {\"id\": 1,\n   \"t\": \"}]\\\"\"},{\"id\": 2}\r\n,\n\n{\n\"id\": 3}\n]\n"
        #expect(
            try rows(text, .json) == [
                Record(3, ["id": 1, "t": "}]\""]), Record(4, ["id": 2]), Record(7, ["id": 3]),
            ])
        #expect(try rows("[]", .json).isEmpty)
    }

    @Test func `a row that spans blocks is read whole`() throws {
        let long = String(repeating: "é\\n", count: 100_000)
        for format in [RecordFormat.jsonLines, .json] {
            let row = "{\"id\": \"1\", \"text\": \"\(long)\"}"
            let text = format == .json ? "[\(row), \(row)]" : "\(row)\n\(row)"
            let read = try rows(text, format)
            #expect(read.count == 2)
            #expect(read.allSatisfy { $0["text"]?.stringValue?.utf8.count == 300_000 })
        }
    }

    @Test(arguments: [
        (
            "{\"a\": 1}\n[1]",
            "rows:2: found a list; expected a mapping, such as {\"id\": \"1\"} "
                + "(a list of rows is read from a file named .json)"
        ),
        ("\n\n7", "rows:3: found a number; expected a mapping, such as {\"id\": \"1\"}"),
        ("{\"a\": 1}\n{\"a\": 1, \"a\": 2}", "rows:2: found the key \"a\" twice; expected each key once"),
        ("{\"x\": {\"b\": 1, \"b\": 1}}", "rows:1: found the key \"b\" twice; expected each key once"),
        ("{\"é\": 1 \"b\": 2}", "rows:1:9: found what is not JSON: expected ',' or '}', found '\"'"),
        ("{\"a\": NaN}", "rows:1:7: found what is not JSON: expected a value, found 'N'"),
        (
            "{\"a\": 1}\n{\"a\":\n1}",
            "rows:2:6: found what is not JSON: expected a value, found the end of the input "
                + "(each row stands on one line; a list of rows over several lines is read from .json)"
        ),
        ("{\"a\": 1} {\"a\": 2}", "rows:1:10: found what is not JSON: expected the end of the document, found '{'"),
    ])
    func `a bad line is refused with its place`(text: String, message: String) {
        #expect(failure(text, .jsonLines) == message)
    }

    @Test(arguments: [
        ("", "rows:1:1: found the end of the file; expected '[', the start of a list of rows"),
        (
            "\n{\"id\": 1}",
            "rows:2:1: found \"{\"; expected '[', the start of a list of rows "
                + "(one mapping a line is read from a file named .jsonl)"
        ),
        ("[1]", "rows:1:2: found \"1\"; expected '{' or ']'"),
        ("[{},]", "rows:1:5: found \"]\"; expected '{', the start of a row"),
        ("[{} {}]", "rows:1:5: found \"{\"; expected ',' or ']' after a row"),
        ("[{}", "rows:1:4: found the end of the file; expected ',' or ']' after a row"),
        ("[{}]\n[]", "rows:2:1: found \"[\"; expected nothing after the list of rows"),
        ("[\n {\"a\": [1, 2}", "rows:2:2: found a row that is not closed at the end of the file; expected '}'"),
        ("[\n {\"a\":\n  \"é\" 1}]", "rows:3:7: found what is not JSON: expected ',' or '}', found '1'"),
    ])
    func `a bad list is refused with its place`(text: String, message: String) {
        #expect(failure(text, .json) == message)
    }

    @Test(arguments: [RecordFormat.jsonLines, .json])
    func `bytes that are not UTF-8 are refused with their place`(format: RecordFormat) {
        var bytes = Array("[{\"a\": \"é".utf8) + [0xE9] + Array("\"}]".utf8)
        if format == .jsonLines { bytes = Array(bytes.dropFirst().dropLast()) }
        let column = format == .json ? 10 : 9
        #expect(
            failure(bytes, format)
                == "rows:1:\(column): found byte 0xe9, which is not UTF-8; expected UTF-8 text "
                + "(convert the file, for example with iconv -f ISO-8859-1 -t UTF-8)")
    }

    @Test func `depth is bounded, not the stack`() {
        let deep = "{\"a\": " + String(repeating: "[", count: 1_000_000)
        #expect(failure(deep, .jsonLines)?.contains("nested deeper than 256 levels") == true)
        #expect(failure("[" + deep, .json) == "rows:1: found a row nested deeper than 256 levels")
    }

    @Test func `the size of a row is bounded`() {
        let text = "{}\n{\"a\": \"" + String(repeating: "x", count: 200) + "\"}"
        let limits = RecordLimits(rowBytes: 100)
        #expect(
            failure(text, .jsonLines, limits: limits)
                == "rows:2: found a line of more than 100 bytes; expected one row a line "
                + "(split the row or leave out its largest field)")
        #expect(
            failure("[{},\n" + text.dropFirst(3) + "]", .json, limits: limits)
                == "rows:2: found a row of more than 100 bytes; expected at most that")
    }
}
