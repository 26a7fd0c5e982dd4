import Chat
import Foundation
import Records
import Testing

struct ByteStreamTests {
    /// Text as gzip without compression (RFC 1951, section 3.2.4; RFC 1952), made by hand:
    /// header, one stored block, CRC-32 and length.
    static func stored(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        let count = UInt16(bytes.count)
        var crc: UInt32 = ~0
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        func little<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
            (0..<(Word.bitWidth / 8)).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1] + little(count) + little(~count) + bytes + little(~crc)
            + little(UInt32(count))
    }

    @Test func `gzip is read member after member, whatever the name`() throws {
        let bytes = ByteStreamTests.stored("{\"a\": 1}\n{\"a\"") + ByteStreamTests.stored(": 2}\n") + [0, 0, 0]
        let expected = [Record(1, ["a": 1]), Record(2, ["a": 2])]
        let folder = try ScratchFolder()
        for name in ["x.jsonl.gz", "x.jsonl", "X.JSONL.GZ", "x.ndjson.gz"] {
            #expect(try RecordReader.all(path: folder.write(bytes, name)) == expected)
        }
    }

    @Test func `deflated gzip is read`() {
        #expect(
            failure(helloGzip + helloGzip, .jsonLines)?.hasPrefix(
                "rows:1:1: found what is not JSON: expected a value, found 'h'") == true)
        #expect(failure(helloGzip, .csv) == nil)
    }

    @Test func `a byte order mark inside gzip is stepped over`() throws {
        let bytes = ByteStreamTests.stored("\u{FEFF}{\"a\": 1}")
        #expect(try RecordReader(bytes: bytes, name: "rows", format: .jsonLines).rest() == [Record(1, ["a": 1])])
    }

    @Test func `gzip that is cut, damaged or none is refused`() throws {
        let whole = ByteStreamTests.stored("{\"a\": 1}\n{\"a\": 2}\n")
        for count in 3..<whole.count {
            #expect(
                failure(Array(whole.prefix(count)), .jsonLines)?
                    .contains("the gzip data ends early; expected the rest of it (the file was cut") == true)
        }
        var flipped = whole
        flipped[20] ^= 1
        #expect(failure(flipped, .jsonLines)?.contains("the gzip data is damaged: incorrect data check") == true)
        #expect(
            failure(whole + Array("junk".utf8), .jsonLines)?.contains(
                "the gzip data is damaged: incorrect header check") == true)
        let folder = try ScratchFolder()
        let path = try folder.write("{}".utf8, "plain.jsonl.gz")
        #expect(
            throws: RecordError(
                file: path, message: "found no gzip header; expected gzip data, as the name ends in .gz",
                remedy: "rename the file or compress it with gzip")
        ) { try RecordReader.all(path: path) }
    }

    @Test func `a bomb is refused before it fills anything`() throws {
        let folder = try ScratchFolder()
        let path = folder.url.appending(path: "bomb.jsonl.gz").path
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "(yes '{}' | head -c 20000000) | gzip -9 > \"$1\"", "sh", path]
        try process.run()
        process.waitUntilExit()
        let reader = try RecordReader(path: path, limits: RecordLimits(harmlessBytes: 1 << 18))
        #expect {
            while try reader.next() != nil {}
        } throws: { error in
            "\(error)".hasSuffix(
                "found gzip data that expands to more than 400 times its size "
                    + "(if you trust the file, decompress it first)"
            )
        }
    }

    @Test(arguments: [[0xFF, 0xFE, 0x7B, 0x00], [0xFE, 0xFF, 0x00, 0x7B]] as [[UInt8]])
    func `UTF-16 is named as such`(bytes: [UInt8]) {
        #expect(
            failure(bytes, .jsonLines)
                == "rows:1: found a UTF-16 byte order mark; expected UTF-8 text "
                + "(convert the file, for example with iconv -f UTF-16 -t UTF-8)")
        #expect(
            failure(Array(bytes.suffix(2)), .csv)?.hasPrefix("rows:1: found a NUL byte among the first four") == true)
    }

    @Test func `the bytes of a file may be bounded`() {
        let message = failure("{}\n{}\n{}\n", .jsonLines, limits: RecordLimits(totalBytes: 5))
        #expect(message == "rows: found more than 5 bytes of rows; expected at most that")
    }
}
