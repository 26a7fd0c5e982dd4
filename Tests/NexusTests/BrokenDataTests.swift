import Foundation
import Testing

/// Data files that are refused, byte by byte as people have them: the file, the line, and what to do.
struct BrokenDataTests {
    /// A file of data.
    struct Broken: Sendable, CustomTestStringConvertible {
        var file: String
        var bytes: [UInt8]
        /// All that is told on standard error.
        var lines: [String]
        var testDescription: String { lines.first ?? file }

        init(_ file: String = "data.jsonl", bytes: [UInt8], _ lines: String...) {
            self.file = file
            self.bytes = bytes
            self.lines = lines
        }

        init(_ file: String = "data.jsonl", text: String, _ lines: String...) {
            self.file = file
            bytes = Array(text.utf8)
            self.lines = lines
        }
    }

    private static func row(_ id: String) -> String { #"{"id":"\#(id)","question":"x","answer":"x"}"# }

    static let all: [Broken] = [
        Broken(
            text: "\u{FEFF}\(row("a"))\r\n\r\n\(row("a"))\r\n",
            "data.jsonl:3: the id 'a' stands twice, first on line 1; give every sample an id of its own"),
        Broken(
            bytes: Array("\(row("a"))\r\n{\"id\":\"b\",\"question\":\"caf".utf8) + [0xE9]
                + Array("\",\"answer\":\"x\"}\r\n".utf8),
            "data.jsonl:2:26: found byte 0xe9, which is not UTF-8; expected UTF-8 text; convert the file, for example "
                + "with iconv -f ISO-8859-1 -t UTF-8"),
        Broken(
            bytes: [0xFF, 0xFE, 0x7B, 0x00],
            "data.jsonl:1: found a UTF-16 byte order mark; expected UTF-8 text; convert the file, for example with "
                + "iconv -f UTF-16 -t UTF-8"),
        Broken(
            text: "\(row("a"))\n{\"id\":\"b\",\"answer\":\"x\"}\n{\"id\":\"c\",\"question\":\"x\"}\n",
            "data.jsonl:2: the field 'question' is missing; expected a value for the prompts there; fields of this "
                + "row: id, answer",
            "data.jsonl:3: the field 'answer' is missing; expected references there; fields of this row: id, question"),
        Broken(
            text: "\(row("a"))\n{\"id\":\n",
            "data.jsonl:2:7: found what is not JSON: expected a value, found the end of the input; each row stands on "
                + "one line; a list of rows over several lines is read from .json"),
        Broken(
            "data.csv", text: "id,question,answer\r\na,x,x\r\nb,\"x\r\n",
            "data.csv:3: found a quote that is not closed at the end of the file; expected '\"'"),
        Broken(
            "data.csv", text: "id,question,answer\r\na,x,x\r\nb,x\r\n",
            "data.csv:3: found 2 cells; expected 3, as the header has"),
        Broken(
            "data.csv", text: "\u{FEFF}id,question,answer\r\na,x,x\r\n\r\na,y,y\r\n",
            "data.csv:4: the id 'a' stands twice, first on line 2; give every sample an id of its own"),
        Broken("data.json", text: "[]", "data.json: found no samples; expected at least one row"),
        Broken(
            "data.jsonl.gz", text: "\(row("a"))\n",
            "data.jsonl.gz: found no gzip header; expected gzip data, as the name ends in .gz; rename the file or "
                + "compress it with gzip"),
        Broken(
            "data.txt", text: "\(row("a"))\n",
            "data.txt: found a name without a known ending; expected .jsonl, .json, .csv or .tsv, optionally .gz; "
                + "rename the file to what it holds"),
    ]

    @Test(arguments: all) func `data that cannot be read is refused with its place, and leaves nothing`(data: Broken)
        async throws
    {
        try await withBinary { binary in
            try Data(data.bytes).write(to: binary.folder.appending(path: data.file))
            try binary.write(SmallSpec.text(dataset: "dataset: {path: \(data.file)}"), to: "spec.yaml")
            let outcome = try binary.run("eval", "spec.yaml")
            #expect(outcome.status == 2)
            #expect(outcome.error.split(separator: "\n").map(String.init) == data.lines)
            #expect(outcome.output == "" && !binary.exists("reports") && !binary.exists(".nexus"))
        }
    }

    @Test func `a file or a folder that is not there is named`() async throws {
        try await withBinary { binary in
            for (path, message) in [
                ("data.jsonl", "data.jsonl: no such file\n"),
                ("gone/data.jsonl", "gone/data.jsonl: no such file, and no folder gone/\n"),
            ] {
                try binary.write(SmallSpec.text(dataset: "dataset: {path: \(path)}"), to: "spec.yaml")
                let outcome = try binary.run("eval", "spec.yaml")
                #expect(outcome.status == 2 && outcome.error == message)
            }
            let folder = try binary.run("eval", ".")
            #expect(folder.status == 2 && folder.error == ".: found a folder; expected a YAML or JSON file\n")
        }
    }

    @Test func `a spec that is no UTF-8 or empty is named with its place`() async throws {
        try await withBinary { binary in
            for (bytes, message) in [
                (
                    Array("name: x\nname: ".utf8) + [0xFF, 0x0A],
                    "spec.yaml:2:7: invalid UTF-8, found the byte 0xFF; save the file as UTF-8\n"
                ),
                ([], "spec.yaml:1:1: the document is empty\n"),
            ] as [([UInt8], String)] {
                try Data(bytes).write(to: binary.folder.appending(path: "spec.yaml"))
                let outcome = try binary.run("eval", "spec.yaml")
                #expect(outcome.status == 2 && outcome.error == message)
            }
        }
    }
}
