import Foundation
import Simulator
import Testing

/// Places that take no report are wrong usage (2) for `nexus report` and for the standard folder too, not errors of
/// the program's own (1), and a run is not asked for a report that cannot be written.
struct ReportUnwritableTests {
    @Test func `a place of the user's choice that takes no report is refused by report as by eval`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            #expect(try binary.run("eval", "spec.yaml", "--quiet").status == 0)
            for (place, message) in [
                ("spec.yaml", "spec.yaml: is no folder that can be opened: Not a directory"),
                ("spec.yaml/below", "spec.yaml/below: cannot be made: Not a directory"),
            ] {
                let outcome = try binary.run("report", "latest", "--out", place)
                #expect(outcome.status == 2)
                #expect(outcome.lastErrorLine.hasSuffix(message), "\(outcome.error)")
                #expect(outcome.output == "")
            }
        }
    }

    @Test func `a standard folder that takes no report is refused before anything is asked`() async throws {
        try await withSimulator { simulation in
            try await withBinary { binary in
                var binary = binary
                binary.environment["SIM_BASE_URL"] = simulation.baseURL
                try SmallSpec.write(SmallSpec.text(models: "models: [sim/m]"), to: binary)
                try binary.write("in the way", to: "reports")
                let outcome = try binary.run("eval", "spec.yaml", "--quiet")
                #expect(outcome.status == 2)
                #expect(outcome.lastErrorLine.contains("reports"), "\(outcome.error)")
                #expect(simulation.log.isEmpty, "nothing is paid for")
            }
        }
    }
}
