import Records
import Testing

struct TextFileTests {
    private func lines(_ bytes: [UInt8], name: String = "text.txt") throws -> [String] {
        let folder = try ScratchFolder()
        return try TextFile.lines(path: folder.write(bytes, name))
    }

    @Test func `lines end with LF or CRLF, and the last needs neither`() throws {
        #expect(try lines(Array("one\r\n\ntwo".utf8)) == ["one", "", "two"])
        #expect(try lines([0xEF, 0xBB, 0xBF] + Array("é\n".utf8)) == ["é"])
        #expect(try lines([]) == [])
    }

    @Test func `gzip is read as what it holds`() throws {
        #expect(try lines(helloGzip, name: "text.gz") == ["hello"])
        #expect(try lines(helloGzip, name: "text") == ["hello"])
    }

    @Test func `what is not UTF-8 is named with its line`() throws {
        let folder = try ScratchFolder()
        let path = try folder.write(Array("one\n".utf8) + [0xFF, 0x0A], "text.txt")
        let error = #expect(throws: RecordError.self) { try TextFile.lines(path: path) }
        #expect(error?.line == 2)
        #expect(error?.message == "found byte 0xff, which is not UTF-8; expected UTF-8 text")
    }
}
