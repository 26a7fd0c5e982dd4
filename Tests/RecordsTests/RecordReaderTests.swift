import Chat
import Foundation
import Records
import Testing

struct RecordReaderTests {
    @Test(arguments: [
        ("news.jsonl", RecordFormat.jsonLines), ("a.b.NDJSON", .jsonLines), ("x.json.gz", .json), ("x.csv", .csv),
        ("dir.csv/x.tsv.GZ", .tsv),
    ])
    func `a name tells the format`(name: String, format: RecordFormat) {
        #expect(RecordFormat(fileName: name) == format)
    }

    @Test(arguments: ["x", "x.gz", "x.txt", "", ".", "x.jsonl.bz2"])
    func `other names tell none`(name: String) {
        #expect(RecordFormat(fileName: name) == nil)
        #expect {
            try RecordReader(path: name)
        } throws: { error in
            "\(error)"
                == "\(name): found a name without a known ending; expected .jsonl, .json, .csv or .tsv, optionally .gz "
                + "(rename the file to what it holds)"
        }
    }

    @Test func `a missing file names its nearest neighbour`() throws {
        let folder = try ScratchFolder()
        _ = try folder.write([], "summaries.jsonl")
        _ = try folder.write([], "questions.jsonl")
        let path = folder.url.appending(path: "sumaries.json").path
        #expect(throws: RecordError(file: path, message: "no such file", remedy: "did you mean \"summaries.jsonl\"?")) {
            try RecordReader(path: path)
        }
        let far = folder.url.appending(path: "xyz.csv").path
        #expect(throws: RecordError(file: far, message: "no such file")) { try RecordReader(path: far) }
        #expect {
            try RecordReader(path: folder.url.path + "/none/a.csv")
        } throws: {
            "\($0)".hasSuffix("/none/a.csv: no such file, and no folder \(folder.url.path)/none/")
        }
    }

    @Test func `a folder and a name that cannot be are refused`() throws {
        let folder = try ScratchFolder()
        let path = folder.url.appending(path: "data.json").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(throws: RecordError(file: path, message: "found a folder; expected a file of rows")) {
            try RecordReader(path: path)
        }
        #expect { try RecordReader(path: "a\0b.csv") } throws: {
            "\($0)".contains("found a NUL byte in the file's name")
        }
        let long = String(repeating: "n", count: 5_000) + ".csv"
        #expect { try RecordReader(path: long) } throws: { "\($0)".hasSuffix("cannot be read: File name too long") }
    }

    @Test func `a failure stays, and an end too`() throws {
        let reader = RecordReader(bytes: Array("{}\n[".utf8), name: "rows", format: .jsonLines)
        #expect(try reader.next() != nil)
        for _ in 0..<2 { #expect(throws: RecordError.self) { try reader.next() } }
        let short = RecordReader(bytes: Array("{}".utf8), name: "rows", format: .jsonLines)
        #expect(try short.rest().count == 1)
        #expect(try short.next() == nil)
    }

    @Test func `a loop sees the rows and then the failure`() {
        let reader = RecordReader(bytes: Array("{}\n{}\n7\n{}".utf8), name: "rows", format: .jsonLines)
        let results = Array(reader)
        #expect(results.count == 3)
        #expect(throws: RecordError.self) { try results[2].get() }
    }

    @Test func `fields are found by their bytes`() {
        let record = Record(1, ["e\u{301}": 1, "é": 2])
        #expect(record["é"] == 2)
        #expect(record["x"] == nil)
        #expect(record.json["e\u{301}"] != nil)
    }

    @Test func `messages keep hostile text short and plain`() {
        let name = "\u{1B}[31m\u{202E}" + String(repeating: "n", count: 100)
        let message = failure("\(name),\(name)\n", .csv)
        #expect(message?.unicodeScalars.contains("\u{1B}") == false)
        #expect(message?.unicodeScalars.contains("\u{202E}") == false)
        #expect(message?.hasPrefix("rows:1: found the column \"\\u{1b}[31m\\u{202e}nnn") == true)
        #expect((message?.count ?? 0) < 120)
    }
}
