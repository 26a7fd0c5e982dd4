import Chat
import Records
import Testing

struct DelimitedRowsTests {
    @Test(arguments: ["\n", "\r\n", "\r"])
    func `quoted cells hold separators, quotes and line ends`(end: String) throws {
        let text = ["\u{FEFF}id,text", "", "1,\"a, \"\"b\"\"", "c\"", "   ", "2,5\" disk", "\"\",", ""]
            .joined(separator: end)
        #expect(
            try rows(text, .csv) == [
                Record(3, ["id": "1", "text": .string("a, \"b\"\(end)c")]), Record(6, ["id": "2", "text": "5\" disk"]),
                Record(7, ["id": "", "text": ""]),
            ])
    }

    @Test func `the last line needs no end`() throws {
        #expect(try rows("a,b\n1,", .csv) == [Record(2, ["a": "1", "b": ""])])
        #expect(try rows("a,b\n1,\"2\"", .csv) == [Record(2, ["a": "1", "b": "2"])])
        #expect(try rows("a\n\"\"", .csv) == [Record(2, ["a": ""])])
        #expect(try rows("a,b", .csv).isEmpty)
    }

    @Test func `tabs separate in TSV, and commas do not`() throws {
        #expect(try rows("a\tb\n1,5\t\"x\ty\"\n", .tsv) == [Record(2, ["a": "1,5", "b": "x\ty"])])
    }

    @Test(arguments: [
        ("", "rows: found no header; expected a first line with the columns' names"),
        ("\n \n", "rows: found no header; expected a first line with the columns' names"),
        ("a,b,a\n", "rows:1: found the column \"a\" twice; expected each name once"),
        ("a,b\n1,2\n\n3\n", "rows:4: found 1 cells; expected 2, as the header has"),
        (
            "a,b\n1,2,3\n",
            "rows:2: found 3 cells; expected 2, as the header has (put a cell that holds a separator in quotes)"
        ),
        ("a\n1\n\"b\nc", "rows:3: found a quote that is not closed at the end of the file; expected '\"'"),
        (
            "a\n\"b\"c\n",
            "rows:2: found \"c\" after a closing quote; expected a separator or the end of the line "
                + "(write a quote inside a quoted cell twice)"
        ),
        ("a\nbcd\0\n", "rows:2: found a NUL byte in a cell; expected text"),
    ])
    func `a bad table is refused with its line`(text: String, message: String) {
        #expect(failure(text, .csv) == message)
    }

    @Test func `bytes that are not UTF-8 are refused with the line`() {
        let bytes = Array("a,b\n1,2\n3,caf".utf8) + [0xE9, 0x0A]
        #expect(
            failure(bytes, .csv)?.hasPrefix("rows:3: found byte 0xe9, which is not UTF-8; expected UTF-8 text") == true)
    }

    @Test func `a quote that is never closed ends at the bound of a row, and names where it began`() {
        let text = "a\n1\n\"" + String(repeating: "x\n", count: 200_000)
        #expect(
            failure(text, .csv, limits: RecordLimits(rowBytes: 100_000))
                == "rows:3: found a row of more than 100000 bytes; expected at most that "
                + "(look for a quote that is not closed)"
        )
    }

    @Test func `rows survive any cut into blocks`() throws {
        // 64 KiB blocks: cells of every length near the edge, quotes and CRLF included.
        var text = "id,text\r\n"
        var expected: [Record] = []
        for index in 0..<3_000 {
            let cell = String(repeating: "é\"\r\n,", count: index % 13)
            text += "\(index),\"\(cell.replacing("\"", with: "\"\""))\"\r\n"
            expected.append(
                Record(
                    fields: [.init(key: "id", value: .string("\(index)")), .init(key: "text", value: .string(cell))],
                    line: 0))
        }
        let folder = try ScratchFolder()
        let read = try RecordReader.all(path: folder.write(text.utf8, "blocks.csv"))
        #expect(read.map(\.fields) == expected.map(\.fields))
        let lineFeeds = (0..<2_999).reduce(0) { $0 + $1 % 13 }
        #expect(read.last?.line == 2 + 2_999 + lineFeeds)
    }
}
