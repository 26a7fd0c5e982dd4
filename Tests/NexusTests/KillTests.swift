import Chat
import Foundation
import Simulator
import Store
import Testing

/// The process is killed at random moments and resumed: nothing is lost, doubled or asked again.
@Suite(.serialized) struct KillTests {
    static let samples = 40
    static let concurrency = 8

    static func prepare(_ binary: Binary) throws {
        let rows = (0..<samples).map {
            #"{"id": "s\#($0)", "text": "question number \#($0)", "answer": "question number \#($0 % 3)"}"#
        }
        try binary.write(rows.joined(separator: "\n") + "\n", to: "data.jsonl")
        try binary.write(
            """
            name: kill
            dataset: {path: data.jsonl}
            prompts: [{id: p, user: "{{text}}"}]
            models: [{id: a, model: sim/a}, {id: b, model: sim/b}]
            metrics: [bleu, exact_match]
            concurrency: \(concurrency)
            """, to: "spec.yaml")
    }

    static let script = """
        seed: 1
        defaults: {latency_ms: {dist: lognormal, median: 15, sigma: 0.5}, answer: echo}
        """

    /// The columns that do not depend on time, by trial.
    static func trials(_ folder: String, _ binary: Binary) throws -> [String: [String]] {
        let table = Table(try binary.read("\(folder)/samples.csv"))
        var trials: [String: [String]] = [:]
        for row in table.rows {
            let key = "\(row["sample_id"] ?? "")/\(row["variant"] ?? "")/\(row["repeat"] ?? "")"
            #expect(trials[key] == nil, "\(key) is doubled")
            trials[key] = ["output", "error", "bleu", "exact_match"].map { row[$0] ?? "missing" }
        }
        return trials
    }

    @Test(.timeLimit(.minutes(5))) func `twenty kills lose nothing, double nothing and ask no finished trial again`()
        async throws
    {
        try await withSimulator(KillTests.script) { simulation in
            try await withBinary { binary in
                var binary = binary
                binary.environment["SIM_BASE_URL"] = simulation.baseURL
                try KillTests.prepare(binary)
                let whole = try binary.run("eval", "spec.yaml", "--quiet", "--store", "whole.db", "--out", "whole")
                #expect(whole.status == 0, "\(whole.error)")
                let expected = try KillTests.trials("whole", binary)
                #expect(expected.count == KillTests.samples * 2)

                var generator = SystemRandomNumberGenerator()
                for round in 0..<20 {
                    try KillTests.killOnce(binary, round: round, &generator)
                    let finished = try KillTests.finished(binary, round: round)
                    let asked = simulation.log.count
                    let resumed = try binary.run(
                        ["eval", "spec.yaml", "--quiet", "--store", "k\(round).db", "--out", "k\(round)"]
                            + (finished == nil ? [] : ["--resume", "latest"]))
                    #expect(resumed.status == 0, "\(resumed.error)")
                    #expect(try KillTests.trials("k\(round)", binary) == expected)
                    for row in simulation.log[asked...] {
                        let again = finished?.contains("\(row.model)/\(row.prompt)") ?? false
                        #expect(!again, "\(row.model) was asked '\(row.prompt)' again")
                    }
                }
            }
        }
    }

    /// Starts a run and kills it after a random time.
    private static func killOnce(_ binary: Binary, round: Int, _ generator: inout some RandomNumberGenerator) throws {
        let process = try binary.start([
            "eval", "spec.yaml", "--quiet", "--store", "k\(round).db", "--out", "k\(round)",
        ])
        usleep(UInt32.random(in: 20_000...450_000, using: &generator))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Model and prompt of each trial that the killed process had stored; nil where it had not stored its run yet.
    private static func finished(_ binary: Binary, round: Int) throws -> Set<String>? {
        let path = binary.folder.appending(path: "k\(round).db").path
        let store = try RunStore(reading: path)
        guard let run = try store.runs().last?.run else { return nil }
        let keys = try store.finishedKeys(of: run.id).keys
        return Set(keys.map { "\($0.variant)/question number \($0.sampleID.dropFirst())" })
    }
}
