import Chat
import Records
import Testing

struct CSVWriterTests {
    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("a\r\nb", "\"a\r\nb\""),
        ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+x", "'+x"), ("-", "'-"), ("- item, two", "\"'- item, two\""),
        ("\tx", "'\tx"), ("\rx", "\"'\rx\""), ("-1.5", "-1.5"), ("+3e-7", "+3e-7"), ("-.5", "-.5"), ("-1.", "-1."),
        ("-1e", "'-1e"), ("-0x1p3", "'-0x1p3"), ("-inf", "'-inf"), ("-1 2", "'-1 2"), ("-2+3", "'-2+3"), ("", ""),
        ("a=b", "a=b"), (" =1", " =1"),
    ])
    func `cells are quoted where they must be, and never formulas`(cell: String, written: String) {
        var writer = CSVWriter(header: ["c"])
        writer.append([cell])
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "c\r\n\(written)\r\n")
    }

    @Test func `every row has the header's columns`() {
        var writer = CSVWriter(header: ["a", "b", "c"])
        writer.append(["1", nil, "3"])
        writer.append(["1"])
        writer.append(["1", "2", "3", "4"])
        #expect(String(decoding: writer.takeBytes(), as: UTF8.self) == "a,b,c\r\n1,,3\r\n1,,\r\n1,2,3\r\n")
        #expect(writer.bytes.isEmpty)
    }

    @Test func `what is written is read again`() throws {
        var writer = CSVWriter(header: ["id", "text"])
        let texts = ["a,\"b\"\r\nc", "é\u{1F600}", "", "\n", "\"", "x\ry"]
        for (index, text) in texts.enumerated() { writer.append(["\(index)", text]) }
        let read = try RecordReader(bytes: writer.bytes, name: "rows", format: .csv).rest()
        #expect(read.map { $0["text"]?.stringValue } == texts)
    }
}

struct JSONLinesWriterTests {
    @Test func `what is written is read again`() throws {
        var writer = JSONLinesWriter()
        let values: [JSONValue] = [["a": "x\ny\u{2028}"], .object([]), ["n": .number("1.10"), "l": [true, .null]]]
        for value in values { writer.append(value) }
        let bytes = writer.takeBytes()
        #expect(bytes.count { $0 == 0x0A } == 3)
        #expect(try RecordReader(bytes: bytes, name: "rows", format: .jsonLines).rest().map(\.json) == values)
        #expect(writer.bytes.isEmpty)
    }
}
