import Chat
import Foundation
import Simulator
import Testing

/// Runs that stop and go on.
@Suite(.serialized) struct ResumeTests {
    static let rows = (0..<40).map { #"{"id":"s\#($0)","question":"word \#($0)","answer":"word \#($0)"}"# }
    static let live = "models: [{id: live, model: sim/m}]"

    /// Runs `body` with forty samples and a simulated model that takes its time.
    private func withSlowModel(
        _ body: (Binary, Simulation) async throws -> Void
    ) async throws {
        try await withSimulator("defaults: {latency_ms: 150, answer: echo}") { simulation in
            try await withBinary { binary in
                var binary = binary
                binary.environment["SIM_BASE_URL"] = simulation.baseURL
                try SmallSpec.write(
                    SmallSpec.text(models: Self.live, also: "concurrency: 2"), rows: Self.rows, to: binary)
                try await body(binary, simulation)
            }
        }
    }

    /// Starts `nexus` with its standard error in a file.
    private func start(_ binary: Binary, _ arguments: [String], error file: String) throws -> Process {
        try binary.write("", to: file)
        let process = Process()
        process.executableURL = URL(filePath: Binary.path)
        process.arguments = arguments
        process.currentDirectoryURL = binary.folder
        process.environment = ProcessInfo.processInfo.environment.merging(binary.environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: binary.folder.appending(path: file))
        try process.run()
        return process
    }

    /// Waits until a number of requests came in, on this thread: other tests keep the pool of tasks busy.
    private func wait(for count: Int, in simulation: Simulation) throws {
        for _ in 0..<3000 where simulation.log.count < count { usleep(10_000) }
        try #require(simulation.log.count >= count)
    }

    @Test(.timeLimit(.minutes(2)))
    func `an interrupted run prints the command that resumes it, and it works as printed`() async throws {
        try await withSlowModel { binary, simulation in
            let flags = ["--quiet", "--limit", "30", "--concurrency", "3", "--store", "my runs.db", "--out", "it's"]
            let process = try start(binary, ["eval", "spec.yaml"] + flags, error: "error.txt")
            try wait(for: 6, in: simulation)
            process.interrupt()
            process.waitUntilExit()
            #expect(process.terminationStatus == 130)
            let last = try #require(binary.read("error.txt").split(separator: "\n").last)
            #expect(last.hasPrefix("interrupted; resume with: nexus eval spec.yaml --limit 30 --concurrency 3 "))
            #expect(!binary.exists("it's"))
            let listed = try binary.run("runs", "--store", "my runs.db", "--json").json?["runs"]?.arrayValue?.first
            #expect(listed?["status"]?.stringValue == "interrupted")
            let printed = last.drop { $0 != ":" }.dropFirst(2)
            let command = printed.replacing("nexus ", with: "'\(Binary.path)' ", maxReplacements: 1)
            let shell = Process()
            shell.executableURL = URL(filePath: "/bin/sh")
            shell.arguments = ["-c", "\(command) --quiet >out.txt"]
            shell.currentDirectoryURL = binary.folder
            shell.environment = ProcessInfo.processInfo.environment.merging(binary.environment) { $1 }
            try shell.run()
            shell.waitUntilExit()
            #expect(shell.terminationStatus == 0)
            let rows = Table(try binary.read("it's/samples.csv")).rows
            #expect(rows.map { $0["sample_id"] } == (0..<30).map { "s\($0)" })
            #expect(rows.allSatisfy { $0["output"]?.isEmpty == false })
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a second writer is refused and names the first; readers are not`() async throws {
        try await withSlowModel { binary, simulation in
            let process = try start(binary, ["eval", "spec.yaml", "--quiet"], error: "error.txt")
            try wait(for: 4, in: simulation)
            let second = try binary.run("eval", "spec.yaml", "--quiet")
            #expect(second.status == 2)
            #expect(second.lastErrorLine.contains("pid \(process.processIdentifier) (nexus eval spec.yaml)"))
            let list = try binary.run("runs")
            #expect(list.status == 0 && list.output.contains("running"), "\(list.error)")
            let report = try binary.run("report", "latest", "--out", "early", "--quiet")
            #expect(report.status == 102)
            #expect(report.lastErrorLine.contains("of 40 trials were not made"))
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
    }

    @Test func `a finished run resumed asks nothing and writes its reports again`() async throws {
        try await withSlowModel { binary, simulation in
            let first = try binary.run("eval", "spec.yaml", "--quiet", "--limit", "5")
            let samples = try binary.read("reports/latest/samples.csv")
            let asked = simulation.log.count
            try FileManager.default.removeItem(at: binary.folder.appending(path: "reports"))
            let again = try binary.run("eval", "spec.yaml", "--quiet", "--limit", "5", "--resume", "latest")
            #expect(first.status == 0 && again.status == 0, "\(again.error)")
            #expect(simulation.log.count == asked)
            #expect(first.output == again.output)
            #expect(try binary.read("reports/latest/samples.csv") == samples)
        }
    }

    @Test func `a changed spec or changed samples are refused, naming what changed`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            #expect(try binary.run("eval", "spec.yaml", "--quiet").status == 0)
            try SmallSpec.write(SmallSpec.text(also: "repeats: 2\nseed: 9"), to: binary)
            let spec = try binary.run("eval", "spec.yaml", "--resume", "latest")
            #expect(spec.status == 2)
            #expect(spec.lastErrorLine.hasPrefix("spec.yaml: the spec has changed since run "))
            #expect(spec.lastErrorLine.contains("(repeats, seed); start a new run, or undo the change"))
            try SmallSpec.write(rows: SmallSpec.rows.dropLast(), to: binary)
            let data = try binary.run("eval", "spec.yaml", "--resume", "latest")
            #expect(data.status == 2)
            #expect(data.lastErrorLine.hasPrefix("the samples have changed since run "))
        }
    }

    @Test func `failed trials are asked again with retry-failed alone`() async throws {
        let script = "models: {m: {answer: echo, errors: [{kind: bad_request, first: 3}]}}"
        try await withSimulator(script) { simulation in
            try await withBinary { binary in
                var binary = binary
                binary.environment["SIM_BASE_URL"] = simulation.baseURL
                try SmallSpec.write(SmallSpec.text(models: Self.live), to: binary)
                let first = try binary.run("eval", "spec.yaml", "--quiet")
                #expect(first.status == 102)
                #expect(
                    first.lastErrorLine
                        == "the run is not valid: 3 of 8 trials failed (37.5 %; max_failures allows 1 %)")
                let kept = try binary.run("eval", "spec.yaml", "--quiet", "--resume", "latest")
                #expect(kept.status == 102)
                #expect(simulation.log.count == 8)
                let mended = try binary.run("eval", "spec.yaml", "--quiet", "--resume", "latest", "--retry-failed")
                #expect(mended.status == 0, "\(mended.error)")
                #expect(simulation.log.count == 11)
                let rows = Table(try binary.read("reports/latest/samples.csv")).rows
                #expect(rows.count == 8 && rows.allSatisfy { $0["error"] == "" && $0["source"] == "llm" })
            }
        }
    }
}
