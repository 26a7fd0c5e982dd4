import Chat
import Foundation
import Testing

@Suite struct KbTests {
    private static let rows = """
        {"id": "a", "title": "Wings", "text": "A wing lifts an aeroplane.", "year": 2020, "lang": "en"}
        {"id": 2, "title": null, "text": "Cats hunt by night, and sleep all day.", "year": 2021, "lang": "pt"}
        {"id": "c", "text": ""}

        """

    private func hits(_ outcome: Binary.Outcome) -> [[String]] {
        (outcome.json?["results"]?.arrayValue ?? []).map { result in
            (result["hits"]?.arrayValue ?? []).compactMap { $0["document_id"]?.stringValue }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `documents are added, listed, searched and removed`() async throws {
        try await withBinary { binary in
            try binary.write(Self.rows, to: "rows.jsonl")
            try binary.write("# Sails\n\nBoats turn **with** the wind.", to: "boats.md")
            try binary.write("<title>Dogs</title><p>A dog guards the house.<script>cat()</script>", to: "dogs.html")
            let files = ["rows.jsonl", "boats.md", "dogs.html"]
            let added = try binary.run(["kb", "add", "--collection", "docs", "--json"] + files)
            #expect(added.status == 0 && added.json?["added"] == 5 && added.json?["chunks"] == 4, "\(added.error)")
            let again = try binary.run(["kb", "add", "--collection", "docs"] + files)
            #expect(again.output.contains("docs: 0 added, 0 replaced, 5 unchanged; 0 chunks"))
            let listed = try binary.run("kb", "list", "--json")
            let summary = listed.json?["collections"]?.arrayValue?.first
            #expect(summary?["name"] == "docs" && summary?["documents"] == 5 && summary?["language"] == "en")
            #expect(summary?["model"] == "lexical")
            let documents = try binary.run("kb", "list", "--collection", "docs", "--json").json?["documents"]
            #expect(documents?.arrayValue?.map { $0["title"] } == ["Wings", "", "", "Sails", "Dogs"])
            #expect(try binary.run("kb", "list").output.contains("docs"))
            for mode in ["lexical", "vector", "hybrid"] {
                let found = try binary.run(
                    "kb", "search", "--collection", "docs", "hunting cat", "--mode", mode, "--json")
                #expect(hits(found).first?.first == "2", "\(mode): \(found.output)\(found.error)")
                let hit = found.json?["results"]?.arrayValue?.first?["hits"]?.arrayValue?.first
                #expect(hit?["text"] == "Cats hunt by night, and sleep all day." && hit?["start"] == 0)
            }
            #expect(try binary.run("kb", "remove", "--collection", "docs", "2", "boats.md").status == 0)
            let left = try binary.run("kb", "search", "--collection", "docs", "cats boats wing dog", "--json")
            #expect(Set(hits(left).first ?? []) == ["a", "dogs.html"])
            #expect(try binary.run("kb", "remove", "--collection", "docs").output == "docs: 3 documents removed\n")
            #expect(try binary.run("kb", "list", "--json").json?["collections"] == [])
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a file of queries is answered in order, each with an entry, and filters hold`() async throws {
        try await withBinary { binary in
            try binary.write(Self.rows, to: "rows.jsonl")
            try binary.write(
                #"{"id": "q1", "question": "Who hunts?"}"# + "\n" + #"{"id": "q2", "text": "zzz"}"#, to: "q.jsonl")
            #expect(try binary.run("kb", "add", "--collection", "docs", "rows.jsonl").status == 0)
            let search = ["kb", "search", "--collection", "docs", "--json"]
            let outcome = try binary.run(search + ["--queries", "q.jsonl", "--mode", "lexical", "--top-k", "1"])
            #expect(outcome.json?["results"]?.arrayValue?.map { $0["query_id"] } == ["q1", "q2"])
            #expect(hits(outcome) == [["2"], []])
            let filters: [(String, [String])] = [
                ("year=2020", ["a"]), ("year=2021..", ["2"]), ("lang=pt,es", ["2"]), ("year=..2021", ["2", "a"]),
            ]
            for (filter, expected) in filters {
                let found = try binary.run(search + ["cats and wings hunt", "--where", filter])
                #expect(hits(found).first?.sorted() == expected, "\(filter): \(found.error)")
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `what is wrong is said with its place and its remedy`() async throws {
        try await withBinary { binary in
            try binary.write(Self.rows, to: "rows.jsonl")
            try binary.write(#"{"id": "a", "txet": "x"}"#, to: "typo.jsonl")
            try binary.write(#"{"id": "a", "text": "x"}"# + "\n" + #"{"id": "a", "text": "y"}"#, to: "twice.jsonl")
            try Data([0x41, 0xFF]).write(to: binary.folder.appending(path: "latin.txt"))
            try binary.write(" \n", to: "empty.md")
            #expect(try binary.run("kb", "add", "--collection", "docs", "rows.jsonl").status == 0)
            let faults: [([String], String)] = [
                (["add", "--collection", "c", "typo.jsonl"], "typo.jsonl:1: found 'id', 'txet'; expected 'text'"),
                (
                    ["add", "--collection", "c", "twice.jsonl"],
                    "twice.jsonl:2: found the id 'a' again, which stands on line 1; expected each id once"
                ),
                (["add", "--collection", "c", "latin.txt"], "latin.txt: found bytes that are not UTF-8"),
                (["add", "--collection", "c", "empty.md"], "empty.md: found no text"),
                (["add", "--collection", "c", "absent.md"], "absent.md: no such file"),
                (["add", "--collection", "c"], "found no files"),
                (["add", "--collection", "docs", "--chunk-size", "99", "rows.jsonl"], "the chunk size is 2000"),
                (["add", "--collection", "c", "--language", "xx", "rows.jsonl"], "--language: there is no 'xx'"),
                (["add", "--collection", "c", "--chunk-size", "1", "rows.jsonl"], "expected 50 to 1000000"),
                (["search", "--collection", "dosc", "x"], "there is no collection 'dosc'; did you mean 'docs'?"),
                (["search", "--collection", "docs", "x", "--mode", "hybird"], "did you mean 'hybrid'?"),
                (["search", "--collection", "docs"], "expected a query, or --queries FILE"),
                (["search", "--collection", "docs", "x", "--top-k", "0"], "--top-k: found 0"),
                (["search", "--collection", "docs", "x", "--where", "year"], "--where: found 'year'"),
                (["remove", "--collection", "docs", "cc"], "there is no document 'cc'"),
                (["list", "--collection", "doc"], "there is no collection 'doc'; did you mean 'docs'?"),
                (["search", "--collection", "docs", "--owner", "abc", "x"], "there is no collection 'docs'"),
            ]
            for (arguments, message) in faults {
                let outcome = try binary.run(["kb"] + arguments)
                #expect(
                    outcome.status == 2 && outcome.lastErrorLine.contains(message), "\(arguments): \(outcome.error)")
            }
            #expect(try binary.run("kb", "list", "--json").json?["collections"]?.arrayValue?.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a PDF is read by pdftotext, or its absence is said`() async throws {
        try await withBinary { binary in
            var binary = binary
            try binary.write("not a PDF", to: "paper.pdf")
            binary.environment["PATH"] = binary.folder.path
            let absent = try binary.run("kb", "add", "--collection", "c", "paper.pdf")
            #expect(absent.status == 2 && absent.error.contains("install poppler-utils"), "\(absent.error)")
            func install(_ body: String) throws {
                try binary.write(
                    "#!/bin/sh\nfor last; do :; done\n[ \"$last\" = - ] || exit 9\n\(body)\n", to: "pdftotext")
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o755], ofItemAtPath: binary.folder.appending(path: "pdftotext").path)
            }
            try install("while :; do printf '%1000s' wing; done")
            let endless = try binary.run("kb", "add", "--collection", "c", "paper.pdf")
            #expect(
                endless.status == 2
                    && endless.error.contains("found over 67108864 bytes of text; expected at most that"),
                "\(endless.error)")
            try install("exit 3")
            let failed = try binary.run("kb", "add", "--collection", "c", "paper.pdf")
            #expect(failed.status == 2 && failed.error.contains("pdftotext ended with status 3"), "\(failed.error)")
            try install("printf 'Wings lift.'")
            #expect(try binary.run("kb", "add", "--collection", "c", "paper.pdf").status == 0)
            let found = try binary.run("kb", "search", "--collection", "c", "wing", "--json")
            #expect(hits(found) == [["paper.pdf"]])
        }
    }
}
