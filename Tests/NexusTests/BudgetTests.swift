import Chat
import Foundation
import Simulator
import Testing

/// A run that ends at its budget: what is said, with which status, and how it goes on.
struct BudgetTests {
    @Test func `a budget that is reached ends the run with 102 and the command that goes on`() async throws {
        try await withSimulator { simulation in
            try await withBinary { binary in
                var binary = binary
                binary.environment["SIM_BASE_URL"] = simulation.baseURL
                // A dollar a token: each answer takes two in and two out.
                try binary.write("prices: {sim/m: {input: 1000000, output: 1000000}}\n", to: "nexus.yaml")
                try SmallSpec.write(SmallSpec.text(models: "models: [sim/m]", also: "concurrency: 1"), to: binary)
                let flags = ["eval", "spec.yaml", "--quiet", "--out", "my out"]
                let stopped = try binary.run(flags + ["--max-cost", "5"])
                #expect(stopped.status == 102)
                let run = try binary.run("runs", "--json").json?["runs"]?.arrayValue?.first
                let id = try #require(run?["id"]?.stringValue)
                #expect(run?["status"] == "incomplete" && run?["trials"] == 2)
                #expect(
                    stopped.lastErrorLine
                        == "the budget of $5 is spent with 6 trials left; resume with a larger one: "
                        + "nexus eval spec.yaml --out 'my out' --resume \(id) --max-cost USD")
                #expect(stopped.output.hasPrefix("not valid: 6 of 8 trials were not made\n"), "\(stopped.output)")

                let reported = try binary.run("report", "latest", "--out", "my out", "--quiet")
                #expect(reported.status == 102)
                #expect(reported.lastErrorLine == "the run is not valid: 6 of 8 trials were not made")

                let again = try binary.run(flags + ["--max-cost", "5", "--resume", id])
                #expect(again.status == 102 && again.lastErrorLine == stopped.lastErrorLine)
                #expect(simulation.log.count == 2, "what the first part spent counts")

                let whole = try binary.run(flags + ["--max-cost", "100", "--resume", id])
                #expect(whole.status == 0, "\(whole.error)")
                #expect(simulation.log.count == 8)
            }
        }
    }

    @Test func `a budget of nothing asks nothing`() async throws {
        try await withSimulator { simulation in
            try await withBinary { binary in
                var binary = binary
                binary.environment["SIM_BASE_URL"] = simulation.baseURL
                try SmallSpec.write(SmallSpec.text(models: "models: [sim/m]"), to: binary)
                let outcome = try binary.run("eval", "spec.yaml", "--quiet", "--out", "out", "--max-cost", "0")
                #expect(outcome.status == 102)
                #expect(
                    outcome.lastErrorLine.hasPrefix(
                        "the budget of $0 is spent with 8 trials left; resume with a larger one: nexus eval "),
                    "\(outcome.error)")
                #expect(simulation.log.isEmpty)
            }
        }
    }
}
