import Foundation
import Testing

@testable import Reports

/// Whether gnuplot can be found here.
let hasGnuplot = ReportOptions.processPath.split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/gnuplot")
}

@Suite struct ReportWriterTests {
    @Test func `a report has every file of the contract and leaves nothing else`() async throws {
        let scratch = try ScratchFolder()
        let written = try await ReportWriter.write(
            MadeUpRun.news(), to: scratch.path("run"), options: .withoutGnuplot)
        let files = [
            "ablation.csv", "charts", "comparisons.csv", "junit.xml", "report.html", "samples.csv", "summary.csv",
            "summary.json",
            "summary.md",
        ]
        #expect(try scratch.names(in: "run") == files)
        #expect(written.paths == written.paths.sorted())
        for path in written.paths { #expect(FileManager.default.fileExists(atPath: scratch.path("run/\(path)"))) }
        #expect(try scratch.names() == ["run"])
    }

    @Test func `without gnuplot the report stands and says how to get charts`() async throws {
        let scratch = try ScratchFolder()
        try FileManager.default.createDirectory(
            at: scratch.url.appending(path: "run/charts"), withIntermediateDirectories: true)
        try Data("old".utf8).write(to: scratch.url.appending(path: "run/charts/latency.svg"))
        let written = try await ReportWriter.write(
            MadeUpRun.news(), to: scratch.path("run"), options: .withoutGnuplot)
        #expect(written.notes.count == 1)
        #expect(written.notes.first?.contains("apt-get install gnuplot-nox") == true)
        #expect(try scratch.text("run/report.html").contains("apt-get install gnuplot-nox"))
        #expect(try scratch.names(in: "run/charts").filter { $0.hasSuffix(".svg") } == [])
    }

    @Test(.enabled(if: hasGnuplot, "gnuplot is not installed"))
    func `with gnuplot every chart has picture, script and data, and stands in the page`() async throws {
        let scratch = try ScratchFolder()
        let written = try await ReportWriter.write(MadeUpRun.news(), to: scratch.path("run"))
        #expect(written.notes == [])
        let names = try scratch.names(in: "run/charts")
        let pictures = names.filter { $0.hasSuffix(".svg") }
        #expect(pictures.count == 16)
        #expect(names.count == 48)
        let page = try scratch.text("run/report.html")
        #expect(page.components(separatedBy: "<figure>").count == 17)
        #expect(page.components(separatedBy: "role=\"img\"").count == 17)
        #expect(!page.contains("style=\""))
        #expect(!page.contains("http://"))
    }

    @Test func `the same run gives the same bytes`() async throws {
        let scratch = try ScratchFolder()
        let options = hasGnuplot ? ReportOptions() : .withoutGnuplot
        let first = try await ReportWriter.write(MadeUpRun.news(), to: scratch.path("one"), options: options)
        let second = try await ReportWriter.write(MadeUpRun.news(), to: scratch.path("two"), options: options)
        #expect(first == second)
        for path in first.paths {
            let one = try Data(contentsOf: scratch.url.appending(path: "one/\(path)"))
            #expect(try one == Data(contentsOf: scratch.url.appending(path: "two/\(path)")), "\(path) differs")
        }
    }

    @Test func `latest points to the newest report where asked for`() async throws {
        let scratch = try ScratchFolder()
        var options = ReportOptions.withoutGnuplot
        options.updatesLatest = true
        for name in ["one", "two"] {
            _ = try await ReportWriter.write(MadeUpRun.news(samples: 3), to: scratch.path(name), options: options)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: scratch.path("latest")) == name)
        }
        #expect(try scratch.names() == ["latest", "one", "two"])
    }

    @Test func `a folder called latest is left as it is`() async throws {
        let scratch = try ScratchFolder()
        try FileManager.default.createDirectory(
            at: scratch.url.appending(path: "latest"), withIntermediateDirectories: false)
        var options = ReportOptions.withoutGnuplot
        options.updatesLatest = true
        let written = try await ReportWriter.write(
            MadeUpRun.news(samples: 3), to: scratch.path("run"), options: options)
        #expect(written.notes.contains { $0.contains("latest is not a link") })
    }

    @Test(.enabled(if: hasGnuplot, "gnuplot is not installed"))
    func `no text of a run is run by gnuplot`() async throws {
        let scratch = try ScratchFolder()
        let run = Hostile.run(canary: scratch.path("canary"))
        let written = try await ReportWriter.write(run, to: scratch.path("run"))
        #expect(written.notes == [])
        #expect(try scratch.names() == ["run"])
        for name in try scratch.names(in: "run/charts") {
            let text = try scratch.text("run/charts/\(name)")
            #expect(!text.contains("touch \(scratch.path("canary"))"), "\(name) holds a command")
            if !name.hasSuffix(".svg") { #expect(!text.contains("`"), "\(name) holds a backtick") }
            if name.hasSuffix(".gp") { #expect(!text.contains("touch"), "\(name) holds text of the run") }
        }
    }

    @Test func `a run that cannot be read leaves no half file`() async throws {
        struct Broken: Error {}
        let scratch = try ScratchFolder()
        let folder = try OutputFolder(path: scratch.path("run"))
        let error = #expect(throws: ReportError.self) {
            try folder.write("samples.csv") { file in
                try file.append("half")
                throw Broken()
            }
        }
        #expect(error?.message.contains("the run cannot be read") == true)
        #expect(try scratch.names(in: "run") == [])
    }
}
