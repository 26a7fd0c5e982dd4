import Chat
import Foundation
import Testing

/// Where `nexus eval` and `nexus report` write, and what stands there.
struct ReportPlaceTests {
    @Test func `a place that takes no report is refused before anything is asked`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            try binary.write("x", to: "file")
            for place in ["file", "file/below"] {
                let outcome = try binary.run("eval", "spec.yaml", "--out", place)
                #expect(outcome.status == 2)
                #expect(outcome.lastErrorLine.hasPrefix("--out: \(place)"), "\(outcome.error)")
                #expect(try binary.run("runs", "--json").json?["runs"]?.arrayValue?.isEmpty == true)
            }
        }
    }

    @Test func `latest stays with the newest run when an older report is written again`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            func latest() throws -> String {
                try FileManager.default.destinationOfSymbolicLink(
                    atPath: binary.folder.appending(path: "reports/latest").path)
            }
            #expect(try binary.run("eval", "spec.yaml").status == 0)
            let older = try latest()
            #expect(try binary.run("eval", "spec.yaml").status == 0)
            let newer = try latest()
            #expect(older != newer)
            #expect(try binary.run("report", older).status == 0)
            #expect(try latest() == newer)
        }
    }

    @Test func `a gnuplot that fails at once leaves a report without charts`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            try FileManager.default.createDirectory(
                at: binary.folder.appending(path: "bin"), withIntermediateDirectories: true)
            try binary.write("#!/bin/sh\necho no library >&2\nexit 127\n", to: "bin/gnuplot")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: binary.folder.appending(path: "bin/gnuplot").path)
            var binary = binary
            binary.environment["PATH"] = binary.folder.appending(path: "bin").path + ":/usr/bin:/bin"
            for _ in 0..<6 {
                let outcome = try binary.run("eval", "spec.yaml", "--out", "out")
                #expect(outcome.status == 0, "\(outcome.error)")
                #expect(outcome.error.contains("no charts: gnuplot failed: no library"))
            }
        }
    }

    @Test func `answers that a pattern cannot be tried on in time make the run invalid`() async throws {
        try await withBinary { binary in
            let rows = [String(repeating: "a", count: 80) + "!", "aa"].enumerated().map { place, text in
                #"{"id":"s\#(place)","question":"\#(text)","answer":"x"}"#
            }
            try SmallSpec.write(
                SmallSpec.text(
                    models: "models: [{id: echo, model: baseline/echo}]",
                    metrics: #"metrics: [{regex: {pattern: "(a+)+$"}}]"#), rows: rows, to: binary)
            let outcome = try binary.run("eval", "spec.yaml", "--out", "out")
            #expect(outcome.status == 102)
            #expect(
                outcome.lastErrorLine.contains(
                    "regex: 1 of 2 answers could not be scored (50 %; max_failures allows 1 %)"),
                "\(outcome.error)")
        }
    }
}
